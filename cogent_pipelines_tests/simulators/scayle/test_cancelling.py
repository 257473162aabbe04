"""A customer's cancellation: at once before delegation, by the merchant's answer afterwards."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.trade import NotPossible
from cogent_pipelines.simulators.scayle import Answer, ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, Receiver, buy, merchant_asks


def agreed(body: dict[str, Any]) -> Answer:
    if "warehouseIds" not in body:
        return Answer(201, b"{}")
    told = f'{{"orderReferenceKey": "{body["orderReferenceKey"]}", "cancellationResult": "successful"}}'
    return Answer(201, told.encode())


@pytest.fixture
def asking(sim: ScayleSimulator, receiver: Receiver) -> ScayleSimulator:
    merchant_asks(sim)
    receiver.answer = agreed
    return sim


def test_before_delegation_nobody_is_asked(asking: ScayleSimulator, receiver: Receiver, client: Client) -> None:
    """The order is cancelled, its items are, and it is never handed over."""
    order = buy(asking)
    asking.trade.cancel(str(order.id))

    told = client.get(f"{ORDERS}/{order.id}")
    assert ("cancellation_completed", "shipping_cancelled", {"cancelled"}) == (
        told["status"],
        told["detailedStatus"]["shipping"]["code"],
        {item["status"] for item in told["items"]},
    )
    assert ([], True) == (receiver.got, asking.trade.books().orders[0].cancelled)


def test_afterwards_the_merchant_is_asked_by_warehouse(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Not by item; only `successful` cancels."""
    order = buy(asking)
    pump_for(60)
    asking.trade.cancel(str(order.id))
    assert not asking.trade.books().orders[0].cancelled
    pump_for(0)

    url, headers, body = receiver.got[-1]
    assert ("https://merchant.example.com/cancellations", "Basic dXNlcjpwYXNz") == (url, headers["Authorization"])
    assert {
        "orderReferenceKey": order.reference_key,
        "fulfillingMerchantKey": "default",
        "merchantKey": "default",
        "companyId": 1,
        "warehouseIds": [1],
    } == body
    assert asking.trade.books().orders[0].cancelled
    assert {"MUG": 10, "POT": 4} == asking.trade.books().stock


def test_a_refusal_leaves_the_order_as_it_is(
    asking: ScayleSimulator, receiver: Receiver, client: Client, pump_for: Callable[[float], None]
) -> None:
    """Which words refuse is not published: any but `successful`."""
    order = buy(asking)
    pump_for(60)
    receiver.answer = lambda body: Answer(
        201, f'{{"orderReferenceKey": "{body["orderReferenceKey"]}", "cancellationResult": "failed"}}'.encode()
    )
    asking.trade.cancel(str(order.id))
    pump_for(0)

    assert "order_delegated" == client.get(f"{ORDERS}/{order.id}/status")["detailedStatus"]["order"]["code"]
    assert "refused" == client.raw("GET", "/_sim/books").json()["cancellations"][0]["outcome"]


@pytest.mark.parametrize("answer", [Answer(200, b"{}"), Answer(201, b"{}"), Answer(201), Answer(500)])
def test_an_answer_off_the_shape_is_asked_for_again_and_in_the_end_given_up(
    asking: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None], answer: Answer
) -> None:
    """Four attempts by default; the vendor publishes no figure."""
    order = buy(asking)
    pump_for(60)
    receiver.got.clear()
    receiver.answer = answer
    asking.trade.cancel(str(order.id))
    pump_for(3600)

    assert (4, False) == (len(receiver.got), asking.trade.books().orders[0].cancelled)


@pytest.mark.parametrize(("choice", "cancelled"), [("cancel", True), ("refuse", False)])
def test_a_merchant_who_cannot_be_asked(make_sim: Callable[..., ScayleSimulator], *, choice: str, cancelled: bool) -> None:
    """Not published: a switch."""
    sim = make_sim(cancellation_without_url=choice, delegation_seconds=0.0)
    order = buy(sim)
    sim.tick()
    sim.trade.cancel(str(order.id))

    assert cancelled == sim.trade.books().orders[0].cancelled


def test_what_has_left_is_not_cancelled(sim: ScayleSimulator, client: Client) -> None:
    """Nor what is cancelled already, nor what nobody knows."""
    order = buy(sim)
    client.ship(order)
    for ref in (str(order.id), "17", "x"):
        with pytest.raises(NotPossible):
            sim.trade.cancel(ref)
