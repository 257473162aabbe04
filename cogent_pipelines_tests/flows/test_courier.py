"""Orders into the warehouse with a courier, who is out with one batch while the next is made ready."""

from collections import Counter
from contextlib import suppress
from random import Random

import pytest

from cogent_pipelines.flows.courier import courier
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.sales_orders import SalesOrders
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.warehouse import Crash

NAME = NORTHWIND.name
LEASE = NORTHWIND.injection.lease.total_seconds()


@pytest.fixture
def inject_ahead(ledger, clock, warehouse):
    """Run the flow once with somebody who is out with each batch."""

    def inject_ahead(connection=NORTHWIND):
        with courier() as out:
            return inject_due_orders(
                connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1), courier=out
            )

    return inject_ahead


def test_a_courier_brings_every_batch_home(capture, inject_ahead, states, cases, warehouse, clock):
    """It is the same as without one: each order once, counted, and measured."""
    capture(*(an_order(number) for number in range(1, 251)))
    clock.advance(2)

    report = inject_ahead()

    assert (250, 3, 2.0) == (report.acknowledged, report.batches, report.latency.quantile(0.99))
    assert {1} == set(warehouse.created.values())
    assert {"acknowledged"} == set(states().values())
    assert [] == cases()
    assert not inject_ahead().worked


def test_what_is_sent_was_written_down_before(capture, inject_ahead, ledger, warehouse):
    """Intent, commit, call: for each batch, with or without another one under way."""
    written = []
    create = warehouse.create_sales_orders

    def watched(orders):
        with ledger.pool.session() as session:
            written.extend(
                session.execute(
                    """
                    select sales_order_ref, sent_lines is not null, lease_until is not null from sales_order
                    where sales_order_ref = any(%s) order by sales_order_ref
                    """,
                    [[order.ref for order in orders]],
                ).fetchall()
            )
        return create(orders)

    warehouse.create_sales_orders = watched
    capture(*(an_order(number) for number in range(1, 251)))

    inject_ahead()

    assert sorted((str(number), True, True) for number in range(1, 251)) == sorted(written)


@pytest.mark.parametrize("trouble", [VendorUnavailable("maintenance"), AuthenticationFailed("bad key")])
def test_what_was_read_ahead_stays_where_it_is_when_the_vendor_is_away(
    capture, inject_ahead, ledger, warehouse, clock, trouble
):
    """Nobody asked the warehouse for it: no attempt is spent, and nothing says that it may be there."""
    ledger.items.store(NAME, list(warehouse.stocked.values()), now=clock.now())
    warehouse.trouble = trouble
    capture(*(an_order(number) for number in range(1, 201)))

    with suppress(AuthenticationFailed):
        assert "maintenance" in inject_ahead().trouble

    with ledger.pool.session() as session:
        found = session.execute(
            "select state, attempt, first_sent_at is null, count(*) from sales_order group by 1, 2, 3 order by 1"
        ).fetchall()
    assert [("pending", 0, True, 100), ("retrying", 0, False, 100)] == found
    assert 1 == warehouse.times_called("create_sales_orders")


def test_what_has_just_begun_to_gather_is_not_read_ahead(capture, inject_ahead, states, warehouse):
    """It goes when its turn comes, together with what came meanwhile: the vendor counts calls, not orders."""
    during = []
    create = warehouse.create_sales_orders

    def creating(orders):
        during.append(Counter(states().values())["pending"])
        if len(during) == 1:
            capture(*(an_order(number) for number in range(151, 161)))
        return create(orders)

    warehouse.create_sales_orders = creating
    capture(*(an_order(number) for number in range(1, 151)))

    report = inject_ahead()

    assert ([50, 0], 160, 2) == (during, report.acknowledged, report.batches)


def test_a_batch_that_was_not_taken_stops_the_courier(capture, inject_ahead, states, warehouse):
    """All of it at once: it is the vendor that is away."""
    warehouse.unavailable = {str(number): 1 for number in range(1, 201)}
    capture(*(an_order(number) for number in range(1, 201)))

    report = inject_ahead()

    assert ("busy", 0) == (report.trouble.rpartition(": ")[2], report.acknowledged)
    assert {"retrying": 100, "pending": 100} == Counter(states().values())
    assert 1 == warehouse.times_called("create_sales_orders")


def test_what_a_call_brought_is_recorded_although_the_next_look_failed(capture, inject_ahead, states, monkeypatch):
    """Else the orders would be in doubt, and be read back, for no fault of theirs."""
    capture(*(an_order(number) for number in range(1, 151)))
    due, looks = SalesOrders.due, []

    def once(*arguments, **named):
        looks.append(1)
        if len(looks) > 1:
            raise RuntimeError("the second look fails")
        return due(*arguments, **named)

    monkeypatch.setattr(SalesOrders, "due", once)

    with pytest.raises(RuntimeError, match="second look"):
        inject_ahead()

    assert {"acknowledged": 100, "pending": 50} == Counter(states().values())


def test_the_warehouse_is_asked_for_items_when_no_call_is_out(capture, inject_ahead, ledger, warehouse, clock):
    """Its adapter is not made for two at a time."""
    ledger.items.store(NAME, list(warehouse.stocked.values()), now=clock.now())
    out = []
    create, named = warehouse.create_sales_orders, warehouse.items_named

    def creating(orders):
        out.append("call begins")
        outcomes = create(orders)
        out.append("call ends")
        return outcomes

    def naming(skus):
        out.append("asked")
        return named(skus)

    warehouse.create_sales_orders, warehouse.items_named = creating, naming
    unknown = [an_order(number, lines=(a_line(sku="NOPE"),)) for number in range(101, 201)]
    capture(*(an_order(number) for number in range(1, 101)))
    clock.advance(1)
    capture(*unknown)

    report = inject_ahead()

    assert (100, 100) == (report.acknowledged, report.held)
    assert ["call begins", "call ends", "asked"] == out


def test_a_process_that_dies_with_a_batch_out_leaves_that_one_to_be_read_back(
    capture, inject, inject_ahead, states, warehouse, clock
):
    """One batch may be there, the other was only read: neither is lost, and neither is sent twice."""
    capture(*(an_order(number) for number in range(1, 201)))
    warehouse.crashes_after_acting = True
    with pytest.raises(Crash):
        inject_ahead()
    assert {"sent": 100, "pending": 100} == Counter(states().values())
    warehouse.crashes_after_acting = False

    clock.advance(LEASE + 1)
    inject()

    assert {"acknowledged"} == set(states().values())
    assert ({1}, 0) == (set(warehouse.created.values()), warehouse.sent_again.total())
