"""What one schedule hands on to the next: a ledger that counts from one, and connections that know their statements."""

from collections.abc import Iterator

import psycopg
import pytest

from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines_tests.journeys.wire import Died
from cogent_pipelines_tests.kept_connections import connections_kept, empty, let_go_of_connections

_CASE = """
    insert into exception_case (connection, kind, severity, team, subject, message, opened_at, last_seen_at, changed_at)
    values ('kept', 'oversold', 'critical', 'operations', %s, '', now(), now(), now()) returning id
"""


@pytest.fixture
def ledger_url(own_ledger_url: str) -> str:
    return own_ledger_url


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    yield
    let_go_of_connections()


@pytest.fixture
def session(ledger_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(ledger_url, autocommit=True) as session:
        yield session


def numbered(session: psycopg.Connection) -> int:
    return session.execute(_CASE, ["one"]).fetchone()[0]


def dies_within(world: Pool, statement: str) -> None:
    with world.transaction() as session:
        session.execute(_CASE, ["lost"])
        session.execute(statement, ["kept"])
        raise Died


def test_an_emptied_ledger_has_no_rows_and_counts_from_one(ledger_url, session):
    """Whatever the schedule before has left."""
    empty(ledger_url)
    first = numbered(session)
    empty(ledger_url)

    assert (0,) == session.execute("select count(*) from exception_case").fetchone()
    assert (1, 1) == (first, numbered(session))


def test_a_number_that_was_taken_for_nothing_is_given_again(ledger_url, session):
    """A row that was refused leaves nothing in its table but has its number, and numbers are part of a story."""
    empty(ledger_url)
    with pytest.raises(psycopg.errors.NotNullViolation):
        session.execute(_CASE, [None])
    empty(ledger_url)

    assert 1 == numbered(session)


def test_a_table_that_nobody_wrote_to_keeps_its_files(ledger_url, session):
    """New ones for all of them would cost more than the rows."""
    question = "select pg_relation_filenode('inbox'), pg_relation_filenode('exception_case')"
    empty(ledger_url)
    numbered(session)
    inbox, cases = session.execute(question).fetchone()
    empty(ledger_url)
    inbox_then, cases_then = session.execute(question).fetchone()

    assert inbox == inbox_then
    assert cases != cases_then


def test_a_kept_connection_still_knows_its_statements_after_a_death_and_in_the_next_world(ledger_url):
    """What was written within the transaction that died is gone all the same."""
    statement = "select subject from exception_case where connection = %s"
    with connections_kept():
        world = Pool(ledger_url, smallest=1, largest=8)
        with pytest.raises(Died):
            dies_within(world, statement)
        world.close()
        with Pool(ledger_url, smallest=1, largest=8).session() as session:
            rows = session.execute(statement, ["kept"]).fetchall()
            known = session.execute("select statement from pg_prepared_statements").fetchall()

    assert [] == rows
    assert {statement.replace("%s", "$1")} <= {text for (text,) in known}


def test_of_two_connections_the_one_that_came_back_last_goes_out_next(ledger_url):
    """Else both would have to learn all statements."""
    with connections_kept():
        pool = Pool(ledger_url, smallest=1, largest=8)
        with pool.session() as one, pool.session() as other:
            back_first, back_last = other.info.backend_pid, one.info.backend_pid
        used = []
        for _ in range(3):
            with pool.session() as session:
                used.append(session.info.backend_pid)

    assert back_first != back_last
    assert [back_last] * 3 == used
