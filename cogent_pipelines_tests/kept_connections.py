"""Connections to a ledger that one test, or one schedule of faults, hands on to the next, with the statements they know.

A new connection has everything to learn: the server reads its catalogue again, and takes each statement apart anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg._preparing import PrepareManager
from psycopg_pool import ConnectionPool

from cogent_pipelines.ledger import pool
from cogent_pipelines_tests.databases import empty_tables

_MOST_STATEMENTS = 1000
_pools: dict[str, ConnectionPool[Any]] = {}
_sessions: dict[str, psycopg.Connection[Any]] = {}


@contextmanager
def connections_kept() -> Iterator[None]:
    """Worlds over one ledger use the same connections: opening them anew would cost more than the rest of a schedule."""

    def kept(url: str, *, configure: Callable[[Any], None], **settings: Any) -> ConnectionPool[Any]:
        def configured(session: Any) -> None:
            configure(session)
            session._prepared = _EveryStatement()

        if url not in _pools:
            # Nobody restarts the server: asking each time whether it is there would double every question.
            _pools[url] = _Kept(url, configure=configured, **{**settings, "check": None, "max_size": 12})
        return _pools[url]

    kept.check_connection = ConnectionPool.check_connection  # type: ignore[attr-defined]
    with patch.object(pool, "ConnectionPool", kept):
        yield


def session_of(url: str) -> psycopg.Connection[Any]:
    """A connection that no world uses; each statement commits by itself."""
    if url not in _sessions:
        _sessions[url] = psycopg.connect(url, autocommit=True)
    return _sessions[url]


def empty(url: str) -> None:
    """Forget every row, over a connection that is kept for it."""
    empty_tables(session_of(url))


def let_go_of_connections() -> None:
    """Close what was kept; before its ledgers go away."""
    while _pools:
        _, kept = _pools.popitem()
        kept.let_go()  # type: ignore[attr-defined]
    while _sessions:
        _, session = _sessions.popitem()
        session.close()


class _Kept(ConnectionPool[Any]):
    """Outlives the worlds that close it.

    The connection that came back last goes out next: what one knows already, a second need not learn as well.
    """

    def _add_to_pool(self, conn: Any) -> None:
        super()._add_to_pool(conn)
        with self._lock:
            self._pool.rotate()

    def close(self, timeout: float = 5) -> None:
        del timeout

    def let_go(self) -> None:
        super().close()


class _EveryStatement(PrepareManager):
    """Prepares a statement when it is first met and forgets none.

    The library forgets all of them with every rollback and every table that is dropped, lest one speaks of a table that is
    not the same any more. Here only temporary tables go, and the server looks those up again by itself.
    """

    prepare_threshold = 0
    prepared_max = _MOST_STATEMENTS

    def clear(self) -> bool:
        return False
