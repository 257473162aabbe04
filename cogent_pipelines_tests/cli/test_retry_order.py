"""`cogent retry-order` moves what waits for a person, and says so when nothing does."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from cogent_pipelines.cli.main import main
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import NORTHWIND, an_order

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(ledger_url, monkeypatch):
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)
    with Ledger.connect(ledger_url) as ledger:
        ledger.orders.store(NORTHWIND, [an_order(1001)], now=NOW)
        yield ledger


def retry(order: str):
    return CliRunner().invoke(main, ["retry-order", "northwind_uk", order])


def hold_every_order(ledger: Ledger) -> None:
    with ledger.pool.session() as session:
        session.execute("update sales_order set state = 'held', reason = 'bad_address'")


@pytest.mark.parametrize("name", ["#1001", "1001", "gid://shop/Order/1001"])
def test_a_held_order_goes_back_into_the_queue(ledger, name):
    """By whichever of its names a person has at hand."""
    hold_every_order(ledger)

    shown = retry(name)

    assert (0, f"{name} is in the queue again.\n") == (shown.exit_code, shown.output)
    assert ["pending"] == [count.state for count in ledger.sales_orders.counts(NORTHWIND.name)]


def test_an_order_that_waits_for_nobody_is_left_alone(ledger):
    """To send again what is on its way would be the one thing that must never happen."""
    shown = retry("#1001")

    assert (1, True) == (shown.exit_code, "is not waiting for anybody" in shown.output)


def test_an_order_that_was_never_seen_is_said_to_be_unknown(ledger):
    """A mistyped number is not silently done."""
    assert "has no order #9" in retry("#9").output
