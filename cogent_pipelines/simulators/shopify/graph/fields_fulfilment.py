"""Fields of fulfilment orders and fulfilments."""

from typing import Any

from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.parcels import Fulfilment, FulfilmentOrder
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.shop import Shop

HOLD_WORDS = {
    "AWAITING_PAYMENT": "Awaiting payment",
    "AWAITING_RETURN_ITEMS": "Awaiting return items",
    "HIGH_RISK_OF_FRAUD": "High risk of fraud",
    "INCORRECT_ADDRESS": "Incorrect address",
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL": "Awaiting post-purchase offer",
    "UNKNOWN_DELIVERY_DATE": "Unknown delivery date",
    "OTHER": "Other",
}


def visible(part: FulfilmentOrder, context: RequestContext) -> bool:
    """Say whether the app's scopes show it; what they do not is silently left out."""
    kind = "third_party" if part.location.fulfilment_service else "merchant_managed"
    return bool(
        context.scopes & {f"read_{kind}_fulfillment_orders", f"write_{kind}_fulfillment_orders"}
        or (
            part.location.fulfilment_service
            and context.scopes & {"read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"}
        )
    )


def supported_actions(part: FulfilmentOrder, shop: Shop) -> list[str]:
    if part.done:
        return []
    if part.status == "ON_HOLD":
        return ["RELEASE_HOLD", "HOLD", "MOVE"]
    actions = ["CREATE_FULFILLMENT", "HOLD"]
    actions.append("MARK_AS_OPEN" if part.status == "IN_PROGRESS" else "REPORT_PROGRESS")
    if len(shop.locations) > 1 and part.status == "OPEN":
        actions.append("MOVE")
    if sum(row.remaining for row in part.lines) > 1:
        actions.append("SPLIT")
    return actions


def register(registry: Registry) -> None:
    _fulfilment_orders(registry)
    _parts_of_them(registry)
    _fulfilments(registry)


def _fulfilment_orders(registry: Registry) -> None:
    registry.plain(
        "FulfillmentOrder",
        id=lambda part: gid("FulfillmentOrder", part.id),
        status=lambda part: part.status,
        requestStatus=lambda part: part.request_status,
        order=lambda part: part.order,
        orderId=lambda part: gid("Order", part.order.id),
        orderName=lambda part: part.order.name,
        orderProcessedAt=lambda part: iso(part.order.processed_at),
        assignedLocation=lambda part: part.location,
        destination=lambda part: part if part.order.shipping is not None else None,
        deliveryMethod=lambda part: part,
        fulfillAt=lambda part: iso(part.created_at),
        fulfillBy=lambda _: None,
        fulfillmentHolds=lambda part: part.holds,
        createdAt=lambda part: iso(part.created_at),
        updatedAt=lambda part: iso(part.updated_at),
    )
    registry.plain("FulfillmentOrderSupportedAction", action=lambda name: name, externalUrl=lambda _: None)

    @registry.resolver("FulfillmentOrder", "supportedActions")
    def _actions(part: FulfilmentOrder, _: Arguments, context: RequestContext) -> list[str]:
        return supported_actions(part, context.shop)

    @registry.resolver("FulfillmentOrder", "lineItems")
    def _lines(part: FulfilmentOrder, arguments: Arguments, _: RequestContext) -> Page:
        return page(part.lines, arguments, in_order=True)

    @registry.resolver("FulfillmentOrder", "fulfillments")
    def _parcels(part: FulfilmentOrder, arguments: Arguments, _: RequestContext) -> Page:
        rows = [parcel for parcel in part.order.fulfilments if part in parcel.fulfilment_orders]
        return page(rows, arguments, in_order=True)

    @registry.resolver("FulfillmentOrder", "merchantRequests")
    def _requests(_: FulfilmentOrder, arguments: Arguments, __: RequestContext) -> Page:
        return page([], arguments)

    @registry.resolver("Order", "fulfillmentOrders")
    def _of_order(order: Order, arguments: Arguments, context: RequestContext) -> Page:
        rows = [part for part in order.fulfilment_orders if visible(part, context)]
        return page(rows, arguments, in_order=True)

    @registry.resolver("Order", "fulfillments")
    def _fulfillments(order: Order, arguments: Arguments, _: RequestContext) -> list[Fulfilment]:
        return order.fulfilments[: arguments.get("first")]


def _parts_of_them(registry: Registry) -> None:
    registry.plain(
        "FulfillmentOrderLineItem",
        id=lambda row: gid("FulfillmentOrderLineItem", row.id),
        lineItem=lambda row: row.line,
        totalQuantity=lambda row: row.total,
        remainingQuantity=lambda row: row.remaining,
        sku=lambda row: row.line.sku,
        productTitle=lambda row: row.line.title,
        variantTitle=lambda row: row.line.variant.display_title if row.line.variant else None,
        vendor=lambda row: row.line.variant.product.vendor if row.line.variant else None,
        variant=lambda row: row.line.variant,
        inventoryItemId=lambda row: gid("InventoryItem", row.line.variant.item.id) if row.line.variant else None,
        requiresShipping=lambda row: row.line.ships,
        originalUnitPriceSet=lambda row: row.line.price,
        financialSummaries=lambda row: [row],
        shippingLine=lambda row: next(iter(row.line.order.shipping_lines), None),
        weight=lambda row: row.line.variant.item if row.line.variant else None,
        warnings=lambda _: [],
    )
    registry.plain(
        "FulfillmentOrderLineItemFinancialSummary",
        originalUnitPriceSet=lambda row: row.line.price,
        approximateDiscountedUnitPriceSet=lambda row: row.line.net.share(1, row.line.quantity),
        quantity=lambda row: row.total,
    )
    registry.plain(
        "FulfillmentOrderAssignedLocation",
        location=lambda place: place,
        name=lambda place: place.name,
        address1=lambda place: place.address.get("address1"),
        address2=lambda place: place.address.get("address2"),
        city=lambda place: place.address.get("city"),
        province=lambda place: place.address.get("province"),
        zip=lambda place: place.address.get("zip"),
        countryCode=lambda place: place.address.get("countryCode"),
        phone=lambda place: place.address.get("phone"),
    )
    registry.plain(
        "FulfillmentOrderDestination",
        id=lambda part: gid("FulfillmentOrderDestination", part.id),
        firstName=lambda part: part.order.shipping.first_name,
        lastName=lambda part: part.order.shipping.last_name,
        company=lambda part: part.order.shipping.company,
        address1=lambda part: part.order.shipping.address1,
        address2=lambda part: part.order.shipping.address2,
        city=lambda part: part.order.shipping.city,
        province=lambda part: part.order.shipping.province,
        zip=lambda part: part.order.shipping.zip,
        countryCode=lambda part: part.order.shipping.country_code,
        phone=lambda part: part.order.shipping.phone,
        email=lambda part: part.order.email,
        location=lambda _: None,
    )
    registry.plain(
        "DeliveryMethod",
        id=lambda part: gid("DeliveryMethod", part.id),
        methodType=lambda part: part.method,
        presentedName=lambda part: next((s.title for s in part.order.shipping_lines), None),
        serviceCode=lambda part: next((s.code for s in part.order.shipping_lines), None),
        sourceReference=lambda _: None,
        minDeliveryDateTime=lambda _: None,
        maxDeliveryDateTime=lambda _: None,
    )
    registry.plain(
        "FulfillmentHold",
        id=lambda hold: gid("FulfillmentHold", hold.id),
        reason=lambda hold: hold.reason,
        reasonNotes=lambda hold: hold.notes,
        displayReason=lambda hold: HOLD_WORDS.get(hold.reason, hold.reason),
        handle=lambda hold: hold.handle,
        heldByRequestingApp=lambda _: True,
    )
    registry.plain(
        "FulfillmentOrderSplitResult",
        fulfillmentOrder=lambda row: row["fulfillmentOrder"],
        remainingFulfillmentOrder=lambda row: row["remainingFulfillmentOrder"],
        replacementFulfillmentOrder=lambda _: None,
    )


def _fulfilments(registry: Registry) -> None:
    registry.plain(
        "Fulfillment",
        id=lambda f: gid("Fulfillment", f.id),
        legacyResourceId=lambda f: str(f.id),
        name=lambda f: f.name,
        status=lambda f: f.status,
        displayStatus=lambda f: f.display_status,
        order=lambda f: f.order,
        location=lambda f: f.location,
        service=lambda f: f.location if f.location.fulfilment_service else None,
        totalQuantity=lambda f: sum(row.quantity for row in f.lines),
        requiresShipping=lambda f: any(row.part.line.ships for row in f.lines),
        createdAt=lambda f: iso(f.created_at),
        updatedAt=lambda f: iso(f.updated_at),
        deliveredAt=lambda f: _moment(f, "DELIVERED"),
        inTransitAt=lambda f: _moment(f, "IN_TRANSIT"),
        estimatedDeliveryAt=lambda _: None,
    )
    registry.plain(
        "FulfillmentTrackingInfo",
        company=lambda t: t.company,
        number=lambda t: t.number,
        url=lambda t: t.url,
    )
    registry.plain(
        "FulfillmentLineItem",
        id=lambda row: gid("FulfillmentLineItem", row.id),
        lineItem=lambda row: row.part.line,
        quantity=lambda row: row.quantity,
        originalTotalSet=lambda row: row.part.line.price.times(row.quantity),
        discountedTotalSet=lambda row: row.part.line.net.share(row.quantity, row.part.line.quantity),
    )
    registry.plain(
        "FulfillmentEvent",
        id=lambda e: gid("FulfillmentEvent", e.id),
        status=lambda e: e.status,
        message=lambda e: e.message,
        happenedAt=lambda e: iso(e.happened_at),
        createdAt=lambda e: iso(e.created_at),
        **{
            name: _detail(name)
            for name in ("address1", "city", "country", "province", "zip", "latitude", "longitude", "estimatedDeliveryAt")
        },
    )

    @registry.resolver("Fulfillment", "trackingInfo")
    def _tracking(parcel: Fulfilment, arguments: Arguments, _: RequestContext) -> list[Any]:
        return parcel.tracking[: arguments.get("first")]

    @registry.resolver("Fulfillment", "fulfillmentLineItems")
    def _lines(parcel: Fulfilment, arguments: Arguments, _: RequestContext) -> Page:
        return page(parcel.lines, arguments, in_order=True)

    @registry.resolver("Fulfillment", "fulfillmentOrders")
    def _orders(parcel: Fulfilment, arguments: Arguments, _: RequestContext) -> Page:
        return page(parcel.fulfilment_orders, arguments, in_order=True)

    @registry.resolver("Fulfillment", "events")
    def _events(parcel: Fulfilment, arguments: Arguments, _: RequestContext) -> Page:
        return page(parcel.events, arguments, in_order=True)


def _moment(parcel: Fulfilment, status: str) -> str | None:
    return next((iso(event.happened_at) for event in parcel.events if event.status == status), None)


def _detail(name: str) -> Any:
    return lambda event: event.details.get(name)
