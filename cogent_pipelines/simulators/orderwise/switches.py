"""What differs between OrderWise tenants, or is not publicly known, as switches with a stated default.

A switch marked "unknown" stands for a question that no public source answers; its default is this simulator's guess and
must not be quoted as a fact. The object is changed in place, so that a running tenant can be told to behave
differently. Nothing here acts; the modules that act read these fields.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

DEFAULT_STATUS_IDS = {"awaiting": 1, "held": 2, "cancelled": 3, "partial": 4, "despatched": 5, "completed": 6}
DEFAULT_STATUS_NAMES = {
    "awaiting": "Awaiting despatch",  # seen in live code
    "held": "On hold",  # seen in live code
    "cancelled": "Cancelled",  # unknown wording, and unknown whether there is such a status
    "partial": "Partially despatched",  # seen in live code
    "despatched": "Invoice Waiting to be Printed",  # quoted from support calls
    "completed": "Completed",  # seen in live code
}
# Unknown wordings; "allocated" may have one as well. What has none is shown as null, as in the one sample there is.
DEFAULT_SUB_STATUS_NAMES = {"picking": "Picking", "picked": "Picked"}


@dataclass(slots=True, kw_only=True)
class Switches:
    """Every switch of the simulated tenant."""

    # ---- tokens. Published lifetimes contradict each other: 30 days in a comment, 55 minutes in a cache that works.
    token_seconds: float = 3600.0
    single_token: bool = False  # unknown: whether a new token ends the one before
    unauthorised_body: Literal["", '""'] = '""'  # both were seen
    basic_on_data: bool = False  # one source sends Basic straight to data calls

    # ---- calls. `denied` are permissions of the API user group, "Sales orders POST"; "Sales orders" takes all its verbs.
    denied: list[str] = field(default_factory=list)
    rate_limit_per_second: int = 0  # unknown; 0 is none
    error_form: Literal["message", "text", "json_text", "nested"] = "message"  # unknown: no envelope is stable
    html_error_probability: float = 0.0

    # ---- orders coming in
    import_after_seconds: float = 0.0  # unknown; 0 is at once, else an order is accepted now and there that much later
    deferred_answer: Literal["nulls", "ids"] = "nulls"  # unknown: what is answered before the order is there
    deferred_checks: Literal["now", "at_import"] = "now"  # unknown; `at_import` accepts an order that will never be there
    duplicates: Literal["duplicate", "reject", "ignore"] = "duplicate"  # unknown; integrators warn of duplicates
    duplicate_scope: Literal["session", "tenant"] = "session"  # unknown
    created_status: Literal[200, 201] = 200  # unknown
    refused_status: Literal[400, 422, 500] = 400  # unknown
    error_names_order: bool = True  # messages "can be prefixed" with the order's number
    unknown_fields: Literal["ignore", "refuse"] = "ignore"  # unknown; the books name what was ignored
    variant_match: Literal["exact", "collation"] = "exact"  # unknown; `collation`: case and trailing spaces aside
    numbers_as_text: Literal["refuse", "accept"] = "refuse"  # unknown
    totals: Literal["noted", "refused"] = "noted"  # unknown for JSON; the books name orders that do not add up
    required_address: list[str] = field(default_factory=lambda: ["deliveryName", "address1"])  # unknown
    address_known_only: bool = False  # False: "add delivery address to existing customer if not found"
    customer_order_ref_field: str = "customerOrderRef"  # unknown: the JSON name; the XML has CustomerOrderRef
    cust_order_ref: Literal["given_or_ecommerce", "given", "ecommerce"] = "given_or_ecommerce"  # unknown
    max_order_number: int = 0  # unknown: characters of eCommerceOrderNumber; 0 is no limit

    # ---- statuses are a tenant's own data; sub-statuses are not known at all.
    status_ids: dict[str, int] = field(default_factory=lambda: dict(DEFAULT_STATUS_IDS))
    status_names: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_STATUS_NAMES))
    sub_status_names: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_SUB_STATUS_NAMES))
    complete_after_seconds: float = 0.0  # from the last despatch to `completed`, the invoice being printed
    status_blocks: Literal["omitted", "guessed"] = "omitted"  # unknown: the lines and deliveries of the status call

    # ---- cancelling by the API: no such operation is public; where a tenant has one, it is configured.
    cancel_operation: Literal["absent", "present"] = "absent"
    cancel_method: Literal["POST", "PUT", "DELETE"] = "POST"  # unknown
    cancel_path: str = "sales/order/{orderId}/cancel"  # unknown
    cancel_policy: Literal["before_picking", "before_despatch", "answers_yes"] = "before_picking"  # unknown

    # ---- export definitions
    unknown_definition_status: Literal[404, 400] = 404  # unknown
    unknown_parameter: Literal["refuse", "ignore"] = "refuse"  # an edited parameter breaks the integration
    no_parameters: Literal["dummy", "anything"] = "dummy"  # one dummy element must be sent
    empty_export: Literal["list", "204"] = "list"  # one client handles 204 apart
    bit_columns: Literal["boolean", "number"] = "boolean"  # unknown
    zone: str = "Europe/London"  # the server's local time

    # ---- stock. A figure is recalculated, so it lags what happened.
    recalculate_after_seconds: float = 0.0
    kit_stock: Literal["none", "zero"] = "none"  # whether a kit has stock rows of its own, all nought
    kit_movements: Literal["components", "kit"] = "components"  # unknown
    kit_copies: Literal["none", "per_line"] = "none"  # seen in SQL that leaves them out; unknown when they are made
    kit_lines: Literal["joined", "single_units"] = "joined"  # whether a component may stand on several lines of a recipe
    not_direct_as: Literal["zero", "null"] = "zero"  # unknown: `oli_direct` of a line that no supplier sends
    default_page: int = 1000  # unknown: rows of a page that names no `limit`
    adjust_stock_out: Literal["absent", "guessed"] = "absent"  # unknown: its body

    # ---- the floor. With `works_by_itself` orders move on as the clock does; else only when they are told to.
    works_by_itself: bool = False
    pick_after_seconds: float = 300.0
    despatch_after_seconds: float = 300.0
    parcels_as: Literal["deliveries", "joined"] = "deliveries"  # unknown: several parcels at once
    tracking_amends_order: bool = True  # unknown: whether a late consignment number moves the order's change time
    no_tracking_as: Literal["null", "empty"] = "null"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, **changes: Any) -> None:
        """Change switches by name; an unknown name or an impossible value changes nothing and says so."""
        hints = get_type_hints(type(self))
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"no switch is called {name!r}; there are: " + ", ".join(f.name for f in fields(self)))
            _check(name, value, hints[name])
        for name, value in changes.items():
            kept = getattr(self, name)
            # A name left out of a table keeps what it had.
            setattr(self, name, {**kept, **value} if isinstance(kept, dict) else value)


_KEYS = {
    "status_ids": frozenset(DEFAULT_STATUS_IDS),
    "status_names": frozenset(DEFAULT_STATUS_IDS),
    "sub_status_names": frozenset({"allocated", "picking", "picked"}),
}


def _check(name: str, value: object, hint: Any) -> None:
    if name == "zone":
        ZoneInfo(str(value))
    if name in _KEYS:
        kind = int if name == "status_ids" else str
        if (
            not isinstance(value, dict)
            or set(value) - _KEYS[name]
            or not all(isinstance(each, kind) for each in value.values())
        ):
            raise ValueError(f"{name} gives a {kind.__name__} for each of {', '.join(sorted(_KEYS[name]))}")
        return
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{name} is one of {get_args(hint)}, not {value!r}")
        return
    expected = get_origin(hint) or hint
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise ValueError(f"{name} is a {expected.__name__}, not {value!r}")
