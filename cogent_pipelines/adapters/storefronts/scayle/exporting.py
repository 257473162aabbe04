"""Showing the tenant's people which orders the warehouse has, in a field of the order's custom data.

The Admin API has no such mark of its own; a delegation's answer says it to SCAYLE itself. Whether a write of custom data
keeps the other fields is not published, so they are written with it.
"""

from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.orders import OrderReader, path_of
from cogent_pipelines.adapters.storefronts.scayle.payloads import shop_country_of
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.extras import HandedOver
from cogent_pipelines.ports.outcomes import Marked, MarkExportedOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority


class ExportMarker:
    """Marks orders of one tenant."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, *, orders: OrderReader) -> None:
        self._api = api
        self._settings = settings
        self._orders = orders

    def mark(self, orders: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        """One outcome each, in order.

        Raises:
            VendorError: the orders cannot be read; nothing was written.
        """
        entities = self._orders.entities([each.order_ref for each in orders], priority=Priority.SWEEP)
        planned = [self._planned(each, entities.get(each.order_ref)) for each in orders]
        calls = [each for each in planned if isinstance(each, Call)]
        answers = iter(self._api.send_all(calls))
        return [_outcome(next(answers)) if isinstance(each, Call) else each for each in planned]

    def _planned(self, handed: HandedOver, entity: object) -> Call | MarkExportedOutcome:
        if entity is None:
            return Rejected((f"SCAYLE has no order {handed.order_ref}",))
        try:
            order = Node(entity)
            data = dict(order.inner("legacyCustomData").value)
            number = order.needed_number("id")
        except Unreadable as fault:
            return Rejected((f"order {handed.order_ref} cannot be read: {fault}",))
        if data.get(self._settings.exported_field) == handed.sales_order_ref:
            return Marked()
        path = f"{path_of(shop_country_of(order, self._settings))}/orders/{number}/legacy-custom-data"
        body = {**data, self._settings.exported_field: handed.sales_order_ref}
        return self._api.write(
            "mark exported", path, body, priority=Priority.SWEEP, method="PUT", subjects=[handed.order_ref]
        )


def _outcome(settled: Settled) -> MarkExportedOutcome:
    match settled.standing:
        case Standing.ANSWERED:
            return Marked()
        case Standing.REFUSED:
            return Rejected((settled.reason,))
        case Standing.UNSURE:
            return Unknown(settled.reason)
        case Standing.NOT_DONE | Standing.DENIED:
            return Unavailable(settled.reason, settled.retry_after)
