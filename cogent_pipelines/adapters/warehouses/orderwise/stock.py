"""Stock levels: one figure per variant over the locations that count, kits from their components.

Free stock may be negative and fractional there. Each location's is rounded down (half a unit here and half a unit there is
none to send), what one lacks is taken from the others, and less than nothing is nothing. The time of a figure is when
OrderWise calculated it, which it does later than goods move; never later than we asked. Where it is known within what time a
movement is in the figure, one that stands unchanged is true until that long ago. Of a server whose clock is in another zone
than the connection says no figure is read: it would be asked for what changes in an hour to come.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol, TypeVar

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.adapters.warehouses.orderwise import cells, times, translate, version
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.translate import ComponentRow, StockRow
from cogent_pipelines.adapters.warehouses.orderwise.wire import Row, Rows, Wire
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)
_PRIORITY = Priority.STOCK
ALL_LOCATIONS = ""
"""The site of every level: what the locations that count have together."""

Page = list[StockLevel | UnreadableLevel]


class _Timed(Protocol):
    @property
    def calculated_at(self) -> datetime | None: ...

    @property
    def read_at(self) -> datetime | None: ...


T = TypeVar("T", bound=_Timed)


def everything(wire: Wire) -> Iterator[Page]:
    """Every level.

    Raises:
        VendorError: a definition could not be run, nothing of what it says can be read, or the server's clock is another.
    """
    return _levels(wire, version.EVERYTHING_SINCE)


def changed(wire: Wire, since: datetime) -> Iterator[Page]:
    """Levels of the variants that were calculated since, and of the kits that they are components of.

    Raises:
        VendorError: a definition could not be run, nothing of what it says can be read, or the server's clock is another.
    """
    return _levels(wire, times.since(since, wire.settings))


def _levels(wire: Wire, since: str) -> Iterator[Page]:
    answer, by_sku, spoilt = _asked(wire, Question.STOCK_CHANGED, since, translate.stock_row)
    yield [*_of_variants(by_sku, answer, wire.settings), *spoilt]
    if wire.settings.has(Question.KIT_STOCK_CHANGED):
        answer, by_kit, spoilt = _asked(wire, Question.KIT_STOCK_CHANGED, since, translate.component_row)
        yield [*_of_kits(by_kit, answer, wire.settings), *spoilt]


def _asked(
    wire: Wire, question: Question, since: str, read: Callable[[Row], T]
) -> tuple[Rows, dict[str, list[T]], list[UnreadableLevel]]:
    answer = wire.run(question, {"@since": since}, priority=_PRIORITY)
    answered_at = wire.clock.now()
    found, spoilt = _read(answer.rows, read, question)
    _check_clock(found, answer.asked_at, answered_at, wire.settings, question)
    return answer, found, spoilt


def _check_clock(
    found: Mapping[str, Sequence[_Timed]],
    asked_at: datetime,
    answered_at: datetime,
    settings: OrderWiseSettings,
    question: Question,
) -> None:
    printed = {row.read_at for rows in found.values() for row in rows if row.read_at is not None}
    if not printed:
        return
    all_ahead = [times.ahead(each, asked_at=asked_at, answered_at=answered_at, settings=settings) for each in printed]
    ahead = min(all_ahead, key=abs)
    if times.is_tolerated(ahead, settings):
        return
    by = f"{abs(ahead.total_seconds()):.0f} s {'ahead of' if ahead > timedelta(0) else 'behind'} ours"
    words = (
        f"the database server's clock is {by}, read in {settings.time_zone}: give `timezone` as that clock is set, "
        "or `clock_tolerance_seconds`"
    )
    raise VendorRefused(words, operation=f"export {question}")


def _read(
    rows: Sequence[Row], read: Callable[[Row], T], question: Question
) -> tuple[dict[str, list[T]], list[UnreadableLevel]]:
    """Rows by their variant. One of which a row cannot be read is unreadable as a whole: half a sum is no sum.

    Raises:
        VendorRefused: there are rows, and of no variant all can be read.
    """
    found: dict[str, list[T]] = {}
    spoilt: dict[str, str] = {}
    for row in rows:
        name = _code(row)
        try:
            found.setdefault(name, []).append(read(row))
        except Unreadable as error:
            spoilt[name] = f"{question}: {error}"
    if "" in spoilt:
        _log.warning("a figure of a variant without a code is left out: %s", spoilt[""])
    whole = {name: of_sku for name, of_sku in found.items() if name not in spoilt}
    if is_at_fault(faults=len(spoilt), read=len(whole)):
        raise VendorRefused(next(iter(spoilt.values())), operation=f"export {question}")
    return whole, [UnreadableLevel(Sku(name), fault) for name, fault in spoilt.items() if name]


def _code(row: Row) -> str:
    """The variant's code as a row is read by it; empty where it has none."""
    try:
        code = cells.name(row, "sku")
    except Unreadable:
        return ""
    return code if code.strip() else ""


def _of_variants(by_sku: Mapping[str, Sequence[StockRow]], answer: Rows, settings: OrderWiseSettings) -> list[StockLevel]:
    levels = []
    for sku, rows in by_sku.items():
        counting = [row for row in rows if _counts(row.location, settings) and not row.is_kit]
        if counting:
            free, overall = _sellable(row.free for row in counting), _sum(row.overall for row in counting)
            levels.append(StockLevel(Sku(sku), ALL_LOCATIONS, free, overall, _snapshot(counting, answer, settings)))
    return levels


def _of_kits(by_kit: Mapping[str, Sequence[ComponentRow]], answer: Rows, settings: OrderWiseSettings) -> list[StockLevel]:
    """As many as the scarcest component makes, at each location by itself: nobody packs one kit at two places."""
    levels = []
    for kit, parts in by_kit.items():
        components = {part.component for part in parts}
        places = sorted({part.location for part in parts if part.location is not None and _counts(part.location, settings)})
        buildable = _sellable(_buildable([part for part in parts if part.location == place], components) for place in places)
        levels.append(StockLevel(Sku(kit), ALL_LOCATIONS, buildable, None, _snapshot(parts, answer, settings)))
    return levels


def _buildable(here: Sequence[ComponentRow], components: set[str]) -> Decimal:
    if {part.component for part in here} != components:
        return Decimal(0)
    return min((part.free / part.each for part in here), default=Decimal(0))


def _counts(location: int, settings: OrderWiseSettings) -> bool:
    return not settings.stock_locations or location in settings.stock_locations


def _sellable(figures: Iterable[Decimal]) -> Decimal:
    whole = sum((figure.to_integral_value(ROUND_FLOOR) for figure in figures), Decimal(0))
    return max(Decimal(0), whole)


def _sum(figures: Iterable[Decimal | None]) -> Decimal | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if known else None


def _snapshot(rows: Sequence[_Timed], answer: Rows, settings: OrderWiseSettings) -> datetime:
    """When the oldest figure of them was made; where OrderWise does not say, when it was read."""
    said = [row.calculated_at or row.read_at for row in rows]
    known = [times.from_server(moment, settings) for moment in said if moment is not None]
    calculated = min([answer.asked_at, *known])
    within = settings.recalculated_within_seconds
    return calculated if within is None else max(calculated, answer.asked_at - timedelta(seconds=within))
