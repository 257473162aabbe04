"""Deliveries and movements of one order as parcels. Pure; reading them is in `despatches`.

A parcel is what of one order moved at about one time. Its reference is made of its first movement, which stays the same when
its consignment number arrives, or when a later parcel follows. One whose time is not over may still grow, and is not told
yet. Which delivery a parcel is, is told by time: OrderWise shows no quantities per delivery in anything public.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.times import from_server, naive
from cogent_pipelines.adapters.warehouses.orderwise.translate import DeliveryRow, MovementRow, OrderRow, folded
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_MOST_UNITS = 10**6


class CannotBeRead(ValueError):
    """A parcel whose movements do not add up; the text says why, for a person at the warehouse."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What is known of one order: its deliveries and its movements, all of them, asked for at `read_at`.

    `faults` are of rows that cannot be read; `first_movement` is the least number of its movements, such rows included.
    """

    order: OrderRow
    deliveries: Sequence[DeliveryRow]
    movements: Sequence[MovementRow]
    read_at: datetime
    faults: Sequence[str] = ()
    first_movement: int | None = None


def parcels(shipped: Shipped, settings: OrderWiseSettings) -> list[Despatch | UnreadableDespatch]:
    """Every parcel of the order, in the order of time."""
    if shipped.faults:
        return [unreadable(shipped.order, _first_parcel(shipped), shipped.faults[0])]
    groups = _apart(shipped.movements, timedelta(seconds=settings.parcel_gap_seconds))
    sent = sorted((each for each in shipped.deliveries if each.shipped_at is not None), key=_when)
    if sent and not groups:
        words = (
            f"order {shipped.order.number} has a delivery and no stock movement of it: its quantities cannot be told "
            "(drop-shipped, or movements of type 8 are not written at despatch)"
        )
        return [unreadable(shipped.order, str(shipped.order.order_id), words)]
    matched, left_over = _matched(groups, sent)
    taken_back = _taken_back(shipped.movements)
    found = [
        _parcel(shipped.order, group, deliveries, taken_back, settings)
        for group, deliveries in zip(groups, matched, strict=True)
        if _is_over(group, shipped.read_at, settings)
    ]
    return [*found, _suppliers(shipped.order, left_over)] if left_over else found


def _first_parcel(shipped: Shipped) -> str:
    """The reference that the order's first parcel has when all can be read; the order's own where that is not known."""
    order_id, first = shipped.order.order_id, shipped.first_movement
    return str(order_id) if first is None else f"{order_id}-{first}"


def _is_over(group: Sequence[MovementRow], read_at: datetime, settings: OrderWiseSettings) -> bool:
    """Whether nothing can be added to a parcel any more."""
    return from_server(group[0].at, settings) + settings.parcels_grow_for <= read_at


def _taken_back(movements: Sequence[MovementRow]) -> set[int]:
    """The order lines that goods were booked back to: they have movements of either sign, in whatever parcels."""
    out = {each.line_id for each in movements if each.quantity < 0}
    return out & {each.line_id for each in movements if each.quantity > 0}


def _apart(movements: Sequence[MovementRow], gap: timedelta) -> list[list[MovementRow]]:
    """Movements by parcel. A parcel ends `gap` after its first movement, so that a later one cannot move its beginning."""
    groups: list[list[MovementRow]] = []
    for each in sorted(movements, key=lambda row: (naive(row.at), row.movement_id)):
        if groups and naive(each.at) - naive(groups[-1][0].at) <= gap:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _matched(
    groups: Sequence[Sequence[MovementRow]], deliveries: Sequence[DeliveryRow]
) -> tuple[list[list[DeliveryRow]], list[DeliveryRow]]:
    """The deliveries of each group: one each where there are as many of both, else to whichever is nearest in time.

    Where there are more of them and a supplier sends lines of the order, each group has the nearest one; the others are left
    over.
    """
    if len(groups) == len(deliveries):
        return [[delivery] for delivery in deliveries], []
    if len(deliveries) > len(groups) and any(each.dropship_lines for each in deliveries):
        left = list(deliveries)
        return [[left.pop(_nearest(left, group))] for group in groups], left
    found: list[list[DeliveryRow]] = [[] for _ in groups]
    for delivery in deliveries:
        distances = [abs(_when(delivery) - naive(group[0].at)) for group in groups]
        found[distances.index(min(distances))].append(delivery)
    return found, []


def _nearest(deliveries: Sequence[DeliveryRow], group: Sequence[MovementRow]) -> int:
    distances = [abs(_when(delivery) - naive(group[0].at)) for delivery in deliveries]
    return distances.index(min(distances))


def _when(delivery: DeliveryRow) -> datetime:
    return naive(delivery.shipped_at or datetime.min)  # noqa: DTZ901 - never sorted where there is none


def _parcel(
    order: OrderRow,
    group: Sequence[MovementRow],
    deliveries: Sequence[DeliveryRow],
    taken_back: Collection[int],
    settings: OrderWiseSettings,
) -> Despatch | UnreadableDespatch:
    name = f"{order.order_id}-{min(each.movement_id for each in group)}"
    try:
        lines = _lines(group, taken_back)
    except CannotBeRead as fault:
        return unreadable(order, name, str(fault))
    return Despatch(
        ref=DespatchRef(name),
        sales_order_ref=SalesOrderRef(order.ref),
        despatched_at=from_server(group[0].at, settings),
        lines=lines,
        tracking=tracking_of(deliveries),
    )


def _suppliers(order: OrderRow, deliveries: Sequence[DeliveryRow]) -> UnreadableDespatch:
    """What is said of deliveries that no movement belongs to, in an order of which a supplier sends lines."""
    numbers = ", ".join(each.consignment or "without a number" for each in deliveries)
    words = (
        f"order {order.number} has more deliveries than stock movements, and lines that a supplier sends: whose the "
        f"others are and what they hold cannot be told ({numbers}); tell the customer of them by hand"
    )
    return unreadable(order, f"{order.order_id}-direct", words)


def unreadable(order: OrderRow, name: str, words: str) -> UnreadableDespatch:
    """A parcel of the order, under the reference that it would have."""
    return UnreadableDespatch(DespatchRef(name), SalesOrderRef(order.ref), words)


def tracking_of(deliveries: Sequence[DeliveryRow]) -> Tracking:
    """One parcel may have several consignment numbers; the link is given where it is one."""
    numbers = list(dict.fromkeys(each.consignment for each in deliveries if each.consignment))
    urls = list(dict.fromkeys(each.url for each in deliveries if each.url and each.consignment))
    carrier = next((each.courier for each in deliveries if each.courier), "")
    return Tracking(carrier=carrier, number=", ".join(numbers), url=urls[0] if len(numbers) == 1 and urls else "")


def _lines(group: Sequence[MovementRow], taken_back: Collection[int]) -> tuple[DespatchLine, ...]:
    """Units per order line, summed per variant; which line of ours it was, OrderWise does not remember."""
    by_line: dict[int, list[MovementRow]] = {}
    for each in group:
        by_line.setdefault(each.line_id, []).append(each)
    units: dict[str, int] = {}
    for line_id, rows in by_line.items():
        if line_id in taken_back:
            raise CannotBeRead(f"a movement of {rows[0].sku} was taken back")
        units[rows[0].sku] = units.get(rows[0].sku, 0) + _units(rows)
    found = tuple(DespatchLine(Sku(sku), quantity) for sku, quantity in units.items() if quantity)
    if not found:
        raise CannotBeRead("the movements hold no units")
    return found


def _units(rows: Sequence[MovementRow]) -> int:
    """Units of one order line: of the variant itself, or of the kit that its components make."""
    by_component: dict[str, Decimal] = {}
    for each in rows:
        by_component[each.moved] = by_component.get(each.moved, Decimal(0)) + _per_kit(each)
    sku = rows[0].sku
    if len(set(by_component.values())) > 1:
        parts = ", ".join(f"{units.normalize():f} of {name}" for name, units in by_component.items())
        raise CannotBeRead(f"part of a kit {sku} left: its components make {parts}")
    units = abs(next(iter(by_component.values())))
    if units != units.to_integral_value() or units > _MOST_UNITS:
        raise CannotBeRead(f"{units} of {sku} left, which is no whole number")
    return int(units)


def _per_kit(row: MovementRow) -> Decimal:
    """Movements out may be written with either sign; which one is not public."""
    if row.units_per_kit is None:
        if folded(row.moved) != folded(row.sku):
            raise CannotBeRead(f"{row.moved} left for {row.sku}, and is no component of it")
        return row.quantity
    if row.units_per_kit <= 0:
        raise CannotBeRead(f"a kit {row.sku} would hold {row.units_per_kit} of {row.moved}")
    return row.quantity / row.units_per_kit
