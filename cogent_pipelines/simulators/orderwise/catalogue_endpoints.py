"""Value lists, variants, stock and customers over OWAPI. Paths and fields: integrators' code (read 2026-11)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.orderwise.calls import Call, Reply, ok, page
from cogent_pipelines.simulators.orderwise.entities import Customer, Variant
from cogent_pipelines.simulators.orderwise.ids import number_in
from cogent_pipelines.simulators.orderwise.refusals import Refused
from cogent_pipelines.simulators.orderwise.times import moment_of

# ---- value lists


def stock_locations(call: Call) -> Reply:
    return ok([{"id": number, "name": name} for number, name in call.company.locations.items()])


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
    return ok([{"id": number, "description": text} for number, text in rows.items()])


# ---- stock and variants


def list_variants(call: Call) -> Reply:
    rows = page(call, call.company.variants.items())
    return ok([{"variantID": variant.id, "variantCode": variant.code} for variant in rows])


def variant_stock(call: Call) -> Reply:
    variant, company = _variant(call), call.company
    levels = company.stock.by_variant.get(variant.id, ())
    return ok(
        [
            {"variantID": variant.id, "stockLocationId": level.location_id, "freeStock": float(level.shown_free)}
            for level in levels
        ]
    )


def free_stock(call: Call) -> Reply:
    return ok({"freeStockQty": float(call.company.stock.shown_free(_variant(call).id))})


def adjust_stock_out(call: Call) -> Reply:
    """Take stock out. The names of the body are a guess; `front` serves this where the tenant is switched to have it."""
    asked, company = call.body if isinstance(call.body, dict) else {}, call.company
    variant, units = company.variants.get(asked.get("variantId", 0)), asked.get("quantity")
    location = asked.get("stockLocationId", variant.location_id if variant else 0)
    if variant is None or location not in company.locations or not isinstance(units, int | float) or units <= 0:
        raise Refused(400, "the stock adjustment is not valid")
    company.adjust(variant, by=-Decimal(str(units)), location_id=location)
    return ok({"variantId": variant.id})


def product_variants(call: Call) -> Reply:
    product = call.parts["productId"]
    found = [variant for variant in call.company.variants.values() if str(variant.product_id) == product]
    if not found:
        raise Refused(404, f"Product {product} does not exist")
    return ok([{"variantID": variant.id, "variantCode": variant.code} for variant in found])


def variant_detail(call: Call) -> Reply:
    variant = _variant(call)
    shown = _variant_blocks(variant)
    if call.said("include_sales_info"):
        shown["variantSalesInfo"] = [{"Id": variant.id, "rspExcVat": float(variant.price)}]
    return ok(shown)


def _variant_blocks(variant: Variant) -> dict[str, Any]:
    return {
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


def create_variant(call: Call) -> Reply:
    """Make a variant after a template; 201 with its blocks."""
    template = call.company.variants.get(number_in(call.query.get("template_variant_id")) or 0)
    if template is None:
        raise Refused(400, "the template variant does not exist")
    told = _told_blocks(call)
    code = str(told["variantInfo"].get("code") or "")
    if not code.strip() or code in call.company.by_code:
        raise Refused(400, f"variant code: {code} is missing or exists already")
    _check_ean(call, told, None)
    variant = call.company.add_variant(
        code,
        description=template.description,
        price=template.price,
        cost=template.cost,
        weight=template.weight,
        product_id=template.product_id,
        location_id=template.location_id,
    )
    _change(call, variant, told)
    return Reply(201, _variant_blocks(variant))


def update_variant(call: Call) -> Reply:
    """Change what is said and leave the rest."""
    variant, told = _variant(call), _told_blocks(call)
    _check_ean(call, told, variant)
    _change(call, variant, told)
    return ok(_variant_blocks(variant))


def _told_blocks(call: Call) -> dict[str, dict[str, Any]]:
    names = ("variantInfo", "variantSettings", "variantPurchaseSettings", "variantDimensions")
    body = call.body if isinstance(call.body, dict) else {}
    told = {name: body.get(name) or {} for name in names}
    if not all(isinstance(block, dict) for block in told.values()):
        raise Refused(400, "The request is invalid.")
    return told


def _check_ean(call: Call, told: dict[str, dict[str, Any]], mine: Variant | None) -> None:
    """An EAN is nobody else's, not even a discontinued variant's (one integrator, read 2026-11)."""
    ean = told["variantInfo"].get("eanCode")
    if ean and any(other.ean == ean and other is not mine for other in call.company.variants.values()):
        raise Refused(400, f"EAN code {ean} is in use")


def _change(call: Call, variant: Variant, told: dict[str, dict[str, Any]]) -> None:
    info, settings, dimensions = told["variantInfo"], told["variantSettings"], told["variantDimensions"]
    variant.description = str(info.get("description") or variant.description)
    variant.ean = variant.ean if info.get("eanCode") is None else str(info["eanCode"])
    variant.discontinued = bool(settings.get("discontinued", variant.discontinued))
    try:
        variant.cost = Decimal(str(told["variantPurchaseSettings"].get("estimatedCost", variant.cost)))
        variant.weight = float(dimensions.get("weight", variant.weight))
    except (TypeError, ValueError, ArithmeticError):
        raise Refused(400, "The request is invalid.") from None
    variant.amended_at = call.company.now()
    call.company.picture.variant_changed(variant.id)


def _variant(call: Call) -> Variant:
    number = call.parts["variantId"]
    variant = call.company.variants.get(number_in(number) or 0)
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
    return ok([_customer_row(customer) for customer in page(call, rows)])


def get_customer(call: Call) -> Reply:
    return ok(_customer_row(_customer(call)))


def delivery_addresses(call: Call) -> Reply:
    return ok([{"id": number, **address} for number, address in enumerate(_customer(call).addresses, start=1)])


def customer_contacts(call: Call) -> Reply:
    contacts = {
        number: {"id": number, "name": address.get("contactName", ""), "email": address.get("email", "")}
        for number, address in enumerate(_customer(call).addresses, start=1)
    }
    return ok(list(page(call, contacts.items())))


def _customer(call: Call) -> Customer:
    number = call.parts["customerId"]
    customer = call.company.customers.get(number_in(number) or 0)
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
