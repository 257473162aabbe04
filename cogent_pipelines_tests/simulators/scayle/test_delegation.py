"""Order delegation: the blocking request, what counts as its answer, and what becomes of an order that nobody takes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.scayle import Answer, ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, Receiver, buy, merchant_asks

TAKEN = Answer(201, b'{"referenceKey": 1, "orderDelegationResult": "acknowledged"}')


@pytest.fixture
def asking(sim: ScayleSimulator, receiver: Receiver) -> ScayleSimulator:
    merchant_asks(sim)
    receiver.answer = TAKEN
    return sim


def state_of(sim: ScayleSimulator, number: int) -> str:
    return sim.tenant.orders[number].state.value


def test_a_merchant_is_asked_a_minute_after_confirmation(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Basic auth from the address, one line for each unit, numbers that differ from the Admin API's."""
    order = buy(asking, ("MUG", 2), shipping_minor=395)
    pump_for(59)
    assert [] == receiver.got
    pump_for(1)

    [(url, headers, body)] = receiver.got
    assert ("https://merchant.example.com/orders", "Basic dXNlcjpwYXNz") == (url, headers["Authorization"])
    assert (order.id, order.reference_key, "GB", "default") == (
        body["orderId"],
        body["orderReferenceKey"],
        body["countryCode"],
        body["fulfillingMerchantKey"],
    )
    assert [str(item.id) for item in order.items] == [line["orderItemId"] for line in body["items"]]
    assert [(1, "MUG", 1250, 20, "main")] * 2 == [
        (
            line["quantity"],
            line["merchantProductVariantReferenceKey"],
            line["price"],
            line["tax"],
            line["warehouseReferenceKey"],
        )
        for line in body["items"]
    ]
    assert body["id"] != order.id
    assert "GB" == body["addresses"]["shipping"]["countryCode"]
    assert ("delegated", True) == (state_of(asking, order.id), asking.trade.books().orders[0].handed_over)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, TAKEN.body),
        Answer(204),
        Answer(201),
        Answer(201, b"[]"),
        Answer(201, b'{"orderDelegationResult": "failed"}'),
        Answer(503),
        TimeoutError("too late"),
    ],
)
def test_anything_but_a_created_with_json_is_asked_again(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None], answer: Answer | Exception
) -> None:
    """Three minutes later the same order comes once more."""
    receiver.answer = answer
    order = buy(asking)
    pump_for(60)
    assert (1, "confirmed") == (len(receiver.got), state_of(asking, order.id))

    receiver.answer = TAKEN
    pump_for(180)

    assert (2, "delegated") == (len(receiver.got), state_of(asking, order.id))
    assert receiver.got[0][2] == receiver.got[1][2]


def test_an_answer_after_fifteen_seconds_is_none(
    asking: ScayleSimulator, receiver: Receiver, clock: VirtualClock, pump_for: Callable[[float], None]
) -> None:
    """The merchant has taken it and is asked again all the same: at least once, never exactly once."""

    def slow(_: dict[str, Any]) -> Answer:
        clock.advance(16)
        return TAKEN

    receiver.answer = slow
    order = buy(asking)
    pump_for(60)

    assert ("confirmed", 1) == (state_of(asking, order.id), len(receiver.got))


def test_nobody_takes_it_and_it_ends_cancelled_after_forty_six_hours(
    asking: ScayleSimulator, receiver: Receiver, client: Client, clock: VirtualClock, pump_for: Callable[[float], None]
) -> None:
    """Three minutes, five minutes, then every two hours, twenty-three times: twenty-six attempts."""
    receiver.answer = Answer(500)
    order = buy(asking)
    started = clock.now()
    pump_for(60)
    while state_of(asking, order.id) == "confirmed":
        assert asking.next_due is not None
        pump_for((asking.next_due - clock.now()).total_seconds())

    assert 26 == len(receiver.got)
    assert 46 * 3600 + 8 * 60 + 60 == (clock.now() - started).total_seconds()
    told = client.get(f"{ORDERS}/{order.id}")
    assert ("cancellation_completed", {"unavailable"}) == (told["status"], {item["status"] for item in told["items"]})


def test_without_an_address_the_order_counts_as_delegated_in_its_time(
    sim: ScayleSimulator, client: Client, clock: VirtualClock
) -> None:
    """Clients poll: nobody was asked, and nobody took it."""
    order = buy(sim)
    clock.advance(60)

    assert "order_delegated" == client.get(f"{ORDERS}/{order.id}/status")["detailedStatus"]["order"]["code"]
    assert not sim.trade.books().orders[0].handed_over


def test_a_switch_turns_delegation_off(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Poll only, whatever the merchant's address."""
    asking.switches.change(delegation=False, without_delegation="confirmed")
    order = buy(asking)
    pump_for(3600)

    assert ([], "confirmed") == (receiver.got, state_of(asking, order.id))


def test_each_merchant_is_asked_for_his_own_items(
    asking: ScayleSimulator, receiver: Receiver, client: Client, pump_for: Callable[[float], None]
) -> None:
    """One takes it, the other never does: his items are gone, the order goes on."""
    tenant = asking.tenant
    other = tenant.add_merchant("other", "Other", priority=1, delegation_url="https://other.example.com/orders")
    warehouse = tenant.add_warehouse("theirs")
    tenant.open_shop(asking.shop_country, warehouse, other, priority=200)
    client.put_stock(1, tenant.now(), warehouseReferenceKey="theirs", merchantReferenceKey="other")

    def answer(body: dict[str, Any]) -> Answer:
        return TAKEN if body["fulfillingMerchantKey"] == "default" else Answer(500)

    receiver.answer = answer
    order = buy(asking, ("MUG", 2))
    pump_for(60)
    assert {"default": 1, "other": 1} == {body["fulfillingMerchantKey"]: len(body["items"]) for _, _, body in receiver.got}

    pump_for(47 * 3600)

    assert ["out_of_stock", "delegated"] == [item.state.value for item in order.items]
    assert "delegated" == order.state.value


def test_a_lost_request_and_a_doubled_one(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """The fault book reaches blocking requests by their name."""
    asking.faults.lose_events("order-delegation")
    asking.faults.duplicate_events("order-delegation")
    asking.faults.all()[1].after = 1
    order = buy(asking)
    pump_for(60)
    assert ([], "confirmed") == (receiver.got, state_of(asking, order.id))
    pump_for(180)

    assert (2, "delegated") == (len(receiver.got), state_of(asking, order.id))


def test_what_an_answer_must_say_is_a_switch(
    make_sim: Callable[..., ScayleSimulator], receiver: Receiver, clock: VirtualClock
) -> None:
    """An empty object counts unless the observed shape is asked for."""
    sim = make_sim(delegation_answer="acknowledgement")
    merchant_asks(sim)
    receiver.answer = Answer(201, json.dumps({}).encode())
    order = buy(sim)
    clock.advance(60)
    asyncio.run(sim.pump())

    assert "confirmed" == order.state.value


def test_a_merchant_may_take_an_order_in_parts(
    asking: ScayleSimulator, client: Client, pump_for: Callable[[float], None]
) -> None:
    """The body for it is not published; whoever plays him says it under /_sim."""
    order = buy(asking, ("MUG", 2))
    client.raw("POST", "/_sim/drop", json={"order": order.id, "items": [order.items[0].id]})
    pump_for(60)

    assert ["out_of_stock", "delegated"] == [item.state.value for item in order.items]


def test_two_who_pump_at_once_ask_only_once(asking: ScayleSimulator, receiver: Receiver, clock: VirtualClock) -> None:
    """A server's background and a test's hand do not double a request."""
    buy(asking)
    clock.advance(60)

    async def both() -> None:
        await asyncio.gather(asking.pump(), asking.pump())

    asyncio.run(both())
    assert 1 == len(receiver.got)
