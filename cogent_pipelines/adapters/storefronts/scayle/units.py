"""Items of an order, of which each is one unit, folded into lines; and which of them a line's units are. Pure.

SCAYLE has no quantity: three of one variant are three items (official clients' models). Units that nobody can tell apart
are one line: same variant, money, tax, reductions, custom data and set. What changes while an order lives (status,
package, warehouse, merchant) does not part a line, or its reference would not last. A line is named by its lowest item
id, and units of it are always taken in the order of their ids, so that the same question has the same answer in every
process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.canonical.identity import LineRef

# Documented and seen (models, webhook schemas, examples); the set is open. A time, where there is one, outweighs a word.
_OFF = frozenset({"cancelled", "canceled", "unavailable", "undeliverable"})
_BACK = frozenset({"returned"})
_GONE = frozenset({"shipped", "delivered"})


@dataclass(frozen=True, slots=True)
class Reduction:
    """What was taken off one unit, and under which name."""

    title: str
    minor: int


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """One unit's money in minor units; `net` and `rate` None where SCAYLE leaves them out."""

    gross: int
    before: int
    net: int | None
    vat: int | None
    rate: float | None
    reductions: tuple[Reduction, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """One item."""

    id: int
    sku: str
    variant: str
    title: str
    price: UnitPrice
    set_ref: str
    custom: str
    ours: bool
    cancelled: bool
    shipped: bool
    returned: bool
    package: int | None
    delegated_at: datetime | None
    returned_at: datetime | None

    @property
    def owed(self) -> bool:
        """Whether we must still send it."""
        return self.ours and not (self.cancelled or self.shipped or self.returned)

    @property
    def current(self) -> bool:
        """Whether it is still sold."""
        return not (self.cancelled or self.returned)


@dataclass(frozen=True, slots=True)
class Line:
    """Units that nobody can tell apart, by id."""

    units: tuple[Unit, ...] = field(repr=False)

    @property
    def ref(self) -> LineRef:
        return LineRef(str(self.units[0].id))

    def owed(self, *, without: frozenset[int] = frozenset()) -> list[Unit]:
        return [unit for unit in self.units if unit.owed and unit.id not in without]


def units_of(order: Node, settings: ScayleSettings) -> list[Unit]:
    """Every item, by id.

    Raises:
        Unreadable: a field is not as published, or an id is there twice.
    """
    units = sorted((_unit(item, settings) for item in order.each("items")), key=lambda unit: unit.id)
    if len({unit.id for unit in units}) < len(units):
        raise order.wrong("items", "a list of items with different ids")
    return units


def folded(units: Iterable[Unit]) -> list[Line]:
    """Lines in the order of their first item."""
    by_kind: dict[Any, list[Unit]] = {}
    for unit in units:
        kind = (unit.sku, unit.variant, unit.price, unit.set_ref, unit.custom)
        by_kind.setdefault(kind, []).append(unit)
    return [Line(tuple(sorted(same, key=lambda unit: unit.id))) for same in by_kind.values()]


def line_named(lines: Sequence[Line], ref: LineRef) -> Line | None:
    """The line of that name; any of its items names it, should the first one be gone."""
    return next((line for line in lines if any(str(unit.id) == ref for unit in line.units)), None)


def _unit(item: Node, settings: ScayleSettings) -> Unit:
    status = item.text("status")
    shipped_at, returned_at = item.time("shippedAt", settings.timezone), item.time("returnedAt", settings.timezone)
    variant = item.inner("variant")
    return Unit(
        id=item.needed_number("id"),
        sku=variant.text("referenceKey", longest=500),
        variant=variant.text("id"),
        title=item.inner("product").text("name"),
        price=price_of(item.inner("price")),
        set_ref=item.inner("itemGroup").text("id"),
        custom=custom_text(item.value.get("legacyCustomData")),
        ours=_is_ours(item, settings),
        cancelled=status in _OFF or item.time("cancelledAt", settings.timezone) is not None,
        shipped=status in _GONE or shipped_at is not None,
        returned=status in _BACK or returned_at is not None,
        package=item.number("packageId"),
        delegated_at=item.time("delegatedAt", settings.timezone),
        returned_at=returned_at,
    )


def _is_ours(item: Node, settings: ScayleSettings) -> bool:
    """Whether it was given to our merchant and warehouse; where the order does not say, nobody else has it."""
    merchant, warehouse = item.inner("merchant").text("referenceKey"), item.text("warehouseId")
    if settings.merchant and merchant and merchant != settings.merchant:
        return False
    return not (settings.warehouse_ids and warehouse and warehouse not in settings.warehouse_ids)


def price_of(price: Node) -> UnitPrice:
    """Money of one unit. `undiscountedWithTax` is missing where prices came from elsewhere; then nothing was taken off."""
    gross = price.needed_number("withTax")
    before = price.number("undiscountedWithTax")
    vat = price.inner("tax").inner("vat")
    given = [_reduction(each) for each in price.each("appliedReductions")]
    before = gross + sum(each.minor for each in given) if before is None else before
    return UnitPrice(
        gross=gross,
        before=before,
        net=price.number("withoutTax"),
        vat=vat.number("amount"),
        rate=vat.fraction("rate"),
        reductions=adding_up(given, before - gross),
    )


def adding_up(given: Sequence[Reduction], whole: int) -> tuple[Reduction, ...]:
    """What was taken off, so that it adds up to the penny: rounding and what nobody named are a part of their own."""
    parts = [each for each in given if each.minor]
    rest = whole - sum(each.minor for each in parts)
    return (*parts, Reduction("other reductions", rest)) if rest else tuple(parts)


def _reduction(node: Node) -> Reduction:
    title = node.text("code") or node.text("displayName") or node.text("category")
    return Reduction(title, node.inner("amount").number("absoluteWithTax") or 0)


def custom_text(value: Any) -> str:
    """Custom data as one text that is equal where they are; '' for none. An empty list is how an empty object may arrive."""
    if value in (None, {}, []):
        return ""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()
