"""Fields of products, variants, inventory items, levels and locations."""

import re
from typing import Any

from cogent_pipelines.simulators.shopify.catalogue import QUANTITY_NAMES, InventoryItem, Level, Location
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.fields_money import Money
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso, number_of
from cogent_pipelines.simulators.shopify.money import wire


def level_gid(level: Level) -> str:
    return f"gid://shopify/InventoryLevel/{level.id}?inventory_item_id={level.item.id}"


def sellable(item: InventoryItem) -> int:
    return sum(level.available for level in item.levels.values() if level.active)


def handle_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


class Quantity:
    __slots__ = ("level", "name")
    gql = "InventoryQuantity"

    def __init__(self, level: Level, name: str) -> None:
        self.level = level
        self.name = name


def register(registry: Registry) -> None:
    _products(registry)
    _variants(registry)
    _items(registry)
    _levels(registry)
    _locations(registry)
    for owner in ("Product", "ProductVariant", "Location", "Order", "Customer", "Company", "CompanyLocation", "Shop"):
        _no_metafields(registry, owner)


def _no_metafields(registry: Registry, owner: str) -> None:
    """The simulator's shop has no metafields at all, so none is the truth."""
    registry.plain(owner, metafield=lambda _: None)
    registry.resolver(owner, "metafields")(lambda _, arguments, __: page([], arguments))


def _products(registry: Registry) -> None:
    registry.plain(
        "Product",
        id=lambda p: gid("Product", p.id),
        legacyResourceId=lambda p: str(p.id),
        title=lambda p: p.title,
        handle=lambda p: handle_of(p.title),
        vendor=lambda p: p.vendor,
        productType=lambda p: p.product_type,
        status=lambda p: p.status,
        tags=lambda p: p.tags,
        description=lambda _: "",
        descriptionHtml=lambda _: "",
        createdAt=lambda p: iso(p.created_at),
        updatedAt=lambda p: iso(p.updated_at),
        publishedAt=lambda p: iso(p.created_at) if p.status == "ACTIVE" else None,
        isGiftCard=lambda _: False,
        hasOnlyDefaultVariant=lambda p: len(p.variants) == 1 and p.variants[0].title == "Default Title",
        hasOutOfStockVariants=lambda p: any(sellable(v.item) <= 0 for v in p.variants),
        tracksInventory=lambda p: any(v.item.tracked for v in p.variants),
        totalInventory=lambda p: sum(sellable(v.item) for v in p.variants),
        totalVariants=lambda p: len(p.variants),
        variantsCount=lambda p: (len(p.variants), "EXACT"),
    )

    @registry.resolver("Product", "variants")
    def variants(product: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page(product.variants, arguments, in_order=True)


def _variants(registry: Registry) -> None:
    registry.plain(
        "ProductVariant",
        id=lambda v: gid("ProductVariant", v.id),
        legacyResourceId=lambda v: str(v.id),
        sku=lambda v: v.sku,
        barcode=lambda v: v.barcode,
        title=lambda v: v.title,
        displayName=lambda v: f"{v.product.title} - {v.title}",
        position=lambda v: v.product.variants.index(v) + 1,
        product=lambda v: v.product,
        inventoryItem=lambda v: v.item,
        inventoryPolicy=lambda v: v.policy,
        inventoryQuantity=lambda v: sellable(v.item),
        sellableOnlineQuantity=lambda v: sellable(v.item),
        availableForSale=lambda v: v.policy == "CONTINUE" or not v.item.tracked or sellable(v.item) > 0,
        taxable=lambda v: v.taxable,
        requiresComponents=lambda v: bool(v.components),
        createdAt=lambda v: iso(v.created_at),
        updatedAt=lambda v: iso(v.updated_at),
        selectedOptions=lambda v: [("Title", v.title)],
    )
    registry.plain("SelectedOption", name=lambda row: row[0], value=lambda row: row[1])
    registry.plain("ProductVariantComponent", productVariant=lambda row: row[0], quantity=lambda row: row[1])

    @registry.resolver("ProductVariant", "price")
    def _price(variant: Any, _: Arguments, context: RequestContext) -> str:
        return wire(variant.price, context.shop.currency)

    @registry.resolver("ProductVariant", "compareAtPrice")
    def _compare_at(variant: Any, _: Arguments, context: RequestContext) -> str | None:
        return None if variant.compare_at is None else wire(variant.compare_at, context.shop.currency)

    @registry.resolver("ProductVariant", "productVariantComponents")
    def _components(variant: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page(variant.components, arguments, id_of=lambda row: row[0].id, in_order=True)


def _items(registry: Registry) -> None:
    registry.plain(
        "InventoryItem",
        id=lambda i: gid("InventoryItem", i.id),
        legacyResourceId=lambda i: str(i.id),
        sku=lambda i: i.variant.sku,
        tracked=lambda i: i.tracked,
        trackedEditable=lambda _: True,
        requiresShipping=lambda i: i.variant.requires_shipping,
        variant=lambda i: i.variant,
        measurement=lambda i: i,
        countryCodeOfOrigin=lambda _: None,
        provinceCodeOfOrigin=lambda _: None,
        harmonizedSystemCode=lambda _: None,
        locationsCount=lambda i: (len(i.levels), "EXACT"),
        createdAt=lambda i: iso(i.created_at),
        updatedAt=lambda i: iso(max([i.updated_at, *(level.updated_at for level in i.levels.values())])),
    )
    registry.plain("EditableProperty", locked=lambda _: False, reason=lambda _: None)
    registry.plain("InventoryItemMeasurement", id=lambda i: gid("InventoryItemMeasurement", i.id), weight=lambda i: i)
    registry.plain("Weight", value=lambda i: float(i.weight_grams), unit=lambda _: "GRAMS")

    @registry.resolver("InventoryItem", "unitCost")
    def _unit_cost(item: Any, _: Arguments, context: RequestContext) -> Money | None:
        return None if item.variant.cost is None else Money(item.variant.cost, context.shop.currency)

    @registry.resolver("InventoryItem", "duplicateSkuCount")
    def _duplicates(item: Any, _: Arguments, context: RequestContext) -> int:
        return max(0, len(context.shop.variants_by_sku.get(item.variant.sku or "", ())) - 1)

    @registry.resolver("InventoryItem", "inventoryLevel")
    def _level(item: Any, arguments: Arguments, _: RequestContext) -> Level | None:
        level = item.levels.get(number_of(arguments["locationId"], "Location") or 0)
        return level if level is not None and (level.active or arguments.get("includeInactive")) else None

    @registry.resolver("InventoryItem", "inventoryLevels")
    def _levels_of(item: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page([level for level in item.levels.values() if level.active], arguments)

    @registry.resolver("InventoryItem", "variants")
    def _variants_of(item: Any, arguments: Arguments, _: RequestContext) -> Page:
        return page([item.variant], arguments, in_order=True)


def _levels(registry: Registry) -> None:
    registry.plain(
        "InventoryLevel",
        id=level_gid,
        item=lambda level: level.item,
        location=lambda level: level.location,
        isActive=lambda level: level.active,
        canDeactivate=lambda level: level.committed == 0,
        deactivationAlert=lambda _: None,
        createdAt=lambda level: iso(level.created_at),
        updatedAt=lambda level: iso(level.updated_at),
    )
    registry.plain(
        "InventoryQuantity",
        id=lambda q: gid("InventoryQuantity", f"{q.level.id}?inventory_item_id={q.level.item.id}&name={q.name}"),
        name=lambda q: q.name,
        quantity=lambda q: q.level.quantity(q.name),
        updatedAt=lambda q: iso(q.level.updated_at),
    )

    @registry.resolver("InventoryLevel", "quantities")
    def _quantities(level: Any, arguments: Arguments, _: RequestContext) -> list[Quantity]:
        for name in arguments["names"]:
            if name not in QUANTITY_NAMES:
                listed = ", ".join(QUANTITY_NAMES)
                text = f"The specified quantity name is invalid. Valid values are: {listed}."
                raise FieldError(text, "INVALID_FIELD_ARGUMENTS")
        return [Quantity(level, name) for name in arguments["names"]]

    registry.plain("InventoryProperties", quantityNames=lambda _: list(QUANTITY_NAMES))
    registry.plain(
        "InventoryQuantityName",
        name=lambda name: name,
        displayName=lambda name: name.replace("_", " ").capitalize(),
        isInUse=lambda _: True,
        belongsTo=lambda name: [] if name in {"on_hand", "incoming"} else ["on_hand"],
        comprises=lambda name: [n for n in QUANTITY_NAMES if n not in {"on_hand", "incoming"}] if name == "on_hand" else [],
    )


def _locations(registry: Registry) -> None:
    registry.plain(
        "Location",
        id=lambda place: gid("Location", place.id),
        legacyResourceId=lambda place: str(place.id),
        name=lambda place: place.name,
        address=lambda place: place,
        addressVerified=lambda _: True,
        isActive=lambda place: place.active,
        activatable=lambda place: not place.active,
        deactivatable=lambda place: not place.primary,
        deactivatedAt=lambda _: None,
        deletable=lambda place: not place.primary and not place.levels,
        fulfillsOnlineOrders=lambda _: True,
        shipsInventory=lambda _: True,
        hasActiveInventory=lambda place: bool(place.levels),
        isFulfillmentService=lambda place: place.fulfilment_service is not None,
        fulfillmentService=lambda place: place if place.fulfilment_service is not None else None,
        isPrimary=lambda place: place.primary,
        createdAt=lambda place: iso(place.created_at),
        updatedAt=lambda place: iso(place.updated_at),
    )
    registry.plain(
        "LocationAddress",
        address1=lambda place: place.address.get("address1"),
        address2=lambda place: place.address.get("address2"),
        city=lambda place: place.address.get("city"),
        country=lambda place: place.address.get("country"),
        countryCode=lambda place: place.address.get("countryCode"),
        formatted=lambda place: [
            place.address[key] for key in ("address1", "address2", "city", "zip", "country") if place.address.get(key)
        ],
        phone=lambda place: place.address.get("phone"),
        province=lambda place: place.address.get("province"),
        provinceCode=lambda place: place.address.get("provinceCode"),
        zip=lambda place: place.address.get("zip"),
        latitude=lambda _: None,
        longitude=lambda _: None,
    )
    registry.plain(
        "FulfillmentService",
        id=lambda place: gid("FulfillmentService", place.id),
        handle=lambda place: handle_of(place.fulfilment_service),
        serviceName=lambda place: place.fulfilment_service,
        location=lambda place: place,
        inventoryManagement=lambda _: True,
        trackingSupport=lambda _: True,
        type=lambda _: "THIRD_PARTY",
        callbackUrl=lambda _: None,
    )

    @registry.resolver("Location", "hasUnfulfilledOrders")
    def _unfulfilled(place: Location, _: Arguments, context: RequestContext) -> bool:
        return any(part.location is place and not part.done for part in context.shop.parts.values())

    @registry.resolver("Location", "inventoryLevel")
    def _level_at(place: Location, arguments: Arguments, _: RequestContext) -> Level | None:
        return place.levels.get(number_of(arguments["inventoryItemId"], "InventoryItem") or 0)

    @registry.resolver("Location", "inventoryLevels")
    def _levels_at(place: Location, arguments: Arguments, _: RequestContext) -> Page:
        return page(list(place.levels.values()), arguments, in_order=True)
