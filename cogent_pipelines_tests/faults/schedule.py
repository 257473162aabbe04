"""A schedule: what happens, goes wrong and dies, in order, as data. The same seed is the same schedule on every machine.

How one is drawn from a seed is in `drawing`, what a step does to a world in `performing`. A step names orders by the name
under which they were bought here, so that a schedule from which steps were taken still means the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; `given` is plain data, as `performing` wants it for this kind."""

    kind: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{name}={json.dumps(value)}" for name, value in self.given.items())])


@dataclass(frozen=True, slots=True)
class Schedule:
    """`stock` is what lies in the warehouse when it begins, `shop` and `tenant` the vendors' switches.

    `pair` names the two vendors where the schedule is in nobody's words; empty where it is one of Shopify and Peoplevox.
    """

    seed: int
    stock: Mapping[str, int]
    steps: tuple[Step, ...]
    shop: Mapping[str, Any] = field(default_factory=dict)
    tenant: Mapping[str, Any] = field(default_factory=dict)
    pair: str = ""

    def with_steps(self, steps: Sequence[Step]) -> "Schedule":
        return replace(self, steps=tuple(steps))

    def as_json(self) -> str:
        rows = [[step.kind, dict(step.given)] for step in self.steps]
        vendors = {"pair": self.pair, "shop": self.shop, "tenant": self.tenant}
        return json.dumps({"seed": self.seed, "stock": self.stock, **vendors, "steps": rows})

    @classmethod
    def from_json(cls, text: str) -> "Schedule":
        read = json.loads(text)
        steps = tuple(Step(kind, given) for kind, given in read.pop("steps"))
        return cls(steps=steps, **read)
