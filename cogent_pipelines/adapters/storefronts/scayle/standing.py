"""How far an order is: paid, released to the warehouse, cancelled. Three layers of states say it; codes count, not labels.

Which state of one layer goes with which of another is only partly published. Where they differ, the more cautious one
counts.
"""

from collections.abc import Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.units import Unit
from cogent_pipelines.canonical.order import PaymentState

_CANCELLED_STATUS = frozenset({"cancellation_pending", "cancellation_completed"})
_CANCELLED_CODES = frozenset({"order_aborted", "order_cancelled", "order_canceled"})
_DELEGATED = frozenset({"order_delegated", "order_shipped", "order_invoiced"})
_CONFIRMED = _DELEGATED | {"order_confirmed"}

# Before the payment (scayle.dev, "Order lifecycle and states").
_UNFINISHED = frozenset({"order_created", "order_open", "order_pended"})

# What happened to the money after it was taken is said by the billing layer alone.
_BY_BILLING = {
    "billing_refunded": PaymentState.REFUNDED,
    "billing_partially_refunded": PaymentState.PARTLY_REFUNDED,
    "billing_completed": PaymentState.PAID,
    "billing_denied": PaymentState.VOIDED,
    "billing_payment_aborted": PaymentState.VOIDED,
    "billing_payment_cancelled": PaymentState.VOIDED,
}
# A reserved payment is captured by the shipment (scayle.dev, "Shipments and returns").
_BY_STATUS = {
    "order_open": PaymentState.PENDING,
    "payment_pending": PaymentState.PENDING,
    "payment_reserved": PaymentState.AUTHORISED,
    "invoice_partially_completed": PaymentState.PAID,
    "invoice_completed": PaymentState.PAID,
    "cancellation_pending": PaymentState.VOIDED,
    "cancellation_completed": PaymentState.VOIDED,
}


def payment_of(order: Node) -> PaymentState:
    """Never guessed: a state of tomorrow is unknown."""
    status = order.text("status")
    billing = _code(order, "billing")
    if status in _CANCELLED_STATUS and billing not in ("billing_refunded", "billing_partially_refunded"):
        return PaymentState.VOIDED
    return _BY_BILLING.get(billing) or _BY_STATUS.get(status, PaymentState.UNKNOWN)


def is_placed(order: Node) -> bool:
    """Whether it is an order yet: in a checkout that was never finished or paid it may stay as it is for ever."""
    return order.has("confirmedAt") or _code(order, "order") not in _UNFINISHED


def placed_at(order: Node, settings: ScayleSettings) -> datetime:
    """When its payment was confirmed: from then on SCAYLE keeps its units back. When it was made where that is not said."""
    return order.time("confirmedAt", settings.timezone) or order.needed_time("createdAt", settings.timezone)


def is_on_hold(order: Node, units: Sequence[Unit], settings: ScayleSettings) -> bool:
    """Whether the warehouse must still wait: until the delegation, or at least until the payment is confirmed."""
    code = _code(order, "order")
    if settings.hand_over is HandOver.POLLING:
        return not (code in _CONFIRMED or (not code and order.has("confirmedAt")))
    if any(unit.delegated_at is not None for unit in units):
        # Another merchant's items may be delegated while ours are not.
        return not any(unit.ours and unit.delegated_at is not None for unit in units)
    return code not in _DELEGATED


def cancelled_at(order: Node, units: Sequence[Unit], settings: ScayleSettings, version: datetime) -> datetime | None:
    """When the whole order was cancelled; its version where no item says when. None while it stands."""
    by_status = order.text("status") in _CANCELLED_STATUS or _code(order, "order") in _CANCELLED_CODES
    if not by_status and not (units and all(unit.cancelled for unit in units)):
        return None
    times = [item.time("cancelledAt", settings.timezone) for item in order.each("items")]
    return max((when for when in times if when is not None), default=version)


def _code(order: Node, layer: str) -> str:
    return order.inner("detailedStatus").inner(layer).text("code")
