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
        self,
        wanted: Sequence[FulfilmentLine],
        *,
        fits: Callable[[Unit], bool],
        without: frozenset[int],
        short: str,
        spares: Callable[[Line], Sequence[Unit]] = lambda _line: (),
    ) -> list[Unit]:
        """The first items of each line that fit, by id; `short` says what the others lack.

        Where a line has too few, the rest is taken from its `spares`, once every line has its own.

        Raises:
            NotEnough: a line is not there, or has not so many.
        """
        chosen: list[Unit] = []

        def take(units: Sequence[Unit], quantity: int) -> int:
            taken = without | {unit.id for unit in chosen}
            free = [unit for unit in units if fits(unit) and unit.id not in taken][:quantity]
            chosen.extend(free)
            return len(free)

        lines = [(self._line(each), each) for each in wanted]
        own = [take(line.units, each.quantity) for line, each in lines]
        for (line, each), found in zip(lines, own, strict=True):
            lacking = each.quantity - found
            if lacking and (spare := take(spares(line), lacking)) < lacking:
                has = found + spare
                raise NotEnough(f"line {each.line_ref} has {has} units {short}, and {each.quantity} are wanted")
        if not chosen:
            raise NotEnough("nothing is in it")
        return chosen

    def _line(self, wanted: FulfilmentLine) -> Line:
        line = line_named(self.lines, wanted.line_ref)
        if line is None:
            raise NotEnough(f"order {self.ref} has no line {wanted.line_ref}")
        return line

    def alike(self, line: Line) -> list[Unit]:
        """Units of other lines that are the same goods.

        Units may come apart after the order was sent: something was written to one of them, a voucher was shared out anew.
        """
        first = line.units[0]
        if not first.sku and not first.variant:
            return []
        others = (unit for other in self.lines if other is not line for unit in other.units)
        return sorted(
            (unit for unit in others if (unit.sku, unit.variant) == (first.sku, first.variant)), key=lambda unit: unit.id
        )

    def units(self, ids: Sequence[int]) -> list[Unit]:
        """These items as they are now."""
        return [unit for line in self.lines for unit in line.units if unit.id in ids]
