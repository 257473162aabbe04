"""Products, their variants and their states. There is no list of variants without the product, as at the vendor's."""

from typing import Any

from cogent_pipelines.simulators.scayle import bodies, paging
from cogent_pipelines.simulators.scayle.calls import NO_CONTENT, Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.endpoints_stock import stock_json
from cogent_pipelines.simulators.scayle.records import Product, Variant
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import iso, whole_seconds

REQUESTABLE = frozenset({"live", "draft", "blocked"})
# Which state may be asked for in which (product-states page, read 2026-11); nothing leaves `new` by this call.
MOVES = {
    "live": frozenset({"live", "blocked"}),
    "blocked": frozenset({"live", "blocked"}),
    "draft": REQUESTABLE,
    "inApproval": REQUESTABLE,
    "problem": frozenset({"live", "blocked"}),
    "new": frozenset[str](),
}


def variant_json(tenant: Tenant, variant: Variant) -> dict[str, Any]:
    merchants = sorted({row.merchant.key for row in variant.stocks.values()})
    return {
        "id": variant.id,
        "referenceKey": variant.key,
        "merchantReferenceKeys": merchants,
        "ean": variant.ean or None,
        "attributes": [{"name": "size", "type": "simple", "value": variant.size, "isLocked": False}] if variant.size else [],
        "prices": [_price(tenant, variant, country) for country in sorted({row.country for row in _countries(tenant)})],
        "stocks": [stock_json(tenant, row) for row in variant.stocks.values()],
        "isComposite": False,
    }


def _countries(tenant: Tenant) -> list[Any]:
    return list(tenant.shop_countries.values())


def _price(tenant: Tenant, variant: Variant, country: str) -> dict[str, Any]:
    row = next(row for row in tenant.shop_countries.values() if row.country == country)
    return {
        "key": f"{variant.id}-{country}",
        "price": variant.price_minor,
        # A percentage here, a fraction in orders (SDK examples, read 2026-11).
        "tax": round(row.vat * 100, 1),
        "countryCode": country,
        "currencyCode": row.currency,
        "validTo": None,
    }


def product_json(tenant: Tenant, product: Product) -> dict[str, Any]:
    variants = [variant_json(tenant, variant) for variant in product.variants.values()]
    return {
        "id": product.id,
        "referenceKey": product.key,
        "state": product.state,
        "problems": [],
        "name": {"en_GB": product.name},
        "master": {"referenceKey": product.key, "categories": {"isLocked": False, "paths": []}, "attributes": []},
        "attributes": [],
        "variants": variants,
        "images": [],
        "isComposite": False,
        "merchantReferenceKeys": sorted({key for variant in variants for key in variant["merchantReferenceKeys"]}),
        "createdAt": iso(product.created_at),
        "updatedAt": iso(product.updated_at),
    }


def list_products(call: Call) -> Reply:
    # The list's filters are not published in what could be read.
    known = {"limit", "cursor", "with"}
    unknown = {key for key, _ in call.query} - known
    if unknown and call.switches.unknown_filters == "refuse":
        raise refused(400, "unknown parameter", parameter=sorted(unknown))
    rows = call.tenant.products.values()
    return Reply(paging.page(rows, call, lambda row: product_json(call.tenant, row), place=paging.by_number))


def get_product(call: Call) -> Reply:
    return Reply(product_json(call.tenant, call.product()))


def list_variants(call: Call) -> Reply:
    rows = call.product().variants.values()
    return Reply(paging.page(rows, call, lambda row: variant_json(call.tenant, row), place=paging.by_number))


def get_variant(call: Call) -> Reply:
    return Reply(variant_json(call.tenant, _variant_of(call)))


def _variant_of(call: Call) -> Variant:
    product, variant = call.product(), call.variant()
    if variant.product is not product:
        raise refused(404, "variant not found")
    return variant


def delete_variant(call: Call) -> Reply:
    variant = _variant_of(call)
    tenant = call.tenant
    del variant.product.variants[variant.id], tenant.variants[variant.id], tenant.variants_by_key[variant.key]
    variant.product.updated_at = whole_seconds(tenant.now())
    return Reply(status=NO_CONTENT)


def put_state(call: Call) -> Reply:
    product = call.product()
    shape = {"state": "string", "merchantReferenceKeys": "list of strings", "merchantProductStates": "list"}
    told = bodies.read(call.document(), shape, call.switches)
    state = told.get("state") or _common(told.get("merchantProductStates", []))
    if state not in REQUESTABLE:
        raise refused(400, "state must be live, draft or blocked", state=state)
    if state not in MOVES[product.state]:
        raise refused(400, f"a product that is {product.state} cannot become {state}", state=state)
    product.state, product.updated_at = state, whole_seconds(call.tenant.now())
    return Reply({"state": product.state, "merchantProductStates": told.get("merchantProductStates", [])})


def _common(rows: list[Any]) -> str:
    """The state reported of several merchants: live before draft before blocked, as far as it may be asked for."""
    states = {row.get("state") for row in rows if isinstance(row, dict)}
    return next((state for state in ("live", "blocked", "draft") if state in states), "")


BASE = "/products/{productIdentifier}"
READ, WRITE = "productRead", "productWrite"
ENDPOINTS = (
    Endpoint("listProducts", "GET", "/products", "products", READ, list_products),
    Endpoint("getProduct", "GET", BASE, "products", READ, get_product),
    Endpoint("listVariants", "GET", f"{BASE}/variants", "products", READ, list_variants),
    Endpoint("getVariant", "GET", f"{BASE}/variants/{{variantIdentifier}}", "products", READ, get_variant),
    Endpoint("deleteVariant", "DELETE", f"{BASE}/variants/{{variantIdentifier}}", "products", WRITE, delete_variant),
    Endpoint("updateProductState", "PUT", f"{BASE}/state", "products", WRITE, put_state),
)
