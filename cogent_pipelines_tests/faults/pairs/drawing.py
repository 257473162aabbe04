"""A schedule for any pair of vendors: what every storefront and every warehouse has, and what goes wrong meanwhile.

Nothing here knows how a step is carried out, nor who the vendors are.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from cogent_pipelines_tests.faults.chances import MANNERS, OF_SIGNED_EVENTS, Chances, Drawing
from cogent_pipelines_tests.faults.schedule import Schedule, Step

SKUS = ("TEE-S", "TEE-M", "COAT-L", "SOCK-M", "KNIT-XL")
WRITES = ("front:write", "back:write")
CALLS = ("front:write", "front:read", "front:login", "front:*", "back:write", "back:read", "back:login", "back:*")
"""Calls as the wire of a pair names them: whose they are, and what they do."""
_FEWEST, _MOST = 8, 24


def schedule_of(seed: int, pair: str) -> Schedule:
    """Give the schedule that this seed is between these two."""
    drawing = _Drawing(Random(f"schedule {seed} of {pair}"))
    stock = drawing.stock()
    return Schedule(seed, stock, drawing.steps(fewest=_FEWEST, most=_MOST), pair=pair)


class _Drawing(Drawing):
    skus, writes = SKUS, WRITES

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

    def second_thoughts(self) -> Chances:
        return {"cancel": (self.cancel, 4)}

    def cancel(self) -> Step:
        return Step("cancel", {"order": self.random.choice(self.orders)})

    # ---- the warehouse

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

    def outages(self) -> Chances:
        return {"outage": (self.outage, 1)}

    def outage(self) -> Step:
        return Step("outage", {"side": self.random.choice(["front", "back"]), "seconds": self.random.choice([30, 300, 900])})

    def events(self) -> Step:
        side, kind = self.random.choice(["front", "front", "back"]), self.random.choice(OF_SIGNED_EVENTS)
        return Step("events", {"side": side, **self.astray(kind)})

    def beside(self) -> list[Callable[[], Step]]:
        return [*super().beside(), self.cancel]
