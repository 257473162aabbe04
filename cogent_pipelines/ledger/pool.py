"""The ledger's connections: where every noun gets one, and how several nouns write in one transaction.

Inside `transaction()` everything that the same thread asks of the same pool joins that transaction, so that a flow can say
"store these orders and take these events, or neither". What is asked and written is in the nouns' modules.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool

from cogent_pipelines.ledger.lists import QuickList, keepable

Session = psycopg.Connection[TupleRow]

AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""What is raised where the database is away, restarts, has no room, or cut a connection: all of it passes."""

_IDLE = timedelta(minutes=5)
# An escaped NUL, and no backslash that was itself escaped before these letters.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
# A connection that lost its server must not hang a run for the two hours that TCP's own defaults take.
KEEPALIVE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# Left alone, the pool doubles the time between its attempts for five minutes: a database that was away for four would be
# missed for two more. An attempt is given up this soon, and another begun at once, so that they are never further apart.
_GIVEN_UP_AFTER = 3.0


class Pool:
    """A bounded number of connections to one ledger; threads share it."""

    def __init__(self, url: str, *, smallest: int, largest: int, wait_seconds: float = 30.0) -> None:
        self.url = url
        self._current = threading.local()
        self._connections: ConnectionPool[Session] = ConnectionPool(
            url,
            connection_class=psycopg.Connection[TupleRow],
            min_size=smallest,
            max_size=largest,
            timeout=wait_seconds,
            max_idle=_IDLE.total_seconds(),
            reconnect_timeout=_GIVEN_UP_AFTER,
            reconnect_failed=_try_again,
            kwargs={"autocommit": True, **KEEPALIVE},
            configure=_configure,
            check=ConnectionPool.check_connection,
            open=True,
            name="ledger",
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Join the thread's transaction, or begin one that commits at the end and rolls back on an error."""
        joined: Session | None = getattr(self._current, "session", None)
        if joined is not None:
            yield joined
            return
        with self._connections.connection() as session, session.transaction():
            self._current.session = session
            try:
                yield session
            finally:
                self._current.session = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Join the thread's transaction, or take a connection on which each statement commits by itself."""
        joined: Session | None = getattr(self._current, "session", None)
        if joined is not None:
            yield joined
            return
        with self._connections.connection() as session:
            yield session

    def close(self) -> None:
        self._connections.close()


def _try_again(pool: "ConnectionPool[Session]") -> None:
    """Replace a connection that could not be made. Nobody who waits for one would ask for it a second time."""
    smallest, largest = pool.min_size, pool.max_size
    # Growing from one less to what it was is the pool's own way to begin a new attempt.
    pool.resize(max(0, smallest - 1), largest)
    pool.resize(smallest, largest)


def open_session(url: str) -> Session:
    """A connection of its own, outside the pool: for locks and for listening, which last as long as a run."""
    session: Session = psycopg.connect(url, autocommit=True, **KEEPALIVE)  # type: ignore[arg-type]
    _configure(session)
    return session


class _KeepableText(StrDumperUnknown):
    """Whoever records what became of an order must not fail at the words in which it was refused."""

    def dump(self, obj: str) -> bytes:
        return keepable(obj)


def _json(found: Any) -> bytes:
    """JSON as PostgreSQL can keep it."""
    text = orjson.dumps(found)
    return _NUL.sub(rb"\1", text) if b"\\u0000" in text else text


def _configure(session: Session) -> None:
    session.adapters.register_dumper(str, _KeepableText)
    session.adapters.register_dumper(list, QuickList)
    set_json_dumps(_json, context=session)
    set_json_loads(orjson.loads, context=session)


def json_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows for `json_to_recordset`: one parameter, written ten times faster than an array for every column."""
    return orjson.dumps(list(rows)).decode()
