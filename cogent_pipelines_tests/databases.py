"""Databases for tests: one of its own, or one that the tests of a process hand on, emptied in between.

To copy a database and to drop it takes longer than most tests that need one.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres

# A row that was written and taken back leaves a page as well, or at least its number; and a table may have been counted.
_TOUCHED = """
    select relname from pg_class as whole
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'ledger_version'
      and (pg_relation_size(oid) > 0 or reltuples >= 0 or exists (
            select from pg_depend join pg_sequence on seqrelid = objid
            where refobjid = whole.oid and deptype in ('a', 'i') and pg_sequence_last_value(seqrelid) is not null))
    order by 1
"""

# Whatever changes a table's columns, keys, indexes, triggers or functions writes a row into one of these.
_SHAPE = """
    select array[
        (select string_agg(version_num, ' ') from ledger_version),
        (select row(count(*), max(xmin::text::bigint))::text from pg_attribute),
        (select row(count(*), max(xmin::text::bigint))::text from pg_constraint),
        (select row(count(*), max(xmin::text::bigint))::text from pg_index),
        (select row(count(*), max(xmin::text::bigint))::text from pg_trigger),
        (select row(count(*), max(xmin::text::bigint))::text from pg_proc),
        (select row(count(*), max(xmin::text::bigint))::text from pg_namespace)]
"""

_OTHERS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


def empty_tables(session: psycopg.Connection[Any]) -> None:
    """Forget every row of the ledger; the tables stay, and count from one again.

    What nobody has written to is as it was: of a truncated table the server makes all files anew, and every connection its
    plans.
    """
    tables = [sql.Identifier(name) for (name,) in session.execute(_TOUCHED).fetchall()]
    if tables:
        session.execute(sql.SQL("truncate {} restart identity cascade").format(sql.SQL(", ").join(tables)))


@contextmanager
def copy_of(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The URL of a database that is dropped at the end, whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as admin:
        create = sql.SQL("create database {} template {} strategy file_copy")
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield server.url(name)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass(slots=True)
class HandedOn:
    """A database of ledgers' tables, as the template is whenever it is asked for: whoever had it before left nothing."""

    server: EmbeddedPostgres
    template: str
    _url: str = ""
    _shape: Any = None
    _copy: Any = None
    _session: Any = None

    def url(self) -> str:
        """Its URL, empty: connections that somebody left open end, and where its tables were changed it is made anew."""
        if self._session is not None and not self._emptied():
            self.forget()
        if self._session is None:
            self._make()
        return self._url

    def forget(self) -> None:
        """Drop it, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = None
            self._copy.__exit__(None, None, None)

    def _emptied(self) -> bool:
        try:
            self._session.execute(_OTHERS)
            if self._session.execute(_SHAPE).fetchone() != self._shape:
                return False
            empty_tables(self._session)
        except psycopg.OperationalError:
            # A test that is about lost connections ended this one as well.
            return False
        return True

    def _make(self) -> None:
        self._copy = copy_of(self.server, self.template)
        self._url = self._copy.__enter__()
        self._session = psycopg.connect(self._url, autocommit=True)
        self._shape = self._session.execute(_SHAPE).fetchone()
