"""What the vendor's facts leave open, or what a test wants otherwise: every choice of the simulator with its default."""

from dataclasses import dataclass, fields
from typing import Any

from cogent_pipelines.simulators.common.words import words

ALL_SCOPES = tuple(
    words(
        "read_orders write_orders read_all_orders read_merchant_managed_fulfillment_orders",
        "write_merchant_managed_fulfillment_orders read_assigned_fulfillment_orders",
        "write_assigned_fulfillment_orders read_third_party_fulfillment_orders",
        "write_third_party_fulfillment_orders read_inventory write_inventory read_locations read_products",
        "write_products read_returns write_returns write_order_edits read_customers read_companies",
        "write_fulfillments read_fulfillments",
    )
)

# Points restored per second by plan; the bucket holds twenty seconds' worth (2,000 was recorded beside 100).
PLANS = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000}


@dataclass(slots=True)
class Switches:
    """Each field is one switch; `from_json` takes the same names."""

    # limits
    plan: str = "standard"
    throttle: bool = True
    """False: costs are still told, but nothing is ever throttled."""
    maximum_query_cost: int = 1000
    object_points: int = 1
    money_points: int = 1
    """Points of a MoneyBag and of a MoneyV2: documented as any object's, never measured by themselves."""
    # search and routing
    search_delay_seconds: float = 0.0
    """How long `orders(query:)` lags behind a change; the vendor gives no figure."""
    routing_delay_seconds: float = 0.0
    """How long a new order is without fulfilment orders."""
    cancel_delay_seconds: float = 0.0
    """How long `orderCancel`'s job stays unfinished."""
    order_bumped_by_fulfillment_order: bool = False
    """Whether a change of a fulfilment order alone (hold, move, split) bumps the order's updatedAt."""
    # money
    tax_title: str = "VAT"
    # stock
    checkout_checks_stock: bool = False
    """True: an order for more than is available is refused when it is placed, as the vendor's own checkout does."""
    stock_history: str = "all"
    """all: every movement is kept; api: only what clients wrote; none."""
    idempotency_seconds: float = 24 * 3600.0
    """How long a key is remembered; the vendor's figure is not known."""
    # access
    scopes: tuple[str, ...] = ALL_SCOPES
    token_seconds: int = 24 * 3600
    # webhooks
    webhook_retries: int = 8
    webhook_retry_span_seconds: float = 4 * 3600.0
    """The retries are spread over this span, each wait twice the one before; the exact spacing is not known."""
    webhook_connect_seconds: float = 1.0
    webhook_answer_seconds: float = 5.0
    webhook_delay_seconds: float = 0.0
    webhook_delete_after_failures: bool = True
    webhook_allow_http: bool = True
    """The vendor takes HTTPS only; loopback receivers have no certificate."""

    def __post_init__(self) -> None:
        if self.plan not in PLANS:
            raise ValueError(f"plan must be one of {', '.join(PLANS)}, not {self.plan}")
        if self.stock_history not in {"all", "api", "none"}:
            raise ValueError("stock_history must be all, api or none")

    @property
    def restore_rate(self) -> int:
        return PLANS[self.plan]

    @property
    def bucket_size(self) -> int:
        return 20 * PLANS[self.plan]

    def change(self, **values: Any) -> None:
        """Set some switches; a misspelt name is an error."""
        known = {item.name for item in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
        for name, value in values.items():
            setattr(self, name, tuple(value) if name == "scopes" else value)
        self.__post_init__()
