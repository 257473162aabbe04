"""Connections to a ledger that one schedule hands on to the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg_pool import ConnectionPool

from cogent_pipelines.ledger import pool

_pools: dict[str, ConnectionPool[Any]] = {}
_sessions: dict[str, psycopg.Connection[Any]] = {}


@contextmanager
def connections_kept() -> Iterator[None]:
    """Worlds over one ledger use the same connections: opening them anew would cost more than the rest of a schedule."""

    def kept(url: str, **settings: Any) -> ConnectionPool[Any]:
        if url not in _pools:
            # Nobody restarts the server: asking each time whether it is there would double every question.
            _pools[url] = _Kept(url, **{**settings, "check": None, "max_size": 12})
        return _pools[url]

    kept.check_connection = ConnectionPool.check_connection  # type: ignore[attr-defined]
    with patch.object(pool, "ConnectionPool", kept):
        yield


def session_of(url: str) -> psycopg.Connection[Any]:
    """A connection that no world uses; each statement commits by itself."""
    if url not in _sessions:
        _sessions[url] = psycopg.connect(url, autocommit=True)
    return _sessions[url]


def let_go_of_connections() -> None:
    """Close what was kept; before its ledgers go away."""
    while _pools:
        _, kept = _pools.popitem()
        kept.let_go()  # type: ignore[attr-defined]
    while _sessions:
        _, session = _sessions.popitem()
        session.close()


class _Kept(ConnectionPool[Any]):
    """Outlives the worlds that close it."""

    def close(self, timeout: float = 5) -> None:
        del timeout

    def let_go(self) -> None:
        super().close()
