"""One order as fulfilments see it: its lines, what left, and which items a number of units means. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.recorded import Shipped, shipped_in
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.units import Line, Unit, folded, line_named, units_of
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import OrderRef


class NotEnough(Exception):
    """The order has not so many units of a line; the message says which, for a person."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An order read just now."""

    ref: OrderRef
    order: Node
    lines: tuple[Line, ...]
    shipped: tuple[Shipped, ...]

    @classmethod
    def of(cls, ref: OrderRef, entity: Any, settings: ScayleSettings) -> "Shelf":
        """Lay out an order.

        Raises:
            Unreadable: a field is not as published.
        """
        order = Node(entity)
        lines = tuple(folded(units_of(order, settings)))
        return cls(ref, order, lines, tuple(shipped_in(order, ref, lines, settings)))

    def with_key(self, keys: Collection[str]) -> Shipped | None:
        return next((one for one in self.shipped if one.key in keys), None)

    def choose(
        self, wanted: Sequence[FulfilmentLine], *, fits: Callable[[Unit], bool], without: frozenset[int], short: str
    ) -> list[Unit]:
        """The first items of each line that fit, by id; `short` says what the others lack.

        Raises:
            NotEnough: a line is not there, or has not so many.
        """
        chosen: list[Unit] = []
        for each in wanted:
            line = line_named(self.lines, each.line_ref)
            if line is None:
                raise NotEnough(f"order {self.ref} has no line {each.line_ref}")
            taken = without | {unit.id for unit in chosen}
            free = [unit for unit in line.units if fits(unit) and unit.id not in taken]
            if len(free) < each.quantity:
                raise NotEnough(f"line {each.line_ref} has {len(free)} units {short}, and {each.quantity} are wanted")
            chosen += free[: each.quantity]
        if not chosen:
            raise NotEnough("nothing is in it")
        return chosen

    def units(self, ids: Sequence[int]) -> list[Unit]:
        """These items as they are now."""
        return [unit for line in self.lines for unit in line.units if unit.id in ids]
