"""Subscriptions, and the notices that the bridge carries from their queues to an address."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, wish
from cogent_pipelines_tests.simulators.common.in_process import Receiver

ADDRESS = "http://127.0.0.1:9/notices"
DESTINATION = {"type": "SQS", "queueUrl": ADDRESS, "region": "eu-west-1"}
ORDERS = [{"resourceTypeId": "order", "types": ["OrderCreated", "OrderStateChanged"]}]


def pump(sim: CommercetoolsSimulator) -> int:
    return asyncio.run(sim.pump())


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in receiver.got]


@pytest.fixture
def listening(make_sim: Callable[..., CommercetoolsSimulator]) -> Callable[..., CommercetoolsSimulator]:
    """A simulator with one subscription to orders' messages."""

    def make(form: dict[str, Any] | None = None, **switches: Any) -> CommercetoolsSimulator:
        sim = make_sim(**{"test_notice": False, **switches})
        draft = {"destination": DESTINATION, "messages": ORDERS, "key": "orders"}
        Client(sim).post("/subscriptions", {**draft, **({"format": form} if form else {})})
        return sim

    return make


def test_a_message_goes_to_the_address_behind_the_queue(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver
) -> None:
    """In the Platform form, with the bridge's secret in its header."""
    sim = listening()
    placed = sim.trade.place(wish())
    assert placed is not None

    assert 1 == pump(sim)

    ((url, headers, _),) = receiver.got
    (told,) = bodies(receiver)
    assert (ADDRESS, sim.bridge_secret) == (url, headers["X-Bridge-Secret"])
    assert ("Message", "northwind-sim", "OrderCreated", 1, placed.ref) == (
        told["notificationType"],
        told["projectKey"],
        told["type"],
        told["sequenceNumber"],
        told["order"]["id"],
    )


def test_types_that_were_not_asked_for_stay_away(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver
) -> None:
    sim = listening()
    placed = sim.trade.place(wish())
    assert placed is not None
    Client(sim).act(
        placed.ref,
        {"action": "changeShipmentState", "shipmentState": "Shipped"},
        {"action": "changeOrderState", "orderState": "Complete"},
    )

    pump(sim)

    assert ["OrderCreated", "OrderStateChanged"] == [told["type"] for told in bodies(receiver)]


def test_cloud_events_hold_the_platform_form(listening: Callable[..., CommercetoolsSimulator], receiver: Receiver) -> None:
    sim = listening({"type": "CloudEvents", "cloudEventsVersion": "1.0"})
    placed = sim.trade.place(wish())
    assert placed is not None

    pump(sim)

    (event,) = bodies(receiver)
    expected = ("1.0", "com.commercetools.order.message.OrderCreated", "/northwind-sim/orders", placed.ref, "1", "Integer")
    fields = ("specversion", "type", "source", "subject", "sequence", "sequencetype")
    assert expected == tuple(event[name] for name in fields)
    assert (event["id"], f"/northwind-sim/messages/{event['id']}") == (event["data"]["id"], event["dataref"])


def test_changes_are_told_with_both_versions(make_sim: Callable[..., CommercetoolsSimulator], receiver: Receiver) -> None:
    """Created, updated, deleted; the test of the subscription comes first."""
    sim = make_sim()
    client = Client(sim)
    client.post("/subscriptions", {"destination": DESTINATION, "changes": [{"resourceTypeId": "order"}]})
    placed = sim.trade.place(wish())
    assert placed is not None
    client.act(placed.ref, {"action": "setLocale", "locale": "de"}, {"action": "setLocale", "locale": "en"})
    client.call("DELETE", f"/orders/{placed.ref}", params={"version": 3})

    pump(sim)

    assert [
        ("ResourceCreated", "subscription", 1, None),
        ("ResourceCreated", "order", 1, None),
        ("ResourceUpdated", "order", 3, 1),
        ("ResourceDeleted", "order", 3, None),
    ] == [
        (told["notificationType"], told["resource"]["typeId"], told["version"], told.get("oldVersion"))
        for told in bodies(receiver)
    ]


def test_what_is_too_large_comes_without_its_payload(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver
) -> None:
    """And must be fetched by its id."""
    sim = listening(notice_limit_bytes=500)
    sim.trade.place(wish())

    pump(sim)

    (told,) = bodies(receiver)
    assert {"reason": "Payload too large.", "payloadType": "OrderCreated"} == told["payloadNotIncluded"]
    assert ("order" not in told, "OrderCreated") == (True, Client(sim).get(f"/messages/{told['id']}")["type"])


@pytest.mark.parametrize("wraps", ["nothing", "pubsub", "sns"])
def test_the_bridge_may_sign_and_wrap(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver, wraps: str
) -> None:
    """As the push of a queue comes: signed over the whole body, the notice inside."""
    sim = listening(bridge_signs="hmac-sha256", bridge_header="X-Signature", bridge_wraps=wraps)
    sim.trade.place(wish())
    pump(sim)

    ((_, headers, body),) = receiver.got
    expected = base64.b64encode(hmac.new(sim.bridge_secret.encode(), body, hashlib.sha256).digest()).decode()
    assert (expected, "OrderCreated") == (headers["X-Signature"], _unwrapped(wraps, json.loads(body))["type"])


def _unwrapped(wraps: str, body: dict[str, Any]) -> Any:
    if wraps == "pubsub":
        return json.loads(base64.b64decode(body["message"]["data"]))
    return json.loads(body["Message"]) if wraps == "sns" else body


def test_what_fails_is_tried_again_and_given_up(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver, clock: VirtualClock
) -> None:
    """Each wait twice the one before; a subscription may stop for good, and then hears nothing more."""
    sim = listening(notice_retries=2, notice_retry_seconds=10, delivery_stops_after_failures=True)
    receiver.status = TimeoutError("nobody")
    sim.trade.place(wish())
    attempts = [pump(sim)]
    for seconds in (9, 1, 19, 1):
        clock.advance(seconds)
        attempts.append(pump(sim))
    sim.trade.place(wish())

    client = Client(sim)
    assert ([1, 0, 1, 0, 1], 0) == (attempts, pump(sim))
    subscription = client.get("/subscriptions/key=orders")
    assert "ConfigurationErrorDeliveryStopped" == subscription["status"]
    assert 400 == client.call("GET", f"/subscriptions/{subscription['id']}/health").status_code


def test_the_fault_book_loses_doubles_delays_swaps_and_forges(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver, clock: VirtualClock
) -> None:
    """One rule per notice, in the order in which they came."""
    sim = listening()
    sim.faults.lose_events("OrderCreated", times=1)
    sim.faults.duplicate_events("OrderCreated", times=1, after=1)
    sim.faults.delay_events("OrderCreated", seconds=60, times=1, after=2)
    sim.faults.reorder_events("OrderCreated", times=1, after=3)
    sim.faults.forge_signatures("OrderCreated", times=1, after=4)
    orders = [sim.trade.place(wish(("TRAY", 1))) for _ in range(5)]
    pump(sim)
    clock.advance(60)
    pump(sim)

    refs = [order.ref for order in orders if order]
    got = [told["order"]["id"] for told in bodies(receiver)]
    forged = [
        told
        for (_, headers, _), told in zip(receiver.got, bodies(receiver), strict=True)
        if headers["X-Bridge-Secret"] != sim.bridge_secret
    ]
    assert [refs[1], refs[1], refs[4], refs[3], refs[2]] == got
    assert [refs[4]] == [told["order"]["id"] for told in forged]


def test_a_queue_without_a_bridge_keeps_what_it_gets(client: Client, receiver: Receiver) -> None:
    """Until somebody builds one."""
    destination = {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "orders"}
    client.post("/subscriptions", {"destination": destination, "messages": ORDERS})
    pump(client.sim)
    kept = client.request("GET", "/_sim/notices").json()["queues"]["orders"]
    client.request("POST", "/_sim/bridges", json={"queue": "orders", "url": ADDRESS})
    client.sim.trade.place(wish())
    pump(client.sim)

    assert (["subscription"], 1) == ([row["resource"]["typeId"] for row in kept], len(receiver.got))


def test_a_new_subscription_may_take_its_time(
    listening: Callable[..., CommercetoolsSimulator], receiver: Receiver, clock: VirtualClock
) -> None:
    """Up to a minute, the vendor says."""
    sim = listening(subscription_activation_seconds=60)
    sim.trade.place(wish())
    clock.advance(60)
    second = sim.trade.place(wish())
    pump(sim)

    assert second is not None
    assert [second.ref] == [told["order"]["id"] for told in bodies(receiver)]


@pytest.mark.parametrize(
    "draft",
    [
        {"messages": ORDERS},
        {"destination": DESTINATION},
        {"destination": {"type": "Webhook", "url": ADDRESS}, "messages": ORDERS},
        {"destination": {"type": "SQS", "region": "x"}, "messages": ORDERS},
        {"destination": DESTINATION, "messages": [{"resourceTypeId": "nonsense"}]},
        {"destination": DESTINATION, "messages": ORDERS, "format": {"type": "CloudEvents", "cloudEventsVersion": "2"}},
    ],
)
def test_a_wrong_draft_makes_no_subscription(client: Client, draft: dict[str, Any]) -> None:
    """There is no plain address to subscribe, among others."""
    assert 400 == client.refused("POST", "/subscriptions", json=draft)[0]
    assert [] == client.query("/subscriptions")


def test_a_subscription_can_be_changed_and_removed(client: Client) -> None:
    """Its secrets are never shown whole."""
    secret = {**DESTINATION, "accessSecret": "very-secret-1234"}
    made = client.post("/subscriptions", {"destination": secret, "messages": ORDERS})
    wanted = {"version": 1, "actions": [{"action": "setChanges", "changes": [{"resourceTypeId": "order"}]}]}
    changed = client.post(f"/subscriptions/{made['id']}", wanted)
    gone = client.call("DELETE", f"/subscriptions/{made['id']}", params={"version": changed["version"]})

    assert ("****234", [{"resourceTypeId": "order"}], 200) == (
        made["destination"]["accessSecret"],
        changed["changes"],
        gone.status_code,
    )
    assert [] == client.query("/subscriptions")


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        ("https://gateway.example/events", "https://gateway.example/events"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        ("https://sqs.eu-west-1.amazonaws.com/1/orders", None),
        ("arn:aws:sns:eu-west-1:orders", None),
        ("http://[", None),
    ],
)
def test_a_queues_address_is_the_bridges_unless_it_is_the_clouds(
    sim: CommercetoolsSimulator, queue: str, expected: str | None
) -> None:
    """Left to itself, without a way to deliver handed in, it calls nobody but this machine."""
    alone = CommercetoolsSimulator()

    assert expected == sim.notices.address_of(queue)
    assert (expected if "127.0.0.1" in queue else None) == alone.notices.address_of(queue)


def test_an_address_can_be_told_without_a_client(sim: CommercetoolsSimulator, receiver: Receiver) -> None:
    """Over a queue of its own that is bridged there."""
    sim.tell(ADDRESS, {"order": ["OrderCreated"]}, cloud_events=True)
    sim.trade.place(wish())
    pump(sim)

    kinds = [told["type"].rpartition(".")[2] for told in bodies(receiver)]
    assert (["ResourceCreated", "OrderCreated"], {ADDRESS}) == (kinds, {url for url, _, _ in receiver.got})
