"""The query roots: what a client can begin from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cogent_pipelines.simulators.shopify.graph import filters
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.fields_catalogue import handle_of
from cogent_pipelines.simulators.shopify.graph.fields_fulfilment import visible
from cogent_pipelines.simulators.shopify.graph.paging import Page, SortKey, page, row_id
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.search import Field, Search, parse
from cogent_pipelines.simulators.shopify.ids import GID, parse_gid
from cogent_pipelines.simulators.shopify.shop import Shop

Rows = Callable[[RequestContext], Mapping[int, Any]]

HOLDERS: dict[str, Callable[[Shop], Mapping[int, Any]]] = {
    "Order": lambda shop: shop.orders,
    "LineItem": lambda shop: shop.lines,
    "FulfillmentOrder": lambda shop: shop.parts,
    "FulfillmentOrderLineItem": lambda shop: shop.part_lines,
    "Fulfillment": lambda shop: shop.fulfilments,
    "Product": lambda shop: shop.products,
    "ProductVariant": lambda shop: shop.variants,
    "InventoryItem": lambda shop: shop.items,
    "InventoryLevel": lambda shop: shop.levels,
    "Location": lambda shop: shop.locations,
    "Customer": lambda shop: shop.customers,
    "Company": lambda shop: shop.companies,
    "CompanyLocation": lambda shop: shop.company_locations,
    "Refund": lambda shop: shop.refunds,
    "OrderTransaction": lambda shop: shop.transactions,
}


def find(context: RequestContext, text: str, type_name: str) -> Any | None:
    """Find a record by global id; a malformed or foreign id is refused, an unknown one gives None."""
    number = numeric(text, type_name)
    holder = HOLDERS[type_name](context.shop)
    found = holder.get(number)
    if type_name == "FulfillmentOrder" and found is not None and not visible(found, context):
        return None
    return found


def numeric(text: str, type_name: str) -> int:
    """Give the number in a global id of one type, or refuse as the vendor does."""
    parts = parse_gid(text)
    if parts is None:
        if text.isdecimal() and int(text) > 0:
            return int(text)
        raise FieldError(f"Invalid global id '{text}'", "argumentLiteralsIncompatible")
    if parts[0] != type_name:
        raise FieldError(f"Invalid id: {text}", "RESOURCE_NOT_FOUND")
    if not parts[1].isdecimal() or int(parts[1]) == 0:
        raise FieldError("invalid id", "RESOURCE_NOT_FOUND")
    return int(parts[1])


def searched(
    context: RequestContext,
    rows: Sequence[Any],
    arguments: Arguments,
    *,
    root: str,
    fields: Mapping[str, Field],
    words: Sequence[str] = (),
    pick: Callable[[Search], Iterable[Any] | None] | None = None,
) -> list[Any] | Sequence[Any]:
    """Filter rows by the `query:` argument and note its warnings; `pick` may answer from an index."""
    search = parse(arguments.get("query"), fields, now=context.shop.now(), default=words)
    if search.warnings:
        context.search.append(
            {
                "path": [root],
                "query": search.parsed,
                "parsed": _parsed(search),
                "warnings": [
                    {"field": row["field"], "message": row["message"], "code": row["code"]} for row in search.warnings
                ],
            }
        )
    if search.matches is None:
        return rows
    picked = pick(search) if pick else None
    matches = search.matches
    return [row for row in (rows if picked is None else picked) if matches(row)]


def _parsed(search: Search) -> dict[str, Any]:
    terms = [
        {"field": term.field, ("match_all" if not term.comparator else "range"): f"{term.comparator}{term.value}"}
        for term in search.terms
    ]
    if not terms:
        return {}
    return terms[0] if len(terms) == 1 else {"and": terms}


def sort_for(arguments: Arguments, sorts: Mapping[str, SortKey], default: str) -> SortKey:
    name = arguments.get("sortKey") or default
    key = sorts.get(name)
    if key is None:
        raise FieldError(f"Sorting by {name} is not modelled by this simulator.", "NOT_MODELLED_BY_SIMULATOR")
    return key


def count_of(rows: Sequence[Any], arguments: Arguments) -> tuple[int, str]:
    limit = arguments.get("limit")
    if limit is not None and len(rows) > limit:
        return limit, "AT_LEAST"
    return len(rows), "EXACT"


def register(registry: Registry) -> None:
    _by_id(registry)
    _orders_and_parts(registry)
    _catalogue(registry)
    _nodes(registry)


def _by_id(registry: Registry) -> None:
    roots = {
        "order": "Order",
        "fulfillmentOrder": "FulfillmentOrder",
        "fulfillment": "Fulfillment",
        "product": "Product",
        "productVariant": "ProductVariant",
        "inventoryItem": "InventoryItem",
        "inventoryLevel": "InventoryLevel",
        "customer": "Customer",
        "company": "Company",
        "companyLocation": "CompanyLocation",
        "refund": "Refund",
    }
    for root, type_name in roots.items():
        registry.resolver("QueryRoot", root)(_finder(type_name))

    @registry.resolver("QueryRoot", "location")
    def _location(_: Any, arguments: Arguments, context: RequestContext) -> Any:
        text = arguments.get("id")
        return find(context, text, "Location") if text else context.shop.primary_location

    @registry.resolver("QueryRoot", "orderByIdentifier")
    def _order_by(_: Any, arguments: Arguments, context: RequestContext) -> Any:
        wanted = arguments["identifier"]
        if wanted.get("id"):
            return find(context, wanted["id"], "Order")
        raise FieldError("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")

    @registry.resolver("QueryRoot", "productVariantByIdentifier")
    def _variant_by(_: Any, arguments: Arguments, context: RequestContext) -> Any:
        wanted = arguments["identifier"]
        if wanted.get("id"):
            return find(context, wanted["id"], "ProductVariant")
        raise FieldError("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")

    @registry.resolver("QueryRoot", "productByHandle")
    def _by_handle(_: Any, arguments: Arguments, context: RequestContext) -> Any:
        return next((p for p in context.shop.products.values() if handle_of(p.title) == arguments["handle"]), None)


def _finder(type_name: str) -> Callable[[Any, Arguments, RequestContext], Any]:
    return lambda _, arguments, context: find(context, arguments["id"], type_name)


def _orders_and_parts(registry: Registry) -> None:  # noqa: C901 - one short function per root
    def matching(arguments: Arguments, context: RequestContext, root: str) -> Sequence[Any]:
        shop = context.shop
        rows: Sequence[Any] = list(shop.orders.values())
        if "read_all_orders" not in context.scopes:
            # Without that scope only the last 60 days are shown.
            cut = shop.now_ms() - 60 * 24 * 3600 * 1000
            rows = [order for order in rows if order.created_at >= cut]
        if shop.switches.search_delay_seconds > 0 and arguments.get("query"):
            indexed = filters.indexed_updated_at(shop)
            rows = [order for order in rows if indexed(order) is not None]
        return searched(
            context,
            rows,
            arguments,
            root=root,
            fields=filters.order_filters(shop),
            words=filters.ORDER_WORDS,
            pick=lambda search: _orders_named(shop, search),
        )

    @registry.resolver("QueryRoot", "orders")
    @registry.resolver("Shop", "orders")
    def _orders_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows = matching(arguments, context, "orders")
        return page(rows, arguments, sort_of=sort_for(arguments, filters.ORDER_SORTS, "PROCESSED_AT"))

    @registry.resolver("QueryRoot", "ordersCount")
    def _orders_count(_: Any, arguments: Arguments, context: RequestContext) -> tuple[int, str]:
        return count_of(matching(arguments, context, "ordersCount"), arguments)

    @registry.resolver("Customer", "orders")
    def _customers_orders(customer: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows = [order for order in context.shop.orders.values() if order.customer is customer]
        return page(rows, arguments, sort_of=sort_for(arguments, filters.ORDER_SORTS, "ID"))

    @registry.resolver("QueryRoot", "fulfillmentOrders", "manualHoldsFulfillmentOrders")
    @registry.resolver("Shop", "fulfillmentOrders")
    def _parts_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows: Sequence[Any] = [
            part
            for part in context.shop.parts.values()
            if (arguments.get("includeClosed") or not part.done) and visible(part, context)
        ]
        if "includeClosed" not in arguments:
            rows = [part for part in rows if part.status == "ON_HOLD"]
        rows = searched(context, rows, arguments, root="fulfillmentOrders", fields=filters.PART_FILTERS)
        return page(rows, arguments, sort_of=sort_for(arguments, filters.PART_SORTS, "ID"))

    @registry.resolver("QueryRoot", "assignedFulfillmentOrders")
    def _assigned(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        if not any(place.fulfilment_service for place in context.shop.locations.values()):
            raise FieldError('["The api_client is not associated with any fulfillment service."]')
        wanted = {
            "FULFILLMENT_REQUESTED": "SUBMITTED",
            "FULFILLMENT_ACCEPTED": "ACCEPTED",
            "CANCELLATION_REQUESTED": "CANCELLATION_REQUESTED",
            "FULFILLMENT_UNSUBMITTED": "UNSUBMITTED",
        }.get(arguments.get("assignmentStatus") or "")
        rows = [
            part
            for part in context.shop.parts.values()
            if part.location.fulfilment_service and not part.done and wanted in {None, part.request_status}
        ]
        return page(rows, arguments, sort_of=sort_for(arguments, filters.PART_SORTS, "ID"))


def _orders_named(shop: Shop, search: Search) -> Iterable[Any] | None:
    """Answer `name:` and `id:` from an index."""
    names, numbers = search.any_of("name"), search.any_of("id")
    if names is not None:
        found = [shop.orders_by_name.get(name) or shop.orders_by_name.get(f"#{name}") for name in names]
        # The index knows one spelling; for another, all orders are read.
        return [order for order in found if order is not None] if all(found) else None
    if numbers is not None:
        wanted = {int(number) for number in numbers if number.isdecimal()}
        return [shop.orders[number] for number in wanted if number in shop.orders]
    return None


def _catalogue(registry: Registry) -> None:  # noqa: C901 - one short function per root
    @registry.resolver("QueryRoot", "productVariants")
    @registry.resolver("Shop", "productVariants")
    def _variants_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        return _paged(_variants_found(arguments, context, "productVariants"), arguments, filters.VARIANT_SORTS)

    @registry.resolver("QueryRoot", "productVariantsCount")
    def _variants_count(_: Any, arguments: Arguments, context: RequestContext) -> tuple[int, str]:
        return count_of(_variants_found(arguments, context, "productVariantsCount"), arguments)

    @registry.resolver("QueryRoot", "products")
    @registry.resolver("Shop", "products")
    def _products_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        return _paged(_products_found(arguments, context, "products"), arguments, filters.PRODUCT_SORTS)

    @registry.resolver("QueryRoot", "productsCount")
    def _products_count(_: Any, arguments: Arguments, context: RequestContext) -> tuple[int, str]:
        return count_of(_products_found(arguments, context, "productsCount"), arguments)

    @registry.resolver("QueryRoot", "inventoryItems")
    @registry.resolver("Shop", "inventoryItems")
    def _items_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows = searched(
            context,
            list(context.shop.items.values()),
            arguments,
            root="inventoryItems",
            fields=filters.ITEM_FILTERS,
            words=("sku",),
            pick=lambda search: _items_with(context.shop, search),
        )
        return page(rows, arguments, in_order=True)

    @registry.resolver("QueryRoot", "locations")
    @registry.resolver("Shop", "locations")
    def _locations_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows: Sequence[Any] = [
            place
            for place in context.shop.locations.values()
            if (place.active or arguments.get("includeInactive"))
            and (place.fulfilment_service is None or arguments.get("includeLegacy"))
        ]
        rows = searched(context, rows, arguments, root="locations", fields=filters.LOCATION_FILTERS, words=("name",))
        key = row_id if arguments.get("sortKey") == "ID" else lambda place: place.name
        return page(rows, arguments, sort_of=key)

    @registry.resolver("QueryRoot", "locationsCount")
    def _locations_count(_: Any, arguments: Arguments, context: RequestContext) -> tuple[int, str]:
        return count_of(list(context.shop.locations.values()), arguments)

    @registry.resolver("QueryRoot", "customers")
    def _customers_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        rows = list(context.shop.customers.values())
        found = searched(
            context, rows, arguments, root="customers", fields=filters.CUSTOMER_FILTERS, words=("email", "last_name")
        )
        return page(found, arguments, in_order=True)

    @registry.resolver("QueryRoot", "companies")
    def _companies_page(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        return page(list(context.shop.companies.values()), arguments, in_order=True)

    @registry.resolver("QueryRoot", "inventoryProperties")
    def _properties(_: Any, __: Arguments, context: RequestContext) -> Any:
        return context


def _paged(rows: Sequence[Any], arguments: Arguments, sorts: Mapping[str, SortKey]) -> Page:
    # Rows are kept in the order of their ids, so the default sort costs nothing.
    if (arguments.get("sortKey") or "ID") in {"ID", "RELEVANCE"}:
        return page(rows, arguments, in_order=True)
    return page(rows, arguments, sort_of=sort_for(arguments, sorts, "ID"))


def _variants_found(arguments: Arguments, context: RequestContext, root: str) -> Sequence[Any]:
    shop = context.shop
    return searched(
        context,
        list(shop.variants.values()),
        arguments,
        root=root,
        fields=filters.VARIANT_FILTERS,
        words=filters.VARIANT_WORDS,
        pick=lambda search: _variants_with(shop, search),
    )


def _variants_with(shop: Shop, search: Search) -> Iterable[Any] | None:
    skus, numbers = search.any_of("sku"), search.any_of("id")
    if skus is not None:
        return _with_skus(shop, skus)
    if numbers is not None:
        wanted = sorted({int(number) for number in numbers if number.isdecimal()})
        return [shop.variants[number] for number in wanted if number in shop.variants]
    return None


def _with_skus(shop: Shop, skus: Iterable[str]) -> list[Any]:
    """Look SKUs up without regard to case; in the order of ids, as the lists are kept."""
    found = [variant for sku in {sku.lower() for sku in skus} for variant in shop.variants_by_lower_sku.get(sku, ())]
    return sorted(found, key=row_id)


def _items_with(shop: Shop, search: Search) -> Iterable[Any] | None:
    skus = search.any_of("sku")
    return None if skus is None else [variant.item for variant in _with_skus(shop, skus)]


def _products_found(arguments: Arguments, context: RequestContext, root: str) -> Sequence[Any]:
    rows = list(context.shop.products.values())
    return searched(context, rows, arguments, root=root, fields=filters.PRODUCT_FILTERS, words=filters.PRODUCT_WORDS)


def _nodes(registry: Registry) -> None:
    def node_of(text: str, context: RequestContext) -> Any:
        match = GID.fullmatch(text)
        if match is None:
            raise FieldError(f"Invalid global id '{text}'", "argumentLiteralsIncompatible")
        if match[1] not in HOLDERS:
            return None
        return find(context, text, match[1])

    @registry.resolver("QueryRoot", "node")
    def _node(_: Any, arguments: Arguments, context: RequestContext) -> Any:
        return node_of(arguments["id"], context)

    @registry.resolver("QueryRoot", "nodes")
    def _nodes_of(_: Any, arguments: Arguments, context: RequestContext) -> list[Any]:
        return [node_of(text, context) for text in arguments["ids"]]
