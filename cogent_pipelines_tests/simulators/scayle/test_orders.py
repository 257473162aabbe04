"""Orders as they are read: one row per unit, per shop country, in pages, filtered."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import Buyer
from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, buy, complaints


def test_an_order_has_one_row_for_each_unit(sim: ScayleSimulator, client: Client) -> None:
    """There is no quantity anywhere; each unit has its own number and its price to the penny."""
    order = buy(sim, ("MUG", 2), ("POT", 1), shipping_minor=395, discount_minor=500)

    told = client.get(f"{ORDERS}/{order.id}")

    assert ["MUG", "MUG", "POT"] == [item["variant"]["referenceKey"] for item in told["items"]]
    assert 3 == len({item["id"] for item in told["items"]})
    assert all("quantity" not in item for item in told["items"])
    prices = [item["price"] for item in told["items"]]
    assert 2 * 1250 + 3000 - 500 == sum(price["withTax"] for price in prices)
    assert 2 * 1250 + 3000 + 395 - 500 == told["cost"]["withTax"] == told["payment"][0]["amount"]
    assert {0.2} == {price["tax"]["vat"]["rate"] for price in prices}
    assert all(price["withTax"] - price["withoutTax"] == price["tax"]["vat"]["amount"] for price in prices)
    assert 500 == told["vouchers"][0]["value"]
    [fee] = told["cost"]["appliedFees"]
    assert ("delivery", 395) == (fee["category"], fee["amount"]["withTax"])


def test_an_address_is_split_and_its_country_has_three_letters(sim: ScayleSimulator, client: Client) -> None:
    """What the customer left out is left out."""
    buyer = Buyer("Anna von Hof", "Hof GmbH", "Domstrasse 10b", "Floor 2", "Hamburg", "20459", "DE", "", "anna@example.com")
    order = buy(sim, buyer=buyer)

    address = client.get(f"{ORDERS}/{order.id}")["address"]["shipping"]

    assert ("Domstrasse", "10b", "DEU") == (address["street"], address["houseNumber"], address["countryCode"])
    assert {"firstName": "Anna von", "lastName": "Hof", "type": "organization"} == address["recipient"]
    assert "phone" not in address


def test_custom_data_is_there_only_where_it_was_asked_for(sim: ScayleSimulator, client: Client) -> None:
    """With `with=`, on the order, its items and its customer."""
    order = buy(sim)
    assert 204 == client.ask("PUT", f"{ORDERS}/{order.id}/legacy-custom-data", json={"gift": True}).status_code

    plain = client.get(f"{ORDERS}/{order.id}")
    asked = client.get(f"{ORDERS}/{order.id}?with=legacyCustomData,items.legacyCustomData")

    assert "legacyCustomData" not in plain
    assert ({"gift": True}, [{}, {}]) == (asked["legacyCustomData"], [item["legacyCustomData"] for item in asked["items"]])
    assert 400 == client.ask("GET", f"{ORDERS}?with=everything").status_code


def test_a_list_belongs_to_its_shop_country_and_one_order_does_not(sim: ScayleSimulator, client: Client) -> None:
    """Polling needs a loop per shop country; reading one order does not look at it."""
    sim.tenant.add_shop_country("nw", "DE", currency="EUR", vat=0.19)
    order = buy(sim)

    assert [] == client.get("/shops/nw/countries/DE/orders")["entities"]
    assert order.id == client.get(f"/shops/nw/countries/DE/orders/{order.id}")["id"]
    assert 404 == client.ask("GET", "/shops/nw/countries/FR/orders").status_code


def test_a_shop_country_may_be_named_by_its_number(sim: ScayleSimulator, client: Client) -> None:
    """For where a country occurs twice."""
    order = buy(sim)

    assert [order.id] == [row["id"] for row in client.get(f"/shops/nw/countries/{sim.shop_country.id}/orders")["entities"]]


def test_pages_follow_an_opaque_cursor_to_the_end(sim: ScayleSimulator, client: Client) -> None:
    """Nothing twice, nothing left out; the last page says so with null."""
    placed = [buy(sim, ("MUG", 1)).id for _ in range(5)]
    seen: list[int] = []
    sizes: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        told = client.get(f"{ORDERS}?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        seen += [row["id"] for row in told["entities"]]
        sizes.append(len(told["entities"]))
        cursor = told["cursor"]["next"]

    assert (placed, [2, 2, 1]) == (seen, sizes)


def test_an_empty_page_need_not_be_the_last(sim: ScayleSimulator, client: Client) -> None:
    """Only `next` says so."""
    placed = [buy(sim, ("MUG", 1)).id for _ in range(3)]
    sim.faults.add("vendor", operation="listOrders", empty_page=True)

    empty = client.get(f"{ORDERS}?limit=2")
    rest = client.get(f"{ORDERS}?limit=3&cursor={empty['cursor']['next']}")

    assert ([], placed, None) == (empty["entities"], [row["id"] for row in rest["entities"]], rest["cursor"]["next"])


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=ten", "cursor=%21", "sort=id", "filters[colour]=red"])
def test_what_is_not_published_is_refused(client: Client, query: str) -> None:
    """The order list knows no sorting and no other filters that anybody could read of."""
    assert 400 == client.ask("GET", f"{ORDERS}?{query}").status_code


def test_unknown_filters_are_ignored_where_a_switch_says_so(make_sim: Callable[..., ScayleSimulator]) -> None:
    """The published list is cut off."""
    assert [] == Client(make_sim(unknown_filters="ignore")).get(f"{ORDERS}?filters[minConfirmedAt]=2020")["entities"]


def test_filters_choose(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """By number, key, customer, country, status, and by time with both ends included."""
    first = buy(sim, ("MUG", 1), buyer=Buyer(email="a@example.com"))
    clock.advance(60)
    client.get(ORDERS)
    clock.advance(3540)
    second = buy(sim, ("MUG", 1), buyer=Buyer(name="Jo Bell", email="b@example.com", country_code="IE"))
    client.ship(second)

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(f"{ORDERS}?{query}")["entities"]]

    assert [first.id] == found(f"filters[id]={first.id}")
    assert [first.id, second.id] == found(f"filters[minId]={first.id}&filters[maxId]={second.id}")
    assert [second.id] == found(f"filters[referenceKey]={second.reference_key}")
    assert [second.id] == found("filters[lastName]=Bell")
    assert [second.id] == found("filters[shippingAddressCountryCode]=IRL")
    assert [second.id] == found("filters[status]=invoice_completed,cancellation_completed")
    assert [first.id] == found("filters[detailedStatus]=order.order_delegated")
    assert [second.id] == found("filters[minUpdatedAt]=2026-11-02T10%3A00%3A00%2B00%3A00&filters[minId]=1")
    assert [first.id] == found("filters[maxCreatedAt]=2026-11-02T09%3A00%3A00%2B00%3A00")


def test_a_plus_that_was_not_encoded_is_a_broken_date(client: Client) -> None:
    """It arrives as a space."""
    assert 400 == client.ask("GET", f"{ORDERS}?filters[minUpdatedAt]=2026-11-02T10:00:00+00:00").status_code


@pytest.mark.parametrize("status", ["shipped", "order.order_delegated"])
def test_a_status_that_there_is_not_is_refused(client: Client, status: str) -> None:
    """Seven values, no others."""
    assert 400 == client.ask("GET", f"{ORDERS}?filters[status]={status}").status_code


def test_every_change_moves_updated_at(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """So that a poll by it finds whatever happened."""
    order = buy(sim)
    moments = [client.get(f"{ORDERS}/{order.id}")["updatedAt"]]
    for act in (
        lambda: client.get(ORDERS),
        lambda: client.ship(order, [order.items[0].id]),
        lambda: client.give_up(order, [order.items[1].id]),
        lambda: client.send_back(f"R-{order.items[0].id}"),
    ):
        clock.advance(120)
        act()
        moments.append(client.get(f"{ORDERS}/{order.id}")["updatedAt"])

    assert sorted(set(moments)) == moments


def test_a_reference_key_is_written_by_number_and_finds_the_order(sim: ScayleSimulator, client: Client) -> None:
    """The path takes the number only; afterwards the key names the order, and no other may have it."""
    order, other = buy(sim), buy(sim)

    told = client.ask("PUT", f"{ORDERS}/{order.id}/reference-key", json={"referenceKey": "SO 1"}).json()

    assert ("SO 1", order.id) == (told["referenceKey"], client.get(f"{ORDERS}/key%3DSO+1")["id"])
    assert 409 == client.ask("PUT", f"{ORDERS}/{other.id}/reference-key", json={"referenceKey": "SO 1"}).status_code
    by_key = client.ask("PUT", f"{ORDERS}/key%3Dx/reference-key", json={"referenceKey": "y"})
    assert (400, ["orderId must be a number"]) == (by_key.status_code, complaints(by_key))


def test_a_billing_status_may_be_overridden(sim: ScayleSimulator, client: Client) -> None:
    """For refunds made elsewhere: four codes, for the order and for its items."""
    order = buy(sim)
    told: dict[str, Any] = {"code": "billing_refunded", "reason": "Paid back by hand"}
    items = [{"id": order.items[0].id, "code": "billing_refunded"}]

    answer = client.ask("PATCH", f"{ORDERS}/{order.id}/billing-status", json={**told, "items": items})

    assert "billing_refunded" == answer.json()["detailedStatus"]["billing"]["code"]
    wrong = client.ask("PATCH", f"{ORDERS}/{order.id}/billing-status", json={"code": "billing_open"})
    assert 400 == wrong.status_code


def test_an_unpaid_order_waits_and_blocks_nothing(sim: ScayleSimulator, client: Client) -> None:
    """Only a valid payment confirms; then units are blocked."""
    order = buy(sim, paid=False)
    before = client.get(f"{ORDERS}/{order.id}/status")
    assert ("payment_pending", "order_pended", 10) == (
        before["status"],
        before["detailedStatus"]["order"]["code"],
        sim.trade.books().stock["MUG"],
    )
    assert 409 == client.ship(order).status_code

    client.raw("POST", "/_sim/pay", json={"order": order.id})

    assert ("payment_reserved", 8) == (client.get(f"{ORDERS}/{order.id}/status")["status"], sim.trade.books().stock["MUG"])


def test_products_carry_their_variants_and_a_variant_is_found_by_its_key(client: Client) -> None:
    """There is no list of variants without a product; the stock path is the existence check."""
    names = [variant["referenceKey"] for row in client.get("/products")["entities"] for variant in row["variants"]]
    assert ["MUG", "POT"] == names
    assert "MUG" == client.get("/products/key%3DMUG/variants/key%3DMUG")["referenceKey"]
    assert 20 == client.get("/products/key%3DMUG")["variants"][0]["prices"][0]["tax"]
    assert 404 == client.ask("GET", "/variants/key%3DCUP/stocks").status_code
    assert 404 == client.ask("GET", "/products/key%3DMUG/variants/key%3DPOT").status_code


def test_a_blocked_product_is_not_sold_and_live_never_becomes_draft(client: Client, sim: ScayleSimulator) -> None:
    """The moves between states are few."""
    assert 400 == client.ask("PUT", "/products/key%3DMUG/state", json={"state": "draft"}).status_code
    assert "blocked" == client.ask("PUT", "/products/key%3DMUG/state", json={"state": "blocked"}).json()["state"]
    with pytest.raises(Exception, match="MUG is not on sale"):
        buy(sim)


@pytest.mark.parametrize(("how", "kept"), [("merge", {"gift": True, "wms": "SO-1"}), ("replace", {"wms": "SO-1"})])
def test_a_write_of_custom_data_keeps_the_rest_or_not(sim: ScayleSimulator, client: Client, how: str, kept: object) -> None:
    """Not published, so a client has to bear both."""
    sim.switches.change(custom_data_write=how)
    order = buy(sim)
    order.custom["gift"] = True

    client.ask("PUT", f"{ORDERS}/{order.id}/legacy-custom-data", json={"wms": "SO-1"})

    assert kept == order.custom
