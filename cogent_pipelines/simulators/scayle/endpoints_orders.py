"""The order endpoints: list, read, reference key, custom data, billing status, capture, invoices."""

from typing import Any

from cogent_pipelines.simulators.scayle import bodies, order_list, paging
from cogent_pipelines.simulators.scayle.calls import NO_CONTENT, Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.order_json import item_json, order_json, status_json
from cogent_pipelines.simulators.scayle.records import Order
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.times import iso

BILLING_CODES = frozenset(
    {"billing_completed", "billing_partially_refunded", "billing_refunded", "billing_payment_cancelled"}
)
BASE = "/shops/{shopKey}/countries/{countryCode}/orders"


def list_orders(call: Call) -> Reply:
    if not call.switches.order_list_enabled:
        raise refused(403, "listing orders is not enabled for this tenant")
    shop_country, wanted, conditions = call.shop_country(), order_list.wanted(call), order_list.tests(call)
    sort = call.switches.order_sort
    rows = order_list.chosen(call.tenant.orders.values(), shop_country, conditions, sort)

    def write(order: Order) -> dict[str, Any]:
        call.tenant.seen(order)
        return order_json(order, call.switches, wanted)

    limit = call.switches.order_limit_max
    return Reply(paging.page(rows, call, write, place=order_list.PLACES[sort], maximum=limit))


def get_order(call: Call) -> Reply:
    return _told(call, call.order(), order_list.wanted(call))


def get_status(call: Call) -> Reply:
    return Reply(status_json(call.order(), call.switches))


def _told(call: Call, order: Order, wanted: frozenset[str] = frozenset()) -> Reply:
    call.tenant.seen(order)
    return Reply(order_json(order, call.switches, wanted))


def _by_number(call: Call) -> Order:
    call.shop_country()
    order = call.tenant.orders.get(call.number("orderId"))
    if order is None:
        raise refused(404, "order not found", orderId=call.parts["orderId"])
    return order


def put_reference_key(call: Call) -> Reply:
    order = _by_number(call)
    shape = {"referenceKey": "filled string"}
    key = str(bodies.read(call.document(), shape, call.switches, required=("referenceKey",))["referenceKey"])
    known = call.tenant.orders_by_key
    if known.get(key, order) is not order:
        raise refused(409, "another order has this reference key", referenceKey=key)
    known.pop(order.reference_key, None)
    known[key] = order
    order.reference_key = key
    call.tenant.touch(order)
    return _told(call, order)


def put_custom_data(call: Call) -> Reply:
    order = call.order()
    _write(order.custom, call)
    call.tenant.touch(order)
    return Reply(status=NO_CONTENT)


def put_item_custom_data(call: Call) -> Reply:
    order = _by_number(call)
    item = call.tenant.items.get(call.number("orderItemId"))
    if item is None or item.order is not order:
        raise refused(404, "order item not found", orderItemId=call.parts["orderItemId"])
    _write(item.custom, call)
    call.tenant.touch(order)
    return Reply(item_json(item, call.switches, {"items.legacyCustomData"}))


def _write(custom: dict[str, Any], call: Call) -> None:
    told = _object(call)
    if call.switches.custom_data_write == "replace":
        custom.clear()
    custom.update(told)


def _object(call: Call) -> dict[str, Any]:
    document = call.document()
    if not isinstance(document, dict):
        raise refused(400, "custom data must be an object")
    return document


def patch_billing_status(call: Call) -> Reply:
    order = _by_number(call)
    shape = {"code": "string", "reason": "string", "items": "list"}
    told = bodies.read(call.document(), shape, call.switches, required=("code",))
    rows = [
        bodies.read(row, {"id": "integer", "code": "string"}, call.switches, required=("id", "code"), where="items[]")
        for row in told.get("items", ())
    ]
    for code in (told["code"], *(row["code"] for row in rows)):
        if code not in BILLING_CODES:
            raise refused(400, "unknown billing status", code=code)
    items = {item.id: item for item in order.items}
    for row in rows:
        if row["id"] not in items:
            raise refused(404, "order item not found", orderItemId=row["id"])
    for row in rows:
        items[row["id"]].billing_code = row["code"]
    order.billing_override = told["code"]
    call.tenant.touch(order)
    return _told(call, order)


def post_capture(call: Call) -> Reply:
    order = call.order()
    if order.confirmed_at is None or order.closed:
        raise refused(409, "nothing can be captured", orderId=order.id)
    call.tenant.touch(order)
    call.tenant.order_event("payment-capture", order)
    return _told(call, order)


def list_invoices(call: Call) -> Reply:
    order = call.order()
    rows = [
        {
            "id": row.id,
            "createdAt": iso(row.created_at),
            "type": row.kind,
            "invoice": {
                "number": row.number,
                "fullNumber": f"{order.shop_country.shop_key}-{row.created_at:%y}-{row.number}",
            },
            "available": True,
        }
        for row in order.invoices
    ]
    return Reply(paging.whole(rows))


READ, WRITE = "ordersRead", "ordersWrite"
ENDPOINTS = (
    Endpoint("listOrders", "GET", BASE, "orders", READ, list_orders),
    Endpoint("getOrder", "GET", f"{BASE}/{{orderIdentifier}}", "orders", READ, get_order),
    Endpoint("getOrderStatus", "GET", f"{BASE}/{{orderIdentifier}}/status", "orders", READ, get_status),
    Endpoint("listInvoices", "GET", f"{BASE}/{{orderIdentifier}}/invoices", "orders", READ, list_invoices),
    Endpoint("updateReferenceKey", "PUT", f"{BASE}/{{orderId}}/reference-key", "orders", WRITE, put_reference_key),
    Endpoint("updateBillingStatus", "PATCH", f"{BASE}/{{orderId}}/billing-status", "orders", WRITE, patch_billing_status),
    Endpoint("manualCapture", "POST", f"{BASE}/{{orderIdentifier}}/payment/manual-capture", "orders", WRITE, post_capture),
    Endpoint(
        "updateCustomData",
        "PUT",
        f"{BASE}/{{orderIdentifier}}/legacy-custom-data",
        "orders",
        "customDataWrite",
        put_custom_data,
    ),
    Endpoint(
        "updateItemCustomData",
        "PUT",
        f"{BASE}/{{orderId}}/items/{{orderItemId}}/legacy-custom-data",
        "orders",
        "customDataWrite",
        put_item_custom_data,
    ),
)
