"""A ledger that goes away costs a run time, not its life."""

from datetime import timedelta

import psycopg
import pytest

from cogent_pipelines.flows.draining import drain_flow
from cogent_pipelines.flows.outlasting import FIRST_PAUSE, LONGEST_PAUSE, outlast
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND
from cogent_pipelines_tests.flows.test_draining import LINGER, LONGEST, Done

FLOW = "order_injection"


@pytest.fixture
def ledger_url(own_ledger_url):
    """Its connections are cut."""
    return own_ledger_url


class Away:
    """A ledger that is away for some attempts."""

    def __init__(self, clock, times: int) -> None:
        self.clock, self.times = clock, times
        self.tried_at: list[float] = []

    def work(self) -> str:
        self.tried_at.append((self.clock.now() - NINE).total_seconds())
        if len(self.tried_at) <= self.times:
            raise psycopg.OperationalError("the server is starting up")
        return "done"

    def outlast(self, **given) -> str:
        return outlast(self.work, **{"went_on": lambda: False, "clock": self.clock, "until": LONGEST, **given})


def test_it_is_tried_again_less_and_less_often_up_to_some_seconds(clock):
    """An order may be waiting: the pauses stay short."""
    away = Away(clock, times=6)

    assert "done" == away.outlast()

    pauses = [after - before for before, after in zip(away.tried_at, away.tried_at[1:], strict=False)]
    assert [1, 2, 4, 5, 5, 5] == pauses


def test_a_run_that_has_come_further_begins_with_a_short_pause(clock):
    away = Away(clock, times=3)

    away.outlast(went_on=lambda: True)

    assert [0, FIRST_PAUSE, 2 * FIRST_PAUSE, 3 * FIRST_PAUSE] == away.tried_at


def test_at_the_end_of_its_time_a_run_fails_like_any_other(clock):
    """Its successor is tried instead."""
    away = Away(clock, times=1000)

    with pytest.raises(psycopg.OperationalError):
        away.outlast(until=NINE + timedelta(seconds=30))

    assert 30 - LONGEST_PAUSE <= away.tried_at[-1]


def test_what_is_no_matter_of_the_ledgers_being_away_is_raised_at_once(clock):
    with pytest.raises(psycopg.errors.UniqueViolation):
        outlast(_unique, went_on=lambda: False, clock=clock, until=LONGEST)

    assert NINE == clock.now()


def _unique() -> None:
    raise psycopg.errors.UniqueViolation


def test_a_run_goes_on_with_its_lock_after_every_connection_was_cut(ledger, ledger_url, clock):
    """What it had done is still in its report, and nobody else may work beside it."""
    held: list[set] = []

    def step() -> Done:
        if not held:
            cut_every_connection(ledger_url)
        held.append(ledger.held_locks([(NORTHWIND.name, FLOW)]))
        clock.advance(30)
        return Done(1)

    drained = drain_flow(
        step,
        ledger=ledger,
        connection=NORTHWIND.name,
        flow=FLOW,
        clock=clock,
        linger=LINGER,
        until=NINE + timedelta(seconds=55),
    )

    assert [set(), {(NORTHWIND.name, FLOW)}] == held
    assert (Done(2), 2) == (drained.report, drained.steps)


def cut_every_connection(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
