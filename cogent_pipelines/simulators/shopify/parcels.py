"""Fulfilment orders (what a location is to send) and fulfilments (the parcels it sent)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from cogent_pipelines.simulators.shopify.catalogue import Location

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.records import Line, Order


@dataclass(slots=True)
class Hold:
    id: int
    reason: str
    notes: str | None
    handle: str | None
    gql: ClassVar[str] = "FulfillmentHold"


class FulfilmentOrderLine:
    __slots__ = ("id", "line", "order_part", "remaining", "total")
    gql: ClassVar[str] = "FulfillmentOrderLineItem"

    def __init__(self, number: int, order_part: FulfilmentOrder, line: Line, units: int) -> None:
        self.id = number
        self.order_part = order_part
        self.line = line
        self.total = units
        self.remaining = units


class FulfilmentOrder:
    """The part of an order that one location is to send."""

    __slots__ = (
        "created_at",
        "holds",
        "id",
        "lines",
        "location",
        "method",
        "order",
        "request_status",
        "status",
        "updated_at",
    )
    gql: ClassVar[str] = "FulfillmentOrder"
    DONE = frozenset({"CLOSED", "CANCELLED", "INCOMPLETE"})

    def __init__(self, number: int, order: Order, location: Location, *, method: str, now: int) -> None:
        self.id = number
        self.order = order
        self.location = location
        self.method = method
        self.status = "OPEN"
        self.request_status = "UNSUBMITTED"
        self.lines: list[FulfilmentOrderLine] = []
        self.holds: list[Hold] = []
        self.created_at = self.updated_at = now

    @property
    def done(self) -> bool:
        return self.status in FulfilmentOrder.DONE


class Tracking(NamedTuple):
    company: str | None
    number: str | None
    url: str | None


class FulfilmentLine(NamedTuple):
    id: int
    part: FulfilmentOrderLine
    quantity: int


@dataclass(slots=True)
class FulfilmentEvent:
    id: int
    status: str
    happened_at: int
    created_at: int
    message: str | None
    details: dict[str, object]
    gql: ClassVar[str] = "FulfillmentEvent"


@dataclass(slots=True)
class Fulfilment:
    """A parcel."""

    id: int
    order: Order
    number: int
    location: Location
    lines: list[FulfilmentLine]
    tracking: list[Tracking]
    created_at: int
    updated_at: int
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"
    events: list[FulfilmentEvent] = field(default_factory=list)
    notified: bool = False
    gql: ClassVar[str] = "Fulfillment"

    @property
    def name(self) -> str:
        return f"{self.order.name}-F{self.number}"

    @property
    def fulfilment_orders(self) -> list[FulfilmentOrder]:
        return list({row.part.order_part.id: row.part.order_part for row in self.lines}.values())
