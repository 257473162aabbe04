"""Word of new work, from the transaction that committed it to the runs that wait. Losing a word loses time, never work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from psycopg import sql

from cogent_pipelines.ledger.pool import Pool, Session, open_session

WORK_CHANNEL = "cogent_work"


def work_of(connection: str, flow: str) -> str:
    """What is said on the work channel: there is something to do for this flow of this connection."""
    return f"{connection}:{flow}"


def notify(pool: Pool, connection: str, *flows: str) -> None:
    """Say that flows have work; heard when the transaction that this joins commits."""
    with pool.session() as session:
        session.execute(
            "select pg_notify(%s, word) from unnest(%s::text[]) as word",
            [WORK_CHANNEL, [work_of(connection, flow) for flow in flows]],
        )


class Listener:
    """Hears everything that was said since it was made; nothing is lost between looking for work and waiting for it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def wait(self, seconds: float, *, words: Sequence[str] = ()) -> bool:
        """Wait until one of the words (any, where none are given) is said; False when `seconds` passed in silence."""
        end = monotonic() + seconds
        while True:
            for word in self._session.notifies(timeout=max(0.0, end - monotonic()), stop_after=1):
                if not words or word.payload in words:
                    return True
            if monotonic() >= end:
                return False


@contextmanager
def listening(url: str, channels: Sequence[str] = (WORK_CHANNEL,)) -> Iterator[Listener]:
    """Listen on channels, on a connection of its own."""
    with open_session(url) as session:
        for channel in channels:
            session.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        yield Listener(session)
