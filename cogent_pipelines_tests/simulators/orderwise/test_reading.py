"""Stock, variants, value lists and customers are read in the shapes that public code shows."""

from collections.abc import Callable

import pytest

from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines_tests.simulators.orderwise.conftest import Client, order


def test_variants_come_in_pages_after_the_last_id(client: Client):
    """Until a page is shorter than its limit."""
    pages, last = [], 0
    while page := client.get(f"stock/variants?limit=4&last_id={last}"):
        pages.append([row["variantCode"] for row in page])
        last = page[-1]["variantID"]

    assert [["MUG", "POT", "VP255R ", "LID"], ["SET", "GONE"]] == pages


@pytest.mark.parametrize("query", ["limit=all", "limit=-1", "last_id=x"])
def test_a_page_is_asked_for_in_whole_numbers(client: Client, query: str):
    assert 400 == client.ask("GET", f"stock/variants?{query}").status_code


def test_stock_is_one_element_per_location(client: Client):
    client.tell("stock", {"code": "MUG", "on_hand": 5, "location": 2})

    assert [10.0, 5.0] == [row["freeStock"] for row in client.get("stock/1")]
    assert 15.0 == client.get("stock/1/free-stock")["freeStockQty"]
    assert 404 == client.ask("GET", "stock/99").status_code


def test_a_variant_is_shown_in_blocks(client: Client):
    """Prices only where they are asked for."""
    plain, priced = client.get("variants/1"), client.get("variants/1?include_sales_info=TRUE")

    assert ("MUG", False, 10.0) == (
        plain["variantInfo"]["code"],
        plain["variantSettings"]["discontinued"],
        priced["variantSalesInfo"][0]["rspExcVat"],
    )
    assert "variantSalesInfo" not in plain
    assert [1] == [row["variantID"] for row in client.get("products/1/variants")]


@pytest.mark.parametrize(
    ("number", "first"), [(2, "Standard rate"), (4, "Main warehouse"), (15, "Order"), (18, "Royal Mail Tracked 48")]
)
def test_value_lists_give_the_tenants_ids(client: Client, number: int, first: str):
    assert {"id": 1, "description": first} == client.get(f"value-lists/{number}")[0]
    assert 404 == client.ask("GET", "value-lists/99").status_code


def test_a_new_delivery_address_is_kept_with_the_customer(client: Client):
    """Once, however often it is sent to."""
    client.create("WEB-1")
    client.create("WEB-2")

    assert [1001] == [row["id"] for row in client.get("customers?limit=10&last_id=0")]
    assert ["9 Mill Lane"] == [row["address1"] for row in client.get("customers/1001/delivery-addresses")]
    assert "WEB001" == client.get("customers/1001")["accountNumber"]
    assert 404 == client.ask("GET", "customers/5").status_code
    assert [] == client.get("customers?lastAmendedDateTime=2030-01-01")


def test_only_known_addresses_are_taken_where_the_tenant_is_so(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(address_known_only=True))
    assert 400 == client.post_order(order()).status_code

    client.sim.switches.change(address_known_only=False)
    client.create("WEB-1")
    client.sim.switches.change(address_known_only=True)
    assert 200 == client.post_order(order("WEB-2")).status_code


def test_stock_is_taken_out_where_the_tenant_has_the_call(client: Client, sim: OrderWiseSimulator):
    body = {"variantId": 1, "quantity": 4, "stockLocationId": 1}
    assert 405 == client.ask("POST", "stock/adjust-stock-out", json=body).status_code
    sim.switches.change(adjust_stock_out="guessed")
    assert 200 == client.ask("POST", "stock/adjust-stock-out", json=body).status_code
    assert 6.0 == client.get("stock/1/free-stock")["freeStockQty"]
    assert 400 == client.ask("POST", "stock/adjust-stock-out", json={"variantId": 1}).status_code


def test_a_variant_is_made_after_a_template(client: Client):
    """201 and its id; what is not said is the template's, and it can be ordered at once."""
    made = client.ask("POST", "variants?template_variant_id=1", json={"variantInfo": {"code": "MUG-XL", "eanCode": "501"}})

    assert 201 == made.status_code
    shown = client.get(f"variants/{made.json()['variantInfo']['id']}?include_sales_info=true")
    assert ("MUG-XL", "501", 10.0) == (
        shown["variantInfo"]["code"],
        shown["variantInfo"]["eanCode"],
        shown["variantSalesInfo"][0]["rspExcVat"],
    )
    client.create("WEB-1", ("MUG-XL", 1))


@pytest.mark.parametrize(
    ("query", "info"),
    [("", {"code": "NEW"}), ("?template_variant_id=99", {"code": "NEW"}), ("?template_variant_id=1", {"code": "MUG"})],
)
def test_a_variant_needs_a_template_and_a_code_of_its_own(client: Client, query: str, info: dict[str, str]):
    assert 400 == client.ask("POST", f"variants{query}", json={"variantInfo": info}).status_code


def test_an_ean_is_nobody_elses_not_even_a_discontinued_variants(client: Client):
    """Until it is cleared there."""
    settings = {"variantInfo": {"eanCode": "501"}, "variantSettings": {"discontinued": True}}
    assert 200 == client.ask("PUT", "variants/1", json=settings).status_code
    assert 400 == client.ask("PUT", "variants/2", json={"variantInfo": {"eanCode": "501"}}).status_code
    assert 200 == client.ask("PUT", "variants/1", json={"variantInfo": {"eanCode": ""}}).status_code
    assert 200 == client.ask("PUT", "variants/2", json={"variantInfo": {"eanCode": "501"}}).status_code
    assert 400 == client.post_order(order("WEB-1", ("MUG", 1))).status_code
    assert 400 == client.ask("PUT", "variants/2", json={"variantDimensions": {"weight": "heavy"}}).status_code
