"""Where our process may die: at a call before it is sent or after the vendor acted, at a commit before or after it.

A dead process does nothing more: whatever of it still runs in another thread ends at its next call or commit.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.ledger.pool import Pool, Session
from cogent_pipelines_tests.journeys.wire import Died

CALL, ACTED, COMMIT, COMMITTED = "call", "acted", "commit", "committed"
_OF_CALLS = (CALL, ACTED)


@dataclass(slots=True)
class Appointment:
    """Dies at this moment, after `after` others like it.

    With an `operation` only its calls count, or the commits that come after one of them.
    """

    moment: str
    operation: str = ""
    after: int = 0
    called: bool = False

    def is_now(self, moment: str, operation: str) -> bool:
        if operation and operation == self.operation:
            self.called = True
        if moment != self.moment or not self._counts(operation):
            return False
        self.after -= 1
        return self.after < 0

    def _counts(self, operation: str) -> bool:
        if not self.operation:
            return True
        return operation == self.operation if self.moment in _OF_CALLS else self.called


class Reaper:
    """Keeps the next appointment of our process; `deaths` are the moments at which it died."""

    def __init__(self) -> None:
        self.next: Appointment | None = None
        self.dead = False
        self.deaths: list[str] = []
        self._waited_for: set[Future[Any]] = set()

    def passes(self, moment: str, operation: str = "") -> None:
        """Raise `Died` where the process is dead, or dies now."""
        if self.dead:
            raise Died("it is dead already")
        if self.next is not None and self.next.is_now(moment, operation):
            self.dead = True
            self.deaths.append(moment)
            self._end_what_runs_beside()
            raise Died(f"{moment} {operation}".strip())

    def wait(self, future: "Future[Any]") -> Any:
        """Wait for work in another thread as long as the process lives; with it the waiting ends, whatever the work does."""
        self._waited_for.add(future)
        if self.dead:
            # It died in the other thread before anybody waited here.
            future.cancel()
        try:
            return future.result()
        except CancelledError as end:
            raise Died("with what it waited for") from end
        finally:
            self._waited_for.discard(future)

    def _end_what_runs_beside(self) -> None:
        """What else runs in the dying process's loop ends here, not some calls later when another thread gets to it."""
        try:
            others = asyncio.all_tasks() - {asyncio.current_task()}
        except RuntimeError:
            # It died outside of any loop: whoever waits for one is told.
            for future in list(self._waited_for):
                future.cancel()
        else:
            for task in others:
                task.cancel()

    def reborn(self) -> None:
        self.dead, self.next = False, None


def make_mortal(pool: Pool, reaper: Reaper) -> None:
    """Have every commit of this pool pass the reaper, once before it and once after."""
    transaction, session = pool.transaction, pool.session

    def joined() -> bool:
        return getattr(pool._current, "session", None) is not None

    @contextmanager
    def mortal_transaction() -> Iterator[Session]:
        if joined():
            with transaction() as within:
                yield within
            return
        with transaction() as within:
            yield within
            reaper.passes(COMMIT)
        reaper.passes(COMMITTED)

    @contextmanager
    def mortal_session() -> Iterator[Session]:
        """Each statement commits by itself: before it is before the commit."""
        if not joined():
            reaper.passes(COMMIT)
        with session() as within:
            yield within
        if not joined():
            reaper.passes(COMMITTED)

    _replace(pool, "transaction", mortal_transaction)
    _replace(pool, "session", mortal_session)


def _replace(pool: Pool, name: str, by: Callable[[], AbstractContextManager[Session]]) -> None:
    setattr(pool, name, by)
