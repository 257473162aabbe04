"""How both vendors' books are judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.local_stack.replay.books import judge


@dataclass
class Vendor:
    """A stand-in of which only the books are there."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def orders(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def books(self) -> Iterator[tuple[str, str, Any]]:
        yield "now", "", "2026-11-20"
        yield from (("sales_orders", row["number"], row) for row in self.rows)


def sold(name: str, *lines: tuple[str | None, int], parcels: int = 1) -> dict[str, Any]:
    shipped = [{"sku": sku, "quantity": quantity} for sku, quantity in lines if sku]
    return {
        "name": name,
        "total_minor": 1000,
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
        "parcels": [{"status": "SUCCESS", "lines": shipped}] * parcels,
    }


def arrived(name: str, *lines: tuple[str, int], created: int = 1, number: str = "") -> dict[str, Any]:
    return {
        "number": number or name,
        "reference": name,
        "created": created,
        "values": {"ShippingCost": "4.00"},
        "lines": [{"item_code": sku, "quantity": quantity, "sale_price": "1.50"} for sku, quantity in lines],
    }


def judged(orders, sales_orders, strange=frozenset()):
    return judge(Vendor(orders), Vendor(sales_orders), strange=strange)


def test_an_order_that_arrived_whole_and_left_is_counted_with_both_values():
    """At the warehouse, lines at its prices and delivery."""
    found = judged([sold("1", ("A", 4))], [arrived("1", ("A", 4))])

    assert (1, 1, 1, 0, 0) == (found.at_the_warehouse, found.fulfilments, found.fulfilled, found.lost, found.duplicated)
    assert (1000, 1000) == (found.storefront_value_minor, found.warehouse_value_minor)


def test_an_order_that_is_missing_or_short_is_lost():
    found = judged([sold("1", ("A", 4)), sold("2", ("A", 4), parcels=0)], [arrived("1", ("A", 3))])

    assert (2, ["1", "2"]) == (found.lost, found.named["lost"])


def test_an_order_without_goods_or_with_a_strange_spelling_may_stay_behind():
    """Charges and vouchers are no goods; a spelling that the warehouse was never given must be held."""
    orders = [sold("1", ("gift_0001_20", 1), parcels=0), sold("2", (None, 1), parcels=0), sold("3", ("a", 1), parcels=0)]

    found = judged(orders, [], strange={"a"})

    assert (0, 3) == (found.lost, found.kept_back)


def test_twice_made_twice_there_too_much_and_told_twice_are_doubled():
    """Each order counts once, however it was doubled."""
    orders = [sold("1", ("A", 1)), sold("2", ("A", 1)), sold("3", ("A", 1)), sold("4", ("A", 1), parcels=2)]
    there = [
        arrived("1", ("A", 1), created=2),
        arrived("2", ("A", 1)),
        arrived("2", ("A", 1), number="2-again"),
        arrived("3", ("A", 2)),
        arrived("4", ("A", 1)),
    ]

    assert (["1", "2", "3", "4"], 4) == ((found := judged(orders, there)).named["duplicated"], found.duplicated)


def test_a_sales_order_that_the_shop_never_sold_is_doubled():
    found = judged([], [arrived("9", ("A", 1))])

    assert (1, ["9"]) == (found.duplicated, found.named["unknown to the shop"])
