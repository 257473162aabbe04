"""Orders of which nobody knows whether they are there: read back, and neither lost nor sent twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.warehouse import Crash

MINUTE = 60
LEASE = NORTHWIND.injection.lease.total_seconds()


def test_an_order_whose_answer_was_lost_is_not_sent_twice(capture, inject, states, cases, warehouse, clock):
    """It is read back when the time has come, and found."""
    warehouse.loses_answer.add("1")
    capture(an_order(1))

    assert 1 == inject().in_doubt
    assert [("#1", "injection_in_doubt")] == cases()
    assert not inject().worked
    clock.advance(MINUTE)
    report = inject()

    assert (1, 1) == (report.settled, report.acknowledged)
    assert ({"1": "acknowledged"}, [], 1) == (states(), cases(), warehouse.created["1"])


def test_half_an_order_is_completed_and_never_counted_as_there(capture, inject, states, warehouse, clock):
    """Found, but not whole: it is given again, and the warehouse completes it."""
    warehouse.stops_half_way.add("1")
    capture(an_order(1, lines=(a_line(1), a_line(2, sku="CUP"))))
    inject()
    clock.advance(MINUTE)

    report = inject()

    assert (1, 1) == (report.settled, report.acknowledged)
    assert ({"1": "acknowledged"}, 2) == (states(), len(warehouse.sales_orders["1"].lines))


@pytest.mark.parametrize("when", ["crashes_before_acting", "crashes_after_acting"])
def test_a_crash_on_either_side_of_the_call_neither_loses_nor_doubles_an_order(
    capture, inject, states, warehouse, clock, when
):
    """The row's lease runs out, and whoever picks it up reads back first."""
    capture(an_order(1), an_order(2))
    setattr(warehouse, when, True)
    with pytest.raises(Crash):
        inject()
    setattr(warehouse, when, False)

    assert not inject().worked
    clock.advance(LEASE)
    report = inject()

    assert (2, 2) == (report.settled, report.acknowledged)
    assert ({"1": 1, "2": 1}, {"acknowledged"}) == (dict(warehouse.created), set(states().values()))


def test_a_crash_before_the_outcome_is_recorded_neither_loses_nor_doubles(
    capture, inject, states, ledger, warehouse, clock, monkeypatch
):
    """The answer came, and died with the process."""
    capture(an_order(1))
    with monkeypatch.context() as patch:
        patch.setattr(type(ledger.sales_orders), "record", _crash)
        with pytest.raises(Crash):
            inject()
    clock.advance(LEASE)

    inject()

    assert ({"1": "acknowledged"}, 1) == (states(), warehouse.created["1"])


def test_a_crash_before_the_intent_leaves_an_order_that_waits(capture, inject, states, ledger, warehouse, monkeypatch):
    """It was read, and nothing was written down or sent: the next run sends it at once, and need not look for it."""
    capture(an_order(1))
    with monkeypatch.context() as patch:
        patch.setattr(type(ledger.sales_orders), "intend", _crash)
        with pytest.raises(Crash):
            inject()
    assert {"1": "pending"} == states()

    inject()

    assert ({"1": "acknowledged"}, 1) == (states(), warehouse.created["1"])
    assert 0 == warehouse.times_called("find_sales_orders")


def _crash(*_, **__):
    raise Crash


def test_an_order_that_the_warehouse_cancelled_while_in_doubt_is_a_persons_matter(
    capture, inject, cases, states, warehouse, clock
):
    """It is there, and will not be shipped: neither acknowledged nor sent again."""
    warehouse.loses_answer.add("1")
    capture(an_order(1))
    inject()
    warehouse.cancelled.add("1")
    clock.advance(MINUTE)

    inject()

    assert ([("#1", "injection_rejected")], {"1": "failed"}) == (cases(), states())


def test_orders_in_doubt_stay_in_doubt_while_the_vendor_is_away(capture, inject, states, warehouse, clock):
    """Nothing is sent again on a guess."""
    warehouse.loses_answer.add("1")
    capture(an_order(1))
    inject()
    clock.advance(MINUTE)
    warehouse.trouble = VendorUnavailable("down")

    assert ("down", {"1": "sent"}) == (inject().trouble, states())
    warehouse.trouble = None
    clock.advance(20 * MINUTE)
    inject()
    assert ({"1": "acknowledged"}, 1) == (states(), warehouse.created["1"])


def test_an_order_that_cannot_be_read_back_holds_up_no_other(capture, inject, ledger, states, warehouse, clock):
    """It stays in doubt, with the field in its case; the others are settled, and what is due is sent."""
    warehouse.loses_answer |= {"1", "2", "3"}
    warehouse.unreadable["2"] = "field lines is no list"
    capture(an_order(1), an_order(2), an_order(3))
    inject()
    clock.advance(MINUTE)
    capture(an_order(4))

    inject()

    assert {"1": "acknowledged", "2": "sent", "3": "acknowledged", "4": "acknowledged"} == states()
    assert ["field lines is no list"] == [case.message for case in ledger.cases.open(NORTHWIND.name)]


def test_where_not_one_order_can_be_read_back_it_is_the_warehouse_that_is_at_fault(
    capture, inject, states, warehouse, clock
):
    """Nothing is sent into it, and the case is the connection's."""
    warehouse.loses_answer |= {"1", "2"}
    warehouse.unreadable |= {"1": "no list", "2": "no list"}
    capture(an_order(1), an_order(2))
    inject()
    clock.advance(MINUTE)

    with pytest.raises(VendorRefused, match="no list"):
        inject()
    assert {"1": "sent", "2": "sent"} == states()


def test_a_warehouse_that_refuses_every_look_is_not_asked_for_each_order(capture, inject, states, warehouse, clock):
    """A few that stand together are enough to tell: calls are what the vendor counts."""
    refs = [str(number) for number in range(1, 65)]
    warehouse.loses_answer |= set(refs)
    warehouse.unreadable |= dict.fromkeys(refs, "no list")
    capture(*(an_order(number) for number in range(1, 65)))
    inject()
    clock.advance(MINUTE)

    with pytest.raises(VendorRefused, match="no list"):
        inject()

    assert {"sent"} == set(states().values())
    # Half of it each time down to one, then its neighbours up to four.
    assert 11 == warehouse.times_called("find_sales_orders")


@pytest.fixture
def slow_warehouse(warehouse):
    """A warehouse that shows what it took within a quarter of an hour."""
    warehouse.capabilities = replace(warehouse.capabilities, shows_orders_within=timedelta(minutes=15))
    warehouse.defers.add("1")
    return warehouse


def test_an_order_that_a_slow_warehouse_does_not_show_yet_is_not_sent_again(
    capture, inject, states, cases, slow_warehouse, clock
):
    """Taken is not there; not being there proves nothing for so long."""
    capture(an_order(1))
    inject()
    for _ in range(5):
        clock.advance(2 * MINUTE)
        inject()
    waiting = (states(), cases(), slow_warehouse.created["1"])

    slow_warehouse.import_deferred()
    clock.advance(2 * MINUTE)
    inject()

    assert ({"1": "sent"}, [("#1", "injection_in_doubt")], 1) == waiting
    assert ({"1": "acknowledged"}, [], 1) == (states(), cases(), slow_warehouse.created["1"])


def test_an_order_that_does_not_come_is_looked_for_less_and_less_often_but_at_once_when_its_time_is_over(
    capture, inject, slow_warehouse, clock
):
    """After an outage there may be thousands, and each look is a call that somebody else waits for."""
    capture(an_order(1))
    inject()
    looks = []
    for _ in range(3):
        for _ in range(60):
            clock.advance(5)
            inject()
        looks.append(slow_warehouse.times_called("find_sales_orders") - sum(looks))

    assert looks[0] > max(looks[1:]) >= min(looks[1:]) > 2
    assert sum(looks) < 40
    assert 2 == slow_warehouse.created["1"]


def test_an_order_that_a_slow_warehouse_never_shows_is_sent_again_each_time_after_as_long(
    capture, inject, states, slow_warehouse, clock
):
    """The time counts from when it was last sent, not first."""
    capture(an_order(1))
    inject()
    clock.advance(16 * MINUTE)
    inject()
    sent_again = slow_warehouse.created["1"]

    clock.advance(10 * MINUTE)
    inject()

    assert (2, 2, {"1": "sent"}) == (sent_again, slow_warehouse.created["1"], states())


def test_a_crash_after_a_slow_warehouse_took_an_order_does_not_double_it(capture, inject, slow_warehouse, clock):
    """Nobody heard that it was taken; the lease runs out before the order shows."""
    slow_warehouse.crashes_after_acting = True
    capture(an_order(1))
    with pytest.raises(Crash):
        inject()
    slow_warehouse.crashes_after_acting = False
    clock.advance(LEASE + 1)

    inject()

    assert 1 == slow_warehouse.created["1"]


def test_an_order_that_the_warehouse_said_it_took_is_never_sent_again_by_itself(
    capture, inject, states, cases, warehouse, clock
):
    """It is looked for, a person is told, and whatever keeps it may let it go later."""
    warehouse.takes_unseen.add("1")
    capture(an_order(1))
    inject()
    for _ in range(90):
        clock.advance(MINUTE)
        inject()
    missed = (states(), cases(), warehouse.created["1"])

    warehouse.import_deferred()
    clock.advance(10 * MINUTE)
    inject()

    assert ({"1": "sent"}, [("#1", "injection_unseen")], 1) == missed
    assert ({"1": "acknowledged"}, [], 1) == (states(), cases(), warehouse.created["1"])


def test_a_person_may_have_an_order_sent_again_that_the_warehouse_took_and_lost(
    capture, inject, states, cases, ledger, warehouse, clock
):
    """It was looked for there and is not; from then on it is an order like any other."""
    warehouse.takes_unseen.add("1")
    capture(an_order(1))
    inject()
    clock.advance(MINUTE)
    inject()
    warehouse.takes_unseen.clear()

    moved = ledger.sales_orders.requeue(NORTHWIND.name, [an_order(1).ref], now=clock.now())
    inject()

    assert ([an_order(1).ref], {"1": "acknowledged"}, [], 2) == (moved, states(), cases(), warehouse.created["1"])


def test_an_order_that_is_under_way_is_not_sent_again_by_a_person(capture, inject, ledger, warehouse, clock):
    """Nobody knows yet whether it is there: it is read back first."""
    warehouse.loses_answer.add("1")
    capture(an_order(1))
    inject()

    assert [] == ledger.sales_orders.requeue(NORTHWIND.name, [an_order(1).ref], now=clock.now())
