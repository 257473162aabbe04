"""A planted fault is found by its check, which warns, shows the rows, and names who must act."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from cogent_pipelines.components.check_catalogue import CHECKS
from cogent_pipelines.components.run_requests import standing_run_request
from cogent_pipelines_tests.reports.books import Books


@pytest.fixture
def judged(deployment, ledger):
    """Run every check; what each found, by its name."""

    def judge() -> dict[str, dg.AssetCheckEvaluation]:
        request = standing_run_request(["northwind_uk"], now=datetime(2026, 11, 2, 9, tzinfo=UTC))
        deployment.asker[request.run_key] = "standing"
        result = deployment.carry_out(request)
        assert result.success
        return {each.check_name: each for each in result.get_asset_check_evaluations()}

    return judge


def test_every_check_passes_on_an_empty_ledger(judged):
    """And each of the catalogue is run."""
    found = judged()

    assert {check.name for check in CHECKS} | {"schema"} == found.keys()
    assert [] == [name for name, each in found.items() if not each.passed]


def test_an_order_that_was_refused_is_found_with_its_row_and_its_owner(judged, ledger):
    """A warning: one bad order never stops the others."""
    books = Books(ledger)
    books.order(1001)
    books.sales_order(1001, state="failed", reason="injection_rejected")
    books.case("injection_rejected", "order-1001", "Carrier 'XYZ' is not set up", order_name="#1001", team="operations")

    stuck = judged()["stuck_orders"]

    assert (False, dg.AssetCheckSeverity.WARN) == (stuck.passed, stuck.severity)
    assert "operations must act" in stuck.description
    assert (1, "operations") == (stuck.metadata["found"].value, stuck.metadata["must act"].value)
    assert ["#1001", "XYZ"] == [words for words in ("#1001", "XYZ") if words in stuck.metadata["rows"].value]


def test_a_parcel_that_nobody_ordered_is_found(judged, ledger):
    Books(ledger).parcel(7, order_ref=None)

    found = judged()["unmatched_despatches"]

    assert (False, True) == (found.passed, "warehouse must act" in found.description)
