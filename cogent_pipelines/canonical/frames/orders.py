"""Orders as the storefront has them, and on their way into the warehouse."""

from cogent_pipelines.canonical.exception_case import Severity, Team
from cogent_pipelines.canonical.frames.columns import (
    Moment,
    Number,
    Table,
    Text,
    Whole,
    YesNo,
    counted,
    currency,
    one_of,
    said,
)
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.canonical.standing import StandingState

SALES_ORDER_STATES = ("waiting", "pending", "sent", "acknowledged", "held", "retrying", "failed", "cancelled")


class StorefrontOrders(Table):
    """Every order as the storefront has it, latest version; the newest first."""

    order_name: Text = said("Order", "What the customer quotes.")
    created_at: Moment = said("Placed", "When the customer placed it.")
    captured_at: Moment = said("Captured", "When it was first seen here.")
    payment: Text = one_of(PaymentState, "Payment", "What the storefront says of its payment.")
    standing: Text = one_of(StandingState, "Standing", "Whether it is to go to the warehouse as it is now.")
    standing_reason: Text = said("Why not sent", "Why it is not to be sent as it is now; empty where it is.")
    sales_order_state: Text = one_of(
        SALES_ORDER_STATES, "At the warehouse", "State of its sales order; null where there is none.", nullable=True
    )
    currency: Text = currency()
    total_minor: Whole = said("Total", "What the customer pays, with delivery and tax; minor units.")
    shipping_minor: Whole = said("Delivery", "What delivery costs; minor units.")
    tax_minor: Whole = said("Tax", "Tax within or on top of the total; minor units.")
    discount_minor: Whole = said("Discounts", "All discounts together; minor units.")
    lines: Whole = counted("Lines", "Number of lines.")
    units: Whole = counted("Units", "Units ordered, less those taken off again.")
    units_to_ship: Whole = counted("Units to ship", "Units that the storefront still wants shipped.")
    is_trade: YesNo = said("Trade", "Whether a company bought it.")
    cancelled_at: Moment = said("Cancelled", "When it was cancelled at the storefront.", nullable=True)
    version: Moment = said("Version", "The storefront's time of its last change.")
    order_ref: Text = said("Reference", "The storefront's identity of the order.", unique=True)


class WmsSalesOrders(Table):
    """Every order on its way into the warehouse; what waits for a person first, then what waits for time, then the rest."""

    order_name: Text = said("Order", "What the customer quotes.")
    sales_order_ref: Text = said("Sales order", "Our reference of it at the warehouse.", unique=True)
    state: Text = one_of(SALES_ORDER_STATES, "State", "Where it stands; the handbook says what each state means.")
    severity: Text = one_of(
        Severity,
        "Severity",
        "Transient heals by waiting, critical waits for a person; null where nothing is wrong.",
        nullable=True,
    )
    reason: Text = said("Why", "Why it waits, in words; empty where it does not.")
    owner_team: Text = one_of(Team, "Who must act", "The team that must act; null where nobody must.", nullable=True)
    waiting_since: Moment = said("Waiting since", "Since when it waits; null where it does not.", nullable=True)
    next_attempt_at: Moment = said("Next attempt", "When it is sent or read back next, by itself.", nullable=True)
    attempts: Whole = counted("Attempts", "How often it was sent since it last had a fresh start.")
    in_doubt: YesNo = said("In doubt", "Sent, and no answer proves whether it arrived; it is read back first.")
    captured_at: Moment = said("Captured", "When the order was first seen here.")
    acknowledged_at: Moment = said("Acknowledged", "When the warehouse was known to have it, whole.", nullable=True)
    seconds_to_acknowledge: Number = counted(
        "Took", "Seconds from capture to acknowledgement, with any time it was held.", nullable=True
    )
    warehouse_ref: Text = said("Warehouse reference", "The warehouse's own reference, once acknowledged.", nullable=True)
    order_ref: Text = said("Reference", "The storefront's identity of the order.", unique=True)
