"""A schedule for any pair of vendors: what every storefront and every warehouse has, and what goes wrong meanwhile.

The shares below decide what is likely; nothing here knows how a step is carried out, nor who the vendors are.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from cogent_pipelines_tests.faults.schedule import Schedule, Step

SKUS = ("TEE-S", "TEE-M", "COAT-L", "SOCK-M", "KNIT-XL")
FLOWS = ("order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment")
WRITES = ("front:write", "back:write")
CALLS = ("front:write", "front:read", "front:login", "front:*", "back:write", "back:read", "back:login", "back:*")
"""Calls as the wire of a pair names them: whose they are, and what they do."""
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
EVENT_KINDS = ("lose_event", "delay_event", "duplicate_event", "reorder_event", "forge_event")
_FEWEST, _MOST = 8, 24
_ENDS_IN_A_SHIFT = 0.6


def schedule_of(seed: int, pair: str) -> Schedule:
    """Give the schedule that this seed is between these two."""
    return _Drawing(seed, pair).schedule()


class _Drawing:
    """One schedule in the making; remembers which orders were bought, so that later steps can name them."""

    def __init__(self, seed: int, pair: str) -> None:
        self.seed, self.pair = seed, pair
        self.random = Random(f"schedule {seed} of {pair}")
        self.orders: list[str] = []

    def schedule(self) -> Schedule:
        stock = {sku: self.random.choice([2, 4, 8, 30]) for sku in SKUS}
        chances = self._chances()
        kinds, weights = list(chances), [weight for _, weight in chances.values()]
        steps = [self.buy()]
        steps += [chances[kind][0]() for kind in self.random.choices(kinds, weights, k=self.random.randint(_FEWEST, _MOST))]
        if self.random.random() < _ENDS_IN_A_SHIFT:
            # What was bought leaves while things still go wrong, not only when they are over.
            steps += [Step("work"), Step("shift"), self.fault(), self.die(), Step("work"), Step("tracking"), Step("work")]
        return Schedule(self.seed, stock, tuple(steps), pair=self.pair)

    def _chances(self) -> dict[str, tuple[Callable[[], Step], int]]:
        return {
            "buy": (self.buy, 16),
            "work": (lambda: Step("work"), 22),
            "flow": (lambda: Step("flow", {"flow": self.random.choice(FLOWS)}), 6),
            "wait": (lambda: Step("wait", {"seconds": self.random.choice([1, 10, 61, 61, 400])}), 12),
            "goods": (self.goods, 5),
            "despatch": (self.despatch, 10),
            "shift": (lambda: Step("shift"), 3),
            "tracking": (lambda: Step("tracking"), 3),
            "cancel": (self.cancel, 4),
            "fault": (self.fault, 10),
            "outage": (self.outage, 1),
            "events": (self.events, 5),
            "gateway_away": (lambda: Step("gateway_away", {"calls": self.random.randint(1, 3)}), 1),
            "die": (self.die, 8),
            "meanwhile": (self.meanwhile, 4),
        }

    # ---- the trade

    def buy(self) -> Step:
        name = f"o{len(self.orders) + 1}"
        chosen = self.random.sample(SKUS, self.random.choice([1, 1, 2, 3]))
        given: dict[str, Any] = {"order": name, "lines": [[sku, self.random.randint(1, 3)] for sku in chosen]}
        given["shipping"] = self.random.choice([0, 395])
        given["discount"] = self.random.choice([0, 0, 0, 101])
        if self.random.random() < 0.06:
            given["kept"] = "unpaid"
        self.orders.append(name)
        return Step("buy", given)

    def cancel(self) -> Step:
        return Step("cancel", {"order": self.random.choice(self.orders)})

    # ---- the warehouse

    def goods(self) -> Step:
        by = self.random.choice([1, 2, 5, 8, -1, -2])
        return Step("goods", {"sku": self.random.choice(SKUS), "by": by})

    def despatch(self) -> Step:
        given: dict[str, Any] = {"order": self.random.choice(self.orders)}
        if self.random.random() < 0.4:
            given["each"] = 1
        given["tracking"] = self.random.choice(["now", "now", "later"])
        return Step("despatch", given)

    # ---- what goes wrong

    def fault(self) -> Step:
        given: dict[str, Any] = {"call": self.random.choice(CALLS), "kind": self.random.choice(MANNERS)}
        if given["kind"] == "slow":
            given["seconds"] = self.random.choice([2, 20, 90])
        if given["kind"] == "fail_after_acting":
            given["status"] = self.random.choice([500, 504])
        given["times"] = self.random.choice([1, 1, 2, 3, 8])
        given["after"] = self.random.choice([0, 0, 0, 1, 2])
        return Step("fault", given)

    def outage(self) -> Step:
        return Step("outage", {"side": self.random.choice(["front", "back"]), "seconds": self.random.choice([30, 300, 900])})

    def events(self) -> Step:
        side, kind = self.random.choice(["front", "front", "back"]), self.random.choice(EVENT_KINDS)
        given: dict[str, Any] = {"side": side, "kind": kind, "times": self.random.randint(1, 4)}
        if kind == "delay_event":
            given["seconds"] = self.random.choice([5, 70, 900])
        if kind == "duplicate_event":
            given["copies"] = self.random.randint(2, 3)
        if kind == "reorder_event":
            given["behind"] = self.random.randint(1, 3)
        return Step("events", given)

    def die(self) -> Step:
        moment = self.random.choice(MOMENTS)
        if self.random.random() < 0.6:
            given = {"operation": self.random.choice(WRITES), "after": self.random.choice([0, 0, 1])}
            return Step("die", {"moment": moment, **given})
        most = 30 if moment in ("commit", "committed") else 6
        return Step("die", {"moment": moment, "operation": "", "after": self.random.randint(0, most)})

    def meanwhile(self) -> Step:
        """Something happens while one of our calls is on its way."""
        step = self.random.choice([self.buy, self.goods, self.despatch, self.cancel])()
        given = {"operation": self.random.choice(["", *WRITES]), "after": self.random.randint(0, 3)}
        return Step("meanwhile", {**given, "step": [step.kind, dict(step.given)]})
