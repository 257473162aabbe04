"""`cogent link-parcel` and `cogent retry-parcel`: a person's word on a parcel, and errors that say what there is."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.exception_case import FULFILMENT_REJECTED, CaseFinding
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.cli.main import main
from cogent_pipelines.flows.despatch_reading import plan_parcels
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, an_order

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAME = NORTHWIND.name


@pytest.fixture
def ledger(ledger_url, monkeypatch):
    """Order #1001 for two mugs, and #1002; parcel D1 left for a reference that nobody knows."""
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)
    with Ledger.connect(ledger_url) as ledger:
        ledger.orders.store(NORTHWIND, [an_order(1001), an_order(1002)], now=NOW)
        leaves(ledger, "D1", "typed wrong")
        yield ledger


def leaves(ledger: Ledger, ref: str, order: str, units: int = 2, tracking: str = "T1") -> None:
    parcel = Despatch(
        DespatchRef(ref), SalesOrderRef(order), NOW, (DespatchLine(Sku("MUG-BLUE"), units),), Tracking("RM", "24", tracking)
    )
    ledger.despatches.store(NAME, [parcel], now=NOW)
    plan(ledger)


def plan(ledger: Ledger) -> None:
    plan_parcels(NORTHWIND, ledger=ledger, clock=StillClock(NOW))


def cogent(command: str, *arguments: str):
    return CliRunner().invoke(main, [command, "northwind_uk", *arguments])


def state(ledger: Ledger, ref: str) -> tuple[str | None, str | None]:
    with ledger.pool.session() as session:
        return session.execute(
            """
            select parcel.order_ref, told.state from despatch as parcel left join fulfilment as told using (despatch_ref)
            where parcel.despatch_ref = %s
            """,
            [ref],
        ).fetchone()


def cases(ledger: Ledger) -> list[tuple[str, str]]:
    return [(case.kind, case.subject) for case in ledger.cases.open(NAME)]


@pytest.mark.parametrize("parcel", ["D1", "T1"])
@pytest.mark.parametrize("order", ["#1001", "1001", "gid://shop/Order/1001"])
def test_a_linked_parcel_is_planned_for_its_order(ledger, parcel, order):
    """By whichever names a person has at hand; the case closes with who said so, and the flow has work."""
    assert [("unmatched_despatch", "D1")] == cases(ledger)

    shown = cogent("link-parcel", parcel, order, "--by", "Ada")
    due = [work.flow for work in ledger.due_work.due(NOW)]
    plan(ledger)

    assert (0, f"D1 belongs to {order}; it is told by itself.\n") == (shown.exit_code, shown.output)
    assert ("gid://shop/Order/1001", "pending") == state(ledger, "D1")
    assert (["Ada"], []) == ([case.resolved_by for case in ledger.cases.history(NAME, "D1")], cases(ledger))
    assert "despatch_to_fulfilment" in due


def test_what_was_linked_and_planned_is_no_work_any_more(ledger):
    """A deployment in which somebody linked a parcel once must come to rest."""
    cogent("link-parcel", "D1", "#1001")
    plan(ledger)
    with ledger.pool.session() as session:
        session.execute(
            "update fulfilment set state = 'acknowledged', storefront_ref = 'F', acknowledged_at = now(), planned_at = now()"
        )

    assert "despatch_to_fulfilment" not in [work.flow for work in ledger.due_work.due(NOW)]


def test_a_parcel_that_is_nobodys_closes_its_case_for_good(ledger):
    """Not even the next look opens it again, nor when the report prints the parcel once more."""
    shown = cogent("link-parcel", "D1", "--none", "--by", "Ada")
    leaves(ledger, "D1", "typed wrong")

    assert (0, "Nothing is told of D1, says Ada.\n") == (shown.exit_code, shown.output)
    assert [] == cases(ledger)
    assert (None, None) == state(ledger, "D1")


def test_a_word_can_be_taken_back(ledger):
    """Who said that it is nobody's, and finds that it is somebody's, says so."""
    cogent("link-parcel", "D1", "--none")
    cogent("link-parcel", "D1", "#1002")
    plan(ledger)

    assert ("gid://shop/Order/1002", "pending") == state(ledger, "D1")


def test_a_parcel_that_does_not_fit_can_be_given_to_another_order(ledger):
    """It leaves the first order's case behind, and is planned for the second."""
    leaves(ledger, "D2", "1001", 2)
    leaves(ledger, "D3", "1001", 2, "T3")
    assert {("despatch_line_mismatch", "D3"), ("unmatched_despatch", "D1")} == {*cases(ledger)}

    cogent("link-parcel", "D3", "#1002")
    plan(ledger)

    assert ("gid://shop/Order/1002", "pending") == state(ledger, "D3")
    assert [("unmatched_despatch", "D1")] == cases(ledger)


def test_a_parcel_that_does_not_fit_can_be_nobodys(ledger):
    """A twin that was told with the other holds no units of the order any more."""
    leaves(ledger, "D2", "1001", 2)
    leaves(ledger, "D3", "1001", 2, "T3")

    cogent("link-parcel", "D3", "--none")
    plan(ledger)

    assert (None, "covered") == state(ledger, "D3")
    assert [("unmatched_despatch", "D1")] == cases(ledger)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("D9", "#1001"), "northwind_uk has no parcel D9; "),
        (("D1", "#9"), "northwind_uk has no order #9; "),
        (("D1",), "either an ORDER, or --none"),
        (("D1", "#1001", "--none"), "either an ORDER, or --none"),
    ],
)
def test_what_cannot_be_linked_is_said_and_nothing_is_changed(ledger, arguments, said):
    shown = cogent("link-parcel", *arguments)

    assert (True, True) == (shown.exit_code > 0, said in shown.output)
    assert [("unmatched_despatch", "D1")] == cases(ledger)


def test_an_unknown_connection_is_told_which_there_are(ledger):
    """A typing error in the first word."""
    shown = CliRunner().invoke(main, ["link-parcel", "nrthwind", "D1", "#1001"])

    assert "nrthwind has no parcel D1; the connections here are: demo_uk" in shown.output


@pytest.mark.parametrize("order", ["#1002", "--none"])
def test_a_parcel_that_was_told_is_not_given_to_another(ledger, order):
    """The storefront would have to be told otherwise, which only a person can do there."""
    leaves(ledger, "D2", "1001", 2, "T2")

    shown = cogent("link-parcel", "D2", order)

    assert (1, True) == (shown.exit_code, "D2 was told to the storefront as a parcel of #1001" in shown.output)
    assert ("gid://shop/Order/1001", "pending") == state(ledger, "D2")


def test_two_parcels_of_one_number_must_be_named(ledger):
    """One carrier label, two parcels."""
    leaves(ledger, "D2", "1001", 2, "T1")

    assert "name one of D1, D2" in cogent("link-parcel", "T1", "--none").output


# ---- retry-parcel


def refuse(ledger: Ledger, ref: str) -> None:
    with ledger.pool.session() as session:
        session.execute("update fulfilment set state = 'failed', reason = 'closed' where despatch_ref = %s", [ref])
    ledger.cases.open_or_refresh(NAME, [CaseFinding(FULFILMENT_REJECTED, ref, "closed")], now=NOW)


def test_a_refused_parcel_goes_back_into_the_queue(ledger):
    """Several at once, by either name."""
    leaves(ledger, "D2", "1001", 2, "T2")
    leaves(ledger, "D3", "1002", 2, "T3")
    refuse(ledger, "D2")
    refuse(ledger, "D3")

    shown = cogent("retry-parcel", "D2", "T3")

    assert (0, "D2 is in the queue again.\nD3 is in the queue again.\n") == (shown.exit_code, shown.output)
    assert ["pending", "pending"] == [state(ledger, ref)[1] for ref in ("D2", "D3")]


def test_a_parcel_that_cannot_be_tried_says_why_and_the_others_are(ledger):
    """What has no order has nothing to be told."""
    leaves(ledger, "D2", "1001", 2, "T2")
    refuse(ledger, "D2")

    shown = cogent("retry-parcel", "D1", "D2")

    assert 1 == shown.exit_code
    assert "D1 is not tried again: it has no place on an order yet" in shown.output
    assert "D2 is in the queue again." in shown.output


def test_an_unknown_parcel_stops_before_anything_is_done(ledger):
    """A mistyped reference is not silently left out."""
    leaves(ledger, "D2", "1001", 2, "T2")
    refuse(ledger, "D2")

    shown = cogent("retry-parcel", "D2", "D9")

    assert (1, True) == (shown.exit_code, "has no parcel D9" in shown.output)
    assert "failed" == state(ledger, "D2")[1]
