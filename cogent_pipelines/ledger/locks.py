"""One run at a time per connection and flow. The lock lives as long as its own connection: a run that dies lets go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.pool import Pool, open_session


@contextmanager
def advisory_lock(url: str, connection: str, flow: str, *, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock of a connection's flow; yields False where somebody else kept it for longer than `wait_seconds`."""
    with open_session(url) as session:
        name = _name(connection, flow)
        if wait_seconds <= 0:
            taken = session.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone() == (True,)
        else:
            taken = _wait(session, name, wait_seconds)
        yield taken


def held(pool: Pool, flows: Sequence[tuple[ConnectionName, str]]) -> set[tuple[str, str]]:
    """Say which of these connections' flows somebody has the lock of."""
    names = {_name(connection, flow): (connection, flow) for connection, flow in flows}
    if not names:
        return set()
    with pool.session() as session:
        rows = session.execute(
            """
            select name from unnest(%s::text[]) as name
            where exists (
                select 1 from pg_locks
                where locktype = 'advisory' and objsubid = 1 and granted
                  and database = (select oid from pg_database where datname = current_database())
                  and (classid::bigint << 32) | objid::bigint = hashtextextended(name, 0)
            )
            """,
            [list(names)],
        ).fetchall()
    return {names[name] for (name,) in rows}


def _name(connection: str, flow: str) -> str:
    return f"{flow}:{connection}"


def _wait(session: psycopg.Connection[tuple[object, ...]], name: str, seconds: float) -> bool:
    session.execute("select set_config('lock_timeout', %s, false)", [f"{max(1, int(seconds * 1000))}ms"])
    try:
        session.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
    except psycopg.errors.LockNotAvailable:
        return False
    return True
