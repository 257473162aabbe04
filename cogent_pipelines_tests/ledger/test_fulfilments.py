"""Parcels that were planned: what they hold, and what is kept of that."""

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, SalesOrderRef, Sku
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.fulfilments import ParcelPlan, PlacedUnits
from cogent_pipelines.ledger.unplanned_parcels import InParcel
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

NAME = NORTHWIND.name
ORDER = an_order(1)
PLAIN, SET, CUP, SPOON = LineRef("plain"), LineRef("set"), LineRef("set/1"), LineRef("set/2")


def plan(ledger: Ledger, ref: str, lines: dict[LineRef, int], units: list[PlacedUnits]) -> None:
    told = tuple(FulfilmentLine(line, quantity) for line, quantity in lines.items())
    ledger.fulfilments.plan(
        NAME, [ParcelPlan(DespatchRef(ref), ORDER.ref, NINE, NINE, told, tuple(units), waits=not told)], now=NINE
    )


def parcels(ledger: Ledger, *refs: str) -> None:
    ledger.orders.store(NORTHWIND, [ORDER], now=NINE)
    lines = (DespatchLine(Sku("MUG-BLUE"), 1),)
    found = [Despatch(DespatchRef(ref), SalesOrderRef("1"), NINE, lines, Tracking("RM", "24", "T")) for ref in refs]
    ledger.despatches.store(NAME, found, now=NINE)


def placements(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.pool.session() as session:
        return session.execute("select despatch_ref, line_ref from parcel_placement order by 1, 2").fetchall()


def test_only_a_parcel_with_something_of_a_bundle_says_apart_where_its_units_lie(ledger: Ledger):
    """Any other lies where it was told; what later parcels may still hold is reckoned from both alike."""
    parcels(ledger, "D1", "D2", "D3")
    plan(ledger, "D1", {PLAIN: 2}, [PlacedUnits(PLAIN, 2)])
    plan(ledger, "D2", {PLAIN: 1, SET: 1}, [PlacedUnits(PLAIN, 1), PlacedUnits(CUP, 2, SET), PlacedUnits(SPOON, 2, SET)])
    plan(ledger, "D3", {}, [PlacedUnits(CUP, 2, SET)])

    expected = {
        "D1": InParcel({PLAIN: 2}, {PLAIN: 2}),
        "D2": InParcel({PLAIN: 1, CUP: 2, SPOON: 2}, {PLAIN: 1, SET: 1}),
        "D3": InParcel({CUP: 2}, {}),
    }
    assert expected == ledger.fulfilments.in_parcels(NAME, [ORDER.ref])[ORDER.ref]
    assert [("D2", "plain"), ("D2", "set/1"), ("D2", "set/2"), ("D3", "set/1")] == placements(ledger)


def test_a_plan_made_anew_leaves_nothing_of_the_one_before(ledger: Ledger):
    """What was taken for a part of a bundle may turn out to be none."""
    parcels(ledger, "D1")
    plan(ledger, "D1", {}, [PlacedUnits(CUP, 2, SET)])

    plan(ledger, "D1", {PLAIN: 1}, [PlacedUnits(PLAIN, 1)])

    assert {"D1": InParcel({PLAIN: 1}, {PLAIN: 1})} == ledger.fulfilments.in_parcels(NAME, [ORDER.ref])[ORDER.ref]
    assert [] == placements(ledger)
