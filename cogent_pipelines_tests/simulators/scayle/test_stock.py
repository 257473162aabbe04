"""Stock: absolute figures with the moment of which they speak, and blockers that only a newer figure releases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, STOCKS, Client, buy, complaints, order_of


def test_an_order_blocks_its_units_and_leaves_the_stored_quantity_alone(sim: ScayleSimulator, client: Client) -> None:
    """Nobody is told of a blocker: the stock reads as it was sent."""
    buy(sim, ("MUG", 3))

    [row] = client.get(STOCKS)["entities"]
    assert (10, {"MUG": 7, "POT": 4}) == (row["quantity"], sim.trade.books().stock)


def test_an_older_figure_is_dropped_with_a_success(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """The answer carries what is stored; only that tells."""
    clock.advance(600)
    stored = client.put_stock(50, clock.now())

    answer = client.put_stock(1, clock.now() - timedelta(seconds=1))

    assert (stored, 50) == (answer, answer["quantity"])
    [row] = [row for row in client.raw("GET", "/_sim/books").json()["stock"] if row["sku"] == "MUG"]
    assert (1, 1) == (row["updates"], row["ignored"])


@pytest.mark.parametrize(("choice", "quantity"), [("apply", 1), ("ignore", 50)])
def test_an_equal_moment_is_a_switch(
    make_sim: Callable[..., ScayleSimulator], clock: VirtualClock, choice: str, quantity: int
) -> None:
    """The vendor does not say."""
    client = Client(make_sim(equal_changed_at=choice))
    clock.advance(600)
    client.put_stock(50, clock.now())

    assert quantity == client.put_stock(1, clock.now())["quantity"]


def test_a_figure_from_before_the_order_keeps_its_blocker(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """The snapshot's true time: what it cannot contain stays blocked."""
    clock.advance(60)
    snapshot_at = clock.now()
    clock.advance(60)
    buy(sim, ("MUG", 3))
    clock.advance(60)

    client.put_stock(10, snapshot_at)

    assert 7 == sim.trade.books().stock["MUG"]


def test_a_kept_blocker_is_not_counted_as_released(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Nobody was told of the order, and nothing was let go: the books accuse nobody."""
    clock.advance(60)
    buy(sim, ("MUG", 6))
    client.put_stock(10, clock.now())
    buy(sim, ("MUG", 4))

    [row] = [row for row in client.raw("GET", "/_sim/books").json()["stock"] if row["sku"] == "MUG"]
    assert (0, [], 10, 0) == (row["released"], row["unaccounted"], len(row["blockers"]), row["oversold"])


def test_a_newer_figure_releases_the_blocker(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """A warehouse that has the order has taken its units off."""
    buy(sim, ("MUG", 3))
    clock.advance(60)
    client.get(ORDERS)

    client.put_stock(7, clock.now())

    assert (7, 0) == (sim.trade.books().stock["MUG"], sim.trade.books().oversold_units)


def day_of_trade(sim: ScayleSimulator, client: Client, clock: VirtualClock, *, stamp: str) -> int:
    """Ten mugs lie there. Six are sold between the warehouse's count and its arrival; then six more are wanted."""
    sim.tenant.floor_holds("MUG", 10)
    clock.advance(60)
    counted_at = clock.now()
    clock.advance(30)
    buy(sim, ("MUG", 6))
    clock.advance(30)
    client.put_stock(10, counted_at if stamp == "snapshot" else clock.now())
    sold = sum(order_of(sim, ("MUG", 1)) is not None for _ in range(6))
    assert sold == (4 if stamp == "snapshot" else 6)
    return sim.trade.books().oversold_units


def test_a_client_that_sends_the_snapshots_time_does_not_oversell(
    sim: ScayleSimulator, client: Client, clock: VirtualClock
) -> None:
    """The checkout refuses what is not there."""
    assert 0 == day_of_trade(sim, client, clock, stamp="snapshot")


def test_a_client_that_sends_now_oversells(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Twelve mugs of ten: two people wait for nothing."""
    assert 2 == day_of_trade(sim, client, clock, stamp="now")
    assert {"MUG": 2} == client.raw("GET", "/_sim/books").json()["oversold"]


def test_units_released_unseen_are_oversold_without_anybody_knowing_the_floor(
    sim: ScayleSimulator, client: Client, clock: VirtualClock
) -> None:
    """No sender can have taken off an order of which nobody was told."""
    buy(sim, ("MUG", 6))
    clock.advance(30)
    client.put_stock(10, clock.now())

    assert 4 == sum(buy(sim, ("MUG", 1)).value_minor == 1250 for _ in range(4))
    assert 0 == sim.trade.books().oversold_units
    buy(sim, ("MUG", 3))
    assert 3 == sim.trade.books().oversold_units


def test_what_the_sender_was_told_of_is_his_to_take_off(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Read, deducted, stamped newer: nothing is oversold."""
    buy(sim, ("MUG", 6))
    client.get(ORDERS)
    clock.advance(30)
    client.put_stock(4, clock.now())
    buy(sim, ("MUG", 4))

    assert (None, 0) == (order_of(sim, ("MUG", 1)), sim.trade.books().oversold_units)


def test_a_cancellation_through_the_checkout_gives_the_units_back(sim: ScayleSimulator) -> None:
    """The other way in which a blocker goes."""
    order = buy(sim, ("MUG", 10))
    assert order_of(sim, ("MUG", 1)) is None

    sim.trade.cancel(str(order.id))

    assert 10 == sim.trade.books().stock["MUG"]


@pytest.mark.parametrize(("releases", "left"), [(False, 8), (True, 10)])
def test_a_merchants_cancellation_keeps_the_blocker_unless_a_switch_says_otherwise(
    make_sim: Callable[..., ScayleSimulator], *, releases: bool, left: int
) -> None:
    """Published are a newer figure and the checkout, nothing else."""
    sim = make_sim(merchant_cancellation_releases=releases)
    order = buy(sim)
    client = Client(sim)

    assert 204 == client.give_up(order, [item.id for item in order.items]).status_code
    assert left == sim.trade.books().stock["MUG"]


def test_selling_without_stock_counts_down_to_nought_and_goes_on(sim: ScayleSimulator, client: Client) -> None:
    """Such units are not oversold: they are promised knowingly."""
    told = {"warehouseReferenceKey": "main", "sellableWithoutStock": True}
    answer = client.ask("PUT", STOCKS + "/sellableWithoutStock", json=told)
    buy(sim, ("MUG", 12))

    assert {**told, "merchantReferenceKey": "default"} == answer.json()
    assert ({"MUG": 0, "POT": 4}, 0) == (sim.trade.books().stock, sim.trade.books().oversold_units)


def test_the_warehouse_of_higher_priority_is_used_first(sim: ScayleSimulator, client: Client) -> None:
    """And one that is not attached to the shop country does not count at all."""
    for key, priority in (("first", 200), ("elsewhere", None)):
        client.ask("POST", "/warehouses", json={"referenceKey": key})
        client.ask("POST", f"/merchants/key%3Ddefault/warehouses/key%3D{key}")
        if priority is not None:
            client.ask("POST", "/shops/nw/countries/gb/warehouses", json={"referenceKey": key, "priority": priority})
        client.put_stock(2, sim.tenant.now(), warehouseReferenceKey=key)

    order = buy(sim, ("MUG", 3))

    assert ["first", "first", "main"] == [item.stock.warehouse.key for item in order.items]
    assert 2 == len({item.package.id for item in order.items})
    assert order_of(sim, ("MUG", 10)) is None


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"quantity": "3"}, 400, "quantity must be: integer"),
        ({"quantity": None}, 400, "quantity is required"),
        ({"quantity": -1}, 400, "quantity must not be negative"),
        ({"warehouseReferenceKey": "nowhere"}, 404, "warehouse not found"),
        ({"changedAt": "yesterday"}, 400, "changedAt must be: moment"),
        ({"merchantReferenceKey": "nobody"}, 404, "merchant not found"),
        ({"expectedAvailabilityAt": "2020-01-01"}, 400, "expectedAvailabilityAt must lie in the future"),
        ({"stock": 3}, 400, "stock is not a field of this body"),
    ],
)
def test_a_stock_that_the_model_would_refuse_is_refused(
    client: Client, change: dict[str, Any], status: int, message: str
) -> None:
    """By name, type and sense; in the published shape."""
    told = {"quantity": 3, "warehouseReferenceKey": "main", "changedAt": "2026-11-02T09:00:00+00:00"}

    answer = client.ask("POST", STOCKS, json={**told, **change})

    assert (status, [message]) == (answer.status_code, complaints(answer))


def test_a_reservation_takes_a_unit_until_it_runs_out(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Each entry has its own result; one that names nothing says so."""
    rows = [
        {"referenceKey": "a", "warehouseReferenceKey": "main", "reservationTtl": 60, "variant": {"referenceKey": "MUG"}},
        {"referenceKey": "b", "warehouseReferenceKey": "main", "variant": {"referenceKey": "CUP"}},
    ]
    first, second = client.ask("POST", "/reservations", json=rows).json()["entities"]

    assert ("a", 60, "VARIANT_NOT_FOUND") == (first["referenceKey"], first["reservationTtl"], second["error"]["errorKey"])
    assert 9 == sim.trade.books().stock["MUG"]
    clock.advance(61)
    assert 10 == sim.trade.books().stock["MUG"]
    assert 204 == client.ask("DELETE", f"/reservations/{first['id']}").status_code
