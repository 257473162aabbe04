"""Rows of the despatch report as parcels. Pure; reading the rows is in `despatches`.

A parcel is a despatch number and a sales order; where several parcels share the number, their tracking numbers tell them
apart. Its reference must survive the tracking number's arrival, so it is built from the rows' own identity: the parcel with
the despatch's first row bears the plain reference, any other adds its own first row.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.adapters.warehouses.peoplevox.dates import from_vendor
from cogent_pipelines.adapters.warehouses.peoplevox.finding import HeldOrder
from cogent_pipelines.adapters.warehouses.peoplevox.settings import KitReport, PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.translate import line_ref
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_MOST_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class DespatchRow:
    """One item of one despatch as the report prints it; `kit` is the kit it was picked for, `kits` how many of those.

    `fault` says what of the row cannot be read; its date is then its neighbour's.
    """

    order: str
    despatch: str
    date: datetime
    item: str
    quantity: Decimal | None
    tracking: str = ""
    carrier: str = ""
    service: str = ""
    line: str = ""
    kit: str = ""
    kits: Decimal | None = None
    fault: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same of a row when its tracking number arrives."""
        return self.line, self.kit, self.item


def parcels(rows: Sequence[DespatchRow], settings: PeoplevoxSettings) -> list[Despatch | UnreadableDespatch]:
    """Every parcel in the rows, in the order of their first rows; one of which a row cannot be read stands as such.

    Raises:
        VendorRefused: there are many, and not one can be read.
    """
    groups: dict[tuple[str, str], list[DespatchRow]] = {}
    for row in rows:
        groups.setdefault((row.despatch, row.order), []).append(row)
    found = [despatch for group in groups.values() for despatch in _as_far_as_readable(group, settings)]
    faults = [each for each in found if isinstance(each, UnreadableDespatch)]
    if is_at_fault(faults=len(faults), read=len(found) - len(faults)):
        raise VendorRefused(faults[0].why)
    return found


def with_ordered_quantity(row: DespatchRow, rows: Sequence[DespatchRow], held: Mapping[str, HeldOrder]) -> DespatchRow:
    """The row with what its order asked for, if no other row can share in it.

    Raises:
        VendorRefused: the quantity cannot be told.
    """
    rivals = [other for other in rows if (other.order, *other.key) == (row.order, *row.key)]
    order = held.get(row.order)
    lines = [line for line in order.rows if line.item == row.item and line.line in {"", row.line}] if order else []
    if len(rivals) != 1 or len(lines) != 1:
        raise VendorRefused(
            f"despatch {row.despatch} of {row.order} prints no quantity of {row.item}, and the order does not tell"
        )
    return replace(row, quantity=Decimal(lines[0].quantity))


def _as_far_as_readable(rows: list[DespatchRow], settings: PeoplevoxSettings) -> Sequence[Despatch | UnreadableDespatch]:
    fault = next((row.fault for row in rows if row.fault), "")
    if not fault:
        try:
            return _of_one_despatch(rows, settings)
        except VendorRefused as refusal:
            fault = refusal.message
    first = rows[0]
    return [UnreadableDespatch(DespatchRef(f"{first.despatch}:{first.order}"), SalesOrderRef(first.order), fault)]


def _of_one_despatch(rows: list[DespatchRow], settings: PeoplevoxSettings) -> list[Despatch]:
    by_tracking: dict[str, list[DespatchRow]] = {}
    for row in rows:
        by_tracking.setdefault(row.tracking, []).append(row)
    ordered = sorted(by_tracking.values(), key=lambda parcel: (min(row.key for row in parcel), parcel[0].tracking))
    taken = Counter(min(row.key for row in parcel) for parcel in ordered)
    told_kits: set[tuple[str, str]] = set()
    despatches = []
    for place, parcel in enumerate(ordered):
        lines = _lines(parcel, settings, told_kits)
        if lines:
            despatches.append(_despatch(parcel, lines, _suffix(place, parcel, taken), settings))
    return despatches


def _suffix(place: int, parcel: Sequence[DespatchRow], taken: Mapping[tuple[str, str, str], int]) -> str:
    if place == 0:
        return ""
    first = min(row.key for row in parcel)
    if taken[first] > 1:
        # The same line in several parcels: nothing but the tracking number tells them apart.
        return ":" + (parcel[0].tracking or "untracked")
    line, kit, item = first
    return ":" + (line or kit or item)


def _lines(
    parcel: Sequence[DespatchRow], settings: PeoplevoxSettings, told_kits: set[tuple[str, str]]
) -> tuple[DespatchLine, ...]:
    """What is in the parcel; a kit is told once per despatch, with its first component."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in parcel:
        if row.kit and row.kits is not None and settings.kits_as is KitReport.KIT:
            if (row.line, row.kit) not in told_kits:
                told_kits.add((row.line, row.kit))
                counts[row.kit, row.line] += _units(row.kits, row, row.kit)
        else:
            counts[row.item, row.line] += _units(row.quantity, row, row.item)
    return tuple(
        DespatchLine(Sku(item), quantity, line_ref(line, settings)) for (item, line), quantity in counts.items() if quantity
    )


def _units(quantity: Decimal | None, row: DespatchRow, item: str) -> int:
    if quantity is None or quantity != quantity.to_integral_value() or not 0 <= quantity <= _MOST_UNITS:
        raise VendorRefused(f"despatch {row.despatch} of {row.order} prints {quantity} of {item}")
    return int(quantity)


def _despatch(
    parcel: Sequence[DespatchRow], lines: tuple[DespatchLine, ...], suffix: str, settings: PeoplevoxSettings
) -> Despatch:
    first = parcel[0]
    return Despatch(
        ref=DespatchRef(f"{first.despatch}:{first.order}{suffix}"),
        sales_order_ref=SalesOrderRef(first.order),
        despatched_at=from_vendor(first.date, ZoneInfo(settings.report_time_zone)),
        lines=lines,
        tracking=Tracking(carrier=first.carrier, service=first.service, number=first.tracking),
    )
