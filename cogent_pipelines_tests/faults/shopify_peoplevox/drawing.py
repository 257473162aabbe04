"""A schedule from a seed: which things happen, in which order, and what goes wrong meanwhile.

The shares below decide what is likely; nothing here knows how a step is carried out.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from cogent_pipelines_tests.faults.schedule import Schedule, Step

SKUS = ("TEE-S", "TEE-M", "COAT-L", "SOCK-M", "KNIT-XL", "SCARF-S")
UNKNOWN_TO_THE_WAREHOUSE = "PLANTER"
FLOWS = ("order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment")
WRITES = (
    "SaveData:Sales orders",
    "SaveData:Sales order items",
    "fulfillmentCreate",
    "fulfillmentTrackingInfoUpdate",
    "inventorySetQuantities",
)
SHOP_CALLS = ("nodes", "orders", *WRITES[2:], "*")
TENANT_CALLS = ("SaveData", *WRITES[:2], "GetData", "GetReportData", "*")
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
_FEWEST, _MOST = 10, 30
_ENDS_IN_A_SHIFT = 0.6


def schedule_of(seed: int) -> Schedule:
    """Give the schedule that this seed is."""
    return _Drawing(seed).schedule()


class _Drawing:
    """One schedule in the making; remembers which orders were bought, so that later steps can name them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(f"schedule {seed}")
        self.orders: list[str] = []
        self.waiting: list[tuple[str, str]] = []

    def schedule(self) -> Schedule:
        stock = {sku: self.random.choice([2, 4, 8, 30]) for sku in SKUS}
        shop = {"search_delay_seconds": self.random.choice([0.0, 0.0, 0.0, 20.0])}
        tenant = {"report_lag_seconds": self.random.choice([0.0, 0.0, 0.0, 10.0])}
        chances = self._chances()
        kinds, weights = list(chances), [weight for _, weight in chances.values()]
        steps: list[Step] = [self.buy()]
        for kind in self.random.choices(kinds, weights, k=self.random.randint(_FEWEST, _MOST)):
            draw, _ = chances[kind]
            step = draw()
            if step is not None:
                steps.append(step)
        if self.random.random() < _ENDS_IN_A_SHIFT:
            # What was bought leaves while things still go wrong, not only when they are over.
            steps += [Step("work"), Step("shift"), self.fault(), self.die(), Step("work"), Step("tracking"), Step("work")]
        return Schedule(self.seed, stock, tuple(steps), shop, tenant)

    def _chances(self) -> dict[str, tuple[Callable[[], Step | None], int]]:
        return {
            "buy": (self.buy, 16),
            "work": (lambda: Step("work"), 22),
            "flow": (lambda: Step("flow", {"flow": self.random.choice(FLOWS)}), 6),
            "wait": (lambda: Step("wait", {"seconds": self.random.choice([1, 10, 61, 61, 400])}), 12),
            "goods": (self.goods, 5),
            "despatch": (self.despatch, 10),
            "shift": (lambda: Step("shift"), 3),
            "tracking": (lambda: Step("tracking"), 3),
            "change": (self.change, 4),
            "let_go": (self.let_go, 3),
            "fault": (self.fault, 10),
            "events": (self.events, 5),
            "gateway_away": (lambda: Step("gateway_away", {"calls": self.random.randint(1, 3)}), 1),
            "die": (self.die, 8),
            "meanwhile": (self.meanwhile, 4),
        }

    # ---- the trade

    def buy(self) -> Step:
        name = f"o{len(self.orders) + 1}"
        chosen = self.random.sample(SKUS, self.random.choice([1, 1, 2, 3]))
        lines = [[sku, self.random.randint(1, 3)] for sku in chosen]
        if self.random.random() < 0.05:
            lines.append([UNKNOWN_TO_THE_WAREHOUSE, 1])
        given: dict[str, Any] = {"order": name, "lines": lines}
        kept = self.random.choices(["", "unpaid", "on_hold"], [86, 6, 8])[0]
        if kept:
            given["kept"] = kept
            self.waiting.append((name, kept))
        self.orders.append(name)
        return Step("buy", given)

    def let_go(self) -> Step | None:
        if not self.waiting:
            return None
        name, kept = self.waiting.pop(self.random.randrange(len(self.waiting)))
        return Step("pay" if kept == "unpaid" else "release", {"order": name})

    def change(self) -> Step:
        kind = self.random.choice(["note", "note", "cancel", "reduce", "readdress"])
        return Step(kind, {"order": self.random.choice(self.orders)})

    # ---- the warehouse

    def goods(self) -> Step:
        by = self.random.choice([1, 2, 5, 8, -1, -2])
        return Step("goods", {"sku": self.random.choice(SKUS), "by": by})

    def despatch(self) -> Step:
        given: dict[str, Any] = {"order": self.random.choice(self.orders)}
        if self.random.random() < 0.4:
            given["each"] = 1
        given["parcels"] = self.random.choice([1, 1, 1, 2])
        # Several packages of one despatch that have no number yet are one in the warehouse's report, and a person's matter.
        given["tracking"] = self.random.choice(["now", "now", "later"]) if given["parcels"] == 1 else "now"
        return Step("despatch", given)

    # ---- what goes wrong

    def fault(self) -> Step:
        vendor = self.random.choice(["shop", "tenant"])
        times = self.random.choice([1, 1, 2, 3, 8])
        probability = self.random.choice([0.3, 1.0, 1.0])
        if vendor == "tenant" and self.random.random() < 0.2:
            operation, form = self.random.choice(["SaveData", *WRITES[:2]]), self.random.choice(["answer", "lost", "fault"])
            given = {"kind": "half_done", "done": self.random.randint(1, 3), "form": form}
        else:
            operation = self.random.choice(SHOP_CALLS if vendor == "shop" else TENANT_CALLS)
            given = {"kind": self.random.choice(MANNERS)}
            if given["kind"] == "slow":
                given["seconds"] = self.random.choice([2, 20, 90])
        after = self.random.choice([0, 0, 0, 1, 2])
        rule = {"operation": operation, "times": times, "after": after, "probability": probability}
        return Step("fault", {"vendor": vendor, **given, **rule})

    def events(self) -> Step:
        vendor = self.random.choice(["shop", "tenant"])
        kinds = ["lose_event", "delay_event", "duplicate_event", "reorder_event"]
        kind = self.random.choice([*kinds, "forge_event"] if vendor == "shop" else kinds)
        given: dict[str, Any] = {"vendor": vendor, "kind": kind, "times": self.random.randint(1, 4)}
        if kind == "delay_event":
            given["seconds"] = self.random.choice([5, 70, 900])
        if kind == "duplicate_event":
            given["copies"] = self.random.randint(2, 3)
        if kind == "reorder_event":
            given["behind"] = self.random.randint(1, 3)
        return Step("fault", {**given, "operation": "*"})

    def die(self) -> Step:
        moment = self.random.choice(MOMENTS)
        if self.random.random() < 0.6:
            return Step(
                "die", {"moment": moment, "operation": self.random.choice(WRITES), "after": self.random.choice([0, 0, 1])}
            )
        most = 30 if moment in ("commit", "committed") else 6
        return Step("die", {"moment": moment, "operation": "", "after": self.random.randint(0, most)})

    def meanwhile(self) -> Step:
        """Something happens while one of our calls is on its way."""
        step = self.random.choice([self.buy, self.goods, self.despatch])()
        where = self.random.choice(["", *WRITES])
        return Step(
            "meanwhile", {"operation": where, "after": self.random.randint(0, 3), "step": [step.kind, dict(step.given)]}
        )
