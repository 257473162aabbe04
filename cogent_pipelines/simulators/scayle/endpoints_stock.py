"""The stock endpoints: one variant's stocks, selling without stock, reservations. What an update changes is `stock`'s."""

from typing import Any

from cogent_pipelines.simulators.scayle import bodies, paging, stock
from cogent_pipelines.simulators.scayle.calls import NO_CONTENT, Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.records import Merchant, Stock, Variant, Warehouse
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import iso

STOCK = {
    "quantity": "integer",
    "warehouseReferenceKey": "filled string",
    "changedAt": "moment",
    "sellableWithoutStock": "boolean",
    "merchantReferenceKey": "string",
    "expectedAvailabilityAt": "date",
}
RESERVATION = {
    "referenceKey": "filled string",
    "warehouseReferenceKey": "filled string",
    "reservationTtl": "integer",
    "variant": "object",
}


def stock_json(tenant: Tenant, row: Stock) -> dict[str, Any]:
    quantity = stock.sellable(tenant, row) if tenant.switches.stock_shows_blockers else row.quantity
    return {
        "quantity": quantity,
        "warehouseReferenceKey": row.warehouse.key,
        "changedAt": iso(row.changed_at),
        "sellableWithoutStock": row.without_stock,
        "merchantReferenceKey": row.merchant.key,
        "expectedAvailabilityAt": None if row.expected_on is None else row.expected_on.isoformat(),
    }


def list_stocks(call: Call) -> Reply:
    rows = [stock_json(call.tenant, row) for row in call.variant().stocks.values()]
    return Reply(paging.whole(rows))


def post_stock(call: Call) -> Reply:
    return Reply(take_in(call, call.variant(), call.document()), call.switches.stock_created_status)


def take_in(call: Call, variant: Variant, document: Any) -> dict[str, Any]:
    """Take in one stock as it was posted, alone or as an operation of a bulk request; gives what is stored now."""
    tenant, switches = call.tenant, call.switches
    told = bodies.read(document, STOCK, switches, required=("quantity", "warehouseReferenceKey"))
    now = tenant.now()
    if "changedAt" not in told and switches.missing_changed_at == "refuse":
        raise refused(400, "changedAt is required", field="changedAt")
    changed_at = told.get("changedAt", now)
    if changed_at > now and switches.future_changed_at == "refuse":
        raise refused(400, "changedAt lies in the future", field="changedAt")
    if told["quantity"] < 0:
        raise refused(400, "quantity must not be negative", field="quantity")
    if "expectedAvailabilityAt" in told and told["expectedAvailabilityAt"] <= now.date():
        raise refused(400, "expectedAvailabilityAt must lie in the future", field="expectedAvailabilityAt")
    warehouse, merchant = _warehouse(call, told["warehouseReferenceKey"]), _merchant(call, told.get("merchantReferenceKey"))
    row = stock.update(
        tenant,
        variant.stocks.get((warehouse.id, merchant.id)),
        variant=variant,
        warehouse=warehouse,
        merchant=merchant,
        quantity=told["quantity"],
        changed_at=changed_at,
        without_stock=told.get("sellableWithoutStock"),
        expected_on=told.get("expectedAvailabilityAt"),
    )
    return stock_json(tenant, row)


def _warehouse(call: Call, key: str) -> Warehouse:
    """The warehouse must exist before stock is sent; whether its want is 404 or 400 is not published."""
    found = call.tenant.warehouses_by_key.get(key)
    if found is None:
        raise refused(call.switches.unknown_warehouse_status, "warehouse not found", warehouseReferenceKey=key)
    return found


def _merchant(call: Call, key: str | None) -> Merchant:
    tenant = call.tenant
    if not key:
        if len(tenant.merchants) > 1 and call.switches.missing_merchant == "refuse":
            raise refused(400, "merchantReferenceKey is required with several merchants", field="merchantReferenceKey")
        return tenant.default_merchant
    found = tenant.merchants_by_key.get(key)
    if found is None:
        raise refused(404, "merchant not found", merchantReferenceKey=key)
    return found


def put_without_stock(call: Call) -> Reply:
    variant = call.variant()
    shape = {"warehouseReferenceKey": "filled string", "sellableWithoutStock": "boolean", "merchantReferenceKey": "string"}
    required = ("warehouseReferenceKey", "sellableWithoutStock")
    told = bodies.read(call.document(), shape, call.switches, required=required)
    warehouse, merchant = _warehouse(call, told["warehouseReferenceKey"]), _merchant(call, told.get("merchantReferenceKey"))
    row = variant.stocks.get((warehouse.id, merchant.id))
    if row is None:
        raise refused(404, "stock not found", warehouseReferenceKey=warehouse.key)
    row.without_stock = told["sellableWithoutStock"]
    call.tenant.stock_event("product-variant-stock-updated", row)
    return Reply(
        {
            "warehouseReferenceKey": warehouse.key,
            "sellableWithoutStock": row.without_stock,
            "merchantReferenceKey": merchant.key,
        }
    )


def post_reservations(call: Call) -> Reply:
    document = call.document()
    if not isinstance(document, list) or not document:
        raise refused(400, "the body must be a list of reservations")
    required = ("referenceKey", "warehouseReferenceKey", "variant")
    rows = [
        bodies.read(row, RESERVATION, call.switches, required=required, where=f"[{n}]") for n, row in enumerate(document)
    ]
    return Reply({"entities": [_reserved(call, row) for row in rows]})


def _reserved(call: Call, told: dict[str, Any]) -> dict[str, Any]:
    shape = {"id": "integer", "referenceKey": "string", "merchantReferenceKey": "string"}
    named = bodies.read(told["variant"], shape, call.switches, where="variant")
    tenant = call.tenant
    variant = tenant.variants.get(named.get("id", 0)) or tenant.variants_by_key.get(named.get("referenceKey", ""))
    warehouse = tenant.warehouses_by_key.get(told["warehouseReferenceKey"])
    merchant = tenant.merchants_by_key.get(named.get("merchantReferenceKey") or tenant.default_merchant.key)
    row = variant.stocks.get((warehouse.id, merchant.id)) if variant and warehouse and merchant else None
    if row is None:
        text = "The combination of warehouseReferenceKey, variant id/key and merchantReferenceKey was not found."
        return {"referenceKey": told["referenceKey"], "error": {"errorKey": "VARIANT_NOT_FOUND", "message": text}}
    made = stock.reserve(tenant, row, told["referenceKey"], told.get("reservationTtl"))
    if made is None:
        return {
            "referenceKey": told["referenceKey"],
            "error": {"errorKey": "OUT_OF_STOCK", "message": "Nothing is left to reserve."},
        }
    answer = {"referenceKey": made.key, "id": made.id}
    if "reservationTtl" in told:
        answer["reservationTtl"] = told["reservationTtl"]
    return answer


def delete_reservation(call: Call) -> Reply:
    number, key = call.identifier("reservationIdentifier")
    rows = call.tenant.reservations.values()
    found = next((row for row in rows if row.id == number or (number is None and row.key == key)), None)
    if found is None:
        raise refused(404, "reservation not found")
    del call.tenant.reservations[found.id]
    found.stock.reservations.pop(found.id, None)
    return Reply(status=NO_CONTENT)


BASE = "/variants/{variantIdentifier}/stocks"
ENDPOINTS = (
    Endpoint("listStocks", "GET", BASE, "stocks", "stocksRead", list_stocks),
    Endpoint("createStock", "POST", BASE, "stocks", "stocksWrite", post_stock),
    Endpoint("setSellableWithoutStock", "PUT", f"{BASE}/sellableWithoutStock", "stocks", "stocksWrite", put_without_stock),
    Endpoint("createReservations", "POST", "/reservations", "reservations", "reservationsWrite", post_reservations),
    Endpoint(
        "deleteReservation",
        "DELETE",
        "/reservations/{reservationIdentifier}",
        "reservations",
        "reservationsWrite",
        delete_reservation,
    ),
)
