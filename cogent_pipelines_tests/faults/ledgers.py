"""Ledgers for schedules: one server for all processes, a database for each, emptied between two schedules."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from cogent_pipelines.ledger.database import migrate
from cogent_pipelines.local_stack.embedded_postgres import THROWAWAY, EmbeddedPostgres

TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'ledger_version' order by 1"


@contextmanager
def ledgers(count: int) -> Iterator[list[str]]:
    """The URLs of so many migrated, empty ledgers on a server that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="cogent-faults-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", THROWAWAY)
        server.start()
        try:
            yield _made(server, count)
        finally:
            server.stop()


def _made(server: EmbeddedPostgres, count: int) -> list[str]:
    names = [f"ledger_{number}" for number in range(1, count + 1)]
    with psycopg.connect(server.url(), autocommit=True) as admin:
        # Statistics that are taken at a moment of its own choice would change plans, and with them the order of rows.
        admin.execute("alter system set autovacuum = off")
        admin.execute("select pg_reload_conf()")
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(names[0])))
        migrate(server.url(names[0]))
        for name in names[1:]:
            copy = sql.SQL("create database {} template {}")
            admin.execute(copy.format(sql.Identifier(name), sql.Identifier(names[0])))
    return [server.url(name) for name in names]
