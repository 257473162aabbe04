"""What some vendors can do and others cannot. Whoever wants it asks `isinstance`, and knows the manual step otherwise.

Batches in, one outcome per item and in order, as with the other ports.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import OrderRef, SalesOrderRef
from cogent_pipelines.ports.outcomes import CancelSalesOrderOutcome, MarkExportedOutcome, RecordReturnOutcome


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An order that the warehouse has: `sales_order_ref` is our reference there."""

    order_ref: OrderRef
    sales_order_ref: SalesOrderRef
    at: datetime


@dataclass(frozen=True, slots=True)
class ReturnedGoods:
    """Goods of one order that came back; `ref` is the warehouse's id of the return and makes a repetition."""

    ref: str
    order_ref: OrderRef
    lines: tuple[FulfilmentLine, ...]
    received_at: datetime
    reason: str = ""


@runtime_checkable
class MarksExported(Protocol):
    """A storefront that shows its people which orders the warehouse has."""

    def mark_exported(self, orders: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        """Show these as handed over; the same again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class OrderNews:
    """Something that happened to an order: `kind` in the storefront's own word, `event_id` the one that its event has, too.

    `sequence` grows by one with everything that is told of this order, so that what was never told shows as a gap.
    """

    ref: OrderRef
    event_id: str
    kind: str
    sequence: int
    at: datetime


@runtime_checkable
class TellsOrderNews(Protocol):
    """A storefront that keeps, for some days, a numbered account of what happened to each order."""

    def order_news(self, since: datetime) -> Iterator[list[OrderNews]]:
        """What happened at or after `since`, oldest first; no page where the connection does not want to be told."""
        ...


@runtime_checkable
class RecordsReturns(Protocol):
    """A storefront that can be told of goods that came back."""

    def record_returns(self, returns: Sequence[ReturnedGoods]) -> list[RecordReturnOutcome]:
        """Record each once; reads what is recorded first."""
        ...


@dataclass(frozen=True, slots=True)
class UnsentGoods:
    """Of each line how many units in all the warehouse will never send, those that are off the order already included.

    Said in all, it can be repeated; `ref` names the decision.
    """

    ref: str
    order_ref: OrderRef
    lines: tuple[FulfilmentLine, ...]


@runtime_checkable
class HearsOfUnsentGoods(Protocol):
    """A storefront that must be told of units that will not be sent, or it bills them in the end."""

    def report_unsent(self, goods: Sequence[UnsentGoods]) -> list[RecordReturnOutcome]:
        """Take these off their orders, each once; reads what is recorded first."""
        ...


@runtime_checkable
class CancelsSalesOrders(Protocol):
    """A warehouse that can be asked to stop an order; it looks at the order's live state first."""

    def cancel_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[CancelSalesOrderOutcome]:
        """Stop these where they can still be stopped; safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class OrderAside:
    """How an order stands at the warehouse: put aside until a person acts, or `over` where it is not, or no longer.

    `ref` is our reference, `warehouse_ref` the warehouse's own: of the order, or of a part that it has split off.
    `status` and `reasons` are the warehouse's own words.
    """

    ref: SalesOrderRef
    warehouse_ref: str
    status: str
    reasons: str
    over: bool


@runtime_checkable
class TellsOfOrdersPutAside(Protocol):
    """A warehouse that may take an order and put it aside later: in quarantine, on hold, or rejected after all."""

    def orders_put_aside(self, since: datetime) -> Iterator[list[OrderAside]]:
        """Orders whose state changed since, as they stand now; one whose state nobody can tell is left out."""
        ...
