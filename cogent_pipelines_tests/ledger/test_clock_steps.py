"""A clock that goes back takes what lies ahead with it; one that is merely apart does not."""

from datetime import timedelta

import pytest

from cogent_pipelines.ledger.due_work import ORDER_INJECTION
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

AN_HOUR = timedelta(hours=1)


def test_what_is_due_before_a_step_is_due_after_it(ledger):
    """However far the clock went back."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=NINE)
    ledger.follow_clock(NINE)
    earlier = NINE - AN_HOUR
    before = ledger.due_work.next_due(NORTHWIND.name, ORDER_INJECTION)

    assert AN_HOUR == ledger.follow_clock(earlier)

    assert (NINE, earlier) == (before, ledger.due_work.next_due(NORTHWIND.name, ORDER_INJECTION))
    assert timedelta(0) == ledger.follow_clock(earlier)


def test_a_lease_lasts_as_long_after_a_step_as_it_would_have(ledger):
    """Nobody takes for dead who is at work."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=NINE)
    ledger.follow_clock(NINE)
    claimed(ledger, NORTHWIND, limit=1, now=NINE)
    earlier = NINE - AN_HOUR
    ledger.follow_clock(earlier)

    lease = NORTHWIND.injection.lease
    just_before, just_after = earlier + lease - timedelta(seconds=1), earlier + lease

    assert [] == ledger.sales_orders.claim_doubtful(NORTHWIND, limit=1, now=just_before)
    assert 1 == len(ledger.sales_orders.claim_doubtful(NORTHWIND, limit=1, now=just_after))


@pytest.mark.parametrize("apart", [timedelta(seconds=1), timedelta(minutes=4)])
def test_machines_whose_clocks_differ_a_little_move_nothing(ledger, apart):
    ledger.orders.store(NORTHWIND, [an_order(1)], now=NINE)
    ledger.follow_clock(NINE)

    assert timedelta(0) == ledger.follow_clock(NINE - apart)

    assert NINE == ledger.due_work.next_due(NORTHWIND.name, ORDER_INJECTION)
    assert AN_HOUR == ledger.follow_clock(NINE - AN_HOUR)
