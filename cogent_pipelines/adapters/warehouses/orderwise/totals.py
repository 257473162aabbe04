"""Parcels of an order of which OrderWise says only how much of each line has left in all. Pure; `parcels` is the better way.

What has left, less what earlier parcels held, is the next parcel. A parcel's time is that of the latest delivery it was made
with: the deliveries after the parcel before it and up to its own are its own, so that a consignment number that arrives
later finds its parcel. Without anybody who remembers, an order is one parcel, which grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cogent_pipelines.adapters.warehouses.orderwise.parcels import tracking_of, unreadable
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.times import from_server
from cogent_pipelines.adapters.warehouses.orderwise.translate import DeliveryRow, LineRow, OrderRow, folded
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.ports.warehouse import UnreadableDespatch


@dataclass(frozen=True, slots=True)
class Totals:
    """What is known of one order; `known` are its parcels so far, `read_at` is when its lines were asked for."""

    order: OrderRow
    deliveries: Sequence[DeliveryRow]
    lines: Sequence[LineRow]
    known: Sequence[Despatch]
    read_at: datetime
    faults: Sequence[str] = ()


def parcels(totals: Totals, settings: OrderWiseSettings) -> list[Despatch | UnreadableDespatch]:
    """Every parcel of the order, those that are known with what tracking there is now."""
    name = f"{prefix(totals.order)}p{len(totals.known) + 1}"
    if totals.faults:
        return [unreadable(totals.order, name, totals.faults[0])]
    deliveries = [
        (from_server(each.shipped_at, settings), each) for each in totals.deliveries if each.shipped_at is not None
    ]
    deliveries.sort(key=lambda pair: pair[0])
    known = sorted(totals.known, key=lambda each: each.despatched_at)
    since = known[-1].despatched_at if known else None
    new = [pair for pair in deliveries if since is None or pair[0] > since]
    left, fault = _left_since(totals)
    found: list[Despatch | UnreadableDespatch] = [*_with_tracking(known, deliveries, is_last=not left)]
    if fault:
        found.append(unreadable(totals.order, name, fault))
    elif left:
        at = new[-1][0] if new else totals.read_at
        tracking = tracking_of([each for _, each in new])
        found.append(Despatch(DespatchRef(name), SalesOrderRef(totals.order.ref), at, left, tracking))
    return found


def prefix(order: OrderRow) -> str:
    """What the reference of each of its parcels begins with, those made of movements included."""
    return f"{order.order_id}-"


def _left_since(totals: Totals) -> tuple[tuple[DespatchLine, ...], str]:
    """What left and is in no parcel yet; or why that cannot be told."""
    sent: dict[str, Decimal] = {}
    spelt: dict[str, str] = {}
    for line in totals.lines:
        if not line.is_dropship:
            code = folded(line.sku)
            spelt.setdefault(code, line.sku)
            sent[code] = sent.get(code, Decimal(0)) + line.sent
    for parcel in totals.known:
        for held in parcel.lines:
            code = folded(held.sku)
            spelt.setdefault(code, held.sku)
            sent[code] = sent.get(code, Decimal(0)) - held.quantity
    for code, units in sent.items():
        if units != units.to_integral_value():
            return (), f"{units:f} of {spelt[code]} left, which is no whole number"
        if units < 0:
            return (), f"{-units:f} of {spelt[code]} were told to have left, and have not left any more"
    return tuple(DespatchLine(Sku(spelt[code]), int(units)) for code, units in sent.items() if units), ""


def _with_tracking(
    known: Sequence[Despatch], deliveries: Sequence[tuple[datetime, DeliveryRow]], *, is_last: bool
) -> list[Despatch]:
    """Known parcels with the numbers of their own deliveries. The last one takes what came after it, if it has none."""
    found = []
    before: datetime | None = None
    for at, parcel in enumerate(known):
        own = [each for moment, each in deliveries if (before is None or moment > before) and moment <= parcel.despatched_at]
        if not own and is_last and at == len(known) - 1:
            own = [each for moment, each in deliveries if moment > parcel.despatched_at]
        tracking = tracking_of(own)
        found.append(replace(parcel, tracking=_filled(tracking, parcel.tracking)))
        before = parcel.despatched_at
    return found


def _filled(now: Tracking, before: Tracking) -> Tracking:
    return now if now.number else replace(now, number=before.number, url=before.url, carrier=now.carrier or before.carrier)
