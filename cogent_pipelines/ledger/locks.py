"""One run at a time per connection and flow. The lock lives as long as its own connection: a run that dies lets go."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cogent_pipelines.ledger.pool import open_session


@contextmanager
def advisory_lock(url: str, connection: str, flow: str, *, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock of a connection's flow; yields False where somebody else kept it for longer than `wait_seconds`."""
    with open_session(url) as session:
        name = f"{flow}:{connection}"
        if wait_seconds <= 0:
            taken = session.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone() == (True,)
        else:
            taken = _wait(session, name, wait_seconds)
        yield taken


def _wait(session: psycopg.Connection[tuple[object, ...]], name: str, seconds: float) -> bool:
    session.execute("select set_config('lock_timeout', %s, false)", [f"{max(1, int(seconds * 1000))}ms"])
    try:
        session.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
    except psycopg.errors.LockNotAvailable:
        return False
    return True
