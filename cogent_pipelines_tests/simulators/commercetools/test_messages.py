"""Messages: numbered per resource, kept for some days, and the ways in which they may be missing."""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, types_of, wish

CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}
SHIPPED = {"action": "changeShipmentState", "shipmentState": "Shipped"}


def test_numbers_grow_by_one_per_resource(client: Client, order_of: Callable[..., Any]) -> None:
    """With the version that the resource had after the action that is told."""
    first, second = order_of(("TRAY", 1)).ref, order_of(("TRAY", 1)).ref
    client.act(first, CONFIRM, SHIPPED)
    client.act(second, SHIPPED)

    told = [client.query("/messages", f'resource(id="{ref}")', sort="sequenceNumber asc") for ref in (first, second)]

    assert [[1, 2, 3], [1, 2]] == [[message["sequenceNumber"] for message in rows] for rows in told]
    assert [[1, 2, 3], [1, 2]] == [[message["resourceVersion"] for message in rows] for rows in told]
    assert [3, 2] == [client.get(f"/orders/{ref}")["lastMessageSequenceNumber"] for ref in (first, second)]


def test_a_message_says_what_people_call_the_resource(client: Client, order_of: Callable[..., Any]) -> None:
    """OrderCreated carries the whole order as it was; a message's version is always 1."""
    order = order_of()
    client.act(order.ref, CONFIRM)

    created = client.told()[0]

    assert ("OrderCreated", 1, {"orderNumber": order.name}) == (
        created["type"],
        created["version"],
        created["resourceUserProvidedIdentifiers"],
    )
    assert ("Open", order.ref) == (created["order"]["orderState"], created["resource"]["id"])
    assert created == client.get(f"/messages/{created['id']}")


def test_messages_are_forgotten_after_their_days(client: Client, order_of: Callable[..., Any], clock: VirtualClock) -> None:
    """Fifteen by default."""
    order_of()
    clock.advance(14.9 * 86_400)
    kept = len(client.told())
    clock.advance(86_400)

    assert (1, []) == (kept, client.told())


def test_messages_may_come_late(make_sim: Callable[..., CommercetoolsSimulator], clock: VirtualClock) -> None:
    """Kept back for so long, then there."""
    sim = make_sim(message_delay_seconds=30)
    client = Client(sim)
    sim.trade.place(wish())
    at_once = client.told()
    clock.advance(30)

    assert ([], ["OrderCreated"]) == (at_once, types_of(client.told()))


def test_messages_may_be_missing_and_leave_a_gap(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """Every second one never comes; the numbers show that it was there."""
    sim = make_sim(messages_left_out_every=2)
    client, placed = Client(sim), sim.trade.place(wish())
    assert placed is not None
    client.act(placed.ref, CONFIRM, SHIPPED)
    client.act(placed.ref, {"action": "changePaymentState", "paymentState": "Pending"})

    numbers = [message["sequenceNumber"] for message in client.told()]

    assert 4 == client.get(f"/orders/{placed.ref}")["lastMessageSequenceNumber"]
    assert numbers in ([1, 3], [2, 4])


def test_a_project_may_have_no_messages(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """Its settings say so."""
    sim = make_sim(messages_enabled=False)
    client = Client(sim)
    sim.trade.place(wish())

    told = client.get("")["messages"]

    assert ({"enabled": False, "deleteDaysAfterCreation": 15}, []) == (told, client.told())
