"""What differs between Mintsoft accounts, or is not publicly known, as switches with a stated default.

A switch marked "unknown" stands for a question that no public source answers; its default is this simulator's guess and
must not be quoted as a fact. Nothing here acts.
"""

from dataclasses import dataclass, field
from typing import Literal

from cogent_pipelines.simulators.common.depot.switches import WireSwitches

# Ids of NEW, DESPATCHED, QUERYRAISED, AWAITINGPICKING, PICKED are public (a client's list, read 2026-11); the others
# are unknown: whoever needs them reads `GET /api/Order/Statuses`.
STATUS_IDS = {
    "NEW": 1,
    "PRINTED": 2,
    "CANCELLED": 3,
    "DESPATCHED": 4,
    "INVOICED": 5,
    "INVOICEDFAILED": 6,
    "HOLDING": 7,
    "FAILED": 8,
    "ONBACKORDER": 9,
    "AWAITINGCONFIRMATION": 10,
    "AWAITINGDOCUMENTATION": 11,
    "AWAITINGPAYMENT": 12,
    "QUERYRAISED": 13,
    "PACKANDHOLD": 14,
    "AWAITINGPICKING": 15,
    "PICKINGSTARTED": 16,
    "PICKED": 17,
    "AWAITINGADDITIONALITEM": 18,
}

STATUS_OF_STAGE = {
    "received": "NEW",
    "held": "HOLDING",
    "short": "ONBACKORDER",
    "allocated": "NEW",
    "released": "PRINTED",
    "picking": "PICKINGSTARTED",
    "picked": "PICKED",
    "packed": "PICKED",
    "part_despatched": "PICKED",
    "despatched": "DESPATCHED",
    "cancelled": "CANCELLED",
    "rejected": "FAILED",
}


@dataclass(slots=True, kw_only=True)
class Switches(WireSwitches):
    """Every switch of the simulated account."""

    # An order leaves in parts, each part whole (public client, read 2026-11).
    partial_style: Literal["parts", "shipments", "none"] = "parts"
    # "Holding order policy" of an account: put on back order, held for a decision, or split (vendor's help, 2026-11).
    short_order: Literal["waits", "held", "split"] = "waits"

    # ---- keys. 24 hours unless set never to expire (vendor's help on API keys, read 2026-11).
    key_hours: float = 24.0
    one_key_at_a_time: bool = False  # unknown
    refused_key_status: Literal[401, 403] = 401
    refused_login_status: Literal[200, 400, 401, 403] = 401  # unknown

    # ---- calls. No rate limit is published; `throttle_form` is unknown.

    # ---- orders. OrderNumber and ExternalOrderReference are unique within a client (vendor's help, read 2026-11).
    duplicate_policy: Literal["refuse", "accept"] = "refuse"
    refusal_form: Literal["array", "object", "400"] = "array"  # unknown: a refusal of a create, with Success false
    duplicate_message: str = "Order Number already exists for this Client"  # unknown wording
    unknown_sku_message: str = "SKU not found"  # unknown wording
    order_number_required: bool = True  # unknown
    references_ignore_case: bool = True  # unknown
    discontinued_product: Literal["refuse", "accept"] = "refuse"  # unknown
    missing_address: Literal["refuse", "query"] = "refuse"  # unknown: or accepted and QUERYRAISED
    query_after_seconds: float = 0.0
    status_ids: dict[str, int] = field(default_factory=lambda: dict(STATUS_IDS))
    status_of_stage: dict[str, str] = field(default_factory=lambda: dict(STATUS_OF_STAGE))
    external_names: dict[str, str] = field(
        default_factory=lambda: {"INVOICED": "DESPATCHED", "INVOICEDFAILED": "DESPATCHED"}
    )
    # NEW and ONBACKORDER may be changed by the client, PRINTED and AWAITINGPICKING not (a 3PL's help, read 2026-11).
    cancel_allowed: list[str] = field(default_factory=lambda: ["NEW", "ONBACKORDER", "HOLDING"])
    invoice_after_seconds: float = 0.0
    """So long after its despatch an order is INVOICED; nought for never."""

    # ---- reading
    search_nothing: Literal["404", "empty"] = "404"  # both have been seen
    search_matches: Literal["exact", "contains"] = "exact"  # unknown
    page_size: int = 100  # unknown for orders and products; 100 and 500 are public for others
    page_size_limit: int = 100  # unknown, likewise
    zone: str = "Europe/London"  # unknown
    moments: Literal["bare", "offset", "utc"] = "bare"  # unknown
    get_has_items: bool = True  # unknown
    several_tracking_numbers: Literal["first", "comma"] = "first"  # unknown: one field for many parcels

    # ---- stock. Level is Mintsoft's OnHand, TotalStockLevel its StockLevel, without quarantine (vendor's help, 2026-11);
    # figures are whole numbers (public client); whether they go below nought is unknown.
    on_hand_means: Literal["free", "there"] = "free"  # unknown: whether OnHand still has what is allocated

    # ---- what comes back
    restocking_actions: list[str] = field(default_factory=lambda: ["Restock", "ReturnToStock"])  # unknown
