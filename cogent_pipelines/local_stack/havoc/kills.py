"""Processes are killed outright, one after the other; each time it is measured how long everything takes to go on.

Recovery is measured from the signal to the moment when every part that the victim matters to has done something that began
after it: an order was placed, captured and acknowledged, a parcel came in and was told, stock was published; for the gateway
also a webhook stored, for the daemon a sensor's tick, for the database all of it.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cogent_pipelines.local_stack.havoc.outcome import Outcome
from cogent_pipelines.local_stack.havoc.plan import Kill
from cogent_pipelines.local_stack.havoc.progress import NEEDED, Progress
from cogent_pipelines.local_stack.havoc.victims import Hunter, kill
from cogent_pipelines.local_stack.havoc.wanted import Victim

_LOOK_SECONDS = 0.2
_NOBODY_SECONDS = 60.0


@dataclass(slots=True)
class Struck:
    """A kill whose recovery is awaited. `seconds` says how long each part took that has come back."""

    victim: Victim
    what: str
    at: datetime
    clock: float
    counts: bool = True
    """Whether it is one of the kills."""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        return [part for part in NEEDED[self.victim] if part not in self.seconds]

    @property
    def recovery(self) -> float:
        return max(self.seconds.values(), default=0.0)


@dataclass(slots=True)
class Kills:
    """Kills by a plan."""

    hunter: Hunter
    progress: Progress
    patience_seconds: float
    say: Callable[[str], None]
    check: Callable[[], None]
    struck: list[Struck] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def strike(self, victim: Victim, what: str, act: Callable[[], object]) -> Struck:
        """Do something else to a victim, wait until everything goes on, and give how long that took."""
        self.say(what)
        struck = Struck(victim, what, datetime.now(UTC), time.monotonic(), counts=False)
        act()
        self.struck.append(struck)
        self.recovered()
        return struck

    def happen(self, plan: tuple[Kill, ...]) -> None:
        for number, each in enumerate(plan, start=1):
            if not each.hasty:
                self.recovered()
            self._pass(each.pause_seconds)
            self._strike(each, f"{number} of {len(plan)}")
        self.recovered()

    def recovered(self) -> None:
        """Wait until whatever was struck goes on, or for so long as is bearable."""
        while open_ones := self._look():
            for each in open_ones:
                if time.monotonic() - each.clock > self.patience_seconds:
                    told = f"{each.what}: {', '.join(each.missing)} stood still {self.patience_seconds:.0f} s later"
                    self.violations.append(told)
                    self.struck.remove(each)
            self._pass(_LOOK_SECONDS)

    def record(self, outcome: Outcome) -> None:
        for victim in Victim:
            found = [each.recovery for each in self.struck if each.victim is victim and each.counts]
            if found:
                outcome.kills[victim] = len(found)
                outcome.longest_recovery_seconds[victim] = round(max(found), 1)
                outcome.median_recovery_seconds[victim] = round(statistics.median(found), 1)
        outcome.violations += self.violations

    def moments_of(self, victim: Victim) -> list[float]:
        """When this kind of victim was killed, by `time.monotonic`."""
        return [each.clock for each in self.struck if each.victim is victim and each.counts]

    def _strike(self, each: Kill, which: str) -> None:
        limit = time.monotonic() + _NOBODY_SECONDS
        while time.monotonic() < limit:
            found = self.hunter.find(each.victim, each.draw)
            at, clock = datetime.now(UTC), time.monotonic()
            if found is not None and kill(found):
                self.say(f"Kill {which}: {found.what} (process {found.pid})")
                self.struck.append(Struck(each.victim, found.what, at, clock))
                return
            self._pass(_LOOK_SECONDS)
        self.violations.append(f"for {_NOBODY_SECONDS:.0f} s there was no {each.victim} to kill")

    def _pass(self, seconds: float) -> None:
        limit = time.monotonic() + seconds
        while True:
            self.check()
            self._look()
            left = limit - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _LOOK_SECONDS))

    def _look(self) -> list[Struck]:
        """Note what has come back; give those of which something has not."""
        for each in [struck for struck in self.struck if struck.missing]:
            back = self.progress.since(each.at)
            passed = time.monotonic() - each.clock
            each.seconds |= {part: passed for part in each.missing if part in back}
            if not each.missing:
                parts = ", ".join(f"{part} {each.seconds[part]:.1f}" for part in NEEDED[each.victim])
                self.say(f"  {each.what}: back after {each.recovery:.1f} s ({parts})")
        return [struck for struck in self.struck if struck.missing]
