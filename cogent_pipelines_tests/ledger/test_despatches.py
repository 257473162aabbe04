"""Parcels in the ledger: each once, brought up to date, never losing what was known."""

from dataclasses import replace
from datetime import timedelta

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.despatches import StoredDespatches
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

NAME = NORTHWIND.name


def parcel(number: str = "T1", *, quantity: int = 1, ref: str = "D1") -> Despatch:
    lines = (DespatchLine(Sku("MUG-BLUE"), quantity),)
    return Despatch(DespatchRef(ref), SalesOrderRef("1001"), NINE, lines, Tracking("RM", "24", number))


def tracking_numbers(ledger: Ledger) -> list[str]:
    with ledger.pool.session() as session:
        return [number for (number,) in session.execute("select tracking_number from despatch").fetchall()]


def test_the_same_parcel_again_is_no_news(ledger: Ledger):
    """Reports repeat themselves."""
    first = ledger.despatches.store(NAME, [parcel()], now=NINE)
    again = ledger.despatches.store(NAME, [parcel(), parcel()], now=NINE)

    assert (StoredDespatches(1, 1, 0), StoredDespatches(2, 0, 0)) == (first, again)


def test_other_lines_and_another_number_are_changes(ledger: Ledger):
    """A report that was half written is put right by the next."""
    ledger.despatches.store(NAME, [parcel("")], now=NINE)

    assert 1 == ledger.despatches.store(NAME, [parcel("T1")], now=NINE).changed
    assert 1 == ledger.despatches.store(NAME, [parcel("T1", quantity=2)], now=NINE).changed


def test_a_number_that_was_given_is_not_lost_to_a_report_without_it(ledger: Ledger):
    """An event may know more than a report that lags."""
    ledger.despatches.store(NAME, [parcel("T1")], now=NINE)

    report = ledger.despatches.store(NAME, [parcel("")], now=NINE)

    assert (0, ["T1"]) == (report.changed, tracking_numbers(ledger))


def test_a_parcel_finds_its_order_when_that_comes_later(ledger: Ledger):
    """Parcels and orders come by different ways."""
    ledger.despatches.store(NAME, [parcel()], now=NINE)
    before = [each.ref for each in ledger.despatches.unmatched(NAME)]
    ledger.orders.store(NORTHWIND, [an_order(1001)], now=NINE)

    matched = ledger.despatches.match(NAME)

    assert (["D1"], ["D1"], []) == (before, matched, ledger.despatches.unmatched(NAME))


def test_parcels_that_were_never_stored_are_told_apart(ledger: Ledger):
    """A look at the warehouse starts nothing where all of it is known."""
    ledger.despatches.store(NAME, [parcel()], now=NINE)

    assert ["D2"] == ledger.despatches.unknown_refs(NAME, [DespatchRef("D1"), DespatchRef("D2")])


def test_what_was_read_of_an_order_is_remembered_in_the_order_in_which_it_left(ledger: Ledger):
    """A warehouse that only says how much has left in all needs it to tell what left since."""
    ledger.orders.store(NORTHWIND, [an_order(1001), an_order(1002)], now=NINE)
    late = replace(parcel("T2", ref="D1", quantity=2), despatched_at=NINE + timedelta(hours=1))
    early = parcel("", ref="D2")
    stranger = replace(parcel(ref="D3"), sales_order_ref=SalesOrderRef("1002"))
    ledger.despatches.store(NAME, [late, early, stranger], now=NINE)

    known = ledger.despatches.known(NAME).despatches_of([SalesOrderRef("1001"), SalesOrderRef("nobody")])

    assert {SalesOrderRef("1001"): [early, late]} == known
