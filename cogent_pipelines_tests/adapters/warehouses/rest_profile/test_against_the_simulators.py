"""Both profiles against their stand-ins, beyond what every warehouse promises: judged by the stand-ins' own books."""

from datetime import timedelta

import pytest

from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, ReturnedLine
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    Cancelled,
    NotFound,
    Recorded,
    Rejected,
    TooLate,
    Unknown,
)
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER, UNKNOWN
from cogent_pipelines_tests.contracts.profile_benches import MintsoftBench, ScendBench
from cogent_pipelines_tests.contracts.warehouse_contract import wanted

BENCHES = {"mintsoft": MintsoftBench, "scend": ScendBench}


@pytest.fixture(params=BENCHES)
def bench(request):
    bench = BENCHES[request.param]()
    yield bench
    bench.close()


@pytest.fixture
def scend():
    bench = ScendBench()
    yield bench
    bench.close()


def parcels(bench):
    since = bench.now() - timedelta(hours=2)
    return [parcel for page in bench.port.despatches(since) for parcel in page]


def test_a_sound_account_passes_its_check(bench):
    """Every line, by the adapter's own proof."""
    bench.port.create_sales_orders([wanted()])
    bench.sends(wanted())

    lines = list(bench.port.check())

    assert [] == [line for line in lines if not line.ok]
    assert {"log-in", "stock", "items", "parcels", "orders"} <= {line.subject for line in lines}


def test_an_order_is_stopped_once_and_stays_so(bench):
    order = wanted()
    bench.port.create_sales_orders([order])

    outcomes = [bench.port.cancel_sales_orders([order.ref]) for _ in range(2)]

    assert [[Cancelled()], [Cancelled()]] == outcomes
    assert [True] == [each.cancelled for each in bench.simulator.trade.books().sales_orders]
    assert isinstance(bench.port.create_sales_orders([order])[0], Rejected)


def test_an_order_that_has_left_is_too_late_and_a_stranger_is_not_found(bench):
    order = wanted()
    bench.port.create_sales_orders([order])
    bench.sends(order)

    outcomes = bench.port.cancel_sales_orders([order.ref, SalesOrderRef("nobody")])

    assert [TooLate("DESPATCHED"), NotFound("nobody")] == outcomes


def test_an_answer_to_a_cancellation_that_is_lost_is_seen_by_looking(bench):
    bench.port.create_sales_orders([wanted()])
    bench.simulator.faults.time_out_after_acting("CancelOrder")

    assert [Cancelled()] == bench.port.cancel_sales_orders([wanted().ref])


def test_goods_that_leave_in_two_goes_are_two_parcels(bench):
    """Each with its own lines and its own reference, and nothing told twice."""
    order = wanted("1001", (KNOWN, 3), (OTHER, 1))
    bench.port.create_sales_orders([order])
    bench.simulator.trade.despatch(order.ref, quantities={KNOWN: 2})
    bench.simulator.trade.despatch(order.ref)

    found = parcels(bench)

    assert 2 == len({parcel.ref for parcel in found})
    assert [{KNOWN: 2}, {KNOWN: 1, OTHER: 1}] == [{line.sku: line.quantity for line in parcel.lines} for parcel in found]
    assert {parcel.tracking.number for parcel in found} == {
        number
        for sold in bench.simulator.trade.books().sales_orders
        for parcel in sold.parcels
        for number in parcel.tracking_numbers
    }


def test_a_crowd_of_orders_goes_in_while_the_vendor_stumbles(bench):
    """Answers lost, calls throttled, pages of HTML: every order is there once, or is told to be in doubt."""
    faults = bench.simulator.faults
    faults.time_out_after_acting(bench.creates, times=3, after=2)
    faults.fail_after_acting(bench.creates, times=3, after=9)
    faults.throttle("*", times=3, after=20)
    faults.answer_html("*", times=2, after=30, acted=True)
    orders = [wanted(str(number), (KNOWN, 1)) for number in range(1001, 1031)]
    bench.simulator.trade.adjust(KNOWN, by=100)

    first = bench.port.create_sales_orders(orders)
    again = bench.another_process().create_sales_orders(orders)

    assert {Acknowledged, Unknown} >= {type(outcome) for outcome in first}
    assert [AlreadyThere(order.ref) for order in orders] == again
    assert [1] * 30 == [bench.times_created(order.ref) for order in orders]


def test_a_new_order_that_is_shown_late_is_in_doubt_and_never_doubled(bench):
    """The vendor's own guard refuses the second, and then it shows."""
    bench.simulator.switches.change(find_lag_seconds=30)
    bench.simulator.faults.time_out_after_acting(bench.creates)
    order = wanted()

    [lost] = bench.port.create_sales_orders([order])
    [refused] = bench.port.create_sales_orders([order])
    bench.clock.advance(60)
    [shown] = bench.port.create_sales_orders([order])

    assert (Unknown, Unknown, AlreadyThere(order.ref)) == (type(lost), type(refused), shown)
    assert 1 == bench.times_created(order.ref)


def test_a_session_that_ends_in_the_middle_is_renewed():
    bench = MintsoftBench()
    bench.port.create_sales_orders([wanted("1001")])
    bench.simulator.expire_keys()

    outcomes = bench.port.create_sales_orders([wanted("1001"), wanted("1002", (KNOWN, 1))])
    bench.close()

    assert [AlreadyThere, Acknowledged] == [type(outcome) for outcome in outcomes]


def test_stock_in_quarantine_or_promised_is_not_for_sale(scend):
    """The figure is the one to publish."""
    scend.port.create_sales_orders([wanted("1001", (KNOWN, 4))])

    levels = {level.sku: level for page in scend.port.stock_all() for level in page}

    assert (6, 10) == (levels[KNOWN].available, levels[KNOWN].on_hand)


@pytest.mark.parametrize("wrong", ["quarantine", "reject_later"])
def test_an_order_that_is_set_aside_is_refused_with_the_warehouses_reasons(scend, wrong):
    """Whether it says so at once or a moment later."""
    scend.simulator.switches.change(unknown_sku=wrong)

    [outcome] = scend.port.create_sales_orders([wanted("1001", (UNKNOWN, 1))])

    assert isinstance(outcome, Rejected)
    assert "NOSUCH is not known" in outcome.reasons[0]


def test_what_was_set_aside_later_is_told_with_what_changed(scend):
    scend.simulator.switches.change(unknown_sku="quarantine", wrong_after_seconds=120)
    [outcome] = scend.port.create_sales_orders([wanted("1001", (UNKNOWN, 1))])
    scend.clock.advance(300)

    [changed] = [order for page in scend.port.orders_put_aside(scend.now()) for order in page]

    assert isinstance(outcome, Acknowledged)
    assert ("1001", "QUARANTINED", False) == (changed.ref, changed.status, changed.over)
    assert "NOSUCH is not known" in changed.reasons


def test_a_return_is_announced_received_and_read_under_its_rma(scend):
    order = wanted()
    scend.port.create_sales_orders([order])
    scend.sends(order)
    announced = AnnouncedReturn("RMA-1", order.ref, (ReturnedLine(KNOWN, 1, "broken"),))

    first, second = scend.port.announce_return(announced), scend.port.announce_return(announced)
    [back] = scend.simulator.returns.all.values()
    scend.simulator.returns.confirm(back, restock=())
    [found] = [each for page in scend.port.returns(scend.now() - timedelta(hours=1)) for each in page]

    assert (Recorded, AlreadyThere("RMA-1")) == (type(first), second)
    assert ("RMA-1", order.ref, True, [(KNOWN, 1, False)]) == (
        found.rma,
        found.sales_order_ref,
        found.confirmed,
        [(line.sku, line.quantity, line.restocked) for line in found.lines],
    )


def test_a_return_at_mintsoft_is_made_in_steps_and_found_by_its_day():
    """By product ids, and only for what has left."""
    bench = MintsoftBench()
    order = wanted()
    bench.port.create_sales_orders([order])
    early = bench.port.announce_return(AnnouncedReturn("RMA-0", order.ref, (ReturnedLine(KNOWN, 1),)))
    bench.sends(order)

    outcome = bench.port.announce_return(AnnouncedReturn("RMA-1", order.ref, (ReturnedLine(KNOWN, 1),)))
    for back in bench.simulator.returns.all.values():
        if back.lines:
            bench.simulator.returns.confirm(back, restock=())
    found = [each for page in bench.port.returns(bench.now() - timedelta(days=1)) for each in page]
    bench.close()

    assert (Rejected, Recorded) == (type(early), type(outcome))
    [goods] = found
    assert ("RMA-1", order.ref, True) == (goods.rma, goods.sales_order_ref, goods.confirmed)
    assert [(KNOWN, 1)] == [(line.sku, line.quantity) for line in goods.lines]
