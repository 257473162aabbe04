"""Making items at the warehouse, or bringing them up to date: one call each, many at once."""

from collections.abc import Sequence

from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.vendor_account import Priority


def upsert(wire: Wire, items: Sequence[Item]) -> list[str]:
    """For each item the vendor's refusal; '' where it was taken.

    Raises:
        VendorError: the vendor did not answer, or does not let us; the same again does no harm.
    """
    calls = [
        wire.call(
            "upsert_item",
            {"sku": item.sku, "name": item.name or None, "barcode": item.barcode or None},
            priority=Priority.SWEEP,
            subjects=(item.sku,),
        )
        for item in items
    ]
    refusals = []
    for reply in wire.send_all(calls):
        if reply.means not in {ErrorClass.OK, ErrorClass.DUPLICATE, ErrorClass.DATA, ErrorClass.NOT_FOUND}:
            reply.settled.answered()
        taken = reply.means in {ErrorClass.OK, ErrorClass.DUPLICATE}
        refusals.append("" if taken else reply.settled.reason)
    return refusals
