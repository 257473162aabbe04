"""Events that are lost, repeated, forged or out of order: what counts is what the storefront says when it is asked."""

import pytest

from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults


def events(world) -> int:
    with world.ledger.pool.session() as session:
        return session.execute("select count(*) from inbox").fetchone()[0]


def test_an_order_whose_every_event_is_lost_is_found_by_the_poll(world):
    """A minute later, not a day."""
    world.run_until_quiet()
    known = events(world)
    rule = world.shop.faults.lose_events("*", times=None)
    order = world.place()

    world.work()
    world.clock.advance(61)
    world.work()
    found = events(world) - known, world.tenant.truth.times_created(world.number_of(order))
    world.shop.faults.clear(rule.id)
    world.run_until_quiet()

    assert (0, 1) == found
    assert ([], set()) == (faults(world), world.cases())


def test_a_parcel_whose_events_are_lost_is_found_by_the_poll(world):
    """The report has it all the same."""
    world.tenant.faults.lose_events("*", times=None)
    order = world.place()

    world.run_until_quiet()

    assert ([], "FULFILLED") == (faults(world), order.fulfilment_status)


def test_an_event_delivered_four_times_at_once_is_one_order(world):
    """The inbox knows it by its id, whoever comes first."""
    rule = world.shop.faults.duplicate_events("*", copies=4, times=None)
    orders = [world.place() for _ in range(5)]

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert 5 <= rule.obeyed
    assert {1} == {world.tenant.truth.times_created(world.number_of(order)) for order in orders}


def test_a_warehouses_events_delivered_twice_are_one_parcel(world):
    """It signs nothing and numbers nothing; its events are known by what they say."""
    world.tenant.faults.duplicate_events("*", copies=3, times=None)
    order = world.place(("TEE-S", 1), ("COAT-L", 1))

    world.run_until_quiet()

    assert ([], 1) == (faults(world), len(order.fulfilments))


def test_a_forged_event_is_refused_and_the_order_comes_by_the_poll(world):
    """Nothing of it is stored: the vendor gets 401, and its own retries are its own affair."""
    world.run_until_quiet()
    known = events(world)
    rule = world.shop.faults.forge_signatures("*", times=None)
    world.place()

    world.deliver()
    stored = events(world) - known
    world.shop.faults.clear(rule.id)
    world.run_until_quiet()

    assert (0, True) == (stored, world.refused_webhooks > 0)
    assert ([], set()) == (faults(world), world.cases())


def test_a_warehouses_event_without_the_secret_is_refused(world):
    """Whoever does not know the address proves nothing."""
    world.run_until_quiet()
    known = events(world)
    body = b"cogent_event=AvailabilityChanges&cogent_available=999&cogent_item=TEE-S&cogent_end=1"

    status = world.runner.run(world._to_gateway("https://hooks.example.com/webhooks/journey_uk/warehouse", {}, body))

    assert (401, 0) == (status, events(world) - known)


@pytest.mark.parametrize("behind", [1, 3])
def test_events_out_of_order_leave_the_latest_version(world, behind):
    """A creation that arrives after the cancellation does not bring the order back."""
    world.shop.faults.reorder_events("orders/create", behind=behind)
    order = world.place()
    shopkeeper.write_note(world, order, "Ring twice")
    shopkeeper.cancel(world, order)

    world.run_until_quiet()

    assert ([], 0) == (faults(world), world.tenant.truth.times_created(world.number_of(order)))
    assert "cancelled" == world.state_of(order)


def test_events_that_come_an_hour_late_change_nothing(world):
    """By then the poll has brought the order, and the warehouse has sent it."""
    world.shop.faults.delay_events("*", seconds=3600, times=None)
    order = world.place()

    world.run_until_quiet()
    world.clock.advance(3700)
    world.run_until_quiet()

    assert ([], 1) == (faults(world), world.tenant.truth.times_created(world.number_of(order)))


def test_a_gateway_that_was_away_is_told_again(world, monkeypatch):
    """The vendor retries what nobody took; the poll has been quicker."""
    world.run_until_quiet()

    async def away(url, headers, body):
        return 503

    monkeypatch.setattr(world.shop.webhooks, "deliver", away)
    order = world.place()
    world.deliver()
    monkeypatch.undo()
    world.run_until_quiet()

    assert ([], 1) == (faults(world), world.tenant.truth.times_created(world.number_of(order)))
    assert 0 == world.shop.webhooks.waiting
