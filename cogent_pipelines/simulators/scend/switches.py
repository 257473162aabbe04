"""Everything that this stand-in had to choose, as switches with a stated default.

No public description of Scend's interface exists. Known from integrators is only this: orders carry `ClientReference`,
which is what prevents duplicates; `Available for Sale` is the one figure of stock to publish, while plain `Available`
still has what is reserved or in quarantine; SKUs have a rigid format without spaces or unexpected characters; an order
with a line of the address missing or an unknown SKU is rejected or put in quarantine; stock is read on a schedule.
Everything else here is an assumption, and none of it may be quoted as a fact. Nothing here acts.
"""

from dataclasses import dataclass, field
from typing import Literal

from cogent_pipelines.simulators.common.depot.switches import WireSwitches

PATHS = {
    "token": "/token",
    "orders": "/orders",
    "order": "/orders/{id}",
    "cancel": "/orders/{id}/cancel",
    "stock": "/stock",
    "shipments": "/shipments",
    "returns": "/returns",
    "return": "/returns/{id}",
    "items": "/items",
    "item": "/items/{sku}",
}

STATUSES = {
    "received": "RECEIVED",
    "held": "ON_HOLD",
    "short": "RECEIVED",
    "allocated": "ALLOCATED",
    "released": "ALLOCATED",
    "picking": "PICKING",
    "picked": "PICKING",
    "packed": "PACKED",
    "part_despatched": "PART_DESPATCHED",
    "despatched": "DESPATCHED",
    "cancelled": "CANCELLED",
    "rejected": "REJECTED",
}

# What is wrong with an order: refused at once, taken and held, or taken and refused after a while.
Wrong = Literal["reject", "quarantine", "reject_later"]


@dataclass(slots=True, kw_only=True)
class Switches(WireSwitches):
    """Every switch of the simulated account."""

    # ---- the wire's names
    base_path: str = "/sim/scend/v1"
    paths: dict[str, str] = field(default_factory=lambda: dict(PATHS))
    field_names: dict[str, str] = field(default_factory=lambda: {"AvailableForSale": "Available for Sale"})
    """Our name of a field to the wire's, in bodies, answers and queries alike; what is not named stays."""
    exact_names: bool = True
    """Whether a field's name is read with regard to case."""
    create_method: Literal["POST", "PUT"] = "POST"
    create_status: Literal[200, 201, 202] = 201
    amounts: Literal["number", "text", "either"] = "either"
    """How money may be written by the client; it is told as a number."""
    empty_fields: Literal["null", "left_out"] = "null"

    # ---- who calls
    auth_kind: Literal["bearer", "api_key", "basic", "token_exchange", "none"] = "bearer"
    token_minutes: float = 60.0
    """How long an exchanged token is good; one that was handed over by hand has no end."""
    refused_status: Literal[401, 403] = 401

    # ---- refusals
    error_form: Literal["status", "in_200"] = "status"
    """Told by the status, or with 200 and `Success` false."""
    duplicate: Literal["conflict", "same", "accept"] = "conflict"
    """An order whose ClientReference is there: 409 with the order's id, the order itself with 200, or a second order."""
    references_ignore_case: bool = False
    sku_pattern: str = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}"
    bad_sku: Wrong = "reject"
    unknown_sku: Wrong = "reject"
    inactive_sku: Wrong = "reject"
    missing_address: Wrong = "quarantine"
    needed_address: list[str] = field(default_factory=lambda: ["Name", "Line1", "City", "PostCode", "CountryCode"])
    wrong_after_seconds: float = 0.0
    """How long it takes until quarantine or a late refusal; the order is RECEIVED or further meanwhile."""

    # ---- orders
    statuses: dict[str, str] = field(default_factory=lambda: dict(STATUSES))
    cancel_allowed: list[str] = field(default_factory=lambda: ["RECEIVED", "ALLOCATED", "ON_HOLD"])
    cancel_pending_seconds: float = 0.0
    """How long a cancel stays a wish (202, `CANCEL_PENDING`); nought for at once. Picking may overtake it."""
    partial_style: Literal["parts", "shipments", "none"] = "shipments"
    find_nothing: Literal["empty", "404"] = "empty"

    # ---- lists
    envelope: Literal["array", "object"] = "array"
    """A bare list, or `Items` with `Page`, `PageSize`, `Total` and `NextCursor` around it."""
    paging: Literal["page", "cursor", "none"] = "page"
    """`Page` and `PageSize`; `Cursor` and `PageSize` (always in an object); or everything at once."""

    # ---- stock
    stock_fields: list[str] = field(
        default_factory=lambda: ["OnHand", "Available", "AvailableForSale", "Allocated", "Quarantine", "OnOrder"]
    )
    stock_delta: bool = True
    """Whether `ChangedSince` narrows the stock."""

    # ---- what comes back
    returns_by_client: bool = True
    """Whether clients may announce returns; else the floor alone books them in."""
