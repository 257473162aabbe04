"""Fulfilment orders and parcels behave as recorded."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify.ids import gid
from cogent_pipelines_tests.simulators.shopify.conftest import Client
from cogent_pipelines_tests.simulators.shopify.documents import FULFIL, FULFILMENT_ORDERS


def parts_of(client: Client, order: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data(FULFILMENT_ORDERS, id=gid("Order", order.id))["order"]["fulfillmentOrders"][
        "nodes"
    ]
    return found


def fulfil(client: Client, *parts: str, rows: list[dict[str, Any]] | None = None, **tracking: Any) -> dict[str, Any]:
    groups: list[dict[str, Any]] = [{"fulfillmentOrderId": part} for part in parts]
    if rows is not None:
        groups[0]["fulfillmentOrderLineItems"] = rows
    answer: dict[str, Any] = client.data(
        FULFIL, fulfillment={"lineItemsByFulfillmentOrder": groups, "trackingInfo": tracking or None}
    )["fulfillmentCreate"]
    return answer


def test_a_part_parcel_leaves_the_rest_in_progress(client: Client, order_of: Callable[..., Any]) -> None:
    """One of two units: IN_PROGRESS, one remaining, the order partly fulfilled."""
    order = order_of(("MUG", 2))
    [part] = parts_of(client, order)
    row = part["lineItems"]["nodes"][0]

    made = fulfil(client, part["id"], rows=[{"id": row["id"], "quantity": 1}], number="T1", company="DPD")

    [after] = parts_of(client, order)
    assert ("#1001-F1", "SUCCESS") == (made["fulfillment"]["name"], made["fulfillment"]["status"])
    assert ("IN_PROGRESS", "UNSUBMITTED") == (after["status"], after["requestStatus"])
    assert (2, 1) == tuple(after["lineItems"]["nodes"][0][name] for name in ("totalQuantity", "remainingQuantity"))
    assert "PARTIALLY_FULFILLED" == order.fulfilment_status


def test_the_last_unit_closes_the_fulfilment_order(client: Client, order_of: Callable[..., Any]) -> None:
    """Leaving out the inner list sends everything left."""
    order = order_of(("MUG", 2), ("POT", 1))
    [part] = parts_of(client, order)

    fulfil(client, part["id"])

    [after] = parts_of(client, order)
    assert "CLOSED" == after["status"]
    assert [0, 0] == [row["remainingQuantity"] for row in after["lineItems"]["nodes"]]
    assert "FULFILLED" == order.fulfilment_status


def test_a_second_parcel_for_the_same_goods_is_refused(
    client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]
) -> None:
    """A doubled despatch shows up as an unfulfillable status, and in the books."""
    order = order_of()
    [part] = parts_of(client, order)
    fulfil(client, part["id"])

    again = fulfil(client, part["id"])

    number = part["id"].rpartition("/")[2]
    expected = {"field": ["fulfillment"], "message": f"Fulfillment order {number} has an unfulfillable status= closed."}
    assert {"fulfillment": None, "userErrors": [expected]} == again
    assert 1 == len(sim.shop.refused_fulfilments)
    assert 1 == len(order.fulfilments)


def test_more_than_remains_is_refused(client: Client, order_of: Callable[..., Any]) -> None:
    """Over-quantity changes nothing."""
    order = order_of(("MUG", 2))
    [part] = parts_of(client, order)
    row = part["lineItems"]["nodes"][0]["id"]

    refused = fulfil(client, part["id"], rows=[{"id": row, "quantity": 3}])

    assert ["Invalid fulfillment order line item quantity requested."] == [e["message"] for e in refused["userErrors"]]
    assert parts_of(client, order) == [part]


def test_a_quantity_of_none_is_refused_before_all_else(client: Client, order_of: Callable[..., Any]) -> None:
    """The path leads down to the quantity."""
    order_of()

    refused = fulfil(
        client,
        "gid://shopify/FulfillmentOrder/77",
        rows=[{"id": "gid://shopify/FulfillmentOrderLineItem/1", "quantity": 0}],
    )

    path = ["fulfillment", "lineItemsByFulfillmentOrder", "0", "fulfillmentOrderLineItems", "0", "quantity"]
    assert [{"field": path, "message": "Quantity must be greater than 0"}] == refused["userErrors"]


def test_an_unknown_fulfilment_order_is_a_user_error_and_id_0_a_top_level_one(client: Client) -> None:
    """Two layers of refusal."""
    unknown = fulfil(client, "gid://shopify/FulfillmentOrder/77")
    groups = [{"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/0"}]
    answer = client.ask(FULFIL, fulfillment={"lineItemsByFulfillmentOrder": groups})

    assert "Fulfillment order does not exist." == unknown["userErrors"][0]["message"]
    assert {"fulfillmentCreate": None} == answer["data"]
    assert ("invalid id", "RESOURCE_NOT_FOUND") == (
        answer["errors"][0]["message"],
        answer["errors"][0]["extensions"]["code"],
    )


def test_two_orders_cannot_share_a_parcel(client: Client, order_of: Callable[..., Any]) -> None:
    """All groups of a call belong to one order, or nothing happens."""
    first, second = order_of(), order_of()
    parts = [parts_of(client, order)[0]["id"] for order in (first, second)]

    refused = fulfil(client, *parts)

    assert refused["userErrors"][0]["message"].startswith("All fulfillment orders must belong to the same order.")
    assert [] == first.fulfilments + second.fulfilments


def test_several_numbers_become_several_tracking_rows(client: Client, order_of: Callable[..., Any]) -> None:
    """numbers and urls pair up."""
    [part] = parts_of(client, order_of())

    made = fulfil(client, part["id"], company="DPD", numbers=["A", "B"], urls=["https://t/a", "https://t/b"])

    assert [("A", "https://t/a"), ("B", "https://t/b")] == [
        (row["number"], row["url"]) for row in made["fulfillment"]["trackingInfo"]
    ]


def test_tracking_can_be_told_later_even_after_a_cancel(client: Client, order_of: Callable[..., Any]) -> None:
    """Updating a cancelled parcel is accepted and does not revive it; cancelling twice is accepted."""
    order = order_of()
    made = fulfil(client, parts_of(client, order)[0]["id"])["fulfillment"]["id"]
    cancel = (
        "mutation C($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status displayStatus } userErrors { message } } }"
    )
    track = """mutation T($id: ID!) {
      fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: {number: "Z"}) {
        fulfillment { status trackingInfo { number } } userErrors { message } } }"""

    answers = [client.data(cancel, id=made)["fulfillmentCancel"] for _ in range(2)]
    tracked = client.data(track, id=made)["fulfillmentTrackingInfoUpdate"]

    cancelled = {"fulfillment": {"status": "CANCELLED", "displayStatus": "CANCELED"}, "userErrors": []}
    assert [cancelled, cancelled] == answers
    assert {"status": "CANCELLED", "trackingInfo": [{"number": "Z"}]} == tracked["fulfillment"]
    assert "UNFULFILLED" == order.fulfilment_status
    assert ["CLOSED", "OPEN"] == [part["status"] for part in parts_of(client, order)]


def test_a_delivery_event_shows_on_the_parcel(client: Client, order_of: Callable[..., Any]) -> None:
    """fulfillmentEventCreate moves displayStatus and deliveredAt."""
    order = order_of()
    made = fulfil(client, parts_of(client, order)[0]["id"])["fulfillment"]["id"]
    create = """mutation E($event: FulfillmentEventInput!) {
      fulfillmentEventCreate(fulfillmentEvent: $event) { fulfillmentEvent { status } userErrors { message } } }"""

    client.data(create, event={"fulfillmentId": made, "status": "DELIVERED", "happenedAt": "2026-11-02T10:00:00Z"})

    read = """query F($id: ID!) {
      fulfillment(id: $id) { displayStatus deliveredAt events(first: 5) { nodes { status } } } }"""
    assert {
        "displayStatus": "DELIVERED",
        "deliveredAt": "2026-11-02T10:00:00Z",
        "events": {"nodes": [{"status": "DELIVERED"}]},
    } == client.data(read, id=made)["fulfillment"]


def test_a_held_fulfilment_order_takes_no_parcel_until_released(client: Client, order_of: Callable[..., Any]) -> None:
    """Hold, refuse, release, send."""
    order = order_of()
    part = parts_of(client, order)[0]["id"]
    hold = """mutation H($id: ID!, $hold: FulfillmentOrderHoldInput!) {
      fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
        fulfillmentHold { id reason displayReason } fulfillmentOrder { status } userErrors { message code } } }"""
    release = """mutation R($id: ID!) {
      fulfillmentOrderReleaseHold(id: $id) { fulfillmentOrder { status } userErrors { message } } }"""

    held = client.data(hold, id=part, hold={"reason": "INCORRECT_ADDRESS"})["fulfillmentOrderHold"]
    status = order.fulfilment_status
    refused = fulfil(client, part)
    released = client.data(release, id=part)["fulfillmentOrderReleaseHold"]

    assert ("ON_HOLD", "ON_HOLD") == (held["fulfillmentOrder"]["status"], status)
    assert refused["userErrors"][0]["message"].endswith("has an unfulfillable status= on_hold.")
    assert "OPEN" == released["fulfillmentOrder"]["status"]
    assert [] == fulfil(client, part)["userErrors"]


def test_a_partial_hold_puts_the_rest_under_a_new_id(client: Client, order_of: Callable[..., Any]) -> None:
    """Fulfilment-order ids are not stable."""
    order = order_of(("MUG", 3))
    [part] = parts_of(client, order)
    row = part["lineItems"]["nodes"][0]["id"]
    hold = """mutation H($id: ID!, $hold: FulfillmentOrderHoldInput!) {
      fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
        remainingFulfillmentOrder { id status } userErrors { message } } }"""
    given = {"reason": "OTHER", "fulfillmentOrderLineItems": [{"id": row, "quantity": 1}]}

    rest = client.data(hold, id=part["id"], hold=given)["fulfillmentOrderHold"]["remainingFulfillmentOrder"]

    after = {found["id"]: found for found in parts_of(client, order)}
    assert {part["id"], rest["id"]} == set(after)
    assert ("ON_HOLD", 1) == (after[part["id"]]["status"], after[part["id"]]["lineItems"]["nodes"][0]["totalQuantity"])
    assert ("OPEN", 2) == (after[rest["id"]]["status"], after[rest["id"]]["lineItems"]["nodes"][0]["totalQuantity"])


def test_moving_takes_the_commitment_along(client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]) -> None:
    """The new location owes the goods."""
    place = sim.shop.add_location("Bristol")
    variant = sim.shop.variant_by_sku("MUG")
    assert variant is not None
    sim.shop.level_for(variant.item, place).available = 5
    order = order_of(("MUG", 2))
    move = """mutation M($id: ID!, $place: ID!) {
      fulfillmentOrderMove(id: $id, newLocationId: $place) {
        movedFulfillmentOrder { assignedLocation { name } } userErrors { message } } }"""

    moved = client.data(move, id=parts_of(client, order)[0]["id"], place=gid("Location", place.id))

    assert "Bristol" == moved["fulfillmentOrderMove"]["movedFulfillmentOrder"]["assignedLocation"]["name"]
    levels = {level.location.name: (level.available, level.committed) for level in variant.item.levels.values()}
    assert {"Leeds": (10, 0), "Bristol": (3, 2)} == levels


def test_splitting_makes_a_new_fulfilment_order(client: Client, order_of: Callable[..., Any]) -> None:
    """The split part has its own id."""
    order = order_of(("MUG", 3))
    [part] = parts_of(client, order)
    row = part["lineItems"]["nodes"][0]["id"]
    split = """mutation S($splits: [FulfillmentOrderSplitInput!]!) {
      fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) {
        fulfillmentOrderSplits { remainingFulfillmentOrder { id } } userErrors { message } } }"""
    given = [{"fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": [{"id": row, "quantity": 1}]}]

    client.data(split, splits=given)

    assert [2, 1] == [p["lineItems"]["nodes"][0]["remainingQuantity"] for p in parts_of(client, order)]


def test_routing_may_take_a_moment(make_sim: Callable[..., ShopifySimulator], clock: VirtualClock) -> None:
    """A just-placed order may have no fulfilment order yet."""
    sim = make_sim(routing_delay_seconds=5)
    client = Client(sim)
    order = sim.place_order(lines=[{"sku": "MUG"}])

    before = parts_of(client, order)
    clock.advance(6)

    assert [] == before
    assert ["OPEN"] == [part["status"] for part in parts_of(client, order)]


def test_a_fulfilment_order_may_change_without_its_order(
    client: Client, clock: VirtualClock, order_of: Callable[..., Any]
) -> None:
    """A hold moves the fulfilment order's updatedAt, not the order's; only `fulfillmentOrders` tells."""
    order = order_of()
    part = parts_of(client, order)[0]["id"]
    clock.advance(60)
    before = order.updated_at
    hold = """mutation H($id: ID!) {
      fulfillmentOrderHold(id: $id, fulfillmentHold: {reason: OTHER}) { userErrors { message } } }"""
    client.data(hold, id=part)

    query = "{ fulfillmentOrders(first: 5, query: \"updated_at:>'2026-11-02T09:00:30Z'\") { nodes { id } } }"
    assert before == order.updated_at
    assert [{"id": part}] == client.data(query)["fulfillmentOrders"]["nodes"]


@pytest.mark.parametrize(("closed", "expected"), [("false", 0), ("true", 1)])
def test_closed_fulfilment_orders_are_listed_on_request(
    client: Client, order_of: Callable[..., Any], closed: str, expected: int
) -> None:
    """includeClosed decides."""
    fulfil(client, parts_of(client, order_of())[0]["id"])

    found = client.data(f"{{ fulfillmentOrders(first: 5, includeClosed: {closed}) {{ nodes {{ id }} }} }}")

    assert expected == len(found["fulfillmentOrders"]["nodes"])
