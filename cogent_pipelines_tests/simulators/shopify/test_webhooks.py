"""Webhooks: signed, repeated until taken, and as unreliable as they are told to be."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify.webhooks import wire_topic
from cogent_pipelines_tests.simulators.shopify.conftest import Client, Receiver

CREATE = """mutation W($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id topic uri format endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } }
    userErrors { field message } } }"""


@pytest.fixture
def pump(sim: ShopifySimulator) -> Callable[[], int]:
    return lambda: asyncio.run(sim.pump())


@pytest.fixture
def subscribed(client: Client) -> dict[str, Any]:
    given = {"uri": "https://example.com/hooks"}
    answer: dict[str, Any] = client.data(CREATE, topic="ORDERS_CREATE", webhook=given)["webhookSubscriptionCreate"]
    assert [] == answer["userErrors"]
    made: dict[str, Any] = answer["webhookSubscription"]
    return made


@pytest.mark.parametrize(
    ("enum_name", "topic"),
    [
        ("ORDERS_PARTIALLY_FULFILLED", "orders/partially_fulfilled"),
        ("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "fulfillment_orders/placed_on_hold"),
        ("INVENTORY_LEVELS_UPDATE", "inventory_levels/update"),
        ("REFUNDS_CREATE", "refunds/create"),
    ],
)
def test_topics_are_spelt_both_ways(enum_name: str, topic: str) -> None:
    """Enum in the API, path on the wire."""
    assert topic == wire_topic(enum_name)


@pytest.mark.usefixtures("subscribed")
def test_a_new_order_is_told_with_a_good_signature(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """HMAC-SHA256 of the raw body with the client secret, base64; all the headers; REST-shaped body."""
    order = order_of()
    pump()

    [(url, headers, body)] = receiver.got
    signature = base64.b64encode(hmac.new(sim.webhook_secret.encode(), body, hashlib.sha256).digest()).decode()
    assert ("https://example.com/hooks", signature) == (url, headers["X-Shopify-Hmac-Sha256"])
    assert ("orders/create", sim.shop.domain, "2026-10") == (
        headers["X-Shopify-Topic"],
        headers["X-Shopify-Shop-Domain"],
        headers["X-Shopify-API-Version"],
    )
    assert {"X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-Triggered-At"} <= set(headers)
    document = json.loads(body)
    assert (order.id, "#1001", "25.00") == (document["id"], document["name"], document["total_price"])


@pytest.mark.usefixtures("subscribed")
def test_two_subscriptions_share_the_event_not_the_delivery(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """One event id, two webhook ids."""
    sim.webhooks.subscribe("orders/create", "https://example.com/other")
    order_of()
    pump()

    assert 1 == len({headers["X-Shopify-Event-Id"] for _, headers, _ in receiver.got})
    assert 2 == len({headers["X-Shopify-Webhook-Id"] for _, headers, _ in receiver.got})


@pytest.mark.usefixtures("subscribed")
def test_a_delivery_is_tried_nine_times_in_four_hours_and_then_the_subscription_goes(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], clock: VirtualClock, order_of: Callable[..., Any]
) -> None:
    """The same body and webhook id each time; a redirect is a failure."""
    receiver.status = 302
    start = clock.now()
    order_of()
    while sim.webhooks.next_due is not None:
        clock.advance(max(0.0, sim.webhooks.next_due / 1000 - clock.now().timestamp()))
        pump()

    assert 9 == len(receiver.got)
    assert 1 == len({(headers["X-Shopify-Webhook-Id"], body) for _, headers, body in receiver.got})
    assert 4 * 3600 == round((clock.now() - start).total_seconds())
    assert {} == sim.webhooks.subscriptions


@pytest.mark.usefixtures("subscribed")
def test_a_delivery_taken_at_the_second_try_is_done(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], clock: VirtualClock, order_of: Callable[..., Any]
) -> None:
    """No answer counts as failure; a later 200 ends it."""
    receiver.status = TimeoutError()
    order_of()
    pump()
    receiver.status = 200
    clock.advance(3600)
    pump()

    assert (2, 0) == (len(receiver.got), sim.webhooks.waiting)
    assert {"failed": 1, "delivered": 1} == sim.webhooks.counts


@pytest.mark.usefixtures("subscribed")
def test_an_event_can_be_lost(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """No delivery guarantee."""
    sim.faults.lose_events("orders/create", times=1)
    order_of()
    order_of()
    pump()

    assert ["#1002"] == [json.loads(body)["name"] for _, _, body in receiver.got]


@pytest.mark.usefixtures("subscribed")
def test_an_event_can_come_four_times_at_once(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """All four bear the same ids."""
    sim.faults.duplicate_events("orders/*", copies=4)
    order_of()
    pump()

    assert 4 == len(receiver.got)
    assert 1 == len({headers["X-Shopify-Webhook-Id"] for _, headers, _ in receiver.got})


@pytest.mark.usefixtures("subscribed")
def test_events_can_come_out_of_order_and_late(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], clock: VirtualClock, order_of: Callable[..., Any]
) -> None:
    """One held back behind the next, one delayed."""
    sim.faults.reorder_events(behind=1, times=1)
    order_of()
    order_of()
    sim.faults.delay_events(seconds=600, times=1)
    order_of()
    pump()
    early = [json.loads(body)["name"] for _, _, body in receiver.got]
    clock.advance(601)
    pump()

    assert ["#1002", "#1001"] == early
    assert "#1003" == json.loads(receiver.got[-1][2])["name"]


@pytest.mark.usefixtures("subscribed")
def test_a_forged_event_does_not_verify(
    sim: ShopifySimulator, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """Its signature is of another secret."""
    sim.faults.forge_signatures()
    order_of()
    pump()

    [(_, headers, body)] = receiver.got
    good = base64.b64encode(hmac.new(sim.webhook_secret.encode(), body, hashlib.sha256).digest()).decode()
    assert good != headers["X-Shopify-Hmac-Sha256"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"uri": ""}, "Address can't be blank"),
        ({"uri": "ftp://example.com/x"}, "Address protocol ftp:// is not supported"),
        ({"uri": "nonsense"}, "Address is invalid"),
        ({"uri": "https://example.com/hooks"}, "Address for this topic has already been taken"),
        (
            {"uri": "https://example.com/y", "name": "not good"},
            "Name name field can only contain alphanumeric characters, underscores, and hyphens",
        ),
    ],
)
@pytest.mark.usefixtures("subscribed")
def test_a_wrong_subscription_is_refused(client: Client, given: dict[str, Any], message: str) -> None:
    """The recorded wording."""
    answer = client.data(CREATE, topic="ORDERS_CREATE", webhook=given)["webhookSubscriptionCreate"]

    assert [message] == [error["message"] for error in answer["userErrors"]]


def test_a_subscription_can_be_listed_and_deleted(client: Client, subscribed: dict[str, Any]) -> None:
    """By topic; a second delete finds nothing."""
    listing = "{ webhookSubscriptions(first: 5, topics: [ORDERS_CREATE]) { nodes { id } } }"
    delete = """mutation D($id: ID!) {
      webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }"""

    before = client.data(listing)["webhookSubscriptions"]["nodes"]
    deleted = client.data(delete, id=subscribed["id"])["webhookSubscriptionDelete"]

    assert [{"id": subscribed["id"]}] == before
    assert subscribed["id"] == deleted["deletedWebhookSubscriptionId"]
    assert [] == client.data(listing)["webhookSubscriptions"]["nodes"]


def test_a_life_is_told_in_its_topics(
    sim: ShopifySimulator, client: Client, receiver: Receiver, pump: Callable[[], int], order_of: Callable[..., Any]
) -> None:
    """Placed, sent, and the stock moving."""
    for topic in ("ORDERS_CREATE", "ORDERS_PAID", "ORDERS_FULFILLED", "FULFILLMENTS_CREATE", "INVENTORY_LEVELS_UPDATE"):
        sim.webhooks.subscribe(topic, "https://example.com/all")
    order = order_of()
    part = f"gid://shopify/FulfillmentOrder/{order.fulfilment_orders[0].id}"
    fulfil = "mutation F($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
    client.data(fulfil, f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part}]})
    pump()

    assert [
        "inventory_levels/update",
        "orders/create",
        "orders/paid",
        "fulfillments/create",
        "orders/fulfilled",
    ] == receiver.topics
