"""The switches of the floor, the same for every vendor that stands on this depot; a vendor adds those of its wire."""

from dataclasses import dataclass
from typing import Literal

from cogent_pipelines.simulators.common.switch_board import SwitchBoard


@dataclass(slots=True, kw_only=True)
class FloorSwitches(SwitchBoard):
    """How the floor works. With `works_by_itself` orders move on as the clock does; else only when they are told to."""

    works_by_itself: bool = False
    allocate_after_seconds: float = 0.0
    pick_after_seconds: float = 300.0
    pack_after_seconds: float = 300.0
    despatch_after_seconds: float = 300.0
    tracking_delay_seconds: float = 0.0
    tracking_missing_probability: float = 0.0
    reserve_short_orders: bool = True
    """Whether an order that is not all there reserves what is."""
    partial_style: Literal["parts", "shipments", "none"] = "shipments"
    """A part of an order leaves as an order of its own, as a shipment of the order, or not at all."""
    short_order: Literal["waits", "held", "split"] = "waits"
    """What becomes of an order that is not all in stock."""


@dataclass(slots=True, kw_only=True)
class WireSwitches(FloorSwitches):
    """What a JSON service does differently from one vendor to the next, beside how it names things."""

    # ---- calls: so many in so many seconds, nought for no limit
    rate_limit_calls: int = 0
    rate_limit_seconds: float = 60.0
    throttle_form: Literal["429_seconds", "429_date", "429_bare", "403_ms"] = "429_seconds"

    # ---- reading
    find_lag_seconds: float = 0.0
    """Until a new order can be found otherwise than by its id."""
    page_size: int = 100
    page_size_limit: int = 100
    """What is above it is cut down to it."""
    since_is_inclusive: bool = True
    zone: str = "UTC"
    """Of moments without an offset, read and written."""
    moments: Literal["bare", "offset", "utc"] = "utc"
    negative_stock: Literal["shown", "nought"] = "shown"
    fractional_stock: Literal["cut", "shown"] = "cut"
