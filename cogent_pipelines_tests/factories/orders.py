"""Orders that would go to the warehouse as they are; say only what is different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import Attribute, ConnectionName, LineRef, OrderRef, Sku
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import Discount, Order, OrderLine, PaymentState, ShippingLine, TaxLine

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NORTHWIND = Connection(name=ConnectionName("northwind_uk"), storefront="shopify", warehouse="peoplevox")
ADDRESS = Address(name="Ada King", line1="12 Row Lane", city="York", postcode="YO1 7HH", country_code="GB", phone="0190400")


def pounds(minor: int) -> MoneyBag:
    return MoneyBag.single(Money(minor, "GBP"))


def a_line(
    number: int = 1, *, sku: str | None = "MUG-BLUE", quantity: int = 2, price: int = 1000, **changes: Any
) -> OrderLine:
    """`quantity` units at `price` pence; `changes` are fields of the line."""
    fields: dict[str, Any] = {
        "ref": LineRef(f"line-{number}"),
        "sku": Sku(sku) if sku is not None else None,
        "title": f"Thing {number}",
        "ordered": quantity,
        "current": quantity,
        "to_ship": quantity,
        "requires_shipping": True,
        "unit_price": pounds(price),
        "line_total": pounds(price * quantity),
        "taxes": (TaxLine("VAT", "0.2", pounds(price * quantity // 6)),),
    }
    return OrderLine(**{**fields, **changes})


def an_order(number: int = 1001, *, lines: tuple[OrderLine, ...] | None = None, **changes: Any) -> Order:
    """Order `#number`, paid, to be shipped to York; `changes` are fields of the order."""
    lines = (a_line(),) if lines is None else lines
    goods = sum(line.line_total.shop.minor for line in lines)
    fields: dict[str, Any] = {
        "ref": OrderRef(f"gid://shop/Order/{number}"),
        "name": f"#{number}",
        "created_at": NINE,
        "version": NINE,
        "payment": PaymentState.PAID,
        "taxes_included": True,
        "total": pounds(goods + 395),
        "subtotal": pounds(goods),
        "shipping_total": pounds(395),
        "tax_total": pounds((goods + 395) // 6),
        "discount_total": pounds(0),
        "lines": lines,
        "shipping_lines": (ShippingLine("Standard", "STD", pounds(395), taxes=(TaxLine("VAT", "0.2", pounds(66)),)),),
        "taxes": (TaxLine("VAT", "0.2", pounds((goods + 395) // 6)),),
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "email": "ada@example.com",
        "attributes": (Attribute("gift", "yes"),),
        "tags": ("web",),
    }
    return Order(**{**fields, **changes})


def a_rich_order(number: int = 1001) -> Order:
    """An order that uses every field, for what must survive a round trip."""
    line = a_line(
        1,
        discounts=(Discount("TEN", MoneyBag(Money(200, "GBP"), Money(240, "EUR"))),),
        attributes=(Attribute("engraving", "To \N{SNOWMAN}"),),
        unit_price=MoneyBag(Money(1000, "GBP"), Money(1200, "EUR")),
        line_total=MoneyBag(Money(1800, "GBP"), Money(2160, "EUR")),
        taxes=(),
    )
    both = MoneyBag(Money(1800, "GBP"), Money(2160, "EUR"))
    nothing = MoneyBag(Money(0, "GBP"), Money(0, "EUR"))
    return an_order(
        number,
        lines=(line,),
        total=both,
        subtotal=both,
        shipping_total=nothing,
        tax_total=nothing,
        discount_total=MoneyBag(Money(200, "GBP"), Money(240, "EUR")),
        shipping_lines=(ShippingLine("Express", "EXP", nothing, discounts=(Discount("FREE", nothing),)),),
        taxes=(),
        note="Ring twice",
        phone="0190401",
        purchase_order_number="PO-7",
        source="web",
        billing_address=None,
        closes_at=NINE + timedelta(days=14),
    )
