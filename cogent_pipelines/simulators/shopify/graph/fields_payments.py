"""Fields of payments and refunds."""

from typing import Any

from cogent_pipelines.simulators.shopify.aftersale import RefundLine
from cogent_pipelines.simulators.shopify.graph.fields_money import Money
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.money import Bag, wire, zero


def register(registry: Registry) -> None:
    registry.plain(
        "OrderTransaction",
        id=lambda t: gid("OrderTransaction", t.id),
        kind=lambda t: t.kind,
        status=lambda t: t.status,
        gateway=lambda t: t.gateway,
        formattedGateway=lambda t: t.gateway.replace("_", " ").title(),
        amount=lambda t: wire(t.amount.shop, t.amount.currencies.shop),
        amountSet=lambda t: t.amount,
        parentTransaction=lambda t: t.parent,
        errorCode=lambda _: None,
        paymentId=lambda t: f"sim.{t.id}",
        test=lambda _: True,
        manualPaymentGateway=lambda t: t.gateway == "manual",
        createdAt=lambda t: iso(t.created_at),
        processedAt=lambda t: iso(t.created_at),
    )
    registry.plain(
        "Refund",
        id=lambda r: gid("Refund", r.id),
        legacyResourceId=lambda r: str(r.id),
        note=lambda r: r.note,
        order=lambda r: r.order,
        totalRefundedSet=lambda r: r.order.sum_of([t.amount for t in r.transactions]),
        totalRefunded=lambda r: Money(r.order.sum_of([t.amount for t in r.transactions]).shop, r.order.currencies.shop),
        return_=lambda _: None,
        createdAt=lambda r: iso(r.created_at),
        processedAt=lambda r: iso(r.created_at),
        updatedAt=lambda r: iso(r.created_at),
    )

    @registry.resolver("Refund", "refundLineItems")
    def _refund_lines(refund: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page(refund.lines, arguments, in_order=True)

    @registry.resolver("Refund", "transactions")
    def _refund_transactions(refund: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page(refund.transactions, arguments, in_order=True)

    @registry.resolver("Refund", "orderAdjustments")
    def _adjustments(_: Any, arguments: Arguments, __: RequestContext) -> Page:
        return page([], arguments)

    @registry.resolver("Refund", "refundShippingLines")
    def _shipping_lines(refund: Any, arguments: Arguments, _: RequestContext) -> Page:
        rows = [refund] if refund.shipping.shop else []
        return page(rows, arguments, in_order=True)

    registry.plain(
        "RefundShippingLine",
        id=lambda r: gid("RefundShippingLine", r.id),
        shippingLine=lambda r: r.order.shipping_lines[0],
        subtotalAmountSet=lambda r: r.shipping,
        taxAmountSet=lambda r: zero(r.order.currencies),
    )
    registry.plain(
        "RefundLineItem",
        id=lambda r: gid("RefundLineItem", r.id),
        lineItem=lambda r: r.line,
        quantity=lambda r: r.quantity,
        restockType=lambda r: r.restock_type,
        restocked=lambda r: r.restock_type in {"RETURN", "CANCEL"},
        location=lambda r: r.location,
        priceSet=lambda r: r.line.price,
        price=lambda r: wire(r.line.price.shop, r.line.price.currencies.shop),
        subtotalSet=lambda r: r.subtotal,
        subtotal=lambda r: _shop_amount(r, r.subtotal),
        totalTaxSet=lambda r: r.tax,
        totalTax=lambda r: _shop_amount(r, r.tax),
    )


def _shop_amount(row: RefundLine, bag: Bag) -> str:
    return wire(bag.shop, row.line.price.currencies.shop)
