"""What goes wrong on the demo's day, and who should find it.

Each trouble says what is planted and which check, which kind of exception case, or which line of the two sides' own books
proves that it was found and dealt with. The judge believes nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """Questions to the two vendors' own books."""

    IN_TWO_PARCELS = "the shop shows one fulfilment for each parcel, each unit once"
    AT_THE_WAREHOUSE_ONCE = "the warehouse has the order, created once"
    NOTHING_OVERSOLD = "the shop refused what it could not sell, and the warehouse can serve every order it got"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What must have found it: every check named, for each planted order a case of one kind named, and the books."""

    name: str
    planted: str
    checks: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    proof: Proof | None = None
    held: bool = False
    """Whether the order stays out of the warehouse until a person acts; then it is not lost."""


UNKNOWN_SKU = Trouble(
    "unknown_sku",
    "two orders hold an article that the warehouse has never heard of",
    checks=("sku_mismatches",),
    cases=("unknown_sku",),
    held=True,
)
CASE_VARIANT = Trouble(
    "case_variant",
    "one order holds a SKU that the warehouse spells in capitals",
    checks=("sku_mismatches",),
    cases=("sku_variant",),
    held=True,
)
MISSING_POSTCODE = Trouble(
    "missing_postcode",
    "one customer left out the postcode",
    checks=("stuck_orders",),
    cases=("bad_address",),
    held=True,
)
ROUNDED_PRICE = Trouble(
    "rounded_price",
    "the warehouse keeps the price of one article to a tenth of a pound",
    checks=("value_discrepancies",),
)
SPLIT_SHIPMENT = Trouble(
    "split_shipment",
    "one order leaves in two parcels, one after the other",
    proof=Proof.IN_TWO_PARCELS,
)
LATE_TRACKING = Trouble(
    "late_tracking",
    "one parcel leaves without a tracking number",
    checks=("missing_tracking",),
    cases=("missing_tracking",),
)
UNKNOWN_DESPATCH = Trouble(
    "unknown_despatch",
    "the warehouse despatches an order that nobody knows",
    checks=("unmatched_despatches",),
    cases=("unmatched_despatch",),
)
LOST_WEBHOOK = Trouble(
    "lost_webhook",
    "no webhook of one order ever arrives",
    proof=Proof.AT_THE_WAREHOUSE_ONCE,
)
REPEATED_WEBHOOK = Trouble(
    "repeated_webhook",
    "the webhook of one order arrives four times at once",
    proof=Proof.AT_THE_WAREHOUSE_ONCE,
)
OUTAGE = Trouble(
    "outage",
    "the warehouse answers nothing but errors for a while",
    cases=("vendor_unavailable", "injection_retrying", "injection_in_doubt"),
)
FLASH_SALE = Trouble(
    "flash_sale",
    "sixty customers want one article at once, and there are forty-five",
    proof=Proof.NOTHING_OVERSOLD,
)

PLANTED = (
    UNKNOWN_SKU,
    CASE_VARIANT,
    MISSING_POSTCODE,
    ROUNDED_PRICE,
    SPLIT_SHIPMENT,
    LATE_TRACKING,
    UNKNOWN_DESPATCH,
    LOST_WEBHOOK,
    REPEATED_WEBHOOK,
    OUTAGE,
    FLASH_SALE,
)
