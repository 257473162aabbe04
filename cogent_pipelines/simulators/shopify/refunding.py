"""Refunds: money back, units taken off, goods put back or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.shopify import stock
from cogent_pipelines.simulators.shopify.aftersale import Refund, RefundLine, Transaction
from cogent_pipelines.simulators.shopify.catalogue import Location
from cogent_pipelines.simulators.shopify.ids import number_of
from cogent_pipelines.simulators.shopify.money import Bag, bag_of_presentment, minor_units, wire, zero
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.shop import Shop


class RefundRefused(Exception):
    def __init__(self, message: str, field: Sequence[str] | None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    units: int
    restock: str
    location: Location | None


def refund(shop: Shop, given: Mapping[str, Any]) -> Refund:
    """Book a refund, or raise `RefundRefused` and change nothing."""
    order = shop.orders.get(number_of(given["orderId"], "Order") or 0)
    if order is None:
        raise RefundRefused("Order does not exist", ["orderId"])
    rows = [_row(shop, order, index, row) for index, row in enumerate(given.get("refundLineItems") or ())]
    _must_not_exceed(rows)
    transactions = [_transaction(shop, order, row) for row in given.get("transactions") or ()]
    _must_be_paid(order, transactions, over=bool(given.get("allowOverRefunding")))
    shipping = _shipping(order, given.get("shipping"))
    made = Refund(
        shop.numbers.next("Refund"),
        order,
        given.get("note"),
        shop.now_ms(),
        [_booked(shop, row) for row in rows],
        transactions,
        shipping,
    )
    order.refunds.append(made)
    shop.refunds[made.id] = made
    for transaction in transactions:
        order.transactions.append(transaction)
        shop.transactions[transaction.id] = transaction
    if shipping.shop and order.shipping_lines:
        order.shipping_lines[0].refunded = order.shipping_lines[0].refunded.plus(shipping)
    shop.touch(order)
    shop.announce("refunds/create", made)
    shop.announce("orders/updated", order)
    return made


def _row(shop: Shop, order: Order, index: int, given: Mapping[str, Any]) -> _Row:
    line = shop.lines.get(number_of(given["lineItemId"], "LineItem") or 0)
    if line is None or line.order is not order:
        raise RefundRefused("Line item does not exist", ["refundLineItems", str(index), "lineItemId"])
    restock = given.get("restockType") or "NO_RESTOCK"
    if restock == "LEGACY_RESTOCK":
        raise RefundRefused("Restock type is invalid", ["refundLineItems", str(index), "restockType"])
    place = given.get("locationId")
    location = shop.locations.get(number_of(place, "Location") or 0) if place else line.location
    return _Row(line, int(given["quantity"]), restock, location)


def _must_not_exceed(rows: list[_Row]) -> None:
    for index, row in enumerate(rows):
        left = row.line.current_quantity
        if row.restock == "CANCEL":
            left = min(left, row.line.unfulfilled_quantity)
        if row.units > left or row.units < 1:
            text = "Quantity cannot refund more items than were purchased"
            raise RefundRefused(text, ["refundLineItems", str(index), "quantity"])


def _transaction(shop: Shop, order: Order, given: Mapping[str, Any]) -> Transaction:
    if given["kind"] != "REFUND":
        raise RefundRefused(f"Kind {given['kind'].lower()} is not a valid transaction", None)
    parent = shop.transactions.get(number_of(given.get("parentId") or "", "OrderTransaction") or 0)
    if parent is None or parent not in order.transactions:
        raise RefundRefused("Transactions require a parent_id associated with the order", ["transactions"])
    amount = bag_of_presentment(minor_units(given["amount"], order.currencies.presentment), order.currencies)
    number = shop.numbers.next("OrderTransaction")
    return Transaction(number, "REFUND", "SUCCESS", amount, given["gateway"], shop.now_ms(), parent)


def _must_be_paid(order: Order, transactions: list[Transaction], *, over: bool) -> None:
    asked = order.sum_of([row.amount for row in transactions])
    left = order.received.minus(order.refunded)
    if asked.shop > left.shop and not over:
        text = f"Refund amount {_dollars(asked)} is greater than net payment received {_dollars(left)}"
        raise RefundRefused(text, None)


def _dollars(bag: Bag) -> str:
    whole, _, part = wire(bag.shop, bag.currencies.shop).partition(".")
    return f"${whole}.{part.ljust(2, '0')}"


def _shipping(order: Order, given: Mapping[str, Any] | None) -> Bag:
    if not given:
        return zero(order.currencies)
    if given.get("fullRefund"):
        return order.current_shipping
    amount = minor_units(given.get("amount") or "0", order.currencies.presentment)
    return bag_of_presentment(amount, order.currencies)


def _booked(shop: Shop, row: _Row) -> RefundLine:
    line = row.line
    subtotal, tax = line.net.share(row.units, line.quantity), line.tax.share(row.units, line.quantity)
    if line.order.taxes_included:
        subtotal = subtotal.minus(tax)
    line.refunded += row.units
    # Units not sent yet go off the fulfilment orders first; only what is beyond them had been sent.
    unsent = min(row.units, line.unfulfilled_quantity) if row.restock != "RETURN" else 0
    if unsent:
        take_off(shop, line, unsent, restock=row.restock == "CANCEL")
        line.cancelled += unsent
    if row.restock == "RETURN":
        stock.take_back(shop, line, row.units)
    number = shop.numbers.next("RefundLineItem")
    return RefundLine(number, line, row.units, row.restock, row.location, subtotal, tax)


def take_off(shop: Shop, line: Line, units: int, *, restock: bool) -> None:
    """Take unsent units of a line off its fulfilment orders; call before the line's own count is changed."""
    now, left = shop.now_ms(), units
    for part in line.order.fulfilment_orders:
        if part.done:
            continue
        for row in part.lines:
            if row.line is line and left:
                taken = min(left, row.remaining)
                row.remaining -= taken
                row.total -= taken
                left -= taken
                part.updated_at = now
        if not any(row.remaining for row in part.lines):
            part.status = "CLOSED"
    if line.ships:
        (stock.release if restock else stock.drop)(shop, line, units)
