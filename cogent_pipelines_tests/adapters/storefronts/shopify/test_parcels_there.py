"""What Shopify has of an order's parcels is read to the last, in calls that it can afford."""

import httpx
import pytest

from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.outcomes import AlreadyThere, Created
from cogent_pipelines_tests.adapters.storefronts.shopify.recording import made, parcel
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import hand_over, told
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page, refused


def test_a_hand_over_that_cannot_be_read_attempts_nothing():
    """Then the whole call may come again."""
    store = Store().on("HandOver", httpx.Response(503))
    with opened(store) as storefront, pytest.raises(VendorUnavailable):
        storefront.create_fulfilments([parcel()])


def test_many_orders_are_read_in_batches_that_shopify_can_afford():
    """Too expensive once: smaller from then on."""

    def reply(variables):
        if len(variables["ids"]) > 10:
            return refused("MAX_COST_EXCEEDED", "too high", cost=2000, maxCost=1000)
        return {"nodes": [hand_over(int(gid.rsplit("/", 1)[1])) for gid in variables["ids"]]}

    store = Store().on("HandOver", reply).on("CreateFulfilment", made())
    with opened(store) as storefront:
        outcomes = storefront.create_fulfilments([parcel(order=str(n)) for n in range(1, 41)])

    assert [Created("1")] * 40 == outcomes


def test_an_order_with_many_fulfilments_is_read_to_the_last():
    """A full list may go on, and has no cursor: such an order is read alone, with all."""
    ten = [told(number, {1: 1}, tracking=(f"T{number}",)) for number in range(1, 11)]
    eleventh = told(11, {1: 2}, tracking=("RM1",))

    def reply(variables):
        everything = variables["fulfilments"] > 10
        return {
            "nodes": [
                hand_over(int(gid.rsplit("/", 1)[1]), fulfillments=[*ten, eleventh] if everything else ten)
                for gid in variables["ids"]
            ]
        }

    store = Store().on("HandOver", reply)
    with opened(store) as storefront:
        outcomes = storefront.create_fulfilments([parcel(order="1"), parcel(order="2")])

    assert [AlreadyThere("11"), AlreadyThere("11")] == outcomes


def test_fulfilments_are_read_back_with_cancelled_ones():
    """Units by line, every tracking number; an order that is unknown has none."""
    node = {
        "id": "gid://shopify/Order/1",
        "fulfillments": [told(5, {1: 2}, tracking=("A", "B")), told(6, {2: 1}, status="CANCELLED")],
    }
    store = Store().on("Fulfilments", {"nodes": [node, None]})
    with opened(store) as storefront:
        read = storefront.fulfilments_of(["1", "2"])

    assert {
        "1": [
            Fulfilment("5", "1", (FulfilmentLine("1", 2),), ("A", "B"), cancelled=False),
            Fulfilment("6", "1", (FulfilmentLine("2", 1),), (), cancelled=True),
        ],
        "2": [],
    } == read


def test_a_long_fulfilment_is_read_to_its_last_line():
    """Its lines come in pages as well."""
    long = told(5, {1: 2})
    long["fulfillmentLineItems"] = page(long["fulfillmentLineItems"]["nodes"], "c")
    more = [{"quantity": 3, "lineItem": {"id": "gid://shopify/LineItem/2"}}]
    store = (
        Store()
        .on("Fulfilments", {"nodes": [{"id": "gid://shopify/Order/1", "fulfillments": [long]}]})
        .on("FulfilmentLines", {"node": {"fulfillmentLineItems": page(more)}})
    )
    with opened(store) as storefront:
        read = storefront.fulfilments_of(["1"])["1"][0]

    assert (FulfilmentLine("1", 2), FulfilmentLine("2", 3)) == read.lines
