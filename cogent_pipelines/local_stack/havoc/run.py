"""The havoc from its first process to its last word: a stack, a trade, one scenario after the other, and a judgement."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cogent_pipelines.local_stack.dagster_api import DagsterApi
from cogent_pipelines.local_stack.demo.run import CONNECTION
from cogent_pipelines.local_stack.havoc.deliveries import deliveries
from cogent_pipelines.local_stack.havoc.full_disk import CannotMount, fill, make_room, small_disk
from cogent_pipelines.local_stack.havoc.judging import judge, settled
from cogent_pipelines.local_stack.havoc.keeper import Keeper
from cogent_pipelines.local_stack.havoc.kills import Kills
from cogent_pipelines.local_stack.havoc.opening import Opened, home_of_its_own, opened
from cogent_pipelines.local_stack.havoc.outcome import Outcome
from cogent_pipelines.local_stack.havoc.plan import plan
from cogent_pipelines.local_stack.havoc.progress import NEEDED, Progress
from cogent_pipelines.local_stack.havoc.trade import Trade
from cogent_pipelines.local_stack.havoc.victims import Hunter
from cogent_pipelines.local_stack.havoc.wanted import Scenario, Victim, Wanted
from cogent_pipelines.local_stack.home import Home

_WARM_SECONDS = 300.0
_PROMPTLY = timedelta(seconds=15)
_FULL_SECONDS = 20.0


def run_havoc(wanted: Wanted, home: Home, *, say: Callable[[str], None]) -> Outcome:
    """Do it all; everything that was started has ended when this returns."""
    began, outcome = time.monotonic(), Outcome()
    if {Scenario.KILLS, Scenario.RESTART} & {*wanted.scenarios}:
        _with_a_stack(wanted, home_of_its_own(home, "havoc"), say, outcome, Havoc.kill_and_restart)
    if Scenario.FULL_DISK in wanted.scenarios:
        own = home_of_its_own(home, "havoc_disk")
        try:
            with small_disk(own.postgres):
                _with_a_stack(wanted, own, say, outcome, Havoc.fill_the_disk)
        except CannotMount as reason:
            say(f"The full disk is left out: {reason}.")
            outcome.scenarios[Scenario.FULL_DISK] = {"left_out": str(reason)}
    outcome.load_average = round(os.getloadavg()[1], 1)
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


def _with_a_stack(
    wanted: Wanted, home: Home, say: Callable[[str], None], outcome: Outcome, act: Callable[["Havoc"], None]
) -> None:
    with opened(home, say, seed=wanted.seed) as stack, Keeper(stack.supervisor, stack.postgres) as keeper:
        havoc = Havoc(wanted, stack, keeper, outcome)
        havoc.while_trading(lambda: act(havoc))


@dataclass(slots=True)
class Havoc:
    """A stack that is up, and what is wanted of it."""

    wanted: Wanted
    stack: Opened
    keeper: Keeper
    outcome: Outcome
    trade: Trade = field(init=False)
    kills: Kills = field(init=False)

    def __post_init__(self) -> None:
        self.trade = Trade(self.stack.shop, self.stack.warehouse, self.wanted.orders_per_second, self.wanted.seed)
        self.kills = Kills(
            hunter=Hunter(self.stack.supervisor, self.stack.postgres, DagsterApi(self.stack.stack.dagster_url)),
            progress=Progress(CONNECTION, self.stack.stack.databases),
            patience_seconds=self.wanted.patience_seconds,
            say=self.stack.say,
            check=self._check,
        )

    def while_trading(self, act: Callable[[], None]) -> None:
        """Do something while orders come in; then let everything settle, and judge it."""
        self.trade.begin()
        try:
            self._warm_up()
            act()
        finally:
            self.trade.end()
        self.stack.say(f"{self.trade.placed} orders were placed; what is under way settles.")
        patience = self.wanted.patience_seconds
        books = settled(self.stack.shop, self.stack.warehouse, patience_seconds=patience, meanwhile=self._check)
        judge(books, self.trade.placed, self.outcome)
        self.kills.record(self.outcome)
        self.outcome.refused += self.trade.refused
        self.outcome.started_again.update(self.keeper.starts)
        struck = self.kills.moments_of(Victim.POSTGRES)
        self.outcome.violations += [each.why for each in self.keeper.failed_starts if not each.was_struck(struck)]
        unstored = deliveries(self.stack.shop).not_stored(self.stack.stack.databases.ledger)
        if unstored:
            self.outcome.violations.append(f"{len(unstored)} webhooks were answered with 200 and are not stored")

    # ---- the scenarios

    def kill_and_restart(self) -> None:
        if Scenario.KILLS in self.wanted.scenarios:
            self.kills.happen(plan(self.wanted.kills, self.wanted.seed))
        if Scenario.RESTART in self.wanted.scenarios:
            struck = self.kills.strike(Victim.POSTGRES, "PostgreSQL is restarted in good order", self.stack.postgres.stop)
            self.outcome.scenarios[Scenario.RESTART] = {"recovery_seconds": round(struck.recovery, 1)}

    def fill_the_disk(self) -> None:
        folder, before = self.stack.postgres.data, deliveries(self.stack.shop).server_errors
        self.stack.say(f"The disk is full: {fill(folder) >> 20} MB of ballast.")
        limit = time.monotonic() + _FULL_SECONDS
        while time.monotonic() < limit:
            self._check()
            # What the server itself frees meanwhile is taken too.
            fill(folder)
            time.sleep(0.5)
        refused = deliveries(self.stack.shop).server_errors - before
        struck = self.kills.strike(Victim.POSTGRES, "There is room again", lambda: make_room(folder))
        # That the server could not be started on a full disk is what was to be expected.
        self.keeper.failed_starts.clear()
        self.outcome.scenarios[Scenario.FULL_DISK] = {
            "answered_with_5xx": refused,
            "recovery_seconds": round(struck.recovery, 1),
        }
        if not refused:
            self.outcome.violations.append("the disk was full, and no webhook was refused: nothing was tried")

    def _check(self) -> None:
        self.keeper.check()
        self.trade.check()

    def _warm_up(self) -> None:
        """Let every flow have its run, and be through with what came before it: what is late now would be so later too."""
        limit = time.monotonic() + _WARM_SECONDS
        while not set(NEEDED[Victim.POSTGRES]) <= (seen := self.kills.progress.since(datetime.now(UTC) - _PROMPTLY)):
            self._check()
            if time.monotonic() > limit:
                raise NeverWorked(f"after {_WARM_SECONDS:.0f} s, before anything was done, only this works promptly: {seen}")
            time.sleep(0.5)
        self.stack.say("Everything works; the havoc begins.")


class NeverWorked(RuntimeError):
    """The stack did not work before anything was done to it."""
