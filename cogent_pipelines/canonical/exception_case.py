"""What is wrong, whose it is, and what to do about it, in words that a person can act on."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """Transient trouble goes away by waiting (time-out, 429, 5xx); critical trouble waits for a person."""

    TRANSIENT = "transient"
    CRITICAL = "critical"


class Team(StrEnum):
    """Who must act."""

    OPERATIONS = "operations"
    MERCHANDISING = "merchandising"
    CUSTOMER_SERVICE = "customer_service"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    ENGINEERING = "engineering"


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of trouble; `code` is its stable name, `way_out` what the owner does first."""

    code: str
    title: str
    severity: Severity
    team: Team
    way_out: str


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """One occurrence: at most one open case per connection, kind and subject; found again, it is the same case.

    `subject` identifies the thing (an order ref, a SKU); `order_name` is what a customer would quote; `message` is the exact
    trouble in words, with the vendor's own text where there is one; no personal data in either.
    """

    kind: CaseKind
    subject: str
    message: str
    order_name: str = ""
    suggestion: str = ""
    evidence: dict[str, str | int | None] = field(default_factory=dict)


def _critical(code: str, title: str, team: Team, way_out: str) -> CaseKind:
    return CaseKind(code, title, Severity.CRITICAL, team, way_out)


def _transient(code: str, title: str, team: Team, way_out: str) -> CaseKind:
    return CaseKind(code, title, Severity.TRANSIENT, team, way_out)


UNKNOWN_SKU = _critical(
    "unknown_sku",
    "The warehouse does not know a SKU of this order",
    Team.MERCHANDISING,
    "Create the item at the warehouse, or map the SKU with `cogent map-sku`; the order goes out by itself afterwards.",
)
SKU_VARIANT = _critical(
    "sku_variant",
    "A SKU is spelt differently at the warehouse (case or spaces)",
    Team.MERCHANDISING,
    "Confirm the suggested mapping with `cogent map-sku`, or correct the SKU at the storefront; nothing is merged silently.",
)
INACTIVE_SKU = _critical(
    "inactive_sku",
    "The warehouse has deactivated a SKU of this order",
    Team.MERCHANDISING,
    "Reactivate the item at the warehouse, map the SKU to its successor, or cancel the line at the storefront.",
)
MISSING_SKU = _critical(
    "missing_sku",
    "A line that must be shipped has no SKU",
    Team.MERCHANDISING,
    "Give the variant a SKU at the storefront, or edit the line out of the order.",
)
SKU_MISMATCH = _critical(
    "sku_mismatch",
    "The catalogues disagree on SKUs that are sold",
    Team.MERCHANDISING,
    "Open the asset `sku_audit`: it lists every SKU with what to do about it. Mapping is `cogent map-sku`.",
)
BAD_ADDRESS = _critical(
    "bad_address",
    "The shipping address cannot be sent to the warehouse",
    Team.CUSTOMER_SERVICE,
    "Ask the customer, correct the address on the order at the storefront; the correction is picked up by itself.",
)
NOTHING_TO_SHIP = CaseKind(
    "nothing_to_ship",
    "The order has nothing that a warehouse could ship",
    Severity.TRANSIENT,
    Team.OPERATIONS,
    "Nothing to do unless goods were expected on the order; the case closes when the order gains a line to ship.",
)
INJECTION_REJECTED = _critical(
    "injection_rejected",
    "The warehouse refused the order",
    Team.OPERATIONS,
    "Read the warehouse's message, correct the cause, then `cogent retry-order`.",
)
INJECTION_EXHAUSTED = _critical(
    "injection_exhausted",
    "The order could not be sent after every attempt",
    Team.OPERATIONS,
    "Check the warehouse's state, then `cogent retry-order`; nothing is sent twice.",
)
INJECTION_IN_DOUBT = _transient(
    "injection_in_doubt",
    "The order was sent, and no answer proves whether it arrived",
    Team.OPERATIONS,
    "Wait: it is read back before anything is sent again. Older than an hour: call the warehouse.",
)
INJECTION_UNSEEN = _critical(
    "injection_unseen",
    "The warehouse said that it took the order, and does not show it",
    Team.OPERATIONS,
    "Look for it at the warehouse by the number in the message. Where it waits there, let it through; where it has another "
    "reference, correct that: it is recognised by itself. Only where it is not there: `cogent retry-order`.",
)
INJECTION_RETRYING = _transient(
    "injection_retrying",
    "The warehouse could not take the order yet",
    Team.OPERATIONS,
    "Wait: it is tried again by itself. The time of the next attempt stands on the order.",
)
UNSENDABLE_ORDER = _critical(
    "unsendable_order",
    "The order cannot be put in the warehouse's terms",
    Team.OPERATIONS,
    "Read what the message says is too long or does not add up, and correct it at the storefront.",
)
CHANGED_AFTER_INJECTION = _critical(
    "changed_after_injection",
    "The order was changed or cancelled at the storefront after the warehouse got it",
    Team.CUSTOMER_SERVICE,
    "Compare the two sides in the case and change the sales order at the warehouse by hand.",
)
CANCELLED_AT_WAREHOUSE = _critical(
    "cancelled_at_warehouse",
    "The warehouse cancelled an order that the storefront still wants",
    Team.OPERATIONS,
    "Do nothing, and the storefront is told after the grace time. Where it is sent another way, `cogent close-case`.",
)
EXPORT_MARK_REFUSED = _critical(
    "export_mark_refused",
    "The storefront does not take the mark that the warehouse has the order",
    Team.ENGINEERING,
    "The order itself is well. Read the message and run `cogent check-connection`; the mark is made by itself afterwards.",
)
VENDOR_UNAVAILABLE = _transient(
    "vendor_unavailable",
    "A vendor does not answer; its queue waits",
    Team.OPERATIONS,
    "Wait for the probe to succeed; if it lasts, look at the vendor's status page.",
)
CREDENTIALS_REFUSED = _critical(
    "credentials_refused",
    "A vendor refuses our credentials",
    Team.ENGINEERING,
    "Renew the secret in the environment and run `cogent check-connection`.",
)
VENDOR_REFUSED = _critical(
    "vendor_refused",
    "A vendor refuses a call that should work",
    Team.ENGINEERING,
    "Read the exact message and the stored exchange; this is usually a change on the vendor's side.",
)
UNREADABLE_PRODUCT = _critical(
    "unreadable_product",
    "A variant at the storefront holds something that cannot be read",
    Team.MERCHANDISING,
    "Read which field the message names and correct it at the storefront; what was known of the variant stands until then.",
)
UNREADABLE_ORDER = _critical(
    "unreadable_order",
    "An order at the storefront holds something that cannot be read, so it is not here",
    Team.ENGINEERING,
    "Read which field the message names: correct it at the storefront, or teach the adapter; it is read again by itself.",
)
ORDER_NEWS_MISSING = _transient(
    "order_news_missing",
    "The storefront told something of an order that never came here",
    Team.ENGINEERING,
    "Nothing to do for one: the order was read again, and the case ends after a day. Many: see how long it keeps its news.",
)
ORDER_PUT_ASIDE = _critical(
    "order_put_aside",
    "The warehouse took an order and put it aside later: nobody picks it",
    Team.WAREHOUSE,
    "Read the warehouse's words and have it released, or cancel it on both sides; the case closes when the order moves on.",
)
UNREADABLE_DESPATCH = _critical(
    "unreadable_despatch",
    "A parcel in the warehouse's report holds something that cannot be read, so the customer is not told",
    Team.WAREHOUSE,
    "Read which column the message names and have it corrected; it is read again by itself, with the sweep at the latest.",
)
UNREADABLE_STOCK = _critical(
    "unreadable_stock",
    "The warehouse's figure of a SKU cannot be read, so the last one stands",
    Team.WAREHOUSE,
    "Read which field the message names and have it corrected; the case closes with the next figure that can be read.",
)
UNMATCHED_DESPATCH = _critical(
    "unmatched_despatch",
    "The warehouse despatched an order that nobody here knows",
    Team.WAREHOUSE,
    "Ask the warehouse which order it belongs to, then `cogent link-parcel`; with --none if it is nobody's of ours.",
)
DESPATCH_LINE_MISMATCH = _critical(
    "despatch_line_mismatch",
    "A parcel holds goods that the order does not, or more of them",
    Team.WAREHOUSE,
    "Check the parcel with the warehouse, which corrects it; or say whose it is with `cogent link-parcel`.",
)
BUNDLE_IN_PARTS = _transient(
    "bundle_in_parts",
    "A parcel left with part of a bundle, and the storefront cannot be told before the rest has left",
    Team.CUSTOMER_SERVICE,
    "Wait: it closes when the rest leaves. A customer who asks gets the number from you; after a day, ask the warehouse.",
)
MISSING_TRACKING = _transient(
    "missing_tracking",
    "A parcel has left without a tracking number",
    Team.WAREHOUSE,
    "Wait for the carrier's number; after the grace time the warehouse must enter it.",
)
FULFILMENT_REJECTED = _critical(
    "fulfilment_rejected",
    "The storefront refused to record a parcel",
    Team.OPERATIONS,
    "Read the message; usually the order was edited or fulfilled by hand. Put it right, then `cogent retry-parcel`.",
)
FULFILMENT_EXHAUSTED = _critical(
    "fulfilment_exhausted",
    "A parcel could not be told to the storefront after every attempt",
    Team.OPERATIONS,
    "Check the storefront's state; the parcel is offered again from time to time by itself, and never told twice.",
)
FULFILMENT_IN_DOUBT = _transient(
    "fulfilment_in_doubt",
    "A parcel was reported, and no answer proves whether the storefront recorded it",
    Team.OPERATIONS,
    "Wait: the order's fulfilments are read back before it is reported again.",
)
STOCK_UNKNOWN_SKU = _critical(
    "stock_unknown_sku",
    "The storefront does not know a SKU that the warehouse has in stock",
    Team.MERCHANDISING,
    "Publish the product, map the SKU, or list it as not sold online.",
)
STOCK_REFUSED = _critical(
    "stock_refused",
    "The storefront refuses a stock figure",
    Team.OPERATIONS,
    "Read the storefront's message; the figure is offered again by itself.",
)
OVERSOLD = _critical(
    "oversold",
    "More units were ordered than the warehouse has",
    Team.MERCHANDISING,
    "Find stock, or let customer service offer a cancellation; raise the buffer if it happens again.",
)
VALUE_DISCREPANCY = _critical(
    "value_discrepancy",
    "The order's value differs between storefront and warehouse",
    Team.FINANCE,
    "Read the causes line by line; book the difference or correct the side that is wrong.",
)
DUPLICATE_SALES_ORDER = _critical(
    "duplicate_sales_order",
    "The warehouse holds an order twice",
    Team.OPERATIONS,
    "Cancel one copy at the warehouse before it is picked.",
)

ALL_KINDS: dict[str, CaseKind] = {kind.code: kind for kind in list(globals().values()) if isinstance(kind, CaseKind)}

SKU_KINDS: tuple[CaseKind, ...] = (UNKNOWN_SKU, SKU_VARIANT, INACTIVE_SKU)
"""What a change of the warehouse's catalogue can put right."""

SENDING_KINDS: tuple[CaseKind, ...] = (
    UNKNOWN_SKU,
    SKU_VARIANT,
    INACTIVE_SKU,
    MISSING_SKU,
    BAD_ADDRESS,
    UNSENDABLE_ORDER,
    INJECTION_REJECTED,
    INJECTION_EXHAUSTED,
    INJECTION_IN_DOUBT,
    INJECTION_UNSEEN,
    INJECTION_RETRYING,
)
"""What can keep one order from the warehouse; all of them are settled when it is acknowledged, or no longer to be sent."""
