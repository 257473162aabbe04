"""A ledger for one replay, in the checkout's embedded server or in the one that `COGENT_DATABASE_URL` names."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from cogent_pipelines.local_stack.databases import (
    EMBEDDED_LEDGER,
    LEDGER_VARIABLE,
    database_in,
    ensure_database,
    for_psycopg,
)
from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.home import Home


@dataclass(frozen=True, slots=True)
class Throwaway:
    """`server` is the embedded one where the ledger is in it."""

    url: str
    server: EmbeddedPostgres | None


@contextmanager
def throwaway_ledger(home: Home, environ: Mapping[str, str], *, word: str = "replay") -> Iterator[Throwaway]:
    """Give a migrated, empty ledger, and drop it when the block ends; a server that this started is stopped."""
    from cogent_pipelines.ledger.database import migrate  # noqa: PLC0415 - Alembic is heavy

    given, server, started = environ.get(LEDGER_VARIABLE), None, False
    if given:
        beside = for_psycopg(given)
    else:
        server = EmbeddedPostgres(home.prepared().postgres)
        started = server.start()
        beside = server.url(EMBEDDED_LEDGER)
    url = _with_database(beside, f"{database_in(beside)}_{word}_{secrets.token_hex(4)}")
    try:
        ensure_database(url)
        migrate(url)
        yield Throwaway(url, server)
    finally:
        _drop(url)
        if started and server is not None:
            server.stop()


def _drop(url: str) -> None:
    with psycopg.connect(_with_database(url, "postgres"), autocommit=True, connect_timeout=10) as maintenance:
        maintenance.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database_in(url))))


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{quote(name)}{query}"
