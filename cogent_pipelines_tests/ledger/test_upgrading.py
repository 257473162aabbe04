"""Bringing a database to this code's schema."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from cogent_pipelines.ledger.database import migrate
from cogent_pipelines.ledger.upgrading import LedgerIsNewer


def test_two_starters_migrate_once_between_them(empty_database_url):
    """Whoever comes second waits and finds nothing left to do."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_database_url] * 4))

    with psycopg.connect(empty_database_url) as session:
        assert [("0004",)] == session.execute("select version_num from ledger_version").fetchall()
        assert (0,) == session.execute("select count(*) from sales_order").fetchone()


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(ledger_url):
    """Old code must not write into a schema that it does not know."""
    with psycopg.connect(ledger_url) as session:
        session.execute("update ledger_version set version_num = '9999'")

    with pytest.raises(LedgerIsNewer, match="9999"):
        migrate(ledger_url)
