"""What a new ledger's planner knows."""

import psycopg
import pytest

from cogent_pipelines.ledger import first_statistics

OWNERS = [
    ("storefront_order", "order_ref"),
    ("sales_order", "order_ref"),
    ("despatch", "despatch_ref"),
    ("fulfilment", "despatch_ref"),
]


@pytest.fixture
def ledger_url(own_ledger_url):
    """One in which nothing was ever counted but by us."""
    return own_ledger_url


@pytest.mark.parametrize(("table", "key"), OWNERS)
def test_a_new_ledger_looks_the_owner_of_a_line_up_by_its_key(ledger_url, table, key):
    """As a foreign key does: from the very first row on, and not through every row of the connection."""
    with psycopg.connect(ledger_url, autocommit=True) as session:
        session.execute("set plan_cache_mode = force_generic_plan")
        session.execute(f"prepare owner as select 1 from only {table} x where connection = $1 and {key} = $2 for key share")
        plan = "\n".join(row[0] for row in session.execute("explain execute owner('a', 'b')"))

    assert f"{table}_pkey" in plan


@pytest.mark.parametrize(("table", "key"), OWNERS)
def test_nothing_made_up_is_left(ledger_url, table, key):
    with psycopg.connect(ledger_url) as session:
        assert (0,) == session.execute(f"select count({key}) from {table}").fetchone()


def test_a_ledger_in_use_is_left_alone(ledger_url):
    """Preparing again, as every start does, must not touch a row."""
    with psycopg.connect(ledger_url, autocommit=True) as session:
        session.execute(
            """
            insert into despatch (connection, despatch_ref, sales_order_ref, despatched_at, captured_at, changed_at)
            values ('demo_uk', 'D1', '1', now(), now(), now())
            """
        )
        first_statistics.prepare(ledger_url)

        assert (1,) == session.execute("select count(*) from despatch").fetchone()


def test_rows_that_are_there_before_any_order_stay(ledger_url):
    """A parcel may be known before the first order is; preparing a ledger takes nothing away that is real."""
    with psycopg.connect(ledger_url) as session:
        session.execute("delete from pg_statistic where starelid = 'storefront_order'::regclass")
        session.execute(
            """
            insert into despatch (connection, despatch_ref, sales_order_ref, despatched_at, captured_at, changed_at)
            values ('northwind_uk', 'DES1', '1001', now(), now(), now())
            """
        )

    first_statistics.prepare(ledger_url)

    with psycopg.connect(ledger_url) as session:
        assert [("northwind_uk", "DES1")] == session.execute("select connection, despatch_ref from despatch").fetchall()
        assert (0,) == session.execute("select count(*) from storefront_order").fetchone()
