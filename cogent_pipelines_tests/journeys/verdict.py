"""What is wrong with a world that has come to rest, in words, read from the vendors' own books.

Our ledger is asked for two things only: whether an open case names why an order is not there, and whether reconciliation has
explained a difference in value to the penny. An empty list is a good day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from cogent_pipelines.canonical.exception_case import (
    CHANGED_AFTER_INJECTION,
    DESPATCH_LINE_MISMATCH,
    FULFILMENT_REJECTED,
    NOTHING_TO_SHIP,
    SENDING_KINDS,
    UNMATCHED_DESPATCH,
    UNREADABLE_ORDER,
    VALUE_DISCREPANCY,
)
from cogent_pipelines.simulators.peoplevox.entities import SalesOrder
from cogent_pipelines.simulators.shopify import books
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines_tests.journeys.world import NAME, World

_KEEPS_AWAY = {kind.code for kind in (*SENDING_KINDS, NOTHING_TO_SHIP, UNREADABLE_ORDER)}
_A_READING_AGO = timedelta(minutes=15)


def faults(world: World) -> list[str]:
    return [said for judge in JUDGES.values() for said in judge(world)]


def _doubled(world: World) -> Iterator[str]:
    truth, shop = world.tenant.truth, world.shop.shop
    yield from (f"doubled at the warehouse: {numbers}" for numbers in truth.duplicates())
    yield from (f"told twice: {double}" for double in books.duplicates(shop))


def _too_early(world: World) -> Iterator[str]:
    truth = world.tenant.truth
    yield from (f"allocated before it was whole: {number}" for number in truth.allocated_incomplete())
    yield from (f"picked before it was whole: {number}" for number in truth.picked_incomplete())


def _oversold(world: World) -> Iterator[str]:
    yield from (f"oversold at the warehouse: {units} of {sku}" for sku, units in world.tenant.truth.oversold().items())
    yield from (f"{units} units oversold at the shop" for units in [books.oversold_units(world.shop.shop)] if units)


# ---- orders


def _of_orders(world: World) -> Iterator[str]:
    """Each once, or away for a reason that the shop's books or a case name."""
    sold = {world.number_of(order): order for order in world.shop.shop.orders.values()}
    for number in world.tenant.warehouse.orders:
        if number not in sold:
            yield f"nobody ordered {number}"
    cases_of = _cases(world)
    for number, order in sold.items():
        created, cases = world.tenant.truth.times_created(number), cases_of[str(order.id)]
        if created > 1:
            yield f"{order.name} was created {created} times"
        elif created == 0 and not (cases & _KEEPS_AWAY or _is_not_to_go(order)):
            yield f"{order.name} is lost: not at the warehouse, and no case says why (open: {sorted(cases)})"


def _is_not_to_go(order: Order) -> bool:
    on_hold = any(part.status == "ON_HOLD" for part in order.fulfilment_orders)
    return order.cancelled_at is not None or order.financial_status != "PAID" or on_hold


def _of_contents(world: World) -> Iterator[str]:
    """What is at the warehouse is what was bought, line by line and penny by penny, or a case says that it was changed."""
    cases_of, explained, spelt = _cases(world), _explained(world), _mapped(world)
    for order in world.shop.shop.orders.values():
        held, cases = world.tenant.warehouse.orders.get(world.number_of(order)), cases_of[str(order.id)]
        if held is None or CHANGED_AFTER_INJECTION.code in cases or (_is_changed(order) and _has_case(world, order)):
            continue
        yield from _of_order(world, order, held, spelt)
        if VALUE_DISCREPANCY.code not in cases:
            yield from _of_value(order, held, *explained.get(str(order.id), (0, 0)))


def _of_order(world: World, order: Order, held: SalesOrder, spelt: dict[str, str]) -> Iterator[str]:
    parts = {code: (line, sku, each) for line in order.lines for code, sku, each in _parts(world, line)}
    wanted = Counter({code: _wanted(line) * each for code, (line, _, each) in parts.items() if line.ships and _wanted(line)})
    there = Counter({line.line: line.quantity for line in held.lines.values()})
    if wanted != there:
        yield f"{order.name}: ordered {dict(wanted)}, at the warehouse {dict(there)}"
    for line in held.lines.values():
        sku = parts[line.line][1] if line.line in parts else ""
        if line.item_code != spelt.get(sku, sku):
            yield f"{order.name}: {spelt.get(sku, sku)} was ordered, {line.item_code} is at the warehouse"
    if held.do_not_allocate or held.values.get("OnHold") is True:
        yield f"{order.name} was never released"


def _wanted(line: Line) -> int:
    return line.current_quantity + (0 if line.order.cancelled_at is None else line.cancelled)


def _parts(world: World, line: Line) -> list[tuple[str, str, int]]:
    """What a line is picked from: the code of each part at the warehouse, its SKU, and units in one of what was sold."""
    for bundle in world.settings.bundles:
        if bundle.sku == line.sku:
            inside = sorted((part.sku, part.quantity) for part in bundle.components)
            return [(f"{line.id}/{place}", sku, units) for place, (sku, units) in enumerate(inside, 1)]
    return [(str(line.id), line.sku or "", 1)]


def _of_value(order: Order, held: SalesOrder, explained: int, unexplained: int) -> Iterator[str]:
    """What was paid against what the warehouse was told, line by line; the rest must be explained to the penny."""
    goods = sum((line.sale_price or Decimal(0)) * line.quantity for line in held.lines.values())
    there = round((goods + Decimal(str(held.values.get("ShippingCost") or 0))) * 100)
    gap = order.total.shop - there
    if unexplained or explained != gap:
        yield f"{order.name}: {gap} pence between the two sides, {explained} of them explained"


def _cases(world: World) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for case in world.ledger.cases.open(NAME):
        kinds[case.subject].add(case.kind)
    return kinds


def _explained(world: World) -> dict[str, tuple[int, int]]:
    """By order: what reconciliation has explained, and how many parts it could not explain."""
    with world.ledger.pool.session() as session:
        rows = session.execute(
            """
            select order_ref, coalesce(sum(storefront_minor - warehouse_minor) filter (where explained), 0)::integer,
                   count(*) filter (where not explained)
            from order_value_difference where connection = %s group by order_ref
            """,
            [NAME],
        ).fetchall()
    return {order: (explained, unexplained) for order, explained, unexplained in rows}


def _mapped(world: World) -> dict[str, str]:
    with world.ledger.pool.session() as session:
        rows = session.execute("select storefront_sku, warehouse_sku from sku_mapping where state = 'confirmed'").fetchall()
    return dict(rows)


# ---- parcels

Contents = tuple[frozenset[tuple[str, int]], str]
"""Units by the shop's line, and the tracking number."""


def _of_parcels(world: World) -> Iterator[str]:
    left: dict[str, list[tuple[Counter[str], str]]] = {}
    for despatch in world.tenant.warehouse.despatches.values():
        for parcel in despatch.parcels:
            lines: Counter[str] = Counter()
            for line in parcel.lines:
                lines[line.line] += line.quantity
            left.setdefault(despatch.order_number, []).append((lines, parcel.tracking or ""))
    for order in world.shop.shop.orders.values():
        told = Counter(_told(parcel) for parcel in order.fulfilments if parcel.status == "SUCCESS")
        went = _as_sold(world, order, left.pop(world.number_of(order), []))
        if told != went and not (_is_changed(order) and _has_case(world, order)):
            yield f"{order.name}: parcels {_shown(went)} left, the shop was told {_shown(told)}"
    cases = world.ledger.cases.open(NAME, kinds=[UNMATCHED_DESPATCH])
    for number in left:
        if not any(repr(number) in case.message for case in cases):
            yield f"a parcel left for {number}, which nobody ordered, and no case says so"


def _as_sold(world: World, order: Order, parcels: list[tuple[Counter[str], str]]) -> Counter[Contents]:
    """Parcels in units of what was sold: a bundle counts with the parcel that completes it, none without any is told."""
    gone: Counter[str] = Counter()
    done: Counter[str] = Counter()
    found: Counter[Contents] = Counter()
    for units, tracking in parcels:
        gone.update(units)
        complete = Counter(
            {str(line.id): min(gone[code] // each for code, _, each in _parts(world, line)) for line in order.lines}
        )
        told, done = complete - done, complete
        if told:
            found[frozenset(told.items()), tracking] += 1
    return found


def _is_changed(order: Order) -> bool:
    return order.cancelled_at is not None or any(line.removed for line in order.lines)


def _has_case(world: World, order: Order) -> bool:
    """A parcel of an order that was changed too late may fit no longer; then it is a person's matter, and says so."""
    refused = world.ledger.cases.open(NAME, kinds=[FULFILMENT_REJECTED, DESPATCH_LINE_MISMATCH])
    return any(case.order_name == order.name for case in refused)


def _told(parcel: Any) -> Contents:
    lines: Counter[str] = Counter()
    for row in parcel.lines:
        lines[str(row.part.line.id)] += row.quantity
    return frozenset(lines.items()), ",".join(track.number for track in parcel.tracking if track.number)


def _shown(parcels: Counter[Contents]) -> list[tuple[dict[str, int], str, int]]:
    return sorted(((dict(lines), number, times) for (lines, number), times in parcels.items()), key=repr)


# ---- stock


def _of_offers(world: World) -> Iterator[str]:
    """At rest the shop offers what is free and not promised."""
    kept = _units_kept_away(world)
    for level, item in _levels(world):
        sku = level.item.variant.sku or ""
        holds = _holds(world, sku)
        free = [(_free(world, item_of) - kept[part]) // each for part, item_of, each in holds or ((sku, item, 1),)]
        offered = max(0, min(free))
        if level.available != offered:
            yield f"{sku}: the shop offers {level.available}, free are {offered}"


def _of_publications(world: World) -> Iterator[str]:
    """It was never told more than the warehouse had."""
    for level, item in _levels(world):
        if not _holds(world, level.item.variant.sku or ""):
            yield from _of_published(world, level, item)


def _levels(world: World) -> Iterator[tuple[Any, str]]:
    """The shop's levels with the warehouse's item for each; bundles are there where all their components are."""
    spelt = _mapped(world)
    for level in world.shop.shop.levels.values():
        sku = level.item.variant.sku or ""
        item = spelt.get(sku, sku)
        needed = [each for _, each, _ in _holds(world, sku)] or [item]
        if level.item.tracked and all(world.tenant.warehouse.item(each) is not None for each in needed):
            yield level, item


def _holds(world: World, sku: str) -> list[tuple[str, str, int]]:
    """What a bundle holds: a component's SKU, the warehouse's item for it, and how many; nothing where it is none."""
    spelt = _mapped(world)
    return [
        (part.sku, spelt.get(part.sku, part.sku), part.quantity)
        for bundle in world.settings.bundles
        if bundle.sku == sku
        for part in bundle.components
    ]


def _free(world: World, item: str) -> int:
    return sum(int(each.available) for each in world.tenant.warehouse.stock.levels.values() if each.item_code == item)


def _units_kept_away(world: World) -> Counter[str]:
    """Units of orders that the warehouse does not have, and of what was ordered beyond what it has allocated."""
    kept: Counter[str] = Counter()
    for order in world.shop.shop.orders.values():
        if order.cancelled_at is None and world.number_of(order) not in world.tenant.warehouse.orders:
            for line in order.lines:
                for _, sku, each in _parts(world, line):
                    kept[sku] += line.unfulfilled_quantity * each if line.ships else 0
    return kept


def _of_published(world: World, level: Any, item: str) -> Iterator[str]:
    told = [(at, after) for at, name, _, after, why in level.history or () if name == "available" and "#" not in why]
    if not told:
        return
    changes = [change for change in world.tenant.warehouse.stock.changes if change.level.item_code == item]
    figures = list(accumulate(change.on_hand - change.allocated for change in changes))
    for at, quantity in told:
        moments = [change.at.timestamp() * 1000 for change in changes]
        since = at - _A_READING_AGO.total_seconds() * 1000
        before = [figure for moment, figure in zip(moments, figures, strict=True) if moment <= since][-1:]
        recent = [figure for moment, figure in zip(moments, figures, strict=True) if since < moment <= at]
        if quantity > max([*before, *recent, Decimal(0)]):
            yield f"{level.item.variant.sku}: {quantity} were published, and the warehouse had {before + recent}"


JUDGES: dict[str, Callable[[World], Iterator[str]]] = {
    "each order once": _of_orders,
    "lines and money": _of_contents,
    "each parcel once": _of_parcels,
    "offered is free": _of_offers,
    "published was free": _of_publications,
    "nothing doubled": _doubled,
    "nothing too early": _too_early,
    "nothing oversold": _oversold,
}
"""What must hold, by its name; each says what breaks it."""
