"""Claims, intents and outcomes of orders on their way to the warehouse."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.exception_case import CHANGED_AFTER_INJECTION
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine
from cogent_pipelines.ledger.sales_order_claims import DueOrder, Move, SalesOrderState
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.orders import ADDRESS, NINE, NORTHWIND, a_line, an_order

NAME = NORTHWIND.name
LEASE = NORTHWIND.injection.lease
LATER = NINE + timedelta(minutes=1)


def capture(ledger, *orders, now=NINE):
    return ledger.orders.store(NORTHWIND, orders or [an_order()], now=now)


def read(ledger, now=NINE, limit=100) -> list[DueOrder]:
    return ledger.sales_orders.due(NAME, limit=limit, now=now)


def claim(ledger, now=NINE, limit=100) -> list[DueOrder]:
    return claimed(ledger, NORTHWIND, limit=limit, now=now)


def intend(ledger, due: list[DueOrder], now=NINE):
    wanted = [(each, sales_order(each)) for each in due]
    return ledger.sales_orders.intend(NORTHWIND, wanted, now=now)


def sales_order(due: DueOrder) -> SalesOrder:
    nothing = Money(0, "GBP")
    lines = tuple(SalesOrderLine(line.ref, line.sku, line.to_ship, line.line_total.shop) for line in due.order.lines)
    return SalesOrder(
        due.claim.ref, due.order.ref, due.order.name, NINE, nothing, nothing, nothing, nothing, lines, ADDRESS, ADDRESS
    )


def record(ledger, due: DueOrder, to: SalesOrderState, now=NINE, **more):
    if to is SalesOrderState.ACKNOWLEDGED:
        more = {"warehouse_ref": "77", **more}
    return ledger.sales_orders.record(NAME, [Move(due.claim, to, **more)], now=now)


def row(ledger, columns: str):
    with ledger.pool.session() as session:
        return session.execute(f"select {columns} from sales_order").fetchone()


def test_an_order_goes_from_pending_to_acknowledged(ledger):
    """Intent, call, outcome: each step is on record."""
    capture(ledger)

    [due] = read(ledger)
    assert an_order() == due.order
    assert {due.order.ref} == intend(ledger, [due])
    assert {due.order.ref: SalesOrderState.ACKNOWLEDGED} == record(ledger, due, SalesOrderState.ACKNOWLEDGED, LATER)

    assert ("acknowledged", "77", LATER, NINE, None, 1) == row(
        ledger, "state, warehouse_ref, acknowledged_at, first_sent_at, lease_until, attempt"
    )
    assert [] == claim(ledger, LATER)


def test_many_claimers_share_a_queue_without_overlap(ledger):
    """Each order is sent by exactly one, however many read it."""
    capture(ledger, *(an_order(number) for number in range(60)))

    def take_all(_: int) -> list[str]:
        taken = []
        while due := read(ledger, limit=10):
            taken += intend(ledger, due)
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = [ref for each in threads.map(take_all, range(8)) for ref in each]

    assert 60 == len(taken) == len(set(taken))


def test_a_claim_whose_lease_ran_out_is_read_back_not_sent_again(ledger):
    """Whoever died left a row that is doubtful, with what it was about to send."""
    capture(ledger)
    intend(ledger, read(ledger))

    assert [] == ledger.sales_orders.claim_doubtful(NORTHWIND, limit=9, now=NINE + LEASE - timedelta(seconds=1))
    assert [] == claim(ledger, NINE + LEASE)
    [doubtful] = ledger.sales_orders.claim_doubtful(NORTHWIND, limit=9, now=NINE + LEASE)

    assert {"MUG-BLUE": 2} == doubtful.quantities
    assert [] == ledger.sales_orders.claim_doubtful(NORTHWIND, limit=9, now=NINE + LEASE)


def test_what_an_overtaken_claim_says_is_not_recorded(ledger):
    """A slow run must not undo what the one that took over has found."""
    capture(ledger)
    [slow] = read(ledger)
    intend(ledger, [slow])
    [taker] = ledger.sales_orders.claim_doubtful(NORTHWIND, limit=9, now=NINE + LEASE)

    assert {} == record(ledger, slow, SalesOrderState.RETRYING, due_at=LATER)
    assert {slow.order.ref: SalesOrderState.ACKNOWLEDGED} == record(ledger, taker, SalesOrderState.ACKNOWLEDGED)
    assert {} == record(ledger, slow, SalesOrderState.FAILED)
    assert ("acknowledged",) == row(ledger, "state")


def test_a_retrying_order_waits_for_its_time(ledger):
    """And counts its attempts, except those that were not its own fault."""
    capture(ledger)
    record(ledger, claim(ledger)[0], SalesOrderState.RETRYING, due_at=LATER, reason="503")
    assert ("retrying", "503", 1) == row(ledger, "state, reason, attempt")
    assert [] == claim(ledger)
    assert LATER == ledger.sales_orders.next_due(NAME)

    record(ledger, claim(ledger, LATER)[0], SalesOrderState.RETRYING, due_at=LATER, spends_attempt=False)
    assert ("retrying", 1) == row(ledger, "state, attempt")


def test_an_order_in_doubt_stays_sent_until_it_is_read_back(ledger):
    """It is due for reading back at the time that was asked for, and not before."""
    capture(ledger)
    [due] = read(ledger)
    intend(ledger, [due])
    record(ledger, due, SalesOrderState.SENT, due_at=LATER, reason="no answer")

    assert ("sent", True, LATER) == row(ledger, "state, in_doubt, lease_until")
    assert LATER == ledger.sales_orders.next_due(NAME)
    [doubtful] = ledger.sales_orders.claim_doubtful(NORTHWIND, limit=9, now=LATER)
    ledger.sales_orders.record(NAME, [Move(doubtful.claim, SalesOrderState.PENDING, due_at=LATER)], now=LATER)
    assert [due.order.ref] == [again.order.ref for again in claim(ledger, LATER)]


def test_an_order_cancelled_between_reading_and_intent_is_not_sent(ledger):
    """The last look before sending is under the row's lock."""
    capture(ledger)
    [due] = read(ledger)
    capture(ledger, an_order(version=LATER, cancelled_at=LATER))

    assert set() == intend(ledger, [due])
    assert ("cancelled", "cancelled", 0) == row(ledger, "state, reason, attempt")


def test_an_order_corrected_between_reading_and_intent_is_queued_as_it_is_now(ledger):
    """What was read is stale, so it is read again."""
    capture(ledger)
    [due] = read(ledger)
    capture(ledger, an_order(version=LATER, note="new"))

    assert set() == intend(ledger, [due])
    assert ["new"] == [again.order.note for again in read(ledger)]


def test_an_order_that_changed_and_kept_its_version_is_read_again_before_it_is_sent(ledger):
    """A storefront may move an order without moving its clock; what is sent is what was judged."""
    capture(ledger)
    [due] = read(ledger)
    capture(ledger, an_order(note="same second"))

    assert set() == intend(ledger, [due])
    [again] = read(ledger)
    assert ("same second", 1) == (again.order.note, again.claim.attempt)
    assert {again.order.ref} == intend(ledger, [again])


def test_what_two_have_read_is_taken_by_one(ledger):
    """The other may neither send it nor say why not, and leaves it as it is."""
    capture(ledger)
    [mine], [theirs] = read(ledger), read(ledger)
    assert {theirs.order.ref} == intend(ledger, [theirs])

    assert set() == ledger.sales_orders.claim(NORTHWIND, [mine.claim], now=NINE)
    assert set() == intend(ledger, [mine])
    assert ("sent", 1, 1) == row(ledger, "state, claims, attempt")
    record(ledger, theirs, SalesOrderState.RETRYING, reason="503", due_at=LATER)
    assert set() == intend(ledger, [mine])
    assert ("retrying", "503", 1) == row(ledger, "state, reason, attempt")


@pytest.mark.parametrize(
    ("to", "changes", "expected"),
    [
        (SalesOrderState.RETRYING, {"cancelled_at": LATER}, "cancelled"),
        (SalesOrderState.RETRYING, {"on_hold": True}, "waiting"),
        (SalesOrderState.RETRYING, {}, "retrying"),
        (SalesOrderState.HELD, {}, "pending"),
        (SalesOrderState.FAILED, {}, "pending"),
        (SalesOrderState.FAILED, {"lines": ()}, "held"),
        (SalesOrderState.ACKNOWLEDGED, {"cancelled_at": LATER}, "acknowledged"),
    ],
)
def test_an_order_that_moved_on_while_it_was_sent_goes_where_it_now_belongs(ledger, to, changes, expected):
    """What is not at the warehouse follows the newest version; what is, stays."""
    capture(ledger)
    [due] = read(ledger)
    intend(ledger, [due])
    capture(ledger, an_order(version=LATER, **changes))
    assert ("sent",) == row(ledger, "state")

    record(ledger, due, to, due_at=LATER)

    assert (expected,) == row(ledger, "state")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cancelled_at": LATER}, "cancelled at the storefront"),
        ({"shipping_address": Address(line1="Elsewhere", country_code="GB")}, "another shipping address"),
        ({"lines": (a_line(current=1, to_ship=1),)}, "MUG-BLUE: 2 sent, 1 wanted now"),
        ({"lines": (a_line(), a_line(2, sku="CUP"))}, "CUP: 0 sent, 2 wanted now"),
    ],
)
def test_a_change_after_the_warehouse_got_the_order_opens_a_case(ledger, changes, message):
    """The order stays as it was sent; a person is told what differs, without personal data; agreement closes the case."""
    capture(ledger)
    [due] = read(ledger)
    intend(ledger, [due])
    record(ledger, due, SalesOrderState.ACKNOWLEDGED)

    report = capture(ledger, an_order(version=LATER, **changes), now=LATER)

    [case] = ledger.cases.open(NAME)
    assert (CHANGED_AFTER_INJECTION.code, "#1001", 1) == (case.kind, case.order_name, report.changed_too_late)
    assert f"Changed after sales order 1001 was sent: {message}." == case.message
    assert ("acknowledged",) == row(ledger, "state")
    capture(ledger, an_order(version=LATER + LEASE), now=LATER)
    assert [] == ledger.cases.open(NAME)


def test_shipping_an_order_is_no_late_change(ledger):
    """The storefront's own books move when a parcel leaves; nothing was changed."""
    capture(ledger)
    [due] = read(ledger)
    intend(ledger, [due])
    record(ledger, due, SalesOrderState.ACKNOWLEDGED)

    capture(ledger, an_order(version=LATER, lines=(a_line(to_ship=0),), tags=("fulfilled",)))

    assert [] == ledger.cases.open(NAME)


def test_a_held_order_goes_out_when_its_sku_becomes_known(ledger):
    """Only those held for that reason and that SKU."""
    capture(ledger, an_order(1), an_order(2, lines=(a_line(sku="CUP"),)), an_order(3))
    held = claim(ledger)
    for due, reason in zip(held, ["unknown_sku", "unknown_sku", "bad_address"], strict=True):
        record(ledger, due, SalesOrderState.HELD, reason=reason)

    moved = ledger.sales_orders.requeue_held(NAME, ["unknown_sku"], ["MUG-BLUE"], now=LATER)

    assert [an_order(1).ref] == moved
    assert [("bad_address", 1), ("unknown_sku", 1), ("", 1)] == [
        (each.reason, each.count) for each in ledger.sales_orders.counts(NAME)
    ]


def test_a_person_can_send_a_failed_order_again_but_not_a_cancelled_or_acknowledged_one(ledger):
    """Requeueing gives a fresh count of attempts, and never a second copy."""
    capture(ledger, an_order(1), an_order(2, cancelled_at=NINE, version=NINE), an_order(3))
    first, third = claim(ledger)
    record(ledger, first, SalesOrderState.FAILED, reason="no such carrier")
    record(ledger, third, SalesOrderState.ACKNOWLEDGED)

    refs = [an_order(number).ref for number in (1, 2, 3)]
    assert [first.order.ref] == ledger.sales_orders.requeue(NAME, refs, now=LATER)
    assert [1] == [due.claim.attempt for due in claim(ledger, LATER)]


def test_the_database_itself_refuses_impossible_states(ledger):
    """An acknowledged order has its reference; a sent one has its lease."""
    capture(ledger)
    with ledger.pool.session() as session:
        for wrong in ("state = 'acknowledged'", "state = 'sent'", "state = 'lost'"):
            with pytest.raises(psycopg.errors.CheckViolation):
                session.execute(f"update sales_order set {wrong}")


def test_connections_do_not_see_each_others_orders(ledger):
    """The same order reference may exist at two shops."""
    other = replace(NORTHWIND, name="southwind_de")
    capture(ledger)
    ledger.orders.store(other, [an_order()], now=NINE)

    assert 1 == len(claim(ledger))
    assert [1] == [each.count for each in ledger.sales_orders.counts(other.name)]
