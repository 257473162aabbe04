"""A schedule from a seed: which things happen, in which order, and what goes wrong meanwhile.

What this shop and this warehouse have beside what every pair has; nothing here knows how a step is carried out.
"""

from random import Random
from typing import Any

from cogent_pipelines_tests.faults.chances import EVENT_KINDS, MANNERS, OF_SIGNED_EVENTS, Chances, Drawing
from cogent_pipelines_tests.faults.schedule import Schedule, Step

SKUS = ("TEE-S", "TEE-M", "COAT-L", "SOCK-M", "KNIT-XL", "SCARF-S")
UNKNOWN_TO_THE_WAREHOUSE = "PLANTER"
WRITES = (
    "SaveData:Sales orders",
    "SaveData:Sales order items",
    "fulfillmentCreate",
    "fulfillmentTrackingInfoUpdate",
    "inventorySetQuantities",
)
SHOP_CALLS = ("nodes", "orders", *WRITES[2:], "*")
TENANT_CALLS = ("SaveData", *WRITES[:2], "GetData", "GetReportData", "*")
_FEWEST, _MOST = 10, 30


def schedule_of(seed: int) -> Schedule:
    """Give the schedule that this seed is."""
    drawing = _Drawing(Random(f"schedule {seed}"))
    stock = drawing.stock()
    shop = {"search_delay_seconds": drawing.random.choice([0.0, 0.0, 0.0, 20.0])}
    tenant = {"report_lag_seconds": drawing.random.choice([0.0, 0.0, 0.0, 10.0])}
    return Schedule(seed, stock, drawing.steps(fewest=_FEWEST, most=_MOST), shop, tenant)


class _Drawing(Drawing):
    """Remembers also which orders wait to be paid or let go."""

    skus, writes = SKUS, WRITES

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.waiting: list[tuple[str, str]] = []

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

    def second_thoughts(self) -> Chances:
        return {"change": (self.change, 4), "let_go": (self.let_go, 3)}

    def let_go(self) -> Step | None:
        if not self.waiting:
            return None
        name, kept = self.waiting.pop(self.random.randrange(len(self.waiting)))
        return Step("pay" if kept == "unpaid" else "release", {"order": name})

    def change(self) -> Step:
        kind = self.random.choice(["note", "note", "cancel", "reduce", "readdress"])
        return Step(kind, {"order": self.random.choice(self.orders)})

    # ---- the warehouse

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
        kind = self.random.choice(OF_SIGNED_EVENTS if vendor == "shop" else EVENT_KINDS)
        return Step("fault", {"vendor": vendor, **self.astray(kind), "operation": "*"})
