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

    # ---- calls: so many in so many seconds, nought for no limit
    rate_limit_calls: int = 0
    rate_limit_seconds: float = 60.0
