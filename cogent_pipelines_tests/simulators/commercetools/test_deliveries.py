"""Deliveries, parcels and returns of an order."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.common.trade import TradeLine, TradeParcel
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, types_of, wish


@pytest.fixture
def ref(order_of: Callable[..., Any]) -> str:
    placed: str = order_of(("MUG", 2), ("POT", 1)).ref
    return placed


def lines_of(client: Client, ref: str) -> dict[str, str]:
    return {line["variant"]["sku"]: line["id"] for line in client.get(f"/orders/{ref}")["lineItems"]}


def delivery(client: Client, ref: str, *, key: str = "d-1", **units: int) -> dict[str, Any]:
    lines = lines_of(client, ref)
    items = [{"id": lines[sku], "quantity": quantity} for sku, quantity in units.items()]
    parcel = {"key": f"{key}-parcel", "trackingData": {"trackingId": f"T-{key}", "carrier": "DPD"}}
    return {"action": "addDelivery", "deliveryKey": key, "items": items, "parcels": [parcel]}


def deliveries(client: Client, ref: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/orders/{ref}")["shippingInfo"]["deliveries"]
    return found


def test_a_delivery_comes_with_its_parcels(client: Client, ref: str) -> None:
    """With ids of their own, keys as told, and the tracking number."""
    client.act(ref, delivery(client, ref, MUG=2))

    (made,) = deliveries(client, ref)

    assert ("d-1", "d-1-parcel") == (made["key"], made["parcels"][0]["key"])
    assert {"trackingId": "T-d-1", "carrier": "DPD", "isReturn": False} == made["parcels"][0]["trackingData"]
    expected = TradeParcel("d-1-parcel", (TradeLine("MUG", 2),), ("T-d-1",))
    assert (expected,) == client.sim.trade.books().orders[0].parcels


def test_the_message_of_a_delivery_is_without_its_parcels(client: Client, ref: str) -> None:
    """Each parcel has a message of its own."""
    client.act(ref, delivery(client, ref, MUG=2))

    told = client.query("/messages", "sequenceNumber > 1", sort="sequenceNumber asc")

    assert ["DeliveryAdded", "ParcelAddedToDelivery"] == types_of(told)
    assert ([], "d-1-parcel") == (told[0]["delivery"]["parcels"], told[1]["parcel"]["key"])


def test_too_much_can_be_delivered(client: Client, ref: str) -> None:
    """The vendor does not compare with what was ordered; the books do."""
    client.act(ref, delivery(client, ref, MUG=2), delivery(client, ref, key="d-2", MUG=2))

    row = client.request("GET", "/_sim/books").json()["orders"][0]

    assert ({"MUG": 2}, {"MUG": 4}) == (row["too_much"], row["delivered"])


def test_a_delivery_key_is_one_orders_own(client: Client, ref: str, order_of: Callable[..., Any]) -> None:
    """Twice on an order is a duplicate, on another order it is not."""
    other = order_of(("MUG", 1)).ref
    client.act(ref, delivery(client, ref, MUG=1))

    assert (400, "DuplicateField") == client.act_refused(ref, delivery(client, ref, MUG=1))[:2]
    assert 1 == len(client.act(other, delivery(client, other, MUG=1))["shippingInfo"]["deliveries"])


def test_a_delivery_needs_a_way_of_shipping(client: Client) -> None:
    """An imported order without one cannot have deliveries."""
    money = {"currencyCode": "EUR", "centAmount": 100}
    line = {"name": {"en": "Mug"}, "variant": {"sku": "MUG"}, "quantity": 1, "price": {"value": money}}
    order = client.post("/orders/import", {"totalPrice": money, "lineItems": [line]})

    assert (400, "InvalidOperation") == client.act_refused(order["id"], {"action": "addDelivery"})[:2]


def test_parcels_come_later_and_get_their_numbers_later(client: Client, ref: str) -> None:
    """By the delivery's key, by the parcel's key; each step is told."""
    client.act(ref, {**delivery(client, ref, MUG=2), "parcels": []})
    client.act(ref, {"action": "addParcelToDelivery", "deliveryKey": "d-1", "parcelKey": "p-1"})
    tracking = {"trackingId": "LATE", "carrier": "DHL"}
    client.act(ref, {"action": "setParcelTrackingData", "parcelKey": "p-1", "trackingData": tracking})

    (made,) = deliveries(client, ref)

    assert "LATE" == made["parcels"][0]["trackingData"]["trackingId"]
    assert ["DeliveryAdded", "ParcelAddedToDelivery", "ParcelTrackingDataUpdated"] == types_of(
        client.query("/messages", "sequenceNumber > 1")
    )


def test_items_measures_and_address_can_be_set(client: Client, ref: str) -> None:
    """Of a delivery and of a parcel; the old items are told with the new."""
    client.act(ref, delivery(client, ref, MUG=2))
    pot = [{"id": lines_of(client, ref)["POT"], "quantity": 1}]

    client.act(
        ref,
        {"action": "setDeliveryItems", "deliveryKey": "d-1", "items": pot},
        {"action": "setParcelItems", "parcelKey": "d-1-parcel", "items": pot},
        {"action": "setParcelMeasurements", "parcelKey": "d-1-parcel", "measurements": {"weightInGram": 900}},
        {"action": "setDeliveryAddress", "deliveryKey": "d-1", "address": {"country": "GB", "city": "York"}},
    )

    (made,) = deliveries(client, ref)
    assert (pot, pot, 900, "York") == (
        made["items"],
        made["parcels"][0]["items"],
        made["parcels"][0]["measurements"]["weightInGram"],
        made["address"]["city"],
    )
    told = client.query("/messages", 'type="DeliveryItemsUpdated"')[0]
    assert ([2], [1]) == ([row["quantity"] for row in told["oldItems"]], [row["quantity"] for row in told["items"]])


def test_parcels_and_deliveries_can_be_taken_back(client: Client, ref: str) -> None:
    client.act(ref, delivery(client, ref, MUG=2))

    without_parcel = client.act(ref, {"action": "removeParcelFromDelivery", "parcelKey": "d-1-parcel"})
    without_delivery = client.act(ref, {"action": "removeDelivery", "deliveryKey": "d-1"})

    assert [] == without_parcel["shippingInfo"]["deliveries"][0]["parcels"]
    assert [] == without_delivery["shippingInfo"]["deliveries"]
    assert {"ParcelRemovedFromDelivery", "DeliveryRemoved"} < set(types_of(client.told()))


@pytest.mark.parametrize(
    "action",
    [
        {"action": "setParcelTrackingData", "trackingData": {"trackingId": "T"}},
        {"action": "setParcelTrackingData", "parcelKey": "nobody", "trackingData": {"trackingId": "T"}},
        {"action": "setParcelTrackingData", "parcelKey": "d-1-parcel", "parcelId": "x", "trackingData": {}},
        {"action": "addParcelToDelivery", "deliveryId": "nobody"},
        {"action": "addParcelToDelivery", "deliveryKey": "d-1", "parcelKey": "d-1-parcel"},
        {"action": "addParcelToDelivery", "deliveryKey": "d-1", "items": [{"id": "nobody", "quantity": 1}]},
    ],
)
def test_what_names_nothing_or_too_much_is_refused(client: Client, ref: str, action: dict[str, Any]) -> None:
    client.act(ref, delivery(client, ref, MUG=2))

    assert 400 == client.act_refused(ref, action)[0]


def advised(client: Client, ref: str, state: str, key: str = "r-1") -> dict[str, Any]:
    item = {"key": key, "quantity": 1, "lineItemId": lines_of(client, ref)["MUG"], "shipmentState": state}
    return {"action": "addReturnInfo", "returnTrackingId": "RET", "items": [item]}


def move(state: str, key: str = "r-1") -> dict[str, Any]:
    return {"action": "setReturnShipmentState", "returnItemKey": key, "shipmentState": state}


def test_a_return_begins_advised_or_returned(client: Client, ref: str) -> None:
    """And its payment state follows from that; other beginnings are refused."""
    after = client.act(ref, advised(client, ref, "Advised"), advised(client, ref, "Returned", "r-2"))

    states = [(item["shipmentState"], item["paymentState"]) for info in after["returnInfo"] for item in info["items"]]
    assert [("Advised", "NonRefundable"), ("Returned", "Initial")] == states
    assert (400, "InvalidField") == client.act_refused(ref, advised(client, ref, "BackInStock", "r-3"))[:2]


def test_only_what_was_returned_goes_back_into_stock(client: Client, ref: str) -> None:
    client.act(ref, advised(client, ref, "Advised"), advised(client, ref, "Returned", "r-2"))

    after = client.act(ref, move("BackInStock", "r-2"))

    assert "BackInStock" == after["returnInfo"][1]["items"][0]["shipmentState"]
    assert (400, "InvalidOperation") == client.act_refused(ref, move("Returned"))[:2]
    assert (400, "InvalidOperation") == client.act_refused(ref, move("Unusable", "r-2"))[:2]


def test_an_advised_item_may_be_let_return(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The vendor's prose and its action disagree: a switch."""
    sim = make_sim(advised_can_return=True)
    client, placed = Client(sim), sim.trade.place(wish())
    assert placed is not None
    client.act(placed.ref, advised(client, placed.ref, "Advised"))

    item = client.act(placed.ref, move("Returned"))["returnInfo"][0]["items"][0]

    assert ("Returned", "Initial") == (item["shipmentState"], item["paymentState"])


def test_all_returns_can_be_written_anew(client: Client, ref: str) -> None:
    """And what was paid back is said per item."""
    client.act(ref, advised(client, ref, "Advised"))
    again = {name: value for name, value in advised(client, ref, "Returned").items() if name != "action"}

    client.act(ref, {"action": "setReturnInfo", "items": [again]})
    paid = {"action": "setReturnPaymentState", "returnItemKey": "r-1", "paymentState": "Refunded"}
    after = client.act(ref, paid)

    (item,) = after["returnInfo"][0]["items"]
    assert ("Returned", "Refunded") == (item["shipmentState"], item["paymentState"])
    assert ["ReturnInfoAdded", "ReturnInfoSet"] == types_of(client.query("/messages", "sequenceNumber > 1"))


def test_null_is_absent_at_any_depth(client: Client, ref: str) -> None:
    """As clients that write all of their fields send it."""
    parcel = {"key": "p-1", "items": None, "trackingData": {"trackingId": "T", "carrier": None}, "custom": None}
    client.act(ref, {"action": "addDelivery", "deliveryKey": "d-1", "items": None, "parcels": [parcel], "address": None})

    (made,) = deliveries(client, ref)

    assert ([], []) == (made["items"], made["parcels"][0]["items"])
    assert {"trackingId": "T", "isReturn": False} == made["parcels"][0]["trackingData"]
