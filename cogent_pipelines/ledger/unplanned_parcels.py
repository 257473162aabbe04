"""Parcels of which it is not settled yet which order lines they hold, and what those orders still have open."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, LineRef, OrderRef, Sku
from cogent_pipelines.ledger.pool import Session


@dataclass(frozen=True, slots=True)
class UnplannedParcel:
    """`told` is True where the storefront has been told of other lines already."""

    ref: DespatchRef
    order_ref: OrderRef
    order_name: str
    tracking_number: str
    despatched_at: datetime
    captured_at: datetime
    told: bool
    lines: tuple[DespatchLine, ...]
    planned: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as the warehouse was sent it."""

    line_ref: LineRef
    order_line_ref: LineRef
    sku: Sku
    quantity: int


def unplanned(session: Session, connection: ConnectionName, *, limit: int) -> list[UnplannedParcel]:
    """Parcels of known orders without a plan, with a refused one, or with other lines than planned; oldest first."""
    rows = session.execute(
        """
        select parcel.despatch_ref, parcel.order_ref, sent.order_name, parcel.tracking_number, parcel.despatched_at,
               parcel.captured_at, coalesce(fulfilment.state in ('sent', 'acknowledged'), false),
               coalesce(lines.held, '[]'), coalesce(planned.lines, '[]')
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
        where parcel.connection = %s
          and (fulfilment.despatch_ref is null or fulfilment.state = 'held' or parcel.changed_at > fulfilment.planned_at)
        order by parcel.despatched_at, parcel.despatch_ref limit %s
        """,
        [connection, limit],
    ).fetchall()
    return [
        UnplannedParcel(
            *(
                *known,
                tuple(DespatchLine(Sku(sku), quantity, line) for sku, quantity, line in lines),
                tuple(FulfilmentLine(LineRef(line), quantity) for line, quantity in planned),
            )
        )
        for *known, lines, planned in rows
    ]


def ordered_lines(
    session: Session, connection: ConnectionName, refs: Sequence[OrderRef]
) -> dict[OrderRef, list[OrderedLine]]:
    """What each order asked the warehouse for; where nothing is known to be sent, the storefront's lines stand for it."""
    rows = session.execute(
        """
        with asked as (
            select order_ref, line_ref, order_line_ref, sku, quantity from sales_order_line
            where connection = %(connection)s and order_ref = any(%(refs)s)
            union all
            select order_ref, line_ref, line_ref, coalesce(mapping.warehouse_sku, line.sku), line.ordered
            from storefront_order_line as line
            left join sku_mapping as mapping
                on mapping.connection = line.connection and mapping.storefront_sku = line.sku
               and mapping.state = 'confirmed'
            where line.connection = %(connection)s and line.order_ref = any(%(refs)s) and line.requires_shipping
              and line.sku is not null and line.ordered > 0
              and not exists (
                  select 1 from sales_order_line as sent
                  where sent.connection = line.connection and sent.order_ref = line.order_ref)
        )
        select asked.order_ref, asked.line_ref, asked.order_line_ref, asked.sku, asked.quantity
        from asked
        left join storefront_order_line as line
            on line.connection = %(connection)s and line.order_ref = asked.order_ref and line.line_ref = asked.order_line_ref
        order by asked.order_ref, line.position, asked.line_ref
        """,
        {"connection": connection, "refs": list(refs)},
    ).fetchall()
    found: dict[OrderRef, list[OrderedLine]] = defaultdict(list)
    for order_ref, line_ref, order_line_ref, sku, quantity in rows:
        found[OrderRef(order_ref)].append(OrderedLine(line_ref, order_line_ref, sku, quantity))
    return found


def in_parcels(
    session: Session, connection: ConnectionName, refs: Sequence[OrderRef]
) -> dict[OrderRef, dict[DespatchRef, dict[LineRef, int]]]:
    """Units per order, parcel and line, for every parcel with a plan."""
    rows = session.execute(
        """
        select fulfilment.order_ref, line.despatch_ref, line.line_ref, line.quantity
        from fulfilment join fulfilment_line as line using (connection, despatch_ref)
        where fulfilment.connection = %s and fulfilment.order_ref = any(%s)
        """,
        [connection, list(refs)],
    ).fetchall()
    found: dict[OrderRef, dict[DespatchRef, dict[LineRef, int]]] = defaultdict(lambda: defaultdict(dict))
    for order_ref, despatch_ref, line_ref, quantity in rows:
        found[order_ref][despatch_ref][line_ref] = quantity
    return found
