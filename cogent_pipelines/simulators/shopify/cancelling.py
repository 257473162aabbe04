"""Cancelling a whole order: accepted at once, done a moment later, and for good."""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.simulators.shopify import stock
from cogent_pipelines.simulators.shopify.aftersale import CancelJob, Refund, RefundLine, Transaction
from cogent_pipelines.simulators.shopify.money import Bag
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.shop import Shop

LONGEST_NOTE = 255


class CancelRefused(Exception):
    def __init__(self, message: str, field: str | None, code: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


def ask_to_cancel(shop: Shop, order: Order | None, given: Mapping[str, Any]) -> CancelJob:
    """Accept a cancellation, or raise `CancelRefused`."""
    if order is None:
        raise CancelRefused("Order does not exist", "orderId", "NOT_FOUND")
    _must_be_cancellable(order, given)
    method = given.get("refundMethod") or {}
    job = CancelJob(
        f"{shop.random.getrandbits(64):016x}",
        order,
        shop.now_ms() + int(shop.switches.cancel_delay_seconds * 1000),
        given["reason"],
        bool(given["restock"]),
        bool(given.get("refund") or method.get("originalPaymentMethodsRefund")),
        given.get("staffNote"),
    )
    order.cancel_job = job
    shop.cancel_jobs[job.id] = job
    shop.open_cancel_jobs.append(job)
    return job


def _must_be_cancellable(order: Order, given: Mapping[str, Any]) -> None:
    if given.get("refund") is not None and given.get("refundMethod") is not None:
        text = "Only one of the arguments `refund` or `refund_method` is allowed."
        raise CancelRefused(text, "refund", "INVALID")
    if len(given.get("staffNote") or "") > LONGEST_NOTE:
        raise CancelRefused("Staff note is too long. Maximum length is 255 characters.", "staffNote", "INVALID")
    if order.cancelled_at is not None:
        raise CancelRefused("Cannot cancel an order that has already been canceled", "orderId", "INVALID")
    if order.cancel_job is not None:
        raise CancelRefused("Cancellation is already in progress", None, None)
    if any(parcel.status == "SUCCESS" for parcel in order.fulfilments):
        raise CancelRefused("Cannot cancel an order that has outstanding fulfillments", "orderId", "INVALID")


def finish_due(shop: Shop) -> None:
    """Finish the jobs whose time has come. A job never finishes inside the call that asked for it."""
    if not shop.open_cancel_jobs:
        return
    now = shop.now_ms()
    due = [job for job in shop.open_cancel_jobs if job.due <= now]
    shop.open_cancel_jobs = [job for job in shop.open_cancel_jobs if job.due > now]
    for job in due:
        _finish(shop, job)


def _finish(shop: Shop, job: CancelJob) -> None:
    order = job.order
    job.done = True
    now = shop.now_ms()
    taken: list[RefundLine] = []
    for line in order.lines:
        units = line.unfulfilled_quantity
        if job.refund and units:
            taken.append(_refund_line(shop, line, units, restock=job.restock))
        if line.ships:
            (stock.release if job.restock else stock.drop)(shop, line, units)
        if job.restock and job.refund:
            # Recorded: after restock and refund the quantities read 0, without a refund they stay.
            line.refunded += units
            line.cancelled += units
    for part in order.fulfilment_orders:
        if not part.done:
            part.status, part.updated_at = "CLOSED", now
            for row in part.lines:
                row.remaining = 0
    if job.refund:
        _refund_all(shop, order, taken, now)
    order.cancelled_at = order.closed_at = now
    order.cancel_reason, order.cancel_note = job.reason, job.note
    shop.touch(order)
    shop.announce("orders/cancelled", order)
    shop.announce("orders/updated", order)


def _refund_line(shop: Shop, line: Line, units: int, *, restock: bool) -> RefundLine:
    number = shop.numbers.next("RefundLineItem")
    subtotal, tax = line.net.share(units, line.quantity), line.tax.share(units, line.quantity)
    if line.order.taxes_included:
        subtotal = subtotal.minus(tax)
    return RefundLine(number, line, units, "CANCEL" if restock else "NO_RESTOCK", line.location, subtotal, tax)


def _refund_all(shop: Shop, order: Order, taken: list[RefundLine], now: int) -> None:
    """Give back what was paid, or let go of what was only authorised."""
    paid = order.received.minus(order.refunded)
    if paid.shop > 0:
        parent = next(t for t in order.transactions if t.kind in {"SALE", "CAPTURE"})
        back = _transaction(shop, order, "REFUND", parent, paid)
        made = Refund(shop.numbers.next("Refund"), order, None, now, taken, [back], order.current_shipping)
        order.refunds.append(made)
        shop.refunds[made.id] = made
        for shipping in order.shipping_lines:
            shipping.refunded = shipping.net
        shop.announce("refunds/create", made)
    elif any(t.kind == "AUTHORIZATION" for t in order.transactions):
        parent = next(t for t in order.transactions if t.kind == "AUTHORIZATION")
        _transaction(shop, order, "VOID", parent, parent.amount)


def _transaction(shop: Shop, order: Order, kind: str, parent: Transaction, amount: Bag) -> Transaction:
    number = shop.numbers.next("OrderTransaction")
    made = Transaction(number, kind, "SUCCESS", amount, parent.gateway, shop.now_ms(), parent)
    order.transactions.append(made)
    shop.transactions[made.id] = made
    return made
