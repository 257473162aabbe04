"""A run outlasts its ledger: where the database goes away under it, it waits for its return and goes on.

A new process would be as far after seconds of starting, and only once somebody had noticed that the old one was gone. What
was under way when the database went is in the ledger as after a crash, and is settled like it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cogent_pipelines.ledger.pool import AWAY
from cogent_pipelines.ports.clock import Clock

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0

Result = TypeVar("Result")


def outlast(work: Callable[[], Result], *, went_on: Callable[[], bool], clock: Clock, until: datetime) -> Result:
    """Do `work`, again from its beginning where the ledger went away meanwhile.

    `went_on` says whether the work came further since it was asked last; then the pauses are short again.

    Raises:
        psycopg.Error: the ledger was still away at `until`.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return work()
        except AWAY:
            pause = FIRST_PAUSE if went_on() else min(2 * pause, LONGEST_PAUSE)
            if (clock.now() - until).total_seconds() + pause >= 0:
                raise
            clock.sleep(pause)
