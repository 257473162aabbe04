"""Ordinary webhooks: the catalogue, subscriptions, both envelopes, retries, and how unreliable they are told to be."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.scayle import Answer, ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, Receiver, buy, complaints

SUBSCRIPTIONS = "/webhooks/subscriptions"
URL = "https://me:secret@hooks.example.com/scayle"


def subscribe(client: Client, event: str, **more: Any) -> dict[str, Any]:
    answer = client.ask("POST", SUBSCRIPTIONS, json={"event": event, "version": 1, "url": URL, **more})
    assert 201 == answer.status_code, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_the_catalogue_settles_the_names(client: Client) -> None:
    """Pages differ in spelling; this list is the truth."""
    rows = {row["event"]: row for row in client.get("/webhooks/events")["entities"]}

    assert {"order-confirmed", "order-item-cancelled", "product-variant-stock-updated"} <= set(rows)
    assert {"merchants": True} == rows["order-confirmed"]["supportedFilters"]
    client.sim.switches.change(event_spelling="canceled")
    assert "order-item-canceled" in {row["event"] for row in client.get("/webhooks/events")["entities"]}


def test_a_subscription_is_read_back_with_its_credentials_masked(client: Client) -> None:
    """And changed by address and filter, never by event."""
    made = subscribe(client, "order-confirmed", filters=[{"merchantReferenceKeys": {"include": ["default"]}}])
    change = {"filters": [{"merchantReferenceKeys": {"include": {"add": ["other"], "remove": ["default"]}}}]}

    changed = client.ask("PATCH", f"{SUBSCRIPTIONS}/{made['id']}", json=change).json()

    assert "https://***:***@hooks.example.com/scayle" == made["url"]
    assert [{"merchantReferenceKeys": {"include": ["other"]}}] == changed["filters"]
    assert [changed] == client.get(SUBSCRIPTIONS)["entities"]
    assert 400 == client.ask("PATCH", f"{SUBSCRIPTIONS}/{made['id']}", json={"event": "order-cancelled"}).status_code
    assert 204 == client.ask("DELETE", f"{SUBSCRIPTIONS}/{made['id']}").status_code
    assert 404 == client.ask("GET", f"{SUBSCRIPTIONS}/{made['id']}").status_code


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": "order-shipped"}, "unknown event or version"),
        ({"version": 9}, "unknown event or version"),
        ({"url": "hooks.example.com"}, "url is not an address"),
        ({"url": "https://***:***@hooks.example.com/scayle"}, "url is not an address"),
        ({"event": "customer-created", "filters": [{"merchantReferenceKeys": {"include": ["default"]}}]}, None),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(client: Client, change: dict[str, Any], message: str | None) -> None:
    """An event that there is not, an address that is none or was read back masked, a filter that the event has not."""
    answer = client.ask("POST", SUBSCRIPTIONS, json={"event": "order-confirmed", "version": 1, "url": URL, **change})

    assert (400, [message or "this event has no merchant filter"]) == (answer.status_code, complaints(answer))


def test_a_confirmed_order_is_told_in_the_newer_envelope(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump: Callable[[], int]
) -> None:
    """Basic auth from the address; no signature, for the vendor has none."""
    subscribe(client, "order-confirmed")
    order = buy(sim)
    pump()

    [(url, headers, body)] = receiver.got
    assert ("https://hooks.example.com/scayle", "Basic bWU6c2VjcmV0") == (url, headers["Authorization"])
    assert {"key", "meta", "occurredAt", "type", "version", "payload"} == set(body)
    assert ("order-confirmed", order.id, {}) == (
        body["type"],
        body["payload"]["order"]["id"],
        body["payload"]["order"]["customData"],
    )
    assert not [name for name in headers if "sign" in name.lower()]


def test_the_older_envelope_carries_the_locale_and_the_order_bare(
    make_sim: Callable[..., ScayleSimulator], receiver: Receiver
) -> None:
    """Item events carry their items, and no order."""
    sim = make_sim(webhook_envelope="older")
    client = Client(sim)
    subscribe(client, "order-confirmed")
    subscribe(client, "order-package-shipped")
    order = buy(sim)
    client.ship(order, [order.items[0].id])
    asyncio.run(sim.pump())

    confirmed, shipped = (body for _, _, body in receiver.got)
    assert {"appId": 101, "countryCode": "GBR", "currencyCode": "GBP", "languageCode": "en_GB"} == confirmed["locale"]
    assert (order.id, ["items"]) == (confirmed["payload"]["id"], list(shipped["payload"]))
    assert [order.items[0].id] == [item["id"] for item in shipped["payload"]["items"]]


def test_a_life_is_told_step_by_step(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """From confirmation to refund, each in its own words."""
    for event in (row["event"] for row in client.get("/webhooks/events")["entities"]):
        if event.startswith(("order", "payment")):
            subscribe(client, event)
    order = buy(sim)
    pump_for(60)
    client.give_up(order, [order.items[0].id])
    client.ship(order, [order.items[1].id])
    client.send_back(f"R-{order.items[1].id}")
    pump_for(0)

    assert [
        "order-confirmed",
        "order-delegated",
        "order-item-unshippable",
        "order-package-shipped",
        "order-partially-invoiced",
        "payment-capture",
        "order-item-returned",
        "order-corrective-invoiced",
        "payment-refund",
    ] == receiver.types
    refund = receiver.got[-1][2]["payload"]["transaction"]
    assert ("successful", 1250) == (refund["operationStatus"], refund["amount"])


def test_a_delivery_that_fails_is_tried_again_and_then_given_up(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """The same key each time; how often is a switch, for no schedule is published."""
    sim.switches.change(webhook_waits=[10, 20])
    subscribe(client, "order-confirmed")
    receiver.answer = Answer(500)
    buy(sim)
    pump_for(3600)

    assert 3 == len(receiver.got)
    assert 1 == len({body["key"] for _, _, body in receiver.got})
    assert {"failed": 3, "given up": 1} == client.raw("GET", "/_sim/webhooks").json()["counts"]


def test_a_filter_lets_only_its_merchants_pass(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump: Callable[[], int]
) -> None:
    """Include and exclude."""
    subscribe(client, "order-confirmed", filters=[{"merchantReferenceKeys": {"include": ["other"]}}])
    subscribe(client, "order-confirmed", filters=[{"merchantReferenceKeys": {"exclude": ["default"]}}])
    buy(sim)
    pump()

    assert [] == receiver.got


def test_the_fault_book_loses_doubles_delays_reorders_and_forges(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Order is not guaranteed anyway; here it is broken on purpose."""
    subscribe(client, "order-confirmed")
    sim.faults.lose_events("order-confirmed")
    buy(sim, ("MUG", 1))
    sim.faults.duplicate_events("order-confirmed")
    second = buy(sim, ("MUG", 1))
    sim.faults.reorder_events("order-confirmed")
    third = buy(sim, ("MUG", 1))
    sim.faults.forge_signatures("order-confirmed")
    fourth = buy(sim, ("MUG", 1))
    sim.faults.delay_events("order-confirmed", seconds=100)
    fifth = buy(sim, ("MUG", 1))
    pump_for(0)
    early = [body["payload"]["order"]["id"] for _, _, body in receiver.got]
    pump_for(100)

    assert [second.id, second.id, fourth.id, third.id] == early
    assert fifth.id == receiver.got[-1][2]["payload"]["order"]["id"]
    assert [3] == [
        n for n, (_, headers, _) in enumerate(receiver.got, 1) if headers["Authorization"] != "Basic bWU6c2VjcmV0"
    ]


def test_a_stock_that_was_taken_in_is_told_and_a_stale_one_is_not(
    client: Client, receiver: Receiver, clock: VirtualClock, pump: Callable[[], int]
) -> None:
    """What changed nothing is no news."""
    subscribe(client, "product-variant-stock-updated")
    clock.advance(60)
    moment = clock.now()
    client.put_stock(3, moment)
    clock.advance(60)
    client.put_stock(2, moment.replace(second=0, minute=0))
    pump()

    [(_, _, body)] = receiver.got
    assert ("MUG", 3) == (body["payload"]["productVariant"]["referenceKey"], body["payload"]["stock"]["quantity"])


def test_a_taken_webhook_tells_of_the_order(sim: ScayleSimulator, client: Client, pump: Callable[[], int]) -> None:
    """Its receiver knows from now on, as the books see it."""
    subscribe(client, "order-confirmed")
    order = buy(sim)
    before = order.seen_at
    pump()

    assert (None, sim.tenant.now()) == (before, order.seen_at)
    assert order.id == client.get(f"{ORDERS}/{order.id}")["id"]


def test_a_closure_by_force_charges_and_a_late_want_is_corrected(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Money for goods that never left, until somebody says so."""
    order = buy(sim)
    pump_for(60)
    for event in ("order-partially-invoiced", "payment-capture", "order-item-unshippable", "order-corrective-invoiced"):
        subscribe(client, event)
    pump_for(14 * 86400)
    client.give_up(order, [item.id for item in order.items])
    pump_for(0)

    assert [
        "order-partially-invoiced",
        "payment-capture",
        "order-item-unshippable",
        "order-corrective-invoiced",
    ] == receiver.types
    assert ["partial_invoice", "corrective_invoice"] == [row.kind for row in order.invoices]


def test_a_parcel_that_could_not_be_delivered_is_told(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump: Callable[[], int]
) -> None:
    """By what call a merchant says so nobody has read: it is said under /_sim."""
    subscribe(client, "order-package-undeliverable")
    order = buy(sim)
    client.ship(order)
    client.raw("POST", "/_sim/undeliverable", json={"order": order.id, "shipment_key": "TRACK-1"})
    pump()

    assert ["order-package-undeliverable"] == receiver.types
    assert "shipping_undeliverable" == (client.get(f"{ORDERS}/{order.id}/status")["detailedStatus"]["shipping"]["code"])


def test_an_event_held_back_goes_out_even_when_no_other_follows(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """After five minutes at the latest."""
    subscribe(client, "order-confirmed")
    sim.faults.reorder_events("order-confirmed")
    buy(sim)
    pump_for(299)
    assert [] == receiver.got
    pump_for(1)

    assert ["order-confirmed"] == receiver.types
