"""The operations of OWAPI that public code shows, each by its name, path, permission and act.

Paths and fields: integrators' code (read 2026-11). Products, purchasing and CRM are not served; cancelling is where the
tenant is switched to have it. Answers are plain documents: status lines, errors and faults are `front`'s.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from cogent_pipelines.simulators.orderwise.company import Company
from cogent_pipelines.simulators.orderwise.entities import Customer, Order, Pick, Stage, Variant
from cogent_pipelines.simulators.orderwise.refusals import Refused
from cogent_pipelines.simulators.orderwise.times import local, moment_of

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Call:
    company: Company
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def whole(self, name: str, default: int) -> int:
        """Read a whole number of the query."""
        text = self.query.get(name, str(default))
        if not text.isdecimal():
            raise Refused(400, f"The value '{text}' is not valid for {name}.")
        return int(text)

    def said(self, name: str) -> bool:
        return self.query.get(name, "").casefold() == "true"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    document: Any


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`permission` is the category; the verb is the method."""

    name: str
    method: str
    path: str
    permission: str
    act: Callable[[Call], Reply]


def _ok(document: Any) -> Reply:
    return Reply(200, document)


# ---- orders


def create_order(call: Call) -> Reply:
    answer = call.company.importing.create(call.query.get("session_id"), call.body)
    return Reply(call.company.switches.created_status, answer)


def order_status(call: Call) -> Reply:
    order, company = _order(call), call.company
    shown = {
        "orderNumber": order.number,
        "eCommerceOrderNumber": order.ecommerce_number,
        "orderStatus": company.switches.status_names[order.stage],
        "subStatus": company.switches.sub_status_names.get(order.pick) if order.open else None,
    }
    if company.switches.status_blocks == "guessed":
        shown |= _status_blocks(call, order)
    return _ok(shown)


def _status_blocks(call: Call, order: Order) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    if call.said("include_lines"):
        blocks["lines"] = [
            {
                "variantCode": call.company.variants[line.variant_id].code,
                "quantity": float(line.quantity),
                "quantitySent": float(line.sent),
            }
            for line in order.lines
        ]
    if call.said("include_delivery"):
        blocks["deliveries"] = [
            {"consignmentNumber": each.consignment or None, "date": local(each.at, call.company.switches.zone)}
            for each in order.deliveries
        ]
    return blocks


def cancel_order(call: Call) -> Reply:
    """Cancel, where the tenant has it. With `answers_yes` the answer means nothing once picking has begun."""
    order, policy = _order(call), call.company.switches.cancel_policy
    too_late = any(line.sent for line in order.lines) or not order.open
    if policy != "before_despatch":
        too_late = too_late or order.pick in {Pick.PICKING, Pick.PICKED}
    if order.stage is Stage.CANCELLED:
        too_late = policy != "answers_yes"
    elif not too_late:
        call.company.floor.cancel(order)
    if too_late and policy != "answers_yes":
        raise Refused(400, f"Order number {order.number} can not be cancelled")
    return _ok({"orderId": order.id, "orderNumber": order.number})


def _order(call: Call) -> Order:
    number = call.parts["orderId"]
    order = call.company.orders.get(int(number)) if number.isdecimal() else None
    if order is None:
        raise Refused(404, f"Sales order {number} does not exist")
    return order


# ---- export definitions


def run_export(call: Call) -> Reply:
    call.company.picture.refresh()
    rows = call.company.definitions.run(call.parts["definitionId"], call.body)
    return Reply(204, None) if not rows and call.company.switches.empty_export == "204" else _ok(rows)


# ---- value lists


def stock_locations(call: Call) -> Reply:
    return _ok([{"id": number, "name": name} for number, name in call.company.locations.items()])


def value_list(call: Call) -> Reply:
    company = call.company
    lists: dict[str, Mapping[int, str]] = {
        **{str(number): rows for number, rows in company.value_lists.items()},
        "2": {number: rate.name for number, rate in company.tax_rates.items()},
        "4": company.locations,
        "18": {number: name for number, (name, _) in company.delivery_methods.items()},
    }
    rows = lists.get(call.parts["listId"])
    if rows is None:
        raise Refused(404, f"Value list {call.parts['listId']} does not exist")
    return _ok([{"id": number, "description": text} for number, text in rows.items()])


# ---- stock and variants


def list_variants(call: Call) -> Reply:
    rows = _page(call, call.company.variants.items())
    return _ok([{"variantID": variant.id, "variantCode": variant.code} for variant in rows])


def variant_stock(call: Call) -> Reply:
    variant, company = _variant(call), call.company
    levels = company.stock.by_variant.get(variant.id, ())
    return _ok(
        [
            {"variantID": variant.id, "stockLocationId": level.location_id, "freeStock": float(level.shown_free)}
            for level in levels
        ]
    )


def free_stock(call: Call) -> Reply:
    return _ok({"freeStockQty": float(call.company.stock.shown_free(_variant(call).id))})


def adjust_stock_out(call: Call) -> Reply:
    """Take stock out. The names of the body are a guess; `front` serves this where the tenant is switched to have it."""
    asked, company = call.body if isinstance(call.body, dict) else {}, call.company
    variant, units = company.variants.get(asked.get("variantId", 0)), asked.get("quantity")
    location = asked.get("stockLocationId", variant.location_id if variant else 0)
    if variant is None or location not in company.locations or not isinstance(units, int | float) or units <= 0:
        raise Refused(400, "the stock adjustment is not valid")
    company.adjust(variant, by=-Decimal(str(units)), location_id=location)
    return _ok({"variantId": variant.id})


def product_variants(call: Call) -> Reply:
    product = call.parts["productId"]
    found = [variant for variant in call.company.variants.values() if str(variant.product_id) == product]
    if not found:
        raise Refused(404, f"Product {product} does not exist")
    return _ok([{"variantID": variant.id, "variantCode": variant.code} for variant in found])


def variant_detail(call: Call) -> Reply:
    variant = _variant(call)
    shown: dict[str, Any] = {
        "variantInfo": {
            "id": variant.id,
            "code": variant.code,
            "description": variant.description,
            "eanCode": variant.ean,
        },
        "variantSettings": {"templateVariant": False, "discontinued": variant.discontinued},
        "variantPurchaseSettings": {"estimatedCost": float(variant.cost)},
        "variantDimensions": {"weight": variant.weight, "volume": 0.0, "length": 0.0, "width": 0.0, "depth": 0.0},
        "analysis": {},
    }
    if call.said("include_sales_info"):
        shown["variantSalesInfo"] = [{"Id": variant.id, "rspExcVat": float(variant.price)}]
    return _ok(shown)


def _variant(call: Call) -> Variant:
    number = call.parts["variantId"]
    variant = call.company.variants.get(int(number)) if number.isdecimal() else None
    if variant is None:
        raise Refused(404, f"Variant {number} does not exist")
    return variant


# ---- customers


def list_customers(call: Call) -> Reply:
    rows = call.company.customers.items()
    if since := call.query.get("lastAmendedDateTime"):
        try:
            moment = moment_of(since, call.company.switches.zone)
        except ValueError:
            raise Refused(400, f"The value '{since}' is not valid for lastAmendedDateTime.") from None
        rows = {number: one for number, one in rows if one.amended_at >= moment}.items()
    return _ok([_customer_row(customer) for customer in _page(call, rows)])


def get_customer(call: Call) -> Reply:
    return _ok(_customer_row(_customer(call)))


def delivery_addresses(call: Call) -> Reply:
    return _ok([{"id": number, **address} for number, address in enumerate(_customer(call).addresses, start=1)])


def customer_contacts(call: Call) -> Reply:
    contacts = {
        number: {"id": number, "name": address.get("contactName", ""), "email": address.get("email", "")}
        for number, address in enumerate(_customer(call).addresses, start=1)
    }
    return _ok(list(_page(call, contacts.items())))


def _customer(call: Call) -> Customer:
    number = call.parts["customerId"]
    customer = call.company.customers.get(int(number)) if number.isdecimal() else None
    if customer is None:
        raise Refused(404, f"Customer {number} does not exist")
    return customer


def _customer_row(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "accountNumber": customer.account_number,
        "statementName": customer.name,
        "invoiceName": customer.name,
        "accountCustomer": True,
        "onHold": customer.on_hold,
    }


def _page(call: Call, rows: Iterable[tuple[int, Row]]) -> list[Row]:
    """Give a page: rows whose id is above `last_id`, `limit` of them at most."""
    last, limit = call.whole("last_id", 0), call.whole("limit", call.company.switches.default_page)
    return [row for number, row in sorted(rows, key=lambda pair: pair[0]) if number > last][:limit]


ENDPOINTS = (
    Endpoint("create_sales_order", "POST", "sales/order", "Sales orders", create_order),
    Endpoint("sales_order_status", "GET", "sales/order/{orderId}/status", "Sales orders", order_status),
    Endpoint(
        "run_export_definition", "POST", "system/export-definition/{definitionId}", "API Export Definitions", run_export
    ),
    Endpoint("stock_locations", "GET", "system/stock-locations", "Value lists", stock_locations),
    Endpoint("value_list", "GET", "value-lists/{listId}", "Value lists", value_list),
    Endpoint("list_stock_variants", "GET", "stock/variants", "Stock", list_variants),
    Endpoint("variant_free_stock", "GET", "stock/{variantId}/free-stock", "Stock", free_stock),
    Endpoint("variant_stock", "GET", "stock/{variantId}", "Stock", variant_stock),
    Endpoint("adjust_stock_out", "POST", "stock/adjust-stock-out", "Stock", adjust_stock_out),
    Endpoint("product_variants", "GET", "products/{productId}/variants", "Products", product_variants),
    Endpoint("variant_detail", "GET", "variants/{variantId}", "Variants", variant_detail),
    Endpoint("list_customers", "GET", "customers", "Customers", list_customers),
    Endpoint("get_customer", "GET", "customers/{customerId}", "Customers", get_customer),
    Endpoint("customer_contacts", "GET", "customers/{customerId}/customer-contacts", "Customers", customer_contacts),
    Endpoint("delivery_addresses", "GET", "customers/{customerId}/delivery-addresses", "Customers", delivery_addresses),
)
