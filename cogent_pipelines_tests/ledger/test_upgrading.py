"""Bringing a database to this code's schema."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from cogent_pipelines.ledger import upgrading
from cogent_pipelines.ledger.database import Ledger, migrate
from cogent_pipelines.ledger.upgrading import LedgerIsNewer
from cogent_pipelines.ports.vendor_account import Priority, WindowLimit


def test_two_starters_migrate_once_between_them(empty_database_url):
    """Whoever comes second waits and finds nothing left to do."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_database_url] * 4))

    with psycopg.connect(empty_database_url) as session:
        assert [("0014",)] == session.execute("select version_num from ledger_version").fetchall()
        assert (0,) == session.execute("select count(*) from sales_order").fetchone()


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(ledger_url):
    """Old code must not write into a schema that it does not know."""
    with psycopg.connect(ledger_url) as session:
        session.execute("update ledger_version set version_num = '9999'")

    with pytest.raises(LedgerIsNewer, match="9999"):
        migrate(ledger_url)


def test_parcels_of_an_older_ledger_are_placed_where_they_were_told(empty_database_url):
    """What left before the upgrade must not be told again by a parcel that leaves after it."""
    first = Path(upgrading.__file__).parent / "migrations" / "versions" / "schema_0001.sql"
    with psycopg.connect(empty_database_url) as session:
        session.execute(first.read_text())
        session.execute("create table ledger_version (version_num varchar(32) primary key)")
        session.execute("insert into ledger_version values ('0001')")
        session.execute(
            """
            insert into despatch (connection, despatch_ref, sales_order_ref, order_ref, despatched_at, captured_at,
                                  changed_at)
            values ('x', 'D1', '1001', 'o', now(), now(), now());
            insert into fulfilment (connection, despatch_ref, order_ref, state, due_at, storefront_ref, planned_at,
                                    captured_at, acknowledged_at, changed_at)
            values ('x', 'D1', 'o', 'acknowledged', now(), 'F1', now(), now(), now(), now());
            insert into fulfilment_line values ('x', 'D1', 'line-1', 2);
            insert into vendor_account (account, tokens, refilled_at) values ('peoplevox:x', 3, now())
            """
        )

    migrate(empty_database_url)

    with Ledger.connect(empty_database_url) as ledger:
        [held] = ledger.fulfilments.in_parcels("x", ["o"])["o"].values()
        lease = ledger.accounts.lease(
            "peoplevox:x", WindowLimit(15, 15), wanted=15, priority=Priority.INJECTION, now=datetime.now(UTC)
        )
    assert ({"line-1": 2}, {"line-1": 2}) == (held.placed, held.told)
    assert 15 == lease.granted
