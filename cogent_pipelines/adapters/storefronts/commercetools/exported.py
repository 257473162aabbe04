"""Showing the merchant's people which orders the warehouse has: an order's `syncInfo` on the export channel."""

from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.commercetools import payloads
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.orders import OrderReader
from cogent_pipelines.adapters.storefronts.commercetools.scripts import run_together
from cogent_pipelines.adapters.storefronts.commercetools.updating import Change, Resource, change
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.ports.extras import HandedOver
from cogent_pipelines.ports.outcomes import Marked, MarkExportedOutcome, Rejected
from cogent_pipelines.ports.vendor_account import Priority


class ExportDesk:
    """Marks orders of one project."""

    def __init__(self, api: Api, orders: OrderReader, names: Names) -> None:
        self._api = api
        self._orders = orders
        self._names = names

    def mark(self, handed_over: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        """One outcome per order; what shows the same reference already is left as it is.

        Whether a second entry for a channel replaces the first is not published: a mark under another reference is written,
        and either way the new one is there.

        Raises:
            VendorError: nothing was attempted.
        """
        if not handed_over:
            return []
        channel = self._names.export_channel_id()
        found = self._orders.rows_named([each.order_ref for each in handed_over], priority=Priority.SWEEP)
        return list(run_together([self._mark(each, found.get(each.order_ref), channel) for each in handed_over], self._api))

    def _mark(self, order: HandedOver, state: Json | None, channel: str) -> Script[MarkExportedOutcome]:
        def decide(seen: Json | None) -> Change | MarkExportedOutcome:
            if seen is None:
                return Rejected((f"commercetools has no order {order.order_ref}",))
            if payloads.synced_with(seen, channel, order.sales_order_ref):
                return Marked()
            return Change([payloads.update_sync_info(channel, order)])

        def accepted(_: Json) -> MarkExportedOutcome:
            return Marked()

        resource = Resource(
            read=lambda: self._orders.read_call(order.order_ref, priority=Priority.SWEEP),
            write=lambda version, actions: self._orders.write_call(
                order.order_ref, version, actions, operation="mark_exported", priority=Priority.SWEEP
            ),
        )
        ended = yield from change(resource, state, decide=decide, accepted=accepted)
        return ended.outcome
