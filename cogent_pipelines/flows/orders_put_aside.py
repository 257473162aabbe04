"""Orders that the warehouse took and put aside later: a case for each, until it goes on with it or cancels it.

What it refuses while it is being sent is injection's matter, and has its case there. Each part of an order has its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import ORDER_PUT_ASIDE, CaseFinding
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.flows.fulfilment_report import DespatchReadReport
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.ledger.taken_orders import TakenOrder
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.extras import OrderAside, TellsOfOrdersPutAside
from cogent_pipelines.ports.warehouse import Warehouse

FEED = "orders_put_aside"


def read_orders_put_aside(
    connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock
) -> DespatchReadReport:
    """Read what the warehouse put aside, where the last look is long enough ago; does nothing where it cannot say.

    A warehouse that does not answer has a case for it, and keeps no parcel from being told.
    """
    if not isinstance(warehouse, TellsOfOrdersPutAside):
        return DespatchReadReport()
    asked_at = clock.now()
    seen = ledger.watermarks.get(connection.name, FEED)
    if seen is not None and asked_at - seen < connection.feeds.poll_every:
        return DespatchReadReport()
    opened = 0
    try:
        with _watch(connection, ledger, clock).watched():
            for page in warehouse.orders_put_aside(_since(connection, seen, asked_at)):
                opened += _record(connection, page, ledger=ledger, now=clock.now())
    except VendorError as error:
        return DespatchReadReport(put_aside=opened, trouble=str(error))
    _close_unwanted(connection, ledger=ledger, now=clock.now())
    ledger.watermarks.move(connection.name, FEED, asked_at, now=clock.now())
    return DespatchReadReport(put_aside=opened)


def has_news(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> bool:
    """Whether a reading would open, change or close a case. Nothing is stored, but the case of a warehouse that is away."""
    if not isinstance(warehouse, TellsOfOrdersPutAside):
        return False
    seen = ledger.watermarks.get(connection.name, FEED)
    try:
        with _watch(connection, ledger, clock).watched():
            pages = warehouse.orders_put_aside(_since(connection, seen, clock.now()))
            return any(_is_news(connection, page, ledger=ledger) for page in pages)
    except VendorError:
        # The watch has opened the case; a run could do no more.
        return False


def _watch(connection: Connection, ledger: Ledger, clock: Clock) -> VendorWatch:
    """Of its own: a warehouse that tells parcels well may not tell this."""
    return VendorWatch(connection, connection.warehouse, FEED, ledger, clock)


def _since(connection: Connection, seen: datetime | None, now: datetime) -> datetime:
    return now - connection.feeds.first_look_back if seen is None else seen - connection.feeds.despatch_overlap


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a page says of orders that are ours: cases to have, and subjects of cases to be rid of."""

    findings: list[CaseFinding] = field(default_factory=list)
    over: list[str] = field(default_factory=list)


def _standing(connection: Connection, page: Sequence[OrderAside], ledger: Ledger) -> _Standing:
    aside = [each for each in page if not each.over]
    wanted = ledger.taken_orders.wanted(connection.name, {each.ref for each in aside})
    return _Standing(
        [_finding(each, wanted[each.ref]) for each in aside if each.ref in wanted],
        [each.warehouse_ref for each in page if each.over],
    )


def _record(connection: Connection, page: Sequence[OrderAside], *, ledger: Ledger, now: datetime) -> int:
    """Open and close cases; answers how many are new."""
    with ledger.transaction():
        standing = _standing(connection, page, ledger)
        opened = ledger.cases.open_or_refresh(connection.name, standing.findings, now=now)
        ledger.cases.close(connection.name, [ORDER_PUT_ASIDE], standing.over, now=now)
    return opened


def _is_news(connection: Connection, page: Sequence[OrderAside], *, ledger: Ledger) -> bool:
    known = {case.subject: case.message for case in _open_cases(connection, ledger)}
    standing = _standing(connection, page, ledger)
    told = any(known.get(each.subject) != each.message for each in standing.findings)
    return told or not known.keys().isdisjoint(standing.over)


def _close_unwanted(connection: Connection, *, ledger: Ledger, now: datetime) -> None:
    """An order that was rejected for good changes no more: its case ends when the storefront cancels it."""
    cases = _open_cases(connection, ledger)
    wanted = ledger.taken_orders.wanted(connection.name, {_order_of(case) for case in cases})
    unwanted = [case.subject for case in cases if _order_of(case) not in wanted]
    ledger.cases.close(connection.name, [ORDER_PUT_ASIDE], unwanted, now=now)


def _open_cases(connection: Connection, ledger: Ledger) -> list[Case]:
    return ledger.cases.open(connection.name, kinds=[ORDER_PUT_ASIDE])


def _order_of(case: Case) -> SalesOrderRef:
    return SalesOrderRef(str(case.evidence.get("sales_order")))


def _finding(aside: OrderAside, order: TakenOrder) -> CaseFinding:
    why = f": {aside.reasons.rstrip('.')}" if aside.reasons else ""
    return CaseFinding(
        ORDER_PUT_ASIDE,
        aside.warehouse_ref,
        f"Sales order {aside.ref} stands at the warehouse as {aside.status}{why}.",
        order_name=order.order_name,
        evidence={
            "order": order.order_ref,
            "sales_order": aside.ref,
            "warehouse_ref": aside.warehouse_ref,
            "status": aside.status,
        },
    )
