"""Fields of orders, their lines, customers and buyers, refunds and payments."""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify.graph import fields_payments, fields_people
from cogent_pipelines.simulators.shopify.graph.fields_money import Application, Money
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.money import Bag, wire, zero
from cogent_pipelines.simulators.shopify.people import Address, Customer, PurchasingCompany
from cogent_pipelines.simulators.shopify.records import Line, Order, ShippingLine


def cart_discount(order: Order) -> Bag:
    """The part of the discounts that lay on the whole order."""
    own = [a.amount for line in order.lines for a in line.allocations if a.discount.selection == "ALL"]
    return order.sum_of(own)


def capturable(order: Order) -> Bag:
    held = [t.amount for t in order.transactions if t.kind == "AUTHORIZATION" and t.status == "SUCCESS"]
    taken = [t.amount for t in order.transactions if t.kind in {"CAPTURE", "VOID"} and t.status == "SUCCESS"]
    return order.sum_of(held).minus(order.sum_of(taken))


def taxes_together(order: Order) -> list[Any]:
    """One tax line per title and rate over the whole order."""
    found: dict[tuple[str, float], Any] = {}
    taxes = [tax for line in order.lines for tax in line.taxes]
    taxes += [tax for line in order.shipping_lines for tax in line.taxes]
    for tax in taxes:
        known = found.get((tax.title, tax.rate))
        amount = tax.amount if known is None else known.amount.plus(tax.amount)
        found[tax.title, tax.rate] = tax._replace(amount=amount)
    return list(found.values())


def purchasing_entity(order: Order) -> PurchasingCompany | Customer | None:
    return order.purchaser or order.customer


ORDER_AMOUNTS: dict[str, Callable[[Order], Bag]] = {
    "totalPrice": lambda o: o.total,
    "currentTotalPrice": lambda o: o.current_total,
    "originalTotalPrice": lambda o: o.original_total,
    "subtotalPrice": lambda o: o.subtotal,
    "currentSubtotalPrice": lambda o: o.current_subtotal,
    "totalTax": lambda o: o.tax,
    "currentTotalTax": lambda o: o.current_tax,
    "totalDiscounts": lambda o: o.discounted,
    "currentTotalDiscounts": lambda o: o.current_discounted,
    "cartDiscountAmount": cart_discount,
    "currentCartDiscountAmount": cart_discount,
    "totalShippingPrice": lambda o: o.shipping_original,
    "currentShippingPrice": lambda o: o.current_shipping,
    "totalRefunded": lambda o: o.refunded,
    "totalRefundedShipping": lambda o: o.shipping_refunded,
    "totalReceived": lambda o: o.received,
    "netPayment": lambda o: o.received.minus(o.refunded),
    "totalOutstanding": lambda o: o.current_total.minus(o.received.minus(o.refunded)),
    "totalCapturable": capturable,
    "totalTipReceived": lambda o: zero(o.currencies),
    "refundDiscrepancy": lambda o: zero(o.currencies),
}


ALSO_PLAIN = words(
    "totalPrice subtotalPrice totalTax totalDiscounts cartDiscountAmount totalShippingPrice totalRefunded",
    "totalReceived netPayment totalCapturable",
)
"""Amounts that the older API has as a bare figure in the shop's currency, too."""


def register(registry: Registry) -> None:
    registry.never_met("Metafield", "OrderAdjustment", "PaymentTerms", "Return", "ReturnLineItem", "ChannelInformation")
    registry.never_met("OrderApp", "OrderAttribution", "FulfillmentOrderMerchantRequest")
    registry.never_met("FulfillmentOrderLineItemWarning")
    _order(registry)
    _order_lists(registry)
    _line(registry)
    _shipping_line(registry)
    fields_people.register(registry)
    fields_payments.register(registry)


def _order(registry: Registry) -> None:
    registry.plain(
        "Order",
        id=lambda o: gid("Order", o.id),
        legacyResourceId=lambda o: str(o.id),
        name=lambda o: o.name,
        number=lambda o: o.number,
        confirmationNumber=lambda o: o.confirmation,
        confirmed=lambda _: True,
        sourceName=lambda o: o.source_name,
        sourceIdentifier=lambda o: o.source_identifier,
        registeredSourceUrl=lambda _: None,
        poNumber=lambda o: o.po_number,
        createdAt=lambda o: iso(o.created_at),
        processedAt=lambda o: iso(o.processed_at),
        updatedAt=lambda o: iso(o.updated_at),
        closed=lambda o: o.closed,
        closedAt=lambda o: None if o.closed_at is None else iso(o.closed_at),
        cancelledAt=lambda o: None if o.cancelled_at is None else iso(o.cancelled_at),
        cancelReason=lambda o: o.cancel_reason,
        cancellation=lambda o: o if o.cancelled_at is not None else None,
        test=lambda o: o.test,
        edited=lambda o: o.edited,
        tags=lambda o: o.tags,
        note=lambda o: o.note,
        customAttributes=lambda o: o.attributes,
        email=lambda o: o.email,
        phone=lambda o: o.phone,
        displayFinancialStatus=lambda o: o.financial_status,
        displayFulfillmentStatus=lambda o: o.fulfilment_status,
        returnStatus=lambda _: "NO_RETURN",
        currencyCode=lambda o: o.currencies.shop,
        presentmentCurrencyCode=lambda o: o.currencies.presentment,
        taxesIncluded=lambda o: o.taxes_included,
        taxExempt=lambda _: False,
        estimatedTaxes=lambda _: False,
        dutiesIncluded=lambda _: False,
        taxLines=taxes_together,
        currentTaxLines=taxes_together,
        discountCode=lambda o: next((d.label for d in o.discounts if d.kind == "code"), None),
        discountCodes=lambda o: [d.label for d in o.discounts if d.kind == "code"],
        shippingLine=lambda o: next((s for s in o.shipping_lines if not s.removed), None),
        shippingAddress=lambda o: o.shipping,
        billingAddress=lambda o: o.billing,
        displayAddress=lambda o: o.shipping or o.billing,
        billingAddressMatchesShippingAddress=lambda o: _same_place(o.shipping, o.billing),
        customer=lambda o: o.customer,
        customerAcceptsMarketing=lambda _: False,
        customerLocale=lambda _: "en",
        purchasingEntity=purchasing_entity,
        paymentTerms=lambda _: None,
        paymentGatewayNames=lambda o: sorted({t.gateway for t in o.transactions}),
        subtotalLineItemsQuantity=lambda o: sum(line.quantity for line in o.lines),
        currentSubtotalLineItemsQuantity=lambda o: sum(line.current_quantity for line in o.lines),
        totalWeight=lambda o: str(sum(_grams(line) * line.quantity for line in o.lines)),
        currentTotalWeight=lambda o: str(sum(_grams(line) * line.current_quantity for line in o.lines)),
        requiresShipping=lambda o: any(line.ships for line in o.lines),
        fulfillable=lambda o: any(not part.done for part in o.fulfilment_orders),
        fullyPaid=lambda o: o.financial_status in {"PAID", "PARTIALLY_REFUNDED", "REFUNDED"},
        unpaid=lambda o: o.received.shop == 0,
        capturable=lambda o: capturable(o).shop > 0,
        canMarkAsPaid=lambda o: o.cancelled_at is None and o.received.shop < o.current_total.shop,
        canNotifyCustomer=lambda o: bool(o.email),
        refundable=lambda o: o.received.shop > o.refunded.shop,
        restockable=lambda o: any(line.current_quantity for line in o.lines),
        merchantEditable=lambda o: o.cancelled_at is None,
        merchantEditableErrors=lambda o: [] if o.cancelled_at is None else ["The order cannot be edited."],
        fulfillmentsCount=lambda o: (len(o.fulfilments), "EXACT"),
        transactionsCount=lambda o: (len(o.transactions), "EXACT"),
        risk=lambda o: o,
        channelInformation=lambda _: None,
        app=lambda _: None,
        attribution=lambda _: None,
        cartToken=lambda _: None,
        checkoutToken=lambda _: None,
        landingPageUrl=lambda _: None,
        referrerUrl=lambda _: None,
        clientIp=lambda _: None,
        currentTotalDutiesSet=lambda _: None,
        originalTotalDutiesSet=lambda _: None,
        currentTotalAdditionalFeesSet=lambda _: None,
        originalTotalAdditionalFeesSet=lambda _: None,
        retailLocation=lambda _: None,
        physicalLocation=lambda _: None,
    )
    registry.plain("OrderCancellation", staffNote=lambda o: o.cancel_note)
    registry.plain("OrderRiskSummary", recommendation=lambda _: "ACCEPT")
    for name, amount in ORDER_AMOUNTS.items():
        registry.plain("Order", **{f"{name}Set": amount})
        if name in ALSO_PLAIN:
            registry.plain("Order", **{name: _shop_side(amount)})
    registry.plain("Order", totalTipReceived=lambda o: Money(0, o.currencies.shop))

    @registry.resolver("Order", "statusPageUrl")
    def _status_page(order: Order, _: Arguments, context: RequestContext) -> str:
        return f"https://{context.shop.domain}/account/orders/{order.confirmation.lower()}"


def _shop_side(amount: Any) -> Any:
    def read(order: Order) -> str:
        bag: Bag = amount(order)
        return wire(bag.shop, bag.currencies.shop)

    return read


def _same_place(left: Address | None, right: Address | None) -> bool:
    return (left._replace(id=0) if left else None) == (right._replace(id=0) if right else None)


def _grams(line: Line) -> int:
    return line.variant.item.weight_grams if line.variant else 0


def _order_lists(registry: Registry) -> None:
    @registry.resolver("Order", "lineItems")
    def _lines(order: Order, arguments: Arguments, _: RequestContext) -> Page:
        return page(order.lines, arguments, in_order=True)

    @registry.resolver("Order", "nonFulfillableLineItems")
    def _idle_lines(order: Order, arguments: Arguments, _: RequestContext) -> Page:
        return page([row for row in order.lines if not row.unfulfilled_quantity], arguments, in_order=True)

    @registry.resolver("Order", "shippingLines")
    def _shipping(order: Order, arguments: Arguments, _: RequestContext) -> Page:
        rows = [row for row in order.shipping_lines if arguments.get("includeRemovals") or not row.removed]
        return page(rows, arguments, in_order=True)

    @registry.resolver("Order", "discountApplications")
    def _applications(order: Order, arguments: Arguments, _: RequestContext) -> Page:
        rows = [Application(row) for row in order.discounts]
        return page(rows, arguments, id_of=lambda row: row.discount.place, in_order=True)

    @registry.resolver("Order", "refunds")
    def _refunds(order: Order, arguments: Arguments, _: RequestContext) -> list[Any]:
        return order.refunds[: arguments.get("first")]

    @registry.resolver("Order", "returns")
    def _returns(_: Order, arguments: Arguments, __: RequestContext) -> Page:
        # The simulator's shop takes no returns, so that there are none is the truth.
        return page([], arguments)

    @registry.resolver("Order", "transactions")
    def _transactions(order: Order, arguments: Arguments, _: RequestContext) -> list[Any]:
        return order.transactions[: arguments.get("first")]


def _line(registry: Registry) -> None:
    registry.plain(
        "LineItem",
        id=lambda row: f"gid://shopify/LineItem/{row.id}",
        sku=lambda row: row.sku,
        title=lambda row: row.title,
        name=lambda row: f"{row.title} - {row.variant.title}" if _titled(row) else row.title,
        variantTitle=lambda row: row.variant.display_title if row.variant else None,
        vendor=lambda row: row.variant.product.vendor if row.variant else None,
        quantity=lambda row: row.quantity,
        currentQuantity=lambda row: row.current_quantity,
        refundableQuantity=lambda row: row.current_quantity,
        unfulfilledQuantity=lambda row: row.unfulfilled_quantity,
        fulfillableQuantity=lambda row: row.unfulfilled_quantity,
        nonFulfillableQuantity=lambda row: row.removed + row.cancelled,
        fulfillmentStatus=_line_status,
        requiresShipping=lambda row: row.ships,
        taxable=lambda row: row.taxable,
        isGiftCard=lambda row: row.gift_card,
        restockable=lambda row: row.variant is not None,
        canRestock=lambda row: row.variant is not None,
        merchantEditable=lambda row: bool(row.unfulfilled_quantity),
        originalUnitPriceSet=lambda row: row.price,
        originalUnitPrice=lambda row: wire(row.price.shop, row.price.currencies.shop),
        originalTotalSet=lambda row: row.original_total,
        originalTotal=lambda row: wire(row.original_total.shop, row.price.currencies.shop),
        totalDiscountSet=own_discounts,
        totalDiscount=lambda row: wire(own_discounts(row).shop, row.price.currencies.shop),
        discountedUnitPriceSet=lambda row: row.original_total.minus(row.line_discounts).share(1, row.quantity),
        discountedUnitPriceAfterAllDiscountsSet=lambda row: row.net.share(1, row.quantity),
        priceAfterAllDiscountsBeforeTaxesSet=before_taxes,
        unfulfilledOriginalTotalSet=lambda row: row.price.times(row.unfulfilled_quantity),
        unfulfilledDiscountedTotalSet=lambda row: row.net.share(row.unfulfilled_quantity, row.quantity),
        discountAllocations=lambda row: row.allocations,
        variant=lambda row: row.variant,
        product=lambda row: row.variant.product if row.variant else None,
        customAttributes=lambda row: row.attributes,
        lineItemGroup=lambda row: row.group,
        weight=lambda row: row.variant.item if row.variant else None,
    )
    registry.plain(
        "LineItemGroup",
        id=lambda g: gid("LineItemGroup", g.id),
        title=lambda g: g.title,
        quantity=lambda g: g.quantity,
        variantId=lambda g: gid("ProductVariant", g.variant_id) if g.variant_id else None,
        variantSku=lambda g: g.variant_sku,
        productId=lambda g: gid("Product", g.product_id) if g.product_id else None,
        customAttributes=lambda g: g.attributes,
    )

    @registry.resolver("LineItem", "taxLines")
    def _taxes(line: Line, arguments: Arguments, _: RequestContext) -> Any:
        return line.taxes[: arguments.get("first")]

    @registry.resolver("LineItem", "discountedTotalSet")
    def _discounted(line: Line, arguments: Arguments, _: RequestContext) -> Bag:
        taken = own_discounts(line) if arguments.get("withCodeDiscounts") else line.line_discounts
        return line.original_total.minus(taken)


def _titled(line: Line) -> bool:
    return line.variant is not None and line.variant.display_title is not None


def own_discounts(line: Line) -> Bag:
    """All that lies on this line alone, by code or not; order-wide discounts are left out."""
    zero_bag = zero(line.price.currencies)
    for allocation in line.allocations:
        if allocation.discount.selection != "ALL":
            zero_bag = zero_bag.plus(allocation.amount)
    return zero_bag


def before_taxes(line: Line) -> Bag:
    """What the current units cost after all discounts, with any tax inside the price taken out."""
    net = line.current(line.net)
    return net.minus(line.current(line.tax)) if line.order.taxes_included else net


def _line_status(line: Line) -> str:
    if line.fulfilled == 0:
        return "unfulfilled"
    return "partial" if line.unfulfilled_quantity else "fulfilled"


def _shipping_line(registry: Registry) -> None:
    registry.plain(
        "ShippingLine",
        id=lambda s: gid("ShippingLine", s.id),
        title=lambda s: s.title,
        code=lambda s: s.code,
        source=lambda s: s.source,
        carrierIdentifier=lambda s: s.carrier,
        deliveryCategory=lambda _: None,
        custom=lambda _: False,
        isRemoved=lambda s: s.removed,
        phone=lambda _: None,
        shippingRateHandle=lambda _: None,
        originalPriceSet=lambda s: s.price,
        originalPrice=lambda s: Money(s.price.shop, s.price.currencies.shop),
        price=lambda s: wire(s.price.shop, s.price.currencies.shop),
        discountedPriceSet=lambda s: s.net,
        discountedPrice=lambda s: Money(s.net.shop, s.price.currencies.shop),
        currentDiscountedPriceSet=_current_shipping,
        discountAllocations=lambda s: s.allocations,
        taxLines=lambda s: s.taxes,
    )


def _current_shipping(line: ShippingLine) -> Bag:
    return zero(line.price.currencies) if line.removed else line.net.minus(line.refunded)
