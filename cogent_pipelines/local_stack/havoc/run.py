"""The havoc from its first process to its last word: a stack, a trade, one scenario after the other, and a judgement."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cogent_pipelines.local_stack.dagster_api import DagsterApi
from cogent_pipelines.local_stack.demo.run import CONNECTION
from cogent_pipelines.local_stack.havoc.judging import judge, settled
from cogent_pipelines.local_stack.havoc.keeper import Keeper
from cogent_pipelines.local_stack.havoc.kills import Kills
from cogent_pipelines.local_stack.havoc.opening import Opened, opened
from cogent_pipelines.local_stack.havoc.outcome import Outcome
from cogent_pipelines.local_stack.havoc.plan import plan
from cogent_pipelines.local_stack.havoc.progress import NEEDED, Progress
from cogent_pipelines.local_stack.havoc.trade import Trade
from cogent_pipelines.local_stack.havoc.victims import Hunter
from cogent_pipelines.local_stack.havoc.wanted import Victim, Wanted
from cogent_pipelines.local_stack.home import Home

_WARM_SECONDS = 120.0


def run_havoc(wanted: Wanted, home: Home, *, say: Callable[[str], None]) -> Outcome:
    """Do it all; everything that was started has ended when this returns."""
    began = time.monotonic()
    with opened(home, say, seed=wanted.seed) as stack, Keeper(stack.supervisor, stack.postgres) as keeper:
        havoc = Havoc(wanted, stack, keeper)
        outcome = havoc.run()
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


@dataclass(frozen=True, slots=True)
class Havoc:
    """A stack that is up, and what is wanted of it."""

    wanted: Wanted
    stack: Opened
    keeper: Keeper

    def run(self) -> Outcome:
        trade = Trade(self.stack.shop, self.stack.warehouse, self.wanted.orders_per_second, self.wanted.seed)
        outcome = Outcome()

        def check() -> None:
            self.keeper.check()
            trade.check()

        kills = Kills(
            hunter=Hunter(self.stack.supervisor, self.stack.postgres, DagsterApi(self.stack.stack.dagster_url)),
            progress=Progress(CONNECTION, self.stack.stack.databases),
            patience_seconds=self.wanted.patience_seconds,
            say=self.stack.say,
            check=check,
        )
        trade.begin()
        try:
            self._warm_up(kills.progress, check)
            kills.happen(plan(self.wanted.kills, self.wanted.seed))
        finally:
            trade.end()
        self.stack.say(f"{trade.placed} orders were placed; what is under way settles.")
        books = settled(
            self.stack.shop, self.stack.warehouse, patience_seconds=self.wanted.patience_seconds, meanwhile=check
        )
        kills.record(outcome)
        judge(books, trade.placed, outcome)
        outcome.refused = trade.refused
        outcome.started_again = dict(self.keeper.starts)
        outcome.violations += self.keeper.troubles
        return outcome

    def _warm_up(self, progress: Progress, check: Callable[[], None]) -> None:
        """Let every flow have its run before the first thing is killed."""
        began, limit = datetime.now(UTC), time.monotonic() + _WARM_SECONDS
        while not set(NEEDED[Victim.POSTGRES]) <= progress.since(began):
            check()
            if time.monotonic() > limit:
                raise RuntimeError(f"the stack does not work before anything was killed: {progress.since(began)}")
            time.sleep(0.5)
        self.stack.say("Everything works; the havoc begins.")
