"""Placing an order: what the checkout works out, once, from what a customer wants.

One unit is one item. Prices include tax; a discount is a voucher spread over the items by value, to the penny. Nothing here
says what becomes of the order afterwards.
"""

import re
from collections.abc import Sequence
from typing import Any

from cogent_pipelines.simulators.scayle import lifecycle, stock
from cogent_pipelines.simulators.scayle.countries import alpha3
from cogent_pipelines.simulators.scayle.records import Customer, Item, Order, Package, ShopCountry, Stock, Variant
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import whole_seconds

FIRST_ORDER = 900_001
FIRST_ITEM = 10_976_001
_HOUSE_NUMBER = re.compile(r"(?P<street>\D.*?)\s+(?P<number>\d+\s?[a-zA-Z]?)")


class OutOfStock(Exception):
    """The checkout sells no more than it believes to be there."""


class NotOnSale(ValueError):
    """An article is not sold here."""


def place(
    tenant: Tenant,
    shop_country: ShopCountry,
    wanted: Sequence[tuple[str, int]],
    *,
    buyer: dict[str, str],
    shipping_minor: int = 0,
    discount_minor: int = 0,
    paid: bool = True,
) -> Order:
    """Place one order of (SKU, units).

    Raises:
        NotOnSale: an article is not sold here.
        OutOfStock: too few are left.
    """
    with tenant.lock:
        chosen = _allot(tenant, shop_country, wanted)
        now = whole_seconds(tenant.now())
        number = tenant.next("order", FIRST_ORDER)
        order = Order(
            number,
            f"nw-{number}",
            str(number - FIRST_ORDER + 1001),
            shop_country,
            _customer(tenant, buyer),
            now,
            now,
            _address(tenant, buyer),
            _address(tenant, buyer),
            paid,
            shipping_minor,
            discount_minor,
        )
        _add_items(tenant, order, chosen)
        _file(tenant, order)
        lifecycle.confirm_due(tenant, order)
        return order


def _allot(tenant: Tenant, shop_country: ShopCountry, wanted: Sequence[tuple[str, int]]) -> list[tuple[Variant, Stock]]:
    units: dict[str, int] = {}
    for sku, quantity in wanted:
        units[sku] = units.get(sku, 0) + quantity
    chosen: list[tuple[Variant, Stock]] = []
    for sku, quantity in units.items():
        variant = tenant.variants_by_key.get(sku)
        if variant is None or variant.product.state != "live" or quantity < 1:
            raise NotOnSale(f"{sku} is not on sale in {shop_country.shop_key}/{shop_country.country}")
        rows = stock.allot(tenant, variant, shop_country, quantity)
        if rows is None:
            tenant.refused_sales.append({"at": tenant.now(), "sku": sku, "quantity": quantity})
            raise OutOfStock(f"{sku}: {quantity} wanted")
        chosen += [(variant, row) for row in rows]
    return chosen


def _add_items(tenant: Tenant, order: Order, chosen: Sequence[tuple[Variant, Stock]]) -> None:
    shares = spread(order.discount_minor, [variant.price_minor for variant, _ in chosen])
    for (variant, row), off in zip(chosen, shares, strict=True):
        number = tenant.next("item", FIRST_ITEM)
        price = variant.price_minor - off
        reductions = [_voucher(order, off)] if off else []
        item = Item(
            number,
            f"{tenant.random.getrandbits(128):032x}",
            order,
            variant,
            row,
            _package(tenant, order, row),
            variant.price_minor,
            price,
            net(price, order.shop_country.vat),
            reductions,
            order.created_at,
            order.updated_at,
        )
        order.items.append(item)
        tenant.items[number] = item


def _voucher(order: Order, off: int) -> dict[str, Any]:
    return {
        "id": f"voucher-{order.id}",
        "category": "voucher",
        "type": "absolute",
        "code": "THANKYOU",
        "displayName": "Thank you",
        "amount": {"absoluteWithTax": off},
    }


def spread(amount: int, over: Sequence[int]) -> list[int]:
    """Share an amount by value, whole minor units, nothing lost: the last units go to the first rows."""
    total = sum(over)
    if not amount or not total:
        return [0] * len(over)
    amount = min(amount, total)
    shares = [amount * value // total for value in over]
    left = amount - sum(shares)
    for row in range(len(shares)):
        if left and shares[row] < over[row]:
            shares[row] += 1
            left -= 1
    return shares


def net(gross: int, rate: float) -> int:
    """Documented as round(gross / (1 + rate)), the rate to three decimals (shipments-and-returns page, read 2026-11)."""
    return round(gross / (1 + round(rate, 3)))


def _package(tenant: Tenant, order: Order, row: Stock) -> Package:
    """Packages exist before anything is sent: one for each warehouse and merchant."""
    for package in order.packages:
        if package.warehouse is row.warehouse and package.merchant is row.merchant:
            return package
    carrier = next((carrier.key for carrier in row.merchant.carriers.values()), "")
    package = Package(tenant.next("package", 41), row.merchant, row.warehouse, carrier)
    order.packages.append(package)
    return package


def _file(tenant: Tenant, order: Order) -> None:
    tenant.orders[order.id] = tenant.orders_by_key[order.reference_key] = tenant.open_orders[order.id] = order


def _customer(tenant: Tenant, buyer: dict[str, str]) -> Customer:
    """Find the customer by e-mail; each e-mail is one customer."""
    email = buyer.get("email", "")
    if email and email in tenant.customers:
        return tenant.customers[email]
    now = whole_seconds(tenant.now())
    number = tenant.next("customer")
    first, last = names(buyer.get("name", ""))
    customer = Customer(
        number,
        f"cust-{number}",
        f"customer-{tenant.random.getrandbits(64):016x}",
        email,
        first,
        last,
        buyer.get("phone", ""),
        buyer.get("company", ""),
        now,
        now,
    )
    tenant.customers[email or f"#{number}"] = customer
    return customer


def names(name: str) -> tuple[str, str]:
    first, _, last = name.strip().rpartition(" ")
    return first, last


def _address(tenant: Tenant, buyer: dict[str, str]) -> dict[str, Any]:
    """Word an address as the vendor does; what the customer left out is left out."""
    first, last = names(buyer.get("name", ""))
    street, number = buyer.get("line1", ""), ""
    if split := _HOUSE_NUMBER.fullmatch(street):
        street, number = split["street"], split["number"]
    additional = ", ".join(text for text in (buyer.get("company", ""), buyer.get("line2", "")) if text)
    recipient = {"firstName": first, "lastName": last, "type": "organization" if buyer.get("company") else "personal"}
    address: dict[str, Any] = {
        "id": tenant.next("address", 7301),
        "street": street,
        "houseNumber": number,
        "additional": additional,
        "zipCode": buyer.get("postcode", ""),
        "city": buyer.get("city", ""),
        "countryCode": alpha3(buyer.get("country_code", "GB")),
        "phone": buyer.get("phone", ""),
        "recipient": {key: value for key, value in recipient.items() if value},
        "isDefault": {"billing": False, "shipping": False},
    }
    return {key: value for key, value in address.items() if value not in ("", None)}
