"""The one who starts again what has died, as systemd or Kubernetes does in production.

The stack's own supervisor restarts nothing, by design: on a developer's machine a service that dies should be seen. Here
every service but the stand-in vendors is started again a second after its death, and so is PostgreSQL.
"""

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres, PostgresDidNotStart
from cogent_pipelines.local_stack.processes import ProcessDied
from cogent_pipelines.local_stack.supervisor import Supervisor

REST_SECONDS = 1.0
_LOOK_SECONDS = 0.1
STAND_INS = frozenset({"shopify", "peoplevox"})


@dataclass(frozen=True, slots=True)
class FailedStart:
    """A server that could not be started, with the moments (`time.monotonic`) between which that was tried."""

    why: str
    began: float
    ended: float

    def was_struck(self, moments: Iterable[float]) -> bool:
        """Whether the server was killed while it started: that such a start fails is nobody's fault."""
        return any(self.began <= moment <= self.ended for moment in moments)


@dataclass(slots=True)
class Keeper:
    """Use it in a `with` block: it looks on in a thread of its own."""

    supervisor: Supervisor
    postgres: EmbeddedPostgres
    starts: Counter[str] = field(default_factory=Counter)
    """How often each was started again."""
    failed_starts: list[FailedStart] = field(default_factory=list)
    resting: Collection[str] = ()
    """What must stay down for now."""
    _over: threading.Event = field(default_factory=threading.Event)
    _died_at: dict[str, float] = field(default_factory=dict)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """Fail when a stand-in has died: their books are what everything is judged by."""
        for running in self.supervisor.services:
            if running.name in STAND_INS and running.exit_code() is not None:
                raise ProcessDied(running.describe_death())

    def _keep(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            if "postgres" not in self.resting and self._rested("postgres", dead=not self.postgres.running()):
                self._start_postgres()
            for running in list(self.supervisor.services):
                dead = running.exit_code() is not None
                if running.name not in STAND_INS and self._rested(running.name, dead=dead):
                    self.supervisor.start_again(running)
                    self.starts[running.name] += 1

    def _rested(self, name: str, *, dead: bool) -> bool:
        """Whether it died a while ago and has not been started since."""
        if not dead:
            self._died_at.pop(name, None)
            return False
        return time.monotonic() - self._died_at.setdefault(name, time.monotonic()) >= REST_SECONDS

    def _start_postgres(self) -> None:
        began = time.monotonic()
        try:
            with suppress(OSError):
                self.postgres.start()
            self.starts["postgres"] += 1
        except PostgresDidNotStart as error:
            ended = self._died_at["postgres"] = time.monotonic()
            self.failed_starts.append(FailedStart(str(error), began, ended))
