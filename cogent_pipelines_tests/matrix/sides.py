"""One vendor as any pair has it: its simulator behind its hosts, what our connection says of it, and how to trade there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from cogent_pipelines_tests.journeys.wire import WorldClock

Deliver = Callable[[str, Mapping[str, str], bytes], Awaitable[httpx.Response]]
"""Hands an event to our gateway (address, headers, body), and gives its answer, read."""


@dataclass(frozen=True, slots=True)
class Side:
    """`hosts` are the simulator's ASGI apps; `block` is its part of our YAML; `trade` its customers or its floor.

    `pump` delivers the events that are due and says how many; `next_due` is when the vendor does something by itself.
    `subscribe` asks our own adapter to have the vendor tell us of news; None where the bench does it otherwise.
    """

    vendor: str
    simulator: Any
    trade: Any
    hosts: Mapping[str, object]
    block: Mapping[str, Any]
    environment: Mapping[str, str]
    pump: Callable[[], Awaitable[int]]
    next_due: Callable[[], datetime | None] = lambda: None
    subscribe: Callable[[Any, str], None] | None = None
    has_fixed_token: bool = False
    """Whether a person hands our credentials over, so that nobody gets new ones by a call."""
    unpaid_is_an_order: bool = True
    """Whether what nobody has paid yet takes stock and can be seen; otherwise it is nothing to us before it is paid."""
    parcel_gap_seconds: float = 0.0
    """What leaves of an order within so long is one parcel, because the warehouse shows no more."""
    parcels_grow_seconds: float = 0.0
    """Until so long after it left a parcel is not told, because it may still grow; every reading looks back so far."""
    tracking_can_follow: bool = True
    """Whether a storefront takes a parcel's number after the parcel; otherwise numbers come within the grace."""
    short_pages: Mapping[str, Any] = field(default_factory=dict)
    """Of its block: what makes its feeds have several pages where there are but a few rows."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the connection as a whole needs with this vendor, by block."""


OpenSide = Callable[[WorldClock, Deliver], Side]


async def nothing_to_tell() -> int:
    """What a vendor that sends no events pumps."""
    return 0
