"""Which databases the stack uses, and that they are there: the ledger's, and Dagster's own in the same server.

Choosing the server (the embedded one, or any by `COGENT_DATABASE_URL`) happens here; what is inside the ledger is the
ledger's own affair.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.home import Home

LEDGER_VARIABLE = "COGENT_DATABASE_URL"
DAGSTER_VARIABLE = "COGENT_DAGSTER_POSTGRES_URL"
DAGSTER_SCHEMA_VARIABLE = "COGENT_DAGSTER_SCHEMA"

EMBEDDED_LEDGER = "cogent"


class DatabaseMissing(RuntimeError):
    """A database is not there and may not be made; the message says what an administrator must do."""


@dataclass(frozen=True, slots=True)
class Databases:
    """The ledger's URL as psycopg takes it, and Dagster's as SQLAlchemy takes it."""

    ledger: str = field(repr=False)
    dagster: str = field(repr=False)


class Kept(StrEnum):
    """How long the databases live."""

    FOR_EVER = ""
    FOR_THE_DEMO = "_demo"
    """Made anew at every start: a demo's vendors forget everything when they end, and so must its ledger."""


def open_databases(
    home: Home, environ: Mapping[str, str] | None = None, *, kept: Kept = Kept.FOR_EVER
) -> tuple[Databases, EmbeddedPostgres | None]:
    """Have both databases ready; the second value is the embedded server when it was this call that started it."""
    environ = os.environ if environ is None else environ
    given, started = environ.get(LEDGER_VARIABLE), None
    if given:
        ledger = for_psycopg(given)
    else:
        server = EmbeddedPostgres(home.postgres)
        started = server if server.start() else None
        ledger = server.url(EMBEDDED_LEDGER)
    if kept is Kept.FOR_THE_DEMO:
        return _made_anew(ledger), started
    return _beside_each_other(ledger, environ), started


def _made_anew(ledger: str) -> Databases:
    name = database_in(ledger) + Kept.FOR_THE_DEMO
    mine, dagsters = _with_database(ledger, name), _with_database(ledger, f"{name}_dagster")
    for url in (mine, dagsters):
        drop_demo_database(url)
        ensure_database(url)
    return Databases(mine, for_dagster(dagsters))


def _beside_each_other(ledger: str, environ: Mapping[str, str]) -> Databases:
    ensure_database(ledger)
    named = environ.get(DAGSTER_VARIABLE)
    if named:
        return Databases(ledger, for_dagster(named))
    schema = environ.get(DAGSTER_SCHEMA_VARIABLE)
    if schema:
        ensure_schema(ledger, schema)
        return Databases(ledger, for_dagster(_with_search_path(ledger, schema)))
    # Named after the ledger's: a database called "dagster" may well be that of another Dagster on the same server.
    beside = _with_database(ledger, f"{database_in(ledger)}_dagster")
    ensure_database(beside)
    return Databases(ledger, for_dagster(beside))


def drop_demo_database(url: str) -> None:
    """Remove a demo's database, connections and all; refuses any name that is not a demo's."""
    name = database_in(url)
    if Kept.FOR_THE_DEMO not in name:
        raise ValueError(f'"{name}" is not a database of the demo, and is not dropped')
    with psycopg.connect(_with_database(url, "postgres"), autocommit=True, connect_timeout=10) as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def ensure_database(url: str) -> None:
    """Make the database of a URL unless it is there; refuse with what to do where that is not permitted."""
    name = database_in(url)
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if f'database "{name}" does not exist' not in str(error):
            raise
        _create_database(url, name)


def _create_database(url: str, name: str) -> None:
    try:
        with psycopg.connect(_with_database(url, "postgres"), autocommit=True, connect_timeout=10) as maintenance:
            maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.DuplicateDatabase:
        return
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        raise DatabaseMissing(
            f'The database "{name}" does not exist, and this user may not make it ({str(error).strip()}). Ask an '
            f'administrator for: CREATE DATABASE "{name}" OWNER this_user; or, for Dagster\'s own storage, set '
            f"{DAGSTER_VARIABLE} to a database, or {DAGSTER_SCHEMA_VARIABLE} to a schema of the ledger's database."
        ) from error


def ensure_schema(url: str, schema: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))


# ---- URLs


def for_psycopg(url: str) -> str:
    """Take the driver out of a SQLAlchemy URL; psycopg knows only the plain form."""
    return "postgresql://" + url.partition("://")[2]


def for_dagster(url: str) -> str:
    """Name psycopg2 outright: SQLAlchemy 2.1 takes psycopg 3 otherwise, whose NOTIFY Dagster's storage cannot use."""
    return "postgresql+psycopg2://" + url.partition("://")[2]


def database_in(url: str) -> str:
    parts = urlsplit(for_psycopg(url))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("a database URL names its database: postgresql://user:password@host:5432/cogent")
    return name


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    changed = urlunsplit(parts._replace(path="/" + quote(name)))
    # urlunsplit drops the empty host of a socket URL ("postgresql://postgres@/name?host=…" keeps its user).
    return changed if "://" in changed else changed.replace(":", "://", 1)


def _with_search_path(url: str, schema: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), ("options", f"-csearch_path={schema}")]
    return urlunsplit(parts._replace(query=urlencode(query, safe="/")))
