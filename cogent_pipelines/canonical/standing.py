"""Whether an order, as it is now, is to go to the warehouse. What becomes of it there is `sales_order`'s matter."""

from dataclasses import dataclass
from enum import StrEnum

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.exception_case import NOTHING_TO_SHIP
from cogent_pipelines.canonical.order import Order


class StandingState(StrEnum):
    PENDING = "pending"
    """To be sent."""
    WAITING = "waiting"
    """Not yet, or not at all unless the storefront says otherwise: unpaid, on hold, a test."""
    HELD = "held"
    """A person should look: there is nothing that a warehouse could ship."""
    CANCELLED = "cancelled"
    """Never: cancelled, or every line that had to be shipped was taken off."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`reason` is a word for the ledger and the desk, such as `payment_pending`, `on_hold` or `shipped_elsewhere`."""

    state: StandingState
    reason: str = ""


def standing_of(order: Order, rules: InjectionRules) -> Standing:
    """Judge an order by its own words and the connection's rules; catalogue and address are looked at before sending."""
    if order.cancelled_at is not None:
        return Standing(StandingState.CANCELLED, order.cancel_reason or "cancelled")
    if order.is_test and not rules.include_test_orders:
        return Standing(StandingState.WAITING, "test_order")
    return _by_goods(order) or _by_payment(order, rules) or Standing(StandingState.PENDING)


def _by_goods(order: Order) -> Standing | None:
    shippable = [line for line in order.lines if line.requires_shipping and line.ordered > 0]
    if not shippable:
        return Standing(StandingState.HELD, NOTHING_TO_SHIP.code)
    if all(line.current <= 0 for line in shippable):
        return Standing(StandingState.CANCELLED, "every_line_removed")
    if all(line.to_ship <= 0 for line in shippable):
        return Standing(StandingState.WAITING, "shipped_elsewhere")
    return None


def _by_payment(order: Order, rules: InjectionRules) -> Standing | None:
    if order.payment not in rules.payment_states:
        return Standing(StandingState.WAITING, f"payment_{order.payment}")
    if order.on_hold:
        return Standing(StandingState.WAITING, "on_hold")
    return None
