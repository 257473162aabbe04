"""A vendor that is down, slow or busy: its queue waits, a case says so, nothing is lost, and nobody has to do anything."""

from datetime import timedelta

import pytest

from cogent_pipelines_tests.journeys.verdict import faults


def open_circuits(world):
    return [circuit.account for circuit in world.ledger.accounts.open_circuits()]


def trade_through(world, minutes: int):
    """Orders come while it lasts; says whether a circuit was ever open."""
    opened, orders = False, []
    for minute in range(minutes * 2):
        if minute % 4 == 0:
            orders.append(world.place(("TEE-S", 1)))
        world.work()
        opened |= bool(open_circuits(world))
        world.clock.advance(30)
    return opened, orders


def test_a_warehouse_that_is_down_for_ten_minutes(world):
    """The circuit opens, so that it is not called in vain, and closes by itself; every order arrives."""
    world.run_until_quiet()
    world.tenant.outage(600)
    before = len(world.router.calls)

    opened, orders = trade_through(world, 10)
    during = world.cases(), sum(":" in call or "Data" in call for call in world.router.calls[before:])
    world.run_until_quiet()

    assert opened
    assert "vendor_unavailable" in during[0]
    assert 60 > during[1]
    assert ([], set(), []) == (faults(world), world.cases(), open_circuits(world))
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


def test_a_storefront_that_is_down_for_ten_minutes(world):
    """Its events wait in the inbox, its parcels here."""
    world.run_until_quiet()
    rule = world.shop.faults.refuse_before_acting("*", times=None)
    opened, orders = trade_through(world, 10)
    world.shop.faults.clear(rule.id)

    world.run_until_quiet()

    assert opened
    assert ([], set(), []) == (faults(world), world.cases(), open_circuits(world))
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


@pytest.mark.parametrize("operation", ["nodes", "orders", "fulfillmentCreate", "inventorySetQuantities", "locations"])
def test_a_storefront_that_throttles(world, operation):
    """Its bucket is empty: the call is made when it has filled, not before."""
    world.place()
    world.tenant.warehouse.adjust_stock("COAT-L", by=4)
    rule = world.shop.faults.throttle(operation, times=3)

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert 1 <= rule.obeyed


@pytest.mark.parametrize("form", ["response", "429", "fault"])
def test_a_warehouse_that_finds_us_too_fast(make_world, form):
    """Whatever its words for it are, it is obeyed."""
    world = make_world(rate_limit_form=form)
    world.place(("TEE-S", 1), ("COAT-L", 1))
    rule = world.tenant.faults.throttle("SaveData", times=2)

    world.run_until_quiet()

    assert ([], set(), 2) == (faults(world), world.cases(), rule.obeyed)


def test_credentials_that_are_refused_stop_the_queue_and_say_whose_matter_it_is(world):
    """Nothing is tried over and over; when they are renewed everything goes out."""
    world.run_until_quiet()
    world.environment["TENANT_PASSWORD"] = "an old one"
    world.restart()
    world.tenant.sessions.expire_all()
    order = world.place()
    for _ in range(3):
        world.work()
        world.clock.advance(61)
    during = world.cases(), world.tenant.truth.times_created(world.number_of(order))

    world.environment["TENANT_PASSWORD"] = world.tenant.account.password
    world.restart()
    world.run_until_quiet()

    assert (True, 0) == ("credentials_refused" in during[0], during[1])
    assert ([], set()) == (faults(world), world.cases())


def test_a_warehouse_that_was_away_for_an_hour_gets_the_oldest_order_first_and_within_a_minute(world):
    """Nobody has to do anything: the probe that finds it back already carries the order that has waited longest."""
    world.run_until_quiet()
    world.tenant.outage(3600)
    back_at = world.clock.now() + timedelta(seconds=3600)
    orders = trade_until(world, back_at)
    known_before = set(world.tenant.warehouse.orders)

    orders += trade_until(world, back_at + timedelta(seconds=300), every=3600)
    arrived = sorted(
        (sold for number, sold in world.tenant.warehouse.orders.items() if number not in known_before),
        key=lambda sold: sold.received_at,
    )
    world.run_until_quiet()

    promised = [world.number_of(order) for order in orders]
    assert promised == [sold.number for sold in arrived]
    assert back_at <= arrived[0].received_at <= back_at + timedelta(seconds=60)
    assert ([], set(), []) == (faults(world), world.cases(), open_circuits(world))


def trade_until(world, end, *, every=120):
    """Orders come, and flows look as often as a run does that has met a vendor in trouble."""
    orders, next_order = [], world.clock.now()
    while world.clock.now() < end:
        if world.clock.now() >= next_order:
            orders.append(world.place(("TEE-S", 1)))
            next_order += timedelta(seconds=every)
        world.work()
        world.clock.advance(5)
    return orders
