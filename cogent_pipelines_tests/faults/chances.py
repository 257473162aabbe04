"""What is drawn alike for every schedule, whoever the vendors are: how likely each kind of step is, and what goes wrong.

The shares below decide what is likely; nothing here knows how a step is carried out, nor what a pair's orders look like. A
seed is its draws in their order: whoever changes one here makes other schedules of all seeds.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar

from cogent_pipelines_tests.faults.schedule import Step

FLOWS = ("order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment")
MANNERS = (
    "refuse",
    "throttle",
    "html_page",
    "html_page_acted",
    "expire_token",
    "slow",
    "time_out_before_acting",
    "fail_after_acting",
    "time_out_after_acting",
)
MOMENTS = ("call", "acted", "commit", "committed")
EVENT_KINDS = ("lose_event", "delay_event", "duplicate_event", "reorder_event")
OF_SIGNED_EVENTS = (*EVENT_KINDS, "forge_event")
_ENDS_IN_A_SHIFT = 0.6

Chances = Mapping[str, tuple[Callable[[], Step | None], int]]
"""How a kind of step is drawn, and its share among all. A draw gives None where there is nothing to do it to."""


class Drawing(ABC):
    """One schedule in the making; remembers which orders were bought, so that later steps can name them."""

    skus: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]
    """Calls that change something at a vendor, as the pair names them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.orders: list[str] = []

    def stock(self) -> dict[str, int]:
        """Units of each SKU to begin with."""
        return {sku: self.random.choice([2, 4, 8, 30]) for sku in self.skus}

    def steps(self, *, fewest: int, most: int) -> tuple[Step, ...]:
        """An order, so many steps by their chances, and most often a shift while things still go wrong."""
        chances = self._chances()
        kinds, weights = list(chances), [weight for _, weight in chances.values()]
        steps: list[Step] = [self.buy()]
        for kind in self.random.choices(kinds, weights, k=self.random.randint(fewest, most)):
            draw, _ = chances[kind]
            step = draw()
            if step is not None:
                steps.append(step)
        if self.random.random() < _ENDS_IN_A_SHIFT:
            # What was bought leaves while things still go wrong, not only when they are over.
            steps += [Step("work"), Step("shift"), self.fault(), self.die(), Step("work"), Step("tracking"), Step("work")]
        return tuple(steps)

    def _chances(self) -> Chances:
        return {
            "buy": (self.buy, 16),
            "work": (lambda: Step("work"), 22),
            "flow": (lambda: Step("flow", {"flow": self.random.choice(FLOWS)}), 6),
            "wait": (lambda: Step("wait", {"seconds": self.random.choice([1, 10, 61, 61, 400])}), 12),
            "goods": (self.goods, 5),
            "despatch": (self.despatch, 10),
            "shift": (lambda: Step("shift"), 3),
            "tracking": (lambda: Step("tracking"), 3),
            **self.second_thoughts(),
            "fault": (self.fault, 10),
            **self.outages(),
            "events": (self.events, 5),
            "gateway_away": (lambda: Step("gateway_away", {"calls": self.random.randint(1, 3)}), 1),
            "die": (self.die, 8),
            "meanwhile": (self.meanwhile, 4),
        }

    # ---- what a pair has of its own

    @abstractmethod
    def buy(self) -> Step: ...

    @abstractmethod
    def despatch(self) -> Step: ...

    @abstractmethod
    def second_thoughts(self) -> Chances:
        """What becomes of an order between its purchase and its despatch."""

    @abstractmethod
    def fault(self) -> Step:
        """A vendor answers some of its calls badly."""

    @abstractmethod
    def events(self) -> Step:
        """A vendor's events go astray."""

    def outages(self) -> Chances:
        """A vendor answers nothing for a while; no such step by default."""
        return {}

    def beside(self) -> list[Callable[[], Step]]:
        """What may happen while one of our calls is on its way."""
        return [self.buy, self.goods, self.despatch]

    # ---- what all have

    def goods(self) -> Step:
        by = self.random.choice([1, 2, 5, 8, -1, -2])
        return Step("goods", {"sku": self.random.choice(self.skus), "by": by})

    def astray(self, kind: str) -> dict[str, Any]:
        """How often events go astray in this way, and how far."""
        given: dict[str, Any] = {"kind": kind, "times": self.random.randint(1, 4)}
        if kind == "delay_event":
            given["seconds"] = self.random.choice([5, 70, 900])
        if kind == "duplicate_event":
            given["copies"] = self.random.randint(2, 3)
        if kind == "reorder_event":
            given["behind"] = self.random.randint(1, 3)
        return given

    def die(self) -> Step:
        """We end at once, at a write or at any moment."""
        moment = self.random.choice(MOMENTS)
        if self.random.random() < 0.6:
            given = {"operation": self.random.choice(self.writes), "after": self.random.choice([0, 0, 1])}
            return Step("die", {"moment": moment, **given})
        most = 30 if moment in ("commit", "committed") else 6
        return Step("die", {"moment": moment, "operation": "", "after": self.random.randint(0, most)})

    def meanwhile(self) -> Step:
        """Something happens while one of our calls is on its way."""
        step = self.random.choice(self.beside())()
        given = {"operation": self.random.choice(["", *self.writes]), "after": self.random.randint(0, 3)}
        return Step("meanwhile", {**given, "step": [step.kind, dict(step.given)]})
