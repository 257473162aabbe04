"""Fields of orders, their lines, customers and buyers, refunds and payments."""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify.graph.fields_money import Application, Money
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.money import Bag, wire, zero
from cogent_pipelines.simulators.shopify.records import (
    Address,
    Customer,
    Line,
    Order,
    PurchasingCompany,
    RefundLine,
    ShippingLine,
)


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
    _people(registry)
    _payments(registry)


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


def _people(registry: Registry) -> None:
    registry.plain(
        "MailingAddress",
        id=lambda a: f"gid://shopify/MailingAddress/{a.id}?model_name=Address",
        firstName=lambda a: a.first_name,
        lastName=lambda a: a.last_name,
        name=lambda a: " ".join(part for part in (a.first_name, a.last_name) if part) or None,
        company=lambda a: a.company,
        address1=lambda a: a.address1,
        address2=lambda a: a.address2,
        city=lambda a: a.city,
        province=lambda a: a.province,
        provinceCode=lambda a: a.province_code,
        zip=lambda a: a.zip,
        country=lambda a: a.country,
        countryCode=lambda a: a.country_code,
        countryCodeV2=lambda a: a.country_code,
        phone=lambda a: a.phone,
        latitude=lambda _: None,
        longitude=lambda _: None,
        coordinatesValidated=lambda _: False,
        timeZone=lambda _: None,
        formattedArea=lambda a: ", ".join(part for part in (a.city, a.province_code, a.country) if part),
    )

    @registry.resolver("MailingAddress", "formatted")
    def _formatted(address: Address, arguments: Arguments, _: RequestContext) -> list[str]:
        name = " ".join(part for part in (address.first_name, address.last_name) if part)
        rows = [name if arguments.get("withName") else None, address.company if arguments.get("withCompany") else None]
        rows += [address.address1, address.address2, address.city, address.province, address.zip, address.country]
        return [row for row in rows if row]

    registry.plain(
        "Customer",
        id=lambda c: gid("Customer", c.id),
        legacyResourceId=lambda c: str(c.id),
        firstName=lambda c: c.first_name,
        lastName=lambda c: c.last_name,
        displayName=lambda c: " ".join(p for p in (c.first_name, c.last_name) if p) or c.email or "",
        email=lambda c: c.email,
        phone=lambda c: c.phone,
        defaultEmailAddress=lambda c: c if c.email else None,
        defaultPhoneNumber=lambda c: c if c.phone else None,
        tags=lambda c: c.tags,
        note=lambda _: None,
        locale=lambda _: "en",
        state=lambda _: "DISABLED",
        taxExempt=lambda _: False,
        verifiedEmail=lambda c: bool(c.email),
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain("CustomerEmailAddress", emailAddress=lambda c: c.email, validFormat=lambda _: True)
    registry.plain("CustomerPhoneNumber", phoneNumber=lambda c: c.phone)

    @registry.resolver("Customer", "numberOfOrders")
    def _orders_of(customer: Customer, _: Arguments, context: RequestContext) -> str:
        return str(sum(order.customer is customer for order in context.shop.orders.values()))

    registry.plain(
        "PurchasingCompany",
        company=lambda p: p.company,
        location=lambda p: p.location,
        contact=lambda p: p.contact,
    )
    registry.plain(
        "Company",
        id=lambda c: gid("Company", c.id),
        name=lambda c: c.name,
        externalId=lambda c: c.external_id,
        note=lambda _: None,
        createdAt=lambda c: iso(c.created_at),
        customerSince=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain(
        "CompanyLocation",
        id=lambda c: gid("CompanyLocation", c.id),
        company=lambda c: c.company,
        name=lambda c: c.name,
        externalId=lambda c: c.external_id,
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain(
        "CompanyContact",
        id=lambda c: gid("CompanyContact", c.id),
        company=lambda c: c.company,
        customer=lambda c: c.customer,
        title=lambda c: c.title,
        isMainContact=lambda _: True,
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )


def _payments(registry: Registry) -> None:
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
