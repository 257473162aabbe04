"""Which databases the stack uses, on its own server and on a given one."""

import psycopg
import pytest

from cogent_pipelines.local_stack.databases import (
    Databases,
    Kept,
    database_in,
    drop_demo_database,
    ensure_database,
    open_databases,
)
from cogent_pipelines.local_stack.home import Home


@pytest.fixture
def home(tmp_path):
    return Home(checkout=tmp_path, path=tmp_path)


def test_a_missing_database_is_made(postgres, empty_database_url):
    """A server that permits it gets the database; asking twice changes nothing."""
    beside = empty_database_url.replace("/test_", "/test_made_")
    ensure_database(beside)
    ensure_database(beside)

    with psycopg.connect(beside) as connection:
        assert (database_in(beside),) == connection.execute("SELECT current_database()").fetchone()
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {database_in(beside)}")


def test_a_given_server_is_used_and_dagster_gets_a_database_beside_the_ledgers(home, postgres, empty_database_url):
    """COGENT_DATABASE_URL wins over the embedded server; Dagster's URL names psycopg2 outright."""
    databases, started = open_databases(home, {"COGENT_DATABASE_URL": empty_database_url})

    name = database_in(empty_database_url)
    beside = empty_database_url.replace(f"/{name}", f"/{name}_dagster").replace("postgresql://", "postgresql+psycopg2://")
    assert (Databases(empty_database_url, beside), None) == (databases, started)
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name}_dagster")


def test_dagster_can_live_in_a_schema_of_the_ledgers_database(home, empty_database_url):
    """Where one database is all there is, a schema keeps the two apart."""
    databases, _ = open_databases(home, {"COGENT_DATABASE_URL": empty_database_url, "COGENT_DAGSTER_SCHEMA": "dagster"})

    with psycopg.connect(databases.dagster.replace("+psycopg2", "")) as connection:
        assert ("dagster",) == connection.execute("SELECT current_schema()").fetchone()


def test_a_url_without_a_database_is_refused():
    """A URL that names no database would silently use the user's own."""
    with pytest.raises(ValueError, match="names its database"):
        database_in("postgresql://somebody@localhost:5432")


def test_the_demos_databases_are_made_anew_at_every_start(home, postgres, empty_database_url):
    """A demo's vendors forget everything when they end; a ledger that remembered their orders would send none."""
    environ = {"COGENT_DATABASE_URL": empty_database_url}
    databases, _ = open_databases(home, environ, kept=Kept.FOR_THE_DEMO)
    with psycopg.connect(databases.ledger) as connection:
        connection.execute("CREATE TABLE yesterday ()")

    again, _ = open_databases(home, environ, kept=Kept.FOR_THE_DEMO)

    assert databases == again
    with psycopg.connect(again.ledger) as connection:
        assert (None,) == connection.execute("SELECT to_regclass('yesterday')").fetchone()
    for url in (databases.ledger, databases.dagster.replace("+psycopg2", "")):
        drop_demo_database(url)


def test_no_other_database_is_ever_dropped(empty_database_url):
    """A ledger of real orders is out of the demo's reach."""
    with pytest.raises(ValueError, match="not a database of the demo"):
        drop_demo_database(empty_database_url)
