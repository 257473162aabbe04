"""Promises about parcels made of totals: what left is told once, whatever is remembered and whenever it is read."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import NOT_FOR_LINE_TOTALS, DespatchSource
from cogent_pipelines.adapters.warehouses.orderwise.totals import Totals, parcels
from cogent_pipelines.adapters.warehouses.orderwise.translate import DeliveryRow, LineRow, OrderRow
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, REQUIRED, SETTINGS

ORDER = OrderRow(501, "41501", "SO-1", "Partially despatched")
TOTALS = {
    "despatches_from": DespatchSource.LINE_TOTALS,
    "definitions": {question: number for question, number in REQUIRED.items() if question not in NOT_FOR_LINE_TOTALS},
}


class Memory:
    """Remembers every parcel that it is given, as the ledger does."""

    def __init__(self) -> None:
        self.parcels: dict[str, Despatch] = {}

    def store(self, found: list[Despatch | UnreadableDespatch]) -> None:
        self.parcels |= {each.ref: each for each in found if isinstance(each, Despatch)}

    def despatches_of(self, refs: Any) -> dict[SalesOrderRef, list[Despatch]]:
        known = sorted(self.parcels.values(), key=lambda each: each.despatched_at)
        return {ref: [each for each in known if each.sales_order_ref == ref] for ref in refs}


def delivery(minute: int, consignment: str = "") -> DeliveryRow:
    at = datetime(2026, 11, 20, 10, 0) + timedelta(minutes=minute)  # noqa: DTZ001 - as the server prints it
    return DeliveryRow(ORDER, at, consignment, f"https://carrier.example/{consignment}" if consignment else "", "")


def line(sku: str, sent: float, line_id: int = 1) -> LineRow:
    return LineRow(line_id, 501, sku, Decimal(9), Decimal(str(sent)))


def read(memory: Memory, deliveries: list[DeliveryRow], *lines: LineRow, at: datetime = NOON) -> list[Any]:
    """What one look finds, which is then remembered."""
    known = memory.despatches_of([SalesOrderRef("SO-1")])[SalesOrderRef("SO-1")]
    found = parcels(Totals(ORDER, deliveries, lines, known, at), SETTINGS)
    memory.store(found)
    return found


def contents(found: list[Any]) -> list[tuple[str, dict[str, int], str]]:
    return [(each.ref, {row.sku: row.quantity for row in each.lines}, each.tracking.number) for each in found]


def test_totals_that_grow_are_parcels_of_what_was_added():
    """Nothing is told twice."""
    memory = Memory()

    first = read(memory, [delivery(0, "CN1")], line("MUG", 1), line("PLATE", 0, 2))
    same = read(memory, [delivery(0, "CN1")], line("MUG", 1), line("PLATE", 0, 2))
    second = read(memory, [delivery(0, "CN1"), delivery(30)], line("MUG", 3), line("PLATE", 1, 2))

    assert [("501-p1", {"MUG": 1}, "CN1")] == contents(first)
    assert first == same
    assert [("501-p1", {"MUG": 1}, "CN1"), ("501-p2", {"MUG": 2, "PLATE": 1}, "")] == contents(second)


def test_a_number_that_arrives_later_finds_its_parcel():
    """By the delivery that the parcel was made with; the reference stays."""
    memory = Memory()
    read(memory, [delivery(0)], line("MUG", 1))
    read(memory, [delivery(0), delivery(30)], line("MUG", 3))

    late = read(memory, [delivery(0, "CN1"), delivery(30, "CN2")], line("MUG", 3))

    assert [("501-p1", {"MUG": 1}, "CN1"), ("501-p2", {"MUG": 2}, "CN2")] == contents(late)


def test_two_deliveries_in_one_look_are_one_parcel_with_both_numbers():
    """Nothing says which goods are in which box."""
    found = read(Memory(), [delivery(0, "CN1"), delivery(5, "CN2")], line("MUG", 2))

    assert [("501-p1", {"MUG": 2}, "CN1, CN2")] == contents(found)


def test_goods_that_left_before_anybody_made_a_delivery_take_it_when_it_comes():
    """Their time is when it was noticed."""
    memory = Memory()
    first = read(memory, [], line("MUG", 1), at=NOON - timedelta(hours=3))

    late = read(memory, [delivery(0, "CN1")], line("MUG", 1))

    assert (NOON - timedelta(hours=3), "") == (first[0].despatched_at, first[0].tracking.number)
    assert [("501-p1", {"MUG": 1}, "CN1")] == contents(late)


def test_a_delivery_that_shows_before_its_goods_takes_no_number_to_another_parcel():
    """The line is counted a moment later."""
    memory = Memory()
    read(memory, [delivery(0, "CN1")], line("MUG", 1))

    between = read(memory, [delivery(0, "CN1"), delivery(30, "CN2")], line("MUG", 1))
    after = read(memory, [delivery(0, "CN1"), delivery(30, "CN2")], line("MUG", 2))

    assert [("501-p1", {"MUG": 1}, "CN1")] == contents(between)
    assert [("501-p1", {"MUG": 1}, "CN1"), ("501-p2", {"MUG": 1}, "CN2")] == contents(after)


def test_without_anybody_who_remembers_an_order_is_one_parcel_that_grows():
    """Under one reference: even so nothing is doubled."""
    found = [contents(read(Memory(), [delivery(0)], line("MUG", units))) for units in (1, 3)]

    assert [[("501-p1", {"MUG": 1}, "")], [("501-p1", {"MUG": 3}, "")]] == found


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (0, "1 of MUG were told to have left, and have not left any more"),
        (1.5, "0.5 of MUG left, which is no whole number"),
    ],
)
def test_totals_that_cannot_be_right_are_for_a_person(sent, words):
    """What is known stays as it is."""
    memory = Memory()
    read(memory, [delivery(0)], line("MUG", 1))
    found = read(memory, [delivery(0)], line("MUG", sent))

    assert [("501-p1", {"MUG": 1}, "")] == contents(found[:1])
    assert UnreadableDespatch("501-p2", SalesOrderRef("SO-1"), words) == found[1]


def test_drop_shipped_lines_are_not_the_warehouses():
    """A supplier sends them."""
    assert [] == read(Memory(), [delivery(0)], replace(line("MUG", 3), is_dropship=True))


@given(
    looks=st.lists(
        st.tuples(st.dictionaries(st.sampled_from(["MUG", "PLATE "]), st.integers(0, 5)), st.booleans(), st.booleans()),
        min_size=1,
        max_size=10,
    )
)
def test_whenever_it_is_read_units_add_up_and_references_stay(looks):
    """Deliveries may come with the goods or not, numbers at once or never."""
    memory, deliveries, sent = Memory(), [], {"MUG": 0, "PLATE ": 0}
    seen: list[str] = []
    for minute, (units, with_delivery, numbered) in enumerate(looks):
        for sku, more in units.items():
            sent[sku] += more
        if with_delivery:
            deliveries.append(delivery(minute, f"CN{minute}" if numbered else ""))
        lines = [line(sku, total, at) for at, (sku, total) in enumerate(sent.items())]
        found = read(memory, list(deliveries), *lines, at=NOON + timedelta(minutes=minute))
        refs = [each.ref for each in found]
        assert seen == refs[: len(seen)]
        seen = refs
    told: dict[str, int] = {}
    for parcel in memory.parcels.values():
        for row in parcel.lines:
            told[row.sku] = told.get(row.sku, 0) + row.quantity
    assert {sku: units for sku, units in sent.items() if units} == told


# ---- on the wire


def test_an_order_is_read_by_its_totals_where_the_connection_says_so(connect, tenant):
    """The definitions of movements need not be installed; untouched orders are not asked about."""
    connected = connect(**TOTALS)
    tenant.plant("SO-0", ["MUG", 1])
    held = tenant.plant("SO-1", ["MUG", 3], status="Partially despatched")
    held.lines[0][2] = 2
    tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")

    found = [each for page in connected.warehouse.despatches(NOON) for each in page]
    own = connected.warehouse.despatches_of([SalesOrderRef("SO-1")])

    assert [(f"{held.order_id}-p1", {"MUG": 2}, "CN1")] == contents(found) == contents(own)
    assert 2 == tenant.calls.count(Question.ORDER_LINES)


def test_a_line_that_cannot_be_read_is_named(connect, tenant):
    """Half a total is no total."""
    connected = connect(**TOTALS)
    for ref in (f"SO-{number}" for number in range(5)):
        tenant.plant(ref, ["MUG", 3], status="Completed").lines[0][2] = "all"

    with pytest.raises(VendorRefused, match="order_lines: column qty_sent is a str, not a number"):
        list(connected.warehouse.despatches(NOON))
