"""Orders out of the storefront, from events, polls and sweeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.flows.order_capture import capture_by_poll, capture_from_inbox, sweep_orders
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

NAME = NORTHWIND.name
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sides(storefront, ledger, clock):
    return {"storefront": storefront, "ledger": ledger, "clock": clock}


@pytest.fixture
def announce(ledger, clock):
    """Let events arrive that name orders."""

    def announce(*orders, again: str = "", topic: str = "orders/updated"):
        events = [VerifiedEvent(f"{topic}-{o.ref}-{o.version}{again}", "d", topic, o.ref, NINE, b"{}") for o in orders]
        return ledger.inbox.store_all([Arrival(NAME, "storefront", event, clock.now()) for event in events])

    return announce


def captured(ledger) -> list[str]:
    with ledger.pool.session() as session:
        return [name for (name,) in session.execute("select name from storefront_order order by name").fetchall()]


def notes(ledger) -> list[str]:
    with ledger.pool.session() as session:
        return [n for (n,) in session.execute("select note from inbox where taken_at is not null order by id").fetchall()]


def test_orders_named_by_events_are_fetched_and_stored(sides, announce, ledger, storefront, clock):
    """The event's own body is never believed; each order is fetched once, however many events name it."""
    orders = [an_order(number) for number in range(1001, 1061)]
    storefront.place(*orders)
    announce(*orders)
    announce(*orders, again=" again")
    clock.advance(2)

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (120, 60, 60) == (report.events, report.new, report.pending)
    assert (2, 2.0) == (storefront.calls["orders_named"], report.latency.quantile(0.5))
    assert [] == ledger.inbox.waiting(NAME, "storefront")
    assert not capture_from_inbox(NORTHWIND, **sides).worked


@pytest.mark.parametrize(("topic", "due"), [("orders/delete", 0), ("orders/updated", 1)])
def test_an_order_that_was_deleted_is_not_sent(sides, announce, ledger, storefront, clock, topic, due):
    """Where the storefront says so. One that it only does not show may be hidden from us, and waits to be sent."""
    order = an_order(1)
    storefront.place(order)
    announce(order)
    capture_from_inbox(NORTHWIND, **sides)
    storefront.placed.clear()
    announce(order, topic=topic, again=" gone")

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (1, "") == (report.gone, report.trouble)
    assert due == len(ledger.sales_orders.due(NAME, limit=9, now=clock.now()))
    assert ["", "the storefront no longer has this order"] == notes(ledger)


def test_a_deleted_order_that_the_warehouse_has_is_a_persons_matter(sides, announce, inject, ledger, storefront):
    order = an_order(1)
    storefront.place(order)
    announce(order)
    capture_from_inbox(NORTHWIND, **sides)
    assert 1 == inject().acknowledged
    storefront.placed.clear()
    announce(order, topic="orders/delete", again=" gone")

    capture_from_inbox(NORTHWIND, **sides)

    [case] = ledger.cases.open(NAME)
    assert ("changed_after_injection", order.ref) == (case.kind, case.subject)
    assert "cancelled at the storefront" in case.message


def test_a_shop_that_never_stops_selling_does_not_keep_a_pass_from_ending(sides, announce, ledger, storefront, monkeypatch):
    """What arrives meanwhile is the next pass's: in between there is a poll, and the run may have to end."""
    orders = [an_order(number) for number in range(1, 30)]
    storefront.place(*orders)
    left = iter(orders[1:])
    named = storefront.orders_named

    def busy(refs):
        announce(next(left))
        return named(refs)

    monkeypatch.setattr(storefront, "orders_named", busy)
    announce(orders[0])

    assert 1 == capture_from_inbox(NORTHWIND, **sides).events
    assert 1 == len(ledger.inbox.waiting(NAME, "storefront"))


def test_an_event_may_name_an_order_otherwise_than_the_order_does(sides, ledger, storefront, clock, monkeypatch):
    """By the shop's own key, say: it is read and accounted for all the same."""
    order = an_order(1001)
    monkeypatch.setattr(storefront, "orders_named", lambda refs: [order] if refs == ["key=A-7"] else [])
    event = VerifiedEvent("e1", "d", "order-cancellation", "key=A-7", NINE, b"{}")
    ledger.inbox.store_all([Arrival(NAME, "storefront", event, clock.now())])

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (1, 1, 0, [""], [order.name]) == (report.events, report.new, report.gone, notes(ledger), captured(ledger))


def test_an_event_about_an_order_that_is_gone_is_accounted_for_with_a_note(sides, announce, ledger):
    """Deleted, or of another shop: it must not come up for ever."""
    announce(an_order(1))
    no_order = VerifiedEvent("e-9", "d", "orders/updated", "", NINE, b"{}")
    ledger.inbox.store_all([Arrival(NAME, "storefront", no_order, NINE)])

    assert 1 == capture_from_inbox(NORTHWIND, **sides).gone
    assert ["the storefront no longer has this order", "names no order"] == notes(ledger)


def test_one_unreadable_order_does_not_keep_the_others_out(sides, announce, ledger, storefront):
    """It is found by halving, gets a case, and the case closes once the order can be read."""
    orders = [an_order(number) for number in range(1, 9)]
    storefront.place(*orders)
    storefront.unreadable = {orders[4].ref}
    announce(*orders)

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (7, 1) == (report.new, report.unreadable)
    assert [orders[4].ref] == [case.subject for case in ledger.cases.open(NAME)]
    storefront.unreadable = set()
    announce(orders[4], again=" later")
    capture_from_inbox(NORTHWIND, **sides)
    assert (8, []) == (len(captured(ledger)), ledger.cases.open(NAME))


def test_unreadable_orders_beside_each_other_do_not_keep_the_others_out(sides, announce, ledger, storefront):
    """Two that end up alone together are still two bad orders, and no refused call."""
    orders = [an_order(number) for number in range(1, 9)]
    storefront.place(*orders)
    storefront.unreadable = {orders[0].ref, orders[1].ref, orders[2].ref}
    announce(*orders)

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (5, 3) == (report.new, report.unreadable)
    assert [] == ledger.inbox.waiting(NAME, "storefront")


def test_a_storefront_that_refuses_the_call_blames_no_order(sides, announce, ledger, storefront):
    """Nothing could be read at all: the events wait, and one case says so."""
    orders = [an_order(number) for number in range(1, 6)]
    storefront.place(*orders)
    storefront.unreadable = {order.ref for order in orders}
    announce(*orders)

    with pytest.raises(VendorRefused):
        capture_from_inbox(NORTHWIND, **sides)

    assert ["vendor_refused"] == [case.kind for case in ledger.cases.open(NAME)]
    assert 5 == len(ledger.inbox.waiting(NAME, "storefront"))


def test_a_few_unreadable_orders_of_a_quiet_hour_do_not_keep_the_flow_from_the_others(sides, announce, ledger, storefront):
    """No order that can be read is beside them: each has its case, no event waits, and the storefront is not blamed."""
    orders = [an_order(number) for number in range(1, 3)]
    storefront.place(*orders)
    storefront.unreadable = {order.ref for order in orders}
    announce(*orders)

    report = capture_from_inbox(NORTHWIND, **sides)

    assert (2, []) == (report.unreadable, ledger.inbox.waiting(NAME, "storefront"))
    assert ["unreadable_order"] * 2 == [case.kind for case in ledger.cases.open(NAME)]


def test_one_unreadable_order_does_not_stop_the_poll(sides, ledger, storefront):
    """It has a case before the watermark moves past it; those after it are captured, and so it is once it can be read."""
    storefront.place(*(an_order(number, version=NINE + number * MINUTE) for number in range(1, 7)))
    bad = storefront.placed[an_order(3).ref]
    storefront.unreadable = {bad.ref}

    report = capture_by_poll(NORTHWIND, **sides)

    assert (5, 1, "") == (report.new, report.unreadable, report.trouble)
    assert NINE + 6 * MINUTE == ledger.watermarks.get(NAME, "orders")
    assert [("unreadable_order", bad.ref)] == [(case.kind, case.subject) for case in ledger.cases.open(NAME)]
    storefront.unreadable = set()
    assert 1 == capture_by_poll(NORTHWIND, **sides).new
    assert [] == ledger.cases.open(NAME)


def test_a_sweep_reads_again_what_could_not_be_read_however_old(sides, ledger, storefront):
    """The case remembers the order when no feed tells of it any more."""
    old = [an_order(number, version=NINE - timedelta(days=1)) for number in (1, 2)]
    storefront.place(*old)
    storefront.unreadable = {order.ref for order in old}
    capture_by_poll(NORTHWIND, **sides)
    assert 2 == len(ledger.cases.open(NAME))
    storefront.placed = {o.ref: replace(o, version=NINE - timedelta(days=400)) for o in old}
    assert (0, 2) == (sweep_orders(NORTHWIND, **sides).new, len(ledger.cases.open(NAME)))

    storefront.unreadable = {old[0].ref}

    assert 1 == sweep_orders(NORTHWIND, **sides).new
    assert [old[0].ref] == [case.subject for case in ledger.cases.open(NAME)]


def test_an_order_from_the_future_does_not_carry_the_watermark_away(sides, ledger, storefront):
    """A year that somebody mistyped would end the poll for good."""
    storefront.place(an_order(1), an_order(2, version=NINE + timedelta(days=4000)))

    assert 2 == capture_by_poll(NORTHWIND, **sides).new

    assert NINE == ledger.watermarks.get(NAME, "orders")


def test_events_wait_while_the_storefront_is_away(sides, announce, ledger, storefront):
    """One case says so, and closes when it is over."""
    storefront.place(an_order(1))
    announce(an_order(1))
    storefront.trouble = VendorUnavailable("503")

    assert "503" == capture_from_inbox(NORTHWIND, **sides).trouble
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open(NAME)]
    storefront.trouble = None
    assert 1 == capture_from_inbox(NORTHWIND, **sides).new
    assert [] == ledger.cases.open(NAME)


def test_refused_credentials_fail_the_run_and_keep_the_events(sides, announce, ledger, storefront):
    """A person must act; nothing is lost meanwhile."""
    announce(an_order(1))
    storefront.trouble = AuthenticationFailed("token revoked")

    with pytest.raises(AuthenticationFailed):
        capture_from_inbox(NORTHWIND, **sides)

    assert ["credentials_refused"] == [case.kind for case in ledger.cases.open(NAME)]
    assert 1 == len(ledger.inbox.waiting(NAME, "storefront"))


def test_a_poll_starts_where_the_last_one_ended_and_looks_back_a_little(sides, ledger, storefront):
    """An order that came with a slightly older version than the last one stored is still found."""
    storefront.place(an_order(1, version=NINE - MINUTE), an_order(2), an_order(0, version=NINE - timedelta(days=3)))
    assert 2 == capture_by_poll(NORTHWIND, **sides).new
    assert NINE == ledger.watermarks.get(NAME, "orders")

    storefront.place(an_order(3, version=NINE - 2 * MINUTE))
    report = capture_by_poll(NORTHWIND, **sides)

    assert (1, 2) == (report.new, report.same)
    assert NINE == ledger.watermarks.get(NAME, "orders")


def test_the_watermark_moves_only_over_what_is_stored(sides, ledger, storefront):
    """A poll that breaks half-way goes on from there; nothing in between is skipped."""
    storefront.place(*(an_order(number, version=NINE + number * MINUTE) for number in range(1, 7)))
    storefront.trouble_after_pages = 2

    report = capture_by_poll(NORTHWIND, **sides)

    assert (4, "the connection broke") == (report.new, report.trouble)
    assert NINE + 4 * MINUTE == ledger.watermarks.get(NAME, "orders")
    storefront.trouble_after_pages = None
    assert 2 == capture_by_poll(NORTHWIND, **sides).new


def test_a_page_that_cannot_be_stored_does_not_move_the_watermark(sides, ledger, storefront, monkeypatch):
    """Order and watermark are one transaction."""
    storefront.place(an_order(1))

    def crash(*_, **__):
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(type(ledger.watermarks), "move", crash)
        with pytest.raises(KeyError):
            capture_by_poll(NORTHWIND, **sides)

    assert ([], None) == (captured(ledger), ledger.watermarks.get(NAME, "orders"))


def test_a_sweep_finds_what_events_and_polls_have_missed(sides, ledger, storefront, clock):
    """It reads days again and leaves the poll's watermark alone."""
    storefront.place(an_order(9))
    capture_by_poll(NORTHWIND, **sides)
    before = ledger.watermarks.get(NAME, "orders")
    storefront.place(an_order(1, version=NINE - timedelta(days=2)))
    assert 0 == capture_by_poll(NORTHWIND, **sides).new

    assert 1 == sweep_orders(NORTHWIND, **sides).new

    assert before == ledger.watermarks.get(NAME, "orders")
    assert clock.now() == ledger.watermarks.get(NAME, "order_sweep")


def test_polls_events_and_sweeps_together_make_one_order(sides, announce, ledger, storefront):
    """Whichever way an order comes, and however often, there is one sales order."""
    storefront.place(an_order(1))
    announce(an_order(1))

    reports = [flow(NORTHWIND, **sides) for flow in (capture_by_poll, capture_from_inbox, sweep_orders)]

    assert [1, 0, 0] == [report.new for report in reports]
    assert [1] == [each.count for each in ledger.sales_orders.counts(NAME)]
