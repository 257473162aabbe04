"""The stock book: what lies at which location, what is promised of it, and when the figures were last recalculated.

Free stock is what lies there less what open orders want; it may be negative and fractional. What a client sees are the
figures of the last recalculation (`Switches.recalculate_after_seconds`). Who changes stock and why is `floor` and
`company`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from cogent_pipelines.simulators.orderwise.entities import Level
from cogent_pipelines.simulators.orderwise.switches import Switches

_NOTHING = Decimal(0)


class StockBook:
    """All levels of one company."""

    def __init__(self, switches: Switches, on_recalculated: Callable[[int], None]) -> None:
        self.levels: dict[tuple[int, int], Level] = {}
        self.by_variant: dict[int, list[Level]] = {}
        self.calculated_at: dict[int, datetime] = {}
        self._pending: dict[int, datetime] = {}
        self._switches = switches
        self._on_recalculated = on_recalculated

    def level(self, variant_id: int, location_id: int) -> Level:
        """Give a level, opening it at nothing where there is none."""
        found = self.levels.get((variant_id, location_id))
        if found is None:
            found = Level(id=len(self.levels) + 1, variant_id=variant_id, location_id=location_id)
            self.levels[(variant_id, location_id)] = found
            self.by_variant.setdefault(variant_id, []).append(found)
        return found

    def change(
        self,
        level: Level,
        *,
        at: datetime,
        overall: Decimal = _NOTHING,
        promised: Decimal = _NOTHING,
        allocated: Decimal = _NOTHING,
    ) -> None:
        level.overall += overall
        level.promised += promised
        level.allocated += allocated
        if overall or promised:
            self.touch(level.variant_id, at)

    def touch(self, variant_id: int, at: datetime) -> None:
        """Let a variant be recalculated when its turn comes."""
        self._pending.setdefault(variant_id, at + timedelta(seconds=self._switches.recalculate_after_seconds))

    def tick(self, now: datetime) -> None:
        """Recalculate what is due."""
        if not self._pending:
            return
        for variant_id in [variant_id for variant_id, due in self._pending.items() if due <= now]:
            self.calculated_at[variant_id] = self._pending.pop(variant_id)
            for level in self.by_variant.get(variant_id, ()):
                level.shown_free, level.shown_overall = level.free, level.overall
            self._on_recalculated(variant_id)

    def shown_free(self, variant_id: int) -> Decimal:
        return sum((level.shown_free for level in self.by_variant.get(variant_id, ())), start=_NOTHING)

    def free(self, variant_id: int) -> Decimal:
        return sum((level.free for level in self.by_variant.get(variant_id, ())), start=_NOTHING)
