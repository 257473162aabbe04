"""A sales order in the hands of somebody who sends it: the claim, what was claimed, and where it goes from there.

Shapes alone; taking and recording them is `sales_orders`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cogent_pipelines.canonical.identity import OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.values import value


class SalesOrderState(StrEnum):
    WAITING = "waiting"
    PENDING = "pending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    HELD = "held"
    RETRYING = "retrying"
    FAILED = "failed"
    CANCELLED = "cancelled"


@value(frozen=True, slots=True)
class Claim:
    """Who holds the row: `number` counts up with each claim, and what an overtaken claim says is not recorded.

    Of an order that was only read it is the claim to come, which whoever reads it besides has as well: nothing is recorded
    under it before `intend` or `claim` has answered whose it is. `version` is that of the order which was claimed, or sent.
    """

    order_ref: OrderRef
    ref: SalesOrderRef
    order_name: str
    number: int
    attempt: int
    captured_at: datetime
    version: datetime


@value(frozen=True, slots=True)
class DueOrder:
    """An order that is due, whole. `digest` is of all that was read of it: whether it is still the same can be told."""

    claim: Claim
    order: Order
    digest: bytes


@dataclass(frozen=True, slots=True)
class DoubtfulOrder:
    """An order that was claimed, and nothing proves what became of it. `quantities` is what was to be sent, per SKU.

    `taken_as` is what the warehouse calls it, where it said that it took it; empty where it never did.
    """

    claim: Claim
    last_sent_at: datetime | None
    quantities: dict[Sku, int]
    taken_as: str = ""


@value(frozen=True, slots=True)
class Move:
    """Where a claimed order goes from `sent`.

    `due_at` is when a retrying one is tried again, a held one looked at again, one in doubt read back;
    `warehouse_ref` is for those that the warehouse said it has. `spends_attempt` is False where the order itself is not to
    blame.
    """

    claim: Claim
    to: SalesOrderState
    reason: str = ""
    due_at: datetime | None = None
    warehouse_ref: str | None = None
    spends_attempt: bool = True


@dataclass(frozen=True, slots=True)
class StateCount:
    state: SalesOrderState
    reason: str
    count: int
    oldest: datetime
