"""What differs between Peoplevox tenants, or is not publicly known, as switches with a stated default.

A switch marked "unknown" stands for a question that no public source answers; its default is this simulator's guess and
must not be quoted as a fact. The object is changed in place, so that a running warehouse can be told to behave
differently. Nothing here acts; the modules that act read these fields.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

DEFAULT_STATUS_NAMES = {
    "new": "New",  # seen in connector samples
    "allocated": "Allocated",  # unknown wording
    "picking": "Picking",  # unknown wording
    "packed": "Packed",  # unknown wording
    "partially_despatched": "Partially despatched",  # unknown wording
    "despatched": "Despatched",  # seen in the packing bench's files
    "cancelled": "Cancelled",  # seen in read-outs
}


@dataclass(slots=True, kw_only=True)
class Switches:
    """Every switch of the simulated tenant."""

    # ---- sessions. Idle 30 minutes: one client's README; both error texts: several clients match on them.
    region: Literal["other", "us"] = "other"
    session_idle_minutes: float = 30.0
    single_session: bool = False

    # ---- calls. 15 calls in 15 seconds: one client's README; scope, window and the form of the refusal are unknown;
    # `wait` refuses nothing and lets the call wait its turn.
    rate_limit_calls: int = 15
    rate_limit_seconds: float = 15.0
    rate_limit_window: Literal["sliding", "fixed"] = "sliding"
    rate_limit_form: Literal["response", "429", "fault", "wait"] = "response"
    html_error_probability: float = 0.0

    # ---- templates. Headings and which templates are configured are a tenant's own.
    tenant_headings: dict[str, dict[str, str]] = field(default_factory=dict)
    template_columns: dict[str, list[str]] = field(default_factory=dict)
    unconfigured_templates: list[str] = field(default_factory=list)
    required_fields: dict[str, list[str]] = field(default_factory=dict)
    over_length: Literal["error", "truncate"] = "error"  # unknown
    empty_cell: Literal["clears", "ignored"] = "clears"  # unknown
    line_identity: Literal["item+line", "item"] = "item+line"  # unknown
    line_reference: Literal["order", "order+item", "order+item+line", "empty"] = "order"  # unknown
    zero_quantity: Literal["kept", "refused"] = "kept"  # unknown
    foreign_status: Literal["error", "ignored"] = "error"  # unknown
    unknown_customer: Literal["accepted", "error"] = "accepted"  # unknown
    unknown_service: Literal["accepted", "error"] = "accepted"  # unknown
    save_detail: Literal["every_row", "first_row", "none"] = "every_row"  # unknown
    ignore_case_of_keys: bool = False  # unknown

    # ---- orders
    released_by: Literal["any_save", "header_save"] = "any_save"  # unknown: what ends "do not allocate"
    edit_policy: Literal["until_picking", "until_despatched", "always"] = "until_picking"  # unknown
    cancel_policy: Literal["refuse_after_pick", "accept"] = "refuse_after_pick"  # unknown
    delete_policy: Literal["until_picking", "never"] = "until_picking"  # unknown
    status_names: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_STATUS_NAMES))
    price_decimals: int = 2
    price_rounding: Literal["half_up", "half_even", "down"] = "half_up"  # unknown
    price_decimals_by_sku: dict[str, int] = field(default_factory=dict)

    # ---- reading
    date_format_data: str = "%d/%m/%Y %H:%M:%S"
    date_format_report: str = "%d/%m/%Y %H:%M"
    report_dates_quoted: bool = True
    report_year_unrendered: bool = False
    zone_data: str = "UTC"  # unknown
    zone_report: str = "UTC"  # unknown
    zone_import: str = "UTC"  # unknown
    quote_values: bool = True
    trailing_newline: bool = True
    empty_result: Literal["header", "header_without_newline", "empty"] = "header"  # unknown
    max_items_per_page: int = 0  # unknown; 0 is none
    total_count_ignores_search: bool = False  # unknown
    columns_ignored: bool = False
    filter_clause: Literal["as_search", "ignored", "error"] = "as_search"  # unknown
    search_ignores_case: bool = False  # unknown
    shuffle_unordered: bool = False
    report_lag_seconds: float = 0.0  # unknown
    report_window_days: dict[str, float] = field(default_factory=dict)
    parcel_rows: Literal["per_parcel", "first_tracking", "joined_tracking"] = "per_parcel"  # unknown
    no_of_items_empty: bool = False
    fractional_available: bool = False

    # ---- the floor. With `works_by_itself` orders move on as the clock does; else only when they are told to.
    works_by_itself: bool = False
    allocate_after_seconds: float = 0.0
    pick_after_seconds: float = 300.0
    pack_after_seconds: float = 300.0
    despatch_after_seconds: float = 300.0
    tracking_delay_seconds: float = 0.0
    tracking_missing_probability: float = 0.0
    allocate_beyond_stock: bool = False

    # ---- events. Delivery rules are unknown: at most once by default.
    event_values_encoded: bool = False  # unknown
    event_list_separator: str = ","  # unknown
    event_post_content_type: str = "application/x-www-form-urlencoded"
    event_post_params_unescaped: bool = False  # unknown
    event_retries: int = 0
    event_retry_seconds: float = 60.0
    event_duplicate_probability: float = 0.0
    event_loss_probability: float = 0.0
    event_reorder_probability: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, **changes: Any) -> None:
        """Change switches by name; an unknown name or an impossible value changes nothing and says so."""
        hints = get_type_hints(type(self))
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"no switch is called {name!r}; there are: " + ", ".join(f.name for f in fields(self)))
            _check(name, value, hints[name])
            if name.startswith("zone_"):
                ZoneInfo(value)
        for name, value in changes.items():
            if name == "status_names":
                value = {**self.status_names, **value}  # noqa: PLW2901 - a stage left out keeps its name
            setattr(self, name, value)


def _check(name: str, value: object, hint: Any) -> None:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{name} is one of {get_args(hint)}, not {value!r}")
        return
    expected = get_origin(hint) or hint
    numeric = expected in (int, float) and isinstance(value, int | float) and not isinstance(value, bool)
    container = expected is dict and isinstance(value, Mapping)
    if not (numeric or container or (expected not in (int, float) and isinstance(value, expected))):
        raise ValueError(f"{name} is a {getattr(expected, '__name__', expected)}, not {value!r}")
