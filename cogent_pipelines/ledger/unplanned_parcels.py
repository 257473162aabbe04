"""Parcels of which it is not settled yet which order lines they hold, and what those orders still have open."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, LineRef, OrderRef, Sku
from cogent_pipelines.ledger.bundle_parts import BUNDLE_PARTS, as_json
from cogent_pipelines.ledger.pool import Session


@dataclass(frozen=True, slots=True)
class UnplannedParcel:
    """`told` is True where the storefront has been told what it holds: then `planned` and `placed` say what that was.

    `waits` is True where it waits for the rest of a bundle.
    """

    ref: DespatchRef
    order_ref: OrderRef
    order_name: str
    tracking_number: str
    despatched_at: datetime
    captured_at: datetime
    told: bool
    waits: bool
    lines: tuple[DespatchLine, ...]
    planned: tuple[FulfilmentLine, ...]
    placed: dict[LineRef, int]


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as the warehouse was sent it; `each` is how many one bundle holds where the storefront's line is one."""

    line_ref: LineRef
    order_line_ref: LineRef
    sku: Sku
    quantity: int
    each: int | None = None


@dataclass(slots=True)
class InParcel:
    """Units of one parcel: `placed` by the lines that were sent, `told` by the storefront's."""

    placed: dict[LineRef, int] = field(default_factory=dict)
    told: dict[LineRef, int] = field(default_factory=dict)


def unplanned(session: Session, connection: ConnectionName, *, limit: int) -> list[UnplannedParcel]:
    """Parcels of known orders without a plan, with a refused one, waiting for another, or with other lines than planned.

    Oldest first, those that wait for another last.
    """
    rows = session.execute(
        """
        select parcel.despatch_ref, parcel.order_ref, sent.order_name, parcel.tracking_number, parcel.despatched_at,
               parcel.captured_at, coalesce(fulfilment.state in ('sent', 'acknowledged', 'covered'), false),
               coalesce(fulfilment.state = 'waiting', false),
               coalesce(lines.held, '[]'), coalesce(planned.lines, '[]'), placed.units
        from despatch as parcel
        join sales_order as sent using (connection, order_ref)
        left join fulfilment using (connection, despatch_ref)
        left join lateral (
            select jsonb_agg(jsonb_build_array(sku, quantity, line_ref) order by position) as held
            from despatch_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as lines on true
        left join lateral (
            select jsonb_agg(jsonb_build_array(line_ref, quantity) order by line_ref) as lines from fulfilment_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as planned on true
        left join lateral (
            select jsonb_object_agg(line_ref, quantity) as units from parcel_placement as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as placed on true
        where parcel.connection = %s
          and (fulfilment.despatch_ref is null or fulfilment.state in ('held', 'waiting')
               or parcel.changed_at > fulfilment.planned_at)
        order by coalesce(fulfilment.state = 'waiting', false), parcel.despatched_at, parcel.despatch_ref limit %s
        """,
        [connection, limit],
    ).fetchall()
    return [
        UnplannedParcel(
            *(
                *known,
                tuple(DespatchLine(Sku(sku), quantity, line) for sku, quantity, line in lines),
                tuple(FulfilmentLine(LineRef(line), quantity) for line, quantity in planned),
                {LineRef(line): quantity for line, quantity in (units or dict(planned)).items()},
            )
        )
        for *known, lines, planned, units in rows
    ]


def ordered_lines(
    session: Session, connection: ConnectionName, refs: Sequence[OrderRef], bundles: Bundles
) -> dict[OrderRef, list[OrderedLine]]:
    """What each order asked the warehouse for; where nothing is known to be sent, the storefront's lines stand for it."""
    rows = session.execute(
        f"""
        with {BUNDLE_PARTS}, asked as (
            select order_ref, line_ref, order_line_ref, sku, quantity, quantity / bundle_units as each
            from sales_order_line
            where connection = %(connection)s and order_ref = any(%(refs)s)
            union all
            select order_ref, line_ref || coalesce('/' || part.place, ''), line_ref,
                   coalesce(mapping.warehouse_sku, part.component, line.sku), line.ordered * coalesce(part.units, 1),
                   part.units
            from storefront_order_line as line
            left join bundle_part as part on part.bundle = line.sku
            left join sku_mapping as mapping
                on mapping.connection = line.connection and mapping.storefront_sku = coalesce(part.component, line.sku)
               and mapping.state = 'confirmed'
            where line.connection = %(connection)s and line.order_ref = any(%(refs)s) and line.requires_shipping
              and line.sku is not null and line.ordered > 0
              and not exists (
                  select 1 from sales_order_line as sent
                  where sent.connection = line.connection and sent.order_ref = line.order_ref)
        )
        select asked.order_ref, asked.line_ref, asked.order_line_ref, asked.sku, asked.quantity, asked.each
        from asked
        left join storefront_order_line as line
            on line.connection = %(connection)s and line.order_ref = asked.order_ref and line.line_ref = asked.order_line_ref
        order by asked.order_ref, line.position, asked.line_ref
        """,  # noqa: S608 - our own text
        {"connection": connection, "refs": list(refs), "bundles": as_json(bundles)},
    ).fetchall()
    found: dict[OrderRef, list[OrderedLine]] = defaultdict(list)
    for order_ref, *line in rows:
        found[OrderRef(order_ref)].append(OrderedLine(*line))
    return found


def in_parcels(
    session: Session, connection: ConnectionName, refs: Sequence[OrderRef]
) -> dict[OrderRef, dict[DespatchRef, InParcel]]:
    """What each parcel of these orders holds, for every parcel with a plan.

    A parcel has rows of its own for where its units lie only where something of a bundle is among them.
    """
    rows = session.execute(
        """
        select told.order_ref, told.despatch_ref,
               (select jsonb_object_agg(line_ref, quantity) from parcel_placement as line
                where line.connection = told.connection and line.despatch_ref = told.despatch_ref),
               (select jsonb_object_agg(line_ref, quantity) from fulfilment_line as line
                where line.connection = told.connection and line.despatch_ref = told.despatch_ref)
        from unnest(%(refs)s::text[]) as asked (order_ref)
        cross join lateral (
            -- One look per order by the index: without counts a planner would read every parcel of the connection.
            select connection, order_ref, despatch_ref from fulfilment
            where connection = %(connection)s and order_ref = asked.order_ref
            offset 0
        ) as told
        """,
        {"connection": connection, "refs": list(refs)},
    ).fetchall()
    found: dict[OrderRef, dict[DespatchRef, InParcel]] = defaultdict(dict)
    for order_ref, despatch_ref, placed, told in rows:
        found[OrderRef(order_ref)][DespatchRef(despatch_ref)] = InParcel(placed or dict(told or {}), told or {})
    return found
