"""Where the two sides differ, per day."""

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
from cogent_pipelines.canonical.frames.parcels import FULFILMENT_STATES

PARCEL_PROBLEMS = ("unmatched", "not_told", "told_late", "quantity_differs", "no_tracking")


class OrderValueReconciliation(Table):
    """Every difference in the value of an order, with its cause; what is unexplained first, then the largest."""

    order_name: Text = said("Order", "What the customer quotes.")
    sales_order_ref: Text = said("Sales order", "Our reference of it at the warehouse.", nullable=True)
    what: Text = said("What", "The SKU or title of the line; or delivery, tax, the whole order.")
    cause: Text = said("Cause", "Why the two sides differ; the handbook has each cause.", str_matches=r"^[a-z_]+$")
    explained: YesNo = said("Explained", "Whether the cause accounts for the difference; if not, a person must look.")
    currency: Text = currency()
    storefront_minor: Whole = said("Storefront", "What the storefront says; minor units.")
    warehouse_minor: Whole = said("Warehouse", "What the warehouse says; minor units.")
    difference_minor: Whole = said("Difference", "Storefront less warehouse; minor units.")
    found_at: Moment = said("Found", "When it was found.")


class DespatchReconciliation(Table):
    """Every parcel of the day that does not agree with what the storefront was told, a row per trouble."""

    problem: Text = one_of(PARCEL_PROBLEMS, "Problem", "What does not agree.")
    order_name: Text = said("Order", "What the customer quotes; null while no order of ours matches.", nullable=True)
    despatch_ref: Text = said("Despatch", "The warehouse's identity of the parcel.")
    sales_order_ref: Text = said("Sales order", "The reference that the warehouse gave with it.")
    despatched_at: Moment = said("Left", "When the warehouse says it left.")
    units_despatched: Whole = counted("Units left", "Units in the parcel.")
    units_told: Whole = counted("Units told", "Units that the storefront was told of.")
    fulfilment_state: Text = one_of(
        FULFILMENT_STATES, "Told", "Whether the storefront was told; null where not begun.", nullable=True
    )
    told_at: Moment = said("Told at", "When the storefront was known to have it.", nullable=True)
    hours_to_tell: Number = said("Took", "Hours from leaving to being told.", nullable=True)
    tracking_number: Text = said("Tracking", "The carrier's number; empty while there is none.")
    reason: Text = said("Why", "Why it is not told; empty where it is.")
