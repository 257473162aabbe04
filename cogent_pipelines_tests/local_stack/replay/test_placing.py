"""What an invoice becomes at the storefront."""

from datetime import datetime
from decimal import Decimal

from cogent_pipelines.local_stack.replay.invoices import Invoice, InvoiceLine
from cogent_pipelines.local_stack.replay.placing import order_of


def _invoice(*lines: InvoiceLine, country: str = "United Kingdom") -> Invoice:
    return Invoice("536365", datetime(2010, 12, 1, 8, 26), "17850", country, lines)  # noqa: DTZ001 - as in the file


GOODS = InvoiceLine("85123A", "HOLDER", 6, Decimal("2.55"))
POSTAGE = InvoiceLine("POST", "POSTAGE", 3, Decimal("18.00"))


def test_postage_is_a_shipping_line_and_not_goods():
    placed = order_of(_invoice(GOODS, POSTAGE), seed=1)

    assert ["85123A"] == [line["sku"] for line in placed["lines"]]
    assert [{"title": "POSTAGE", "code": "POST", "price": "54.00"}] == placed["shipping"]


def test_tax_is_inside_prices_in_the_united_kingdom_and_absent_elsewhere():
    assert "0.2" == order_of(_invoice(GOODS), seed=1)["tax_rate"]
    assert "tax_rate" not in order_of(_invoice(GOODS, country="Norway"), seed=1)


def test_the_same_seed_makes_the_same_address_and_another_seed_another():
    first = order_of(_invoice(GOODS), seed=1)["shipping_address"]

    assert first == order_of(_invoice(GOODS), seed=1)["shipping_address"]
    assert first != order_of(_invoice(GOODS), seed=2)["shipping_address"]


def test_an_invoice_of_charges_alone_has_nothing_that_ships():
    placed = order_of(_invoice(POSTAGE), seed=1)

    assert [False] == [line["requires_shipping"] for line in placed["lines"]]


def test_a_voucher_is_sold_but_not_shipped():
    placed = order_of(_invoice(InvoiceLine("gift_0001_20", "VOUCHER", 1, Decimal(20))), seed=1)

    assert placed["lines"][0]["gift_card"]
    assert not placed["lines"][0]["requires_shipping"]
