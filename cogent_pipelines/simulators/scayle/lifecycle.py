"""The life of an order: which state follows which, what is invoiced, what is told (order-lifecycle page, read 2026-11).

PENDED → CONFIRMED → DELEGATED → SHIPPED → INVOICED, or ABORTED → CANCELLED when no item is left. Who asks the merchant is
`delegation`; what merchants and customers ask for is `fulfilling` and `cancelling`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.simulators.scayle import stock
from cogent_pipelines.simulators.scayle.records import Invoice, Item, ItemState, Merchant, Order, OrderState
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import whole_seconds

GIVEN_UP = {
    ItemState.CANCELLED: "order-item-cancelled",
    ItemState.OUT_OF_STOCK: "order-item-out-of-stock",
    ItemState.UNSHIPPABLE: "order-item-unshippable",
}


def confirm(tenant: Tenant, order: Order) -> None:
    """The payment is valid: the units are blocked, and the order will be handed over."""
    now = tenant.now()
    order.state = OrderState.CONFIRMED
    order.confirmed_at = whole_seconds(now)
    order.paid = True
    tenant.undespatched.append(order)
    stock.block(tenant, order.items, now)
    tenant.touch(order)
    tenant.order_event("order-confirmed", order)


def merchants_of(order: Order) -> list[Merchant]:
    """The merchants that have something left to send."""
    found = {item.stock.merchant.id: item.stock.merchant for item in order.items if item.waits}
    return list(found.values())


def delegated(tenant: Tenant, order: Order, merchant: Merchant) -> None:
    """A merchant has taken his items."""
    now = whole_seconds(tenant.now())
    items = [item for item in order.items if item.stock.merchant is merchant and item.state is ItemState.OPEN]
    for item in items:
        item.state, item.delegated_at, item.updated_at = ItemState.DELEGATED, now, now
    if items and order.state is OrderState.CONFIRMED:
        order.state, order.delegated_at = OrderState.DELEGATED, now
        tenant.order_event("order-delegated", order, items)
    if not any(item.state is ItemState.OPEN for item in order.items):
        tenant.open_orders.pop(order.id, None)
    tenant.touch(order)


def give_up(tenant: Tenant, order: Order, items: Sequence[Item], state: ItemState) -> None:
    """Items will not be sent. The last of them ends the order."""
    now = whole_seconds(tenant.now())
    for item in items:
        stock.give_up(tenant, item, state)
        item.cancelled_at = item.updated_at = now
    if items and order.confirmed_at is not None:
        tenant.order_event(GIVEN_UP[state], order, items)
    if items and order.force_closed:
        _invoice(tenant, order, "corrective_invoice")
        tenant.order_event("order-corrective-invoiced", order, items)
    tenant.touch(order)
    settle(tenant, order)


def settle(tenant: Tenant, order: Order) -> None:
    """Move an order on once nothing of it waits any more."""
    if order.state in {OrderState.INVOICED, OrderState.CANCELLED} or any(item.waits for item in order.items):
        return
    if not any(item.left for item in order.items):
        _cancel(tenant, order)
    elif order.state is not OrderState.SHIPPED:
        _all_sent(tenant, order)


def _cancel(tenant: Tenant, order: Order) -> None:
    order.state = OrderState.CANCELLED
    tenant.open_orders.pop(order.id, None)
    tenant.touch(order)
    tenant.order_event("order-cancelled", order)


def _all_sent(tenant: Tenant, order: Order) -> None:
    order.state, order.shipped_at = OrderState.SHIPPED, whole_seconds(tenant.now())
    tenant.open_orders[order.id] = order
    tenant.touch(order)
    invoice_due(tenant, order)


def sent(tenant: Tenant, order: Order, items: Sequence[Item]) -> None:
    """A parcel with these items has left."""
    now = whole_seconds(tenant.now())
    for item in items:
        item.state, item.shipped_at, item.updated_at = ItemState.SHIPPED, now, now
        tenant.sent[item.variant.key] += 1
    tenant.touch(order)
    tenant.order_event("order-package-shipped", order, items)
    if not order.force_closed:
        _charge(tenant, order, items)
    settle(tenant, order)


def undeliverable(tenant: Tenant, order: Order, items: Sequence[Item]) -> None:
    """A parcel could not be delivered; by what call a merchant says so is not published."""
    order.undeliverable = True
    tenant.touch(order)
    tenant.order_event("order-package-undeliverable", order, items)


def _charge(tenant: Tenant, order: Order, items: Sequence[Item]) -> None:
    """Invoice what has left and take the money: each parcel by itself, unless a switch says all at once."""
    if not tenant.switches.full_invoicing:
        _invoice(tenant, order, "partial_invoice")
        tenant.order_event("order-partially-invoiced", order, items)
    tenant.order_event("payment-capture", order, items)


def returned(tenant: Tenant, order: Order, items: Sequence[Item], reason: str, received: datetime) -> None:
    """Goods are back at the merchant: the items are returned, a corrective invoice is made, the money goes back."""
    for item in items:
        item.state, item.return_reason = ItemState.RETURNED, reason
        item.returned_at, item.updated_at = received, whole_seconds(tenant.now())
    _invoice(tenant, order, "corrective_invoice")
    tenant.touch(order)
    for event in ("order-item-returned", "order-corrective-invoiced", "payment-refund"):
        tenant.order_event(event, order, items)


def _invoice(tenant: Tenant, order: Order, kind: str) -> None:
    number = tenant.next("invoice")
    order.invoices.append(Invoice(number, kind, number, whole_seconds(tenant.now())))


# ---- what time does


def due(tenant: Tenant) -> None:
    """Do what is due by now: confirmations, invoices, forced closures. Handing over is `delegation`'s."""
    for order in list(tenant.open_orders.values()):
        confirm_due(tenant, order)
        invoice_due(tenant, order)
    _close_due(tenant)


def next_due(tenant: Tenant) -> datetime | None:
    """When the next order moves on by itself: confirmed, counted as delegated, invoiced."""
    switches = tenant.switches
    waits = {
        OrderState.PENDED: switches.confirm_seconds,
        OrderState.CONFIRMED: switches.delegation_seconds,
        OrderState.SHIPPED: switches.invoice_seconds,
    }
    found = []
    for order in tenant.open_orders.values():
        since = order.shipped_at or order.confirmed_at or (order.created_at if order.paid else None)
        if order.state in waits and since is not None:
            found.append(since + timedelta(seconds=waits[order.state]))
    # What is due already and still there waits for something else: a merchant's answer.
    return min((moment for moment in found if moment > tenant.now()), default=None)


def confirm_due(tenant: Tenant, order: Order) -> None:
    wait = timedelta(seconds=tenant.switches.confirm_seconds)
    if order.state is OrderState.PENDED and order.paid and tenant.now() >= order.created_at + wait:
        confirm(tenant, order)


def invoice_due(tenant: Tenant, order: Order) -> None:
    wait = timedelta(seconds=tenant.switches.invoice_seconds)
    if order.state is not OrderState.SHIPPED or order.shipped_at is None or tenant.now() < order.shipped_at + wait:
        return
    order.state, order.invoiced_at = OrderState.INVOICED, whole_seconds(tenant.now())
    tenant.open_orders.pop(order.id, None)
    tenant.touch(order)
    if tenant.switches.full_invoicing:
        _invoice(tenant, order, "invoice")
        tenant.order_event("order-invoiced", order)


def _close_due(tenant: Tenant) -> None:
    """No shipment within fourteen days: the order is closed and counts as shipped."""
    span, now = timedelta(seconds=tenant.switches.force_close_seconds), tenant.now()
    later = []
    while tenant.undespatched:
        order = tenant.undespatched[0]
        if order.confirmed_at is not None and now - order.confirmed_at < span:
            break
        tenant.undespatched.popleft()
        since = order.delegated_at or order.confirmed_at
        if order.state not in {OrderState.CONFIRMED, OrderState.DELEGATED} or since is None:
            continue
        if now - since < span:
            later.append(order)
            continue
        order.force_closed = True
        unsent = waiting(order.items)
        tenant.note("order closed by force", order=order.id, items=[item.id for item in unsent])
        _charge(tenant, order, unsent)
        _all_sent(tenant, order)
    tenant.undespatched.extendleft(reversed(later))


def waiting(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.waits]
