"""Showing the tenant's people which orders the warehouse has, in a field of the order's custom data.

The Admin API has no such mark of its own; a delegation's answer says it to SCAYLE itself. Whether a write of custom data
keeps the other fields is not published, so they are written with it.
"""

from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.lookup import Looked, OrderLookup, outcome_of
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import path_of, shop_country_of
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.extras import HandedOver
from cogent_pipelines.ports.outcomes import Marked, MarkExportedOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority


class ExportMarker:
    """Marks orders of one tenant."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, *, orders: OrderLookup) -> None:
        self._api = api
        self._settings = settings
        self._orders = orders

    def mark(self, orders: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        """One outcome each, in order.

        Raises:
            VendorError: the orders cannot be read; nothing was written.
        """
        # Whatever custom data orders are captured with: what is not read here would be overwritten.
        refs = [each.order_ref for each in orders]
        looked = self._orders.look(refs, priority=Priority.SWEEP, custom_data=(version.ORDER_CUSTOM_DATA,))
        planned = [self._planned(each, looked) for each in orders]
        calls = [each for each in planned if isinstance(each, Call)]
        answers = iter(self._api.send_all(calls))
        return [_outcome(next(answers)) if isinstance(each, Call) else each for each in planned]

    def _planned(self, handed: HandedOver, looked: Looked) -> Call | MarkExportedOutcome:
        if handed.order_ref in looked.not_given:
            return outcome_of(looked.not_given[handed.order_ref])
        if handed.order_ref not in looked.found:
            return Rejected((f"SCAYLE has no order {handed.order_ref}",))
        try:
            order = Node(looked.found[handed.order_ref])
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
