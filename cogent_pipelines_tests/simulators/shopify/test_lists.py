"""How a list is filtered and paged: what the filters mean, what the index shows, how pages join."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines_tests.simulators.shopify.conftest import Client
from cogent_pipelines_tests.simulators.shopify.documents import ORDERS


def test_an_unknown_filter_is_ignored_and_warned_of(client: Client, order_of: Callable[..., Any]) -> None:
    """Fail open: every row comes back, and only `extensions.search` tells."""
    order_of()

    answer = client.ask(ORDERS, first=5, query="updated_at_min:'2030-01-01'")

    assert 1 == len(answer["data"]["orders"]["nodes"])
    assert "invalid_field" == answer["extensions"]["search"][0]["warnings"][0]["code"]


def test_pages_join_without_gap_or_repeat(client: Client, order_of: Callable[..., Any], clock: VirtualClock) -> None:
    """Walking by cursor gives every order once, forwards and backwards."""
    for _ in range(7):
        order_of()
        clock.advance(1)

    def walk(**more: Any) -> list[str]:
        names, after = [], None
        while True:
            found = client.data(ORDERS, first=3, after=after, **more)["orders"]
            names += [node["name"] for node in found["nodes"]]
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                return names

    expected = [f"#{1001 + place}" for place in range(7)]
    assert expected == walk(sort="UPDATED_AT")
    assert expected[::-1] == walk(sort="UPDATED_AT", reverse=True)
    assert expected == walk(sort="ID")


def test_orders_changed_in_the_same_moment_are_all_paged(client: Client, order_of: Callable[..., Any]) -> None:
    """Equal sort values are told apart by id."""
    for _ in range(5):
        order_of()
    first = client.data(ORDERS, first=2, sort="UPDATED_AT")["orders"]
    rest = client.data(ORDERS, first=5, after=first["pageInfo"]["endCursor"], sort="UPDATED_AT")["orders"]

    assert ["#1003", "#1004", "#1005"] == [node["name"] for node in rest["nodes"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name:#1002", ["#1002"]),
        ("name:1002", ["#1002"]),
        ("tag:vip", ["#1002"]),
        ("tag_not:vip", ["#1001"]),
        ("sku:POT", ["#1002"]),
        ("financial_status:paid", ["#1001"]),
        ("financial_status:pending", ["#1002"]),
        ("financial_status:paid OR tag:vip", ["#1001", "#1002"]),
        ("-tag:vip", ["#1001"]),
        ("NOT financial_status:paid", ["#1002"]),
        ("updated_at:>'2026-11-02T09:00:00Z'", ["#1002"]),
        ("updated_at:>='2026-11-02T09:00:00Z'", ["#1001", "#1002"]),
        ("updated_at:>='2026-11-02T09:00:00Z' updated_at:<'2026-11-02T09:00:30Z'", ["#1001"]),
        ("fulfillment_status:unfulfilled status:open", ["#1001", "#1002"]),
        ("status:cancelled", []),
        ("email:ada@example.com", ["#1002"]),
        ("created_at:>-1d", ["#1001", "#1002"]),
    ],
)
def test_the_filters_mean_what_they_say(
    client: Client, order_of: Callable[..., Any], clock: VirtualClock, query: str, expected: list[str]
) -> None:
    """The filters of `orders`, joined by spaces."""
    order_of(("MUG", 1))
    clock.advance(60)
    order_of(("POT", 1), tags=["vip"], financial_status="pending", email="ada@example.com")

    found = client.data(ORDERS, first=10, query=query, sort="CREATED_AT")["orders"]["nodes"]

    assert expected == [node["name"] for node in found]


def test_a_bad_time_in_a_filter_is_refused(client: Client) -> None:
    """A filter that is known must be readable."""
    [error] = client.errors(ORDERS, first=1, query="updated_at:>=yesterday")

    assert "Invalid timestamp for query filter `updated_at`." == error["message"]


def test_the_index_may_lag_behind_a_change(make_sim: Callable[..., ShopifySimulator], clock: VirtualClock) -> None:
    """With the switch set, a new order is found only after a while."""
    sim = make_sim(search_delay_seconds=30)
    sim.place_order(lines=[{"sku": "MUG"}])
    client = Client(sim)
    query = "updated_at:>='2026-01-01'"

    before = client.data(ORDERS, first=5, query=query)["orders"]["nodes"]
    clock.advance(31)

    assert [] == before
    assert 1 == len(client.data(ORDERS, first=5, query=query)["orders"]["nodes"])


def test_sku_search_ignores_case_and_gives_duplicates(client: Client) -> None:
    """A client must compare the spelling itself."""
    found = client.data('{ productVariants(first: 5, query: "sku:MUG") { nodes { sku } } }')

    assert ["MUG", "mug"] == [node["sku"] for node in found["productVariants"]["nodes"]]


def test_many_skus_can_be_asked_for_at_once(client: Client) -> None:
    """Alternatives are joined by OR; what is unknown is simply not there."""
    query = '{ productVariants(first: 9, query: "sku:POT OR sku:NOPE OR (sku:MUG)") { nodes { sku } } }'

    assert ["MUG", "POT", "mug"] == [node["sku"] for node in client.data(query)["productVariants"]["nodes"]]
