"""Events: placeholders filled, delivered once, or lost, doubled, late and out of order as told."""

import asyncio

import httpx
import pytest

from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator, Switches
from cogent_pipelines_tests.simulators.peoplevox.soap_client import SoapClient


@pytest.fixture
def received():
    return []


@pytest.fixture
def simulator(clock, received):
    async def deliver(call) -> int:
        received.append(call)
        return 200

    simulator = PeoplevoxSimulator(seed=3, clock=clock, switches=Switches(rate_limit_calls=0), deliver=deliver)
    simulator.warehouse.add_items([{"ItemCode": "TEE & CO", "OnHand": 10}, {"ItemCode": "CAP", "OnHand": 10}])
    return simulator


def deliver(simulator):
    return asyncio.run(simulator.deliver_events())


def subscribe(client, event, url, post_params=None, more=""):
    fields = f"<eventType>{event}</eventType><filter />"
    if post_params is None:
        return client.call("SubscribeEvent", f"{fields}<callbackUrl>{url}</callbackUrl>{more}")
    return client.call("SubscribePostEvent", f"{fields}<postUrl>{url}</postUrl><postParams>{post_params}</postParams>{more}")


STOCK_PARAMS = "item={ItemCode}&amp;available={Available}"


def test_a_post_event_carries_the_body_that_was_registered(simulator, client, warehouse, received):
    """Placeholders are filled in the registered text, as they are unless encoding is asked for."""
    answer = subscribe(client, "AvailabilityChanges", "http://shop.test/stock", STOCK_PARAMS)
    warehouse.adjust_stock("TEE & CO", by=-1)
    assert 1 == deliver(simulator)
    assert ("POST", b"item=TEE & CO&available=9") == (received[0].method, received[0].body)
    assert (0, "101") == (answer.response_id, answer.detail)


def test_values_are_encoded_when_the_subscriber_asks(simulator, client, warehouse, received):
    """`encodeParameterData` true makes a value safe to put into a form."""
    encode = "<encodeParameterData>true</encodeParameterData>"
    subscribe(client, "AvailabilityChanges", "http://shop.test/stock", STOCK_PARAMS, encode)
    warehouse.adjust_stock("TEE & CO", by=-1)
    deliver(simulator)
    assert b"item=TEE%20%26%20CO&available=9" == received[0].body


def test_a_get_event_fills_the_address(simulator, client, warehouse, received):
    """Every change of an order's status calls the address with the new name."""
    subscribe(
        client, "SalesOrderStatusChanges", "http://s.test/?o={SalesOrderNumber}&amp;s={SalesOrderStatu.Name}&amp;x={Nope}"
    )
    client.save_order("SO-1", ("CAP", 1))
    warehouse.work()
    deliver(simulator)
    expected = [
        f"http://s.test/?o=SO-1&s={status}&x={{Nope}}" for status in ("Allocated", "Picking", "Packed", "Despatched")
    ]
    assert expected == [call.url for call in received]


def test_tracking_is_told_when_it_arrives(simulator, client, warehouse, received):
    """Despatch and tracking are two moments."""
    params = "{DespatchNumber}|{TrackingNumber}|{Picks.SalesOrder.SalesOrderNumber}"
    subscribe(client, "TrackingNumberReceived", "http://shop.test/t", params)
    client.save_order("SO-1", ("CAP", 2))
    warehouse.floor.despatch("SO-1", parcels=2, tracking="never")
    before = deliver(simulator)
    warehouse.floor.tracking_arrives()
    deliver(simulator)
    assert (0, [b"DES000001|TRK00000001,TRK00000002|SO-1"]) == (before, [call.body for call in received])


def test_every_event_type_can_be_subscribed_and_happens(simulator, client, warehouse, received):
    """Each type of the published list and of later clients has an occasion."""
    events = [
        "AvailabilityChanges",
        "SalesOrderStatusChanges",
        "GoodsReceived",
        "TrackingNumberReceived",
        "IncrementalChanges",
        "Returns",
        "DespatchPackageTrackingNumberReceived",
        "OnDespatchOrderReceived",
        "DespatchPackageDespatched",
    ]
    for event in events:
        subscribe(client, event, "http://shop.test/x", "")
    client.save_order("SO-1", ("CAP", 1))
    warehouse.work()
    warehouse.receiving.receive_goods("CAP", 1)
    warehouse.receiving.receive_return("SO-1", "CAP")
    deliver(simulator)
    assert set(events) == {call.event for call in received}


def test_an_unknown_event_type_is_a_fault(client):
    """A value outside the enumeration cannot be read by the service."""
    response = client.raw("SubscribeEvent", "<eventType>Nope</eventType><callbackUrl>http://x.test</callbackUrl>")
    assert (500, True) == (response.status_code, "faultstring" in response.text)


def test_unsubscribing_ends_the_calls(simulator, client, warehouse, received):
    """Detail is True on success, and an unknown number is an error."""
    number = subscribe(client, "AvailabilityChanges", "http://shop.test/stock", STOCK_PARAMS).detail
    answers = [client.call("UnsubscribeEvent", f"<subscriptionId>{number}</subscriptionId>") for _ in range(2)]
    warehouse.adjust_stock("CAP", by=-1)
    assert 0 == deliver(simulator)
    assert [(0, "True"), -1] == [(answers[0].response_id, answers[0].detail), answers[1].response_id]
    assert [] == received


def test_the_same_subscription_twice_is_called_twice(simulator, client, warehouse, received):
    """Nobody removes duplicates."""
    for _ in range(2):
        subscribe(client, "AvailabilityChanges", "http://shop.test/stock", STOCK_PARAMS)
    warehouse.adjust_stock("CAP", by=-1)
    deliver(simulator)
    assert 2 == len(received)


def test_a_sites_filter_keeps_other_sites_away(simulator, client, warehouse, received):
    """The later operation tells only of the sites asked for."""
    inner = "<eventType>AvailabilityChanges</eventType><sitesFilter>Site.Reference = &quot;N&quot;</sitesFilter>"
    url = "<callbackUrl>http://s.test/{ItemCode}/{Available}</callbackUrl>"
    assert 0 == client.call("SubscribeEventWithSitesFilters", inner + url).response_id
    warehouse.adjust_stock("CAP", by=-1)
    warehouse.adjust_stock("CAP", by=2, site="N")
    deliver(simulator)
    assert ["http://s.test/CAP/2"] == [call.url for call in received]


def test_events_are_lost_doubled_delayed_and_reordered_by_rule(simulator, client, clock, warehouse, received):
    """The fault book rules over events as over calls."""
    subscribe(client, "AvailabilityChanges", "http://s.test/{Available}")

    def change_and_deliver(times=1):
        received.clear()
        for _ in range(times):
            warehouse.adjust_stock("CAP", by=-1)
        deliver(simulator)
        return [call.url.rsplit("/", 1)[1] for call in received]

    simulator.faults.lose_events("AvailabilityChanges")
    assert [] == change_and_deliver()
    simulator.faults.duplicate_events("AvailabilityChanges", copies=4)
    assert ["8"] * 4 == change_and_deliver()
    simulator.faults.reorder_events("AvailabilityChanges")
    assert ["6", "7"] == change_and_deliver(2)
    simulator.faults.delay_events("AvailabilityChanges", seconds=90)
    assert [] == change_and_deliver()
    clock.advance(91)
    deliver(simulator)
    assert ["http://s.test/5"] == [call.url for call in received]


def test_a_failed_delivery_is_retried_only_when_the_switch_says_so(simulator, client, clock, warehouse):
    """No retry is documented, so by default there is none."""
    tried = []

    async def refuse(call) -> int:
        tried.append(call)
        raise httpx.ConnectError("nobody there")

    simulator.events.deliver = refuse
    subscribe(client, "AvailabilityChanges", "http://s.test/{Available}")
    counts = []
    for retries in (0, 2):
        simulator.switches.change(event_retries=retries)
        warehouse.adjust_stock("CAP", by=-1)
        for _ in range(5):
            deliver(simulator)
            clock.advance(61)
        counts.append(len(tried))
    assert [1, 4] == counts


def test_nothing_is_prepared_where_nobody_listens(simulator, warehouse):
    """Without subscriptions there are no events."""
    warehouse.adjust_stock("CAP", by=-1)
    assert (0, 0) == (simulator.events.waiting, len(SoapClient(simulator).simulator.events.log))
