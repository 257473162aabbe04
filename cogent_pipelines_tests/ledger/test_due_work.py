"""What there is to do, asked once for all connections."""

from dataclasses import replace
from datetime import timedelta

from cogent_pipelines.canonical.exception_case import UNKNOWN_SKU, CaseFinding
from cogent_pipelines.ledger.export_marks import MarkResult
from cogent_pipelines.ledger.sales_order_claims import Move, SalesOrderState
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

SOUTHWIND = replace(NORTHWIND, name="southwind_de")
LATER = NINE + timedelta(minutes=1)


def due(ledger, now=NINE) -> list[tuple[str, str]]:
    return [(work.connection, work.flow) for work in ledger.due_work.due(now)]


def test_an_empty_ledger_has_nothing_to_do(ledger):
    """An idle deployment starts no runs."""
    assert ([], {}) == (ledger.due_work.due(NINE), ledger.due_work.changed(NINE))


def test_each_connection_and_flow_with_work_is_named_once(ledger):
    """Events, orders and cases of several connections are one answer."""
    ledger.orders.store(NORTHWIND, [an_order(1), an_order(2)], now=NINE)
    ledger.orders.store(SOUTHWIND, [an_order(1, on_hold=True)], now=NINE)
    events = [
        Arrival(SOUTHWIND.name, "storefront", VerifiedEvent("e-1", "d", "orders/create", "o", NINE, b""), NINE),
        Arrival(SOUTHWIND.name, "warehouse", VerifiedEvent("e-2", "d", "AvailabilityChanges", "o", NINE, b""), NINE),
    ]
    ledger.inbox.store_all(events)
    ledger.cases.open_or_refresh(NORTHWIND.name, [CaseFinding(UNKNOWN_SKU, "o-1", "no such item")], now=NINE)

    assert [
        ("northwind_uk", "alerting"),
        ("northwind_uk", "order_injection"),
        ("southwind_de", "order_capture"),
        ("southwind_de", "stock_publication"),
    ] == due(ledger)


def test_work_says_without_which_sides_none_of_it_can_be_done(ledger):
    """A flow whose vendor is away may have something for the other one."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=NINE)
    told = VerifiedEvent("e-1", "d", "AvailabilityChanges", "o", NINE, b"")
    ledger.inbox.store_all([Arrival(NORTHWIND.name, "warehouse", told, NINE)])
    sides = {work.flow: work.sides for work in ledger.due_work.due(NINE)}

    ledger.export_marks.record(NORTHWIND.name, [MarkResult(an_order(1).ref, 1, NINE, "503")], now=NINE)

    assert {"order_injection": ("warehouse",), "stock_publication": ("warehouse",)} == sides
    assert ("storefront", "warehouse") == ledger.due_work.due(NINE)[0].sides


def test_an_order_is_due_when_its_time_or_its_lease_has_come(ledger):
    """Neither a claimed order nor one that waits for its retry is work yet."""
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)
    [due_order] = claimed(ledger, NORTHWIND, limit=9, now=NINE)
    assert [] == due(ledger)
    assert [(NORTHWIND.name, "order_injection")] == due(ledger, NINE + NORTHWIND.injection.lease)

    ledger.sales_orders.record(NORTHWIND.name, [Move(due_order.claim, SalesOrderState.RETRYING, due_at=LATER)], now=NINE)

    assert [] == due(ledger)
    assert LATER == ledger.due_work.next_due(NORTHWIND.name, "order_injection")
    assert [(NORTHWIND.name, "order_injection")] == due(ledger, LATER)


def test_the_same_work_keeps_its_key(ledger):
    """Asking again for work that waits asks for nothing new."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=NINE)
    first = ledger.due_work.due(NINE)
    ledger.orders.store(NORTHWIND, [an_order(2)], now=LATER)

    assert first == ledger.due_work.due(LATER)


def test_the_mark_moves_only_with_what_people_look_at(ledger):
    """Checks run again when something changed, and not because time passed or the same was seen again."""
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)
    found = [CaseFinding(UNKNOWN_SKU, "o-1", "no such item")]
    ledger.cases.open_or_refresh(NORTHWIND.name, found, now=NINE)
    mark = ledger.due_work.changed(NINE)
    ledger.orders.store(NORTHWIND, [an_order()], now=LATER)
    ledger.cases.open_or_refresh(NORTHWIND.name, found, now=LATER)
    assert mark == ledger.due_work.changed(LATER)

    ledger.cases.close_absent(NORTHWIND.name, [UNKNOWN_SKU], [], now=LATER)

    assert mark != ledger.due_work.changed(LATER)
