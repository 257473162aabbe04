"""Changes that came after the warehouse got an order: which orders differ from what was sent, and the case that says how.

No personal data in a case: that an address differs is said, not how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.exception_case import CHANGED_AFTER_INJECTION, CaseFinding
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.ledger.exception_cases import ExceptionCases
from cogent_pipelines.ledger.pool import Pool, Session


@dataclass(frozen=True, slots=True)
class _Standing:
    """An order that was sent, now and then."""

    order_ref: OrderRef
    order_name: str
    sales_order_ref: str
    cancelled: bool
    address_changed: bool
    all_left: bool
    stopped_there: bool
    why_not_stopped: str
    sent_lines: dict[str, int]
    lines_now: dict[str, int]
    skus: dict[str, str | None]


def judge(pool: Pool, connection: ConnectionName, refs: Sequence[OrderRef], *, now: datetime) -> int:
    """Open a case for each order that differs from what was sent, close those that no longer do; answers how many differ."""
    with pool.transaction() as session:
        differences = [(each, _differences(each)) for each in _sent_and_now(session, connection, refs)]
        cases = ExceptionCases(pool)
        cases.open_or_refresh(connection, [_finding(each, found) for each, found in differences if found], now=now)
        agreed = [each.order_ref for each, found in differences if not found]
        cases.close(connection, [CHANGED_AFTER_INJECTION], agreed, now=now)
    return len(differences) - len(agreed)


def _differences(order: _Standing) -> list[str]:
    if order.stopped_there:
        # Cancelled on both sides, whichever was the first: nothing is to be done.
        return []
    if order.cancelled:
        answer = f", and at the warehouse: {order.why_not_stopped.rstrip('.')}" if order.why_not_stopped else ""
        return [f"cancelled at the storefront{answer}"]
    if order.all_left:
        # Everything has left: refunds and new addresses are no longer the warehouse's business.
        return []
    found = [
        f"{order.skus.get(line) or line}: {order.sent_lines.get(line, 0)} sent, {order.lines_now.get(line, 0)} wanted now"
        for line in sorted({*order.sent_lines, *order.lines_now})
        if order.sent_lines.get(line, 0) != order.lines_now.get(line, 0)
    ]
    return [*found, "another shipping address"] if order.address_changed else found


def _finding(order: _Standing, differences: list[str]) -> CaseFinding:
    return CaseFinding(
        CHANGED_AFTER_INJECTION,
        order.order_ref,
        f"Changed after sales order {order.sales_order_ref} was sent: {'; '.join(differences)}.",
        order_name=order.order_name,
        evidence={
            "sales_order": order.sales_order_ref,
            "cancelled": "yes" if order.cancelled else "no",
            "lines_changed": len(differences),
        },
    )


def _sent_and_now(session: Session, connection: ConnectionName, refs: Sequence[OrderRef]) -> list[_Standing]:
    """Orders whose sending was begun; one that is only claimed, its lines not yet written down, is no concern yet."""
    rows = session.execute(
        """
        select sent.order_ref, sent.order_name, sent.sales_order_ref, latest.cancelled_at is not null,
               sent.sent_address is distinct from latest.shipping_address,
               coalesce(parcels.units, 0) >= ordered.units, exists (
                   select from unsent_goods as goods
                   where goods.connection = sent.connection and goods.order_ref = sent.order_ref
                     and goods.state in ('sent', 'told')) or coalesce(stop.state = 'stopped', false),
               coalesce(stop.reason, ''), sent.sent_lines, coalesce(lines.now, '{}'),
               coalesce(lines.skus, '{}')
        from sales_order as sent
        join storefront_order as latest using (connection, order_ref)
        left join sales_order_stop as stop using (connection, order_ref)
        left join lateral (
            select jsonb_object_agg(line_ref, current) as now, jsonb_object_agg(line_ref, sku) as skus
            from storefront_order_line as line
            where line.connection = sent.connection and line.order_ref = sent.order_ref and line.requires_shipping
        ) as lines on true
        left join lateral (
            select sum(quantity) as units from sales_order_line as line
            where line.connection = sent.connection and line.order_ref = sent.order_ref
        ) as ordered on true
        left join lateral (
            select sum(line.quantity) as units from despatch
            join despatch_line as line using (connection, despatch_ref)
            where despatch.connection = sent.connection and despatch.order_ref = sent.order_ref
        ) as parcels on true
        where sent.connection = %s and sent.order_ref = any(%s) and sent.sent_lines is not null
        order by sent.order_ref
        """,
        [connection, list(refs)],
    ).fetchall()
    return [_Standing(*row) for row in rows]
