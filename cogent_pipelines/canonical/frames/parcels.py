"""Parcels that left the warehouse, and as the storefront was told of them. No tracking addresses: some hold a postcode."""

from cogent_pipelines.canonical.frames.columns import Moment, Number, Table, Text, Whole, YesNo, counted, one_of, said

FULFILMENT_STATES = ("pending", "sent", "acknowledged", "held", "retrying", "failed", "waiting", "covered")


class WmsDespatches(Table):
    """Every parcel that left the warehouse; those that belong to nobody first, then the newest."""

    order_name: Text = said("Order", "What the customer quotes; null while no order of ours matches.", nullable=True)
    despatch_ref: Text = said("Despatch", "The warehouse's identity of the parcel.", unique=True)
    sales_order_ref: Text = said("Sales order", "The reference that the warehouse gave with it.")
    despatched_at: Moment = said("Left", "When the warehouse says it left.")
    carrier: Text = said("Carrier", "As the warehouse names it.")
    service: Text = said("Service", "The carrier's service.")
    tracking_number: Text = said("Tracking", "The carrier's number; empty while there is none.")
    goods: Text = said("Goods", "Quantity and SKU of each line.")
    units: Whole = counted("Units", "Units in the parcel.")
    fulfilment_state: Text = one_of(
        FULFILMENT_STATES, "Told", "Whether the storefront was told; null where there is nothing to tell yet.", nullable=True
    )
    captured_at: Moment = said("Captured", "When it was first seen here.")


class StorefrontFulfilments(Table):
    """Every parcel as the storefront was told; what waits for a person first, then what waits for time, then the newest."""

    order_name: Text = said("Order", "What the customer quotes.")
    despatch_ref: Text = said("Despatch", "The warehouse's identity of the parcel.", unique=True)
    state: Text = one_of(FULFILMENT_STATES, "State", "Whether the storefront has it; as for sales orders.")
    reason: Text = said("Why", "Why it is not there yet; empty where it is.")
    despatched_at: Moment = said("Left", "When the warehouse says it left.")
    acknowledged_at: Moment = said("Told", "When the storefront was known to have it.", nullable=True)
    minutes_to_tell: Number = said("Took", "Minutes from leaving to being told.", nullable=True)
    units: Whole = counted("Units", "Units that the storefront is told of.")
    tracking_number: Text = said("Tracking", "The carrier's number; empty while there is none.")
    tracking_told: YesNo = said("Tracking told", "Whether the storefront has the number that the warehouse has.")
    attempts: Whole = counted("Attempts", "How often it was sent since it last had a fresh start.")
    in_doubt: YesNo = said("In doubt", "Sent, and no answer proves whether it was recorded; it is read back first.")
    next_attempt_at: Moment = said("Next attempt", "When it is sent or read back next, by itself.", nullable=True)
    storefront_ref: Text = said("Fulfilment", "The storefront's identity of it, once told.", nullable=True)
    captured_at: Moment = said("Captured", "When the parcel was first seen here.")
