"""What a profile's operations are for: the closed set of them, what each is given, and what each must answer.

The rest of the adapter sees only this; a profile maps it to the wire. What a vendor's words for states mean is the profile's
`maps.status`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cogent_pipelines.adapters.warehouses.rest_profile.shapes import Shape


class State(StrEnum):
    """How far a sales order is, whatever the vendor calls it."""

    NEW = "NEW"
    ACCEPTED = "ACCEPTED"
    RELEASED = "RELEASED"
    PICKING = "PICKING"
    PICKED = "PICKED"
    PACKED = "PACKED"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    ON_HOLD = "ON_HOLD"
    BACKORDERED = "BACKORDERED"
    EXCEPTION = "EXCEPTION"
    """The warehouse set it aside, in quarantine or with a query: nobody picks it until a person acts."""
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


NOT_TAKEN = frozenset({State.EXCEPTION, State.REJECTED})
"""The warehouse has it, and will not ship it as it is."""

ASIDE = NOT_TAKEN | {State.ON_HOLD}
"""Nobody picks it until a person acts. An order on hold was taken all the same: it goes on as it is when it is released."""


class ErrorClass(StrEnum):
    """What an answer means for the call."""

    OK = "ok"
    RETRY = "retry"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"
    NOT_FOUND = "not_found"
    DATA = "data"
    CONFIG = "config"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rows:
    """Fields of one row that an answer holds; `nested` are lists of rows within it."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    nested: Mapping[str, "Rows"] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        return self.required | self.optional | frozenset(self.nested)


@dataclass(frozen=True, slots=True)
class OperationContract:
    """One operation: what its expressions are given, and the rows that it must answer."""

    purpose: str
    given: Mapping[str, Shape]
    answers: Rows = Rows()
    writes: bool = False


_ADDRESS: Shape = dict.fromkeys(
    (
        "name",
        "first_name",
        "last_name",
        "company",
        "line1",
        "line2",
        "city",
        "region",
        "postcode",
        "country_code",
        "phone",
    )
)
_ORDER_LINE: Shape = dict.fromkeys(("line_ref", "number", "sku", "quantity", "unit_price", "value"))
ORDER: Mapping[str, Shape] = {
    **dict.fromkeys(
        (
            "external_ref",
            "storefront_order_id",
            "order_name",
            "created_at",
            "currency",
            "total",
            "goods",
            "shipping",
            "discount",
            "tax",
            "email",
            "phone",
            "purchase_order_number",
            "channel",
            "service",
            "is_trade",
        )
    ),
    "ship_to": _ADDRESS,
    "bill_to": _ADDRESS,
    "lines": [_ORDER_LINE],
    "mapped": dict.fromkeys(("service", "country", "channel")),
}
_REFS: Mapping[str, Shape] = dict.fromkeys(("external_ref", "wms_ref"))
_SINCE: Mapping[str, Shape] = dict.fromkeys(("since", "until"))
_ITEM: Mapping[str, Shape] = dict.fromkeys(("sku", "item_ref"))
_RETURN: Mapping[str, Shape] = {
    **_REFS,
    **dict.fromkeys(("rma", "note", "return_ref")),
    "lines": [dict.fromkeys(("sku", "quantity", "reason", "item_ref"))],
    "line": dict.fromkeys(("sku", "quantity", "reason", "item_ref")),
}

_HELD = Rows(
    required=frozenset({"wms_ref", "status"}),
    optional=frozenset({"external_ref", "reasons", "total", "shipping"}),
    nested={"lines": Rows(frozenset({"sku", "quantity"}), frozenset({"line_ref", "unit_price"}))},
)
_STOCK = Rows(
    required=frozenset({"sku", "available"}),
    optional=frozenset({"location", "on_hand", "allocated", "quarantine", "on_order", "counted_at"}),
)
_SHIPMENT = Rows(
    required=frozenset({"ref", "external_ref", "shipped_at"}),
    optional=frozenset({"status", "carrier", "service", "tracking", "tracking_url"}),
    nested={
        "lines": Rows(frozenset({"sku", "quantity"}), frozenset({"line_ref"})),
        "parcels": Rows(
            frozenset({"ref"}),
            frozenset({"carrier", "service", "tracking", "tracking_url"}),
            nested={"lines": Rows(frozenset({"sku", "quantity"}), frozenset({"line_ref"}))},
        ),
    },
)
_ITEMS = Rows(required=frozenset({"sku"}), optional=frozenset({"name", "active", "barcode", "item_ref"}))

OPERATIONS: Mapping[str, OperationContract] = {
    "create_order": OperationContract(
        "put one sales order in", ORDER, Rows(frozenset({"wms_ref"}), frozenset({"status", "reasons"})), writes=True
    ),
    # A search may be loose, and without our reference in its answer another order would be taken for ours.
    "find_order": OperationContract(
        "look an order up by our reference",
        dict.fromkeys(("external_ref",)),
        replace(_HELD, required=_HELD.required | {"external_ref"}, optional=_HELD.optional - {"external_ref"}),
    ),
    "get_order": OperationContract("read one order by the warehouse's own reference", _REFS, _HELD),
    "get_lines": OperationContract(
        "read the lines of one order, where the order itself comes without them", _REFS, _HELD.nested["lines"]
    ),
    "list_changed_orders": OperationContract("orders that changed since", _SINCE, _HELD),
    "cancel_order": OperationContract(
        "stop an order", {**_REFS, "reason": None}, Rows(optional=frozenset({"status"})), writes=True
    ),
    "list_stock": OperationContract("every stock figure", {}, _STOCK),
    "list_stock_changes": OperationContract(
        "figures that changed since, or only the items they are of",
        _SINCE,
        Rows(optional=_STOCK.required | _STOCK.optional | {"item_ref"}),
    ),
    "find_stock": OperationContract("figures of one item", _ITEM, _STOCK),
    "list_shipments": OperationContract("parcels that left, or whose tracking changed, since", _SINCE, _SHIPMENT),
    "find_shipments": OperationContract("parcels of one order", _REFS, _SHIPMENT),
    "list_returns": OperationContract(
        "goods that came back since",
        _SINCE,
        Rows(
            required=frozenset({"ref"}),
            optional=frozenset({"external_ref", "wms_ref", "rma", "received_at", "confirmed"}),
            nested={"lines": Rows(frozenset({"sku", "quantity"}), frozenset({"reason", "disposition", "restocked"}))},
        ),
    ),
    "create_return": OperationContract(
        "announce a return under its RMA", _RETURN, Rows(optional=frozenset({"return_ref"})), writes=True
    ),
    "list_items": OperationContract("the whole catalogue", {}, _ITEMS),
    "find_item": OperationContract("items under one spelling", _ITEM, _ITEMS),
    "upsert_item": OperationContract(
        "make an item, or bring it up to date", dict.fromkeys(("sku", "name", "barcode")), Rows(), writes=True
    ),
    "list_words": OperationContract(
        "the vendor's own list of words, such as its statuses", {}, Rows(required=frozenset({"key", "word"}))
    ),
}

LOOK_UPS = frozenset({"find_order", "get_order", "find_stock", "find_shipments", "find_item"})
"""Asked for one thing: that it is not found is an answer. Of a list it says that the address is wrong."""

OF_ONE_SPELLING = frozenset({"find_item"})
"""Asked with what need not be a name of anything at all: a refusal of it says only that there is no such thing."""

NEEDED = ("create_order", "find_order", "list_stock", "list_shipments", "list_items")
"""Without these a warehouse is of no use."""
