"""What the vendor's facts leave open, or what a test wants otherwise: every choice of the simulator with its default.

Where a field has no word of its own beside it, its name and its choices say what it decides.
"""

from dataclasses import dataclass, field, fields
from typing import Any

# Calls a minute by scope (rate-limits page, read 2026-11); a tenant's own figures differ.
RATE_LIMITS = {
    "ordersRead": 1000,
    "ordersWrite": 300,
    "fulfillmentWrite": 300,
    "globalRead": 1000,
    "globalWrite": 300,
    "stocksRead": 2500,
    "stocksWrite": 2500,
    "reservationsWrite": 2500,
    "productRead": 1000,
    "productWrite": 300,
    "customDataWrite": 1000,
}

CHOICES: dict[str, frozenset[Any]] = {
    "empty_context": frozenset({"list", "object"}),
    "unknown_filters": frozenset({"refuse", "ignore"}),
    "unknown_fields": frozenset({"refuse", "ignore"}),
    "order_sort": frozenset({"id", "newest_first", "updated"}),
    "delegation_answer": frozenset({"json", "acknowledgement"}),
    "delegation_no_answer": frozenset({"retry", "acknowledged"}),
    "without_delegation": frozenset({"delegated", "confirmed"}),
    "cancellation_without_url": frozenset({"cancel", "refuse"}),
    "repeated_shipment": frozenset({"400", "409", "accept"}),
    "final_item": frozenset({"400", "409", "accept"}),
    "unknown_order_item": frozenset({"400", "404", "accept"}),
    "unknown_order": frozenset({"400", "404"}),
    "unknown_carrier": frozenset({"400", "404", "accept"}),
    "unknown_return_key": frozenset({"400", "404", "accept"}),
    "repeated_return": frozenset({"400", "409", "accept"}),
    "return_key_unsaid": frozenset({"item_id", "none"}),
    "late_shipment": frozenset({"accept", "409"}),
    "partly_cancelled_status": frozenset({"invoice_completed", "invoice_partially_completed"}),
    "item_status_words": frozenset({"api", "webhook"}),
    "custom_data_write": frozenset({"merge", "replace"}),
    "equal_changed_at": frozenset({"apply", "ignore"}),
    "missing_changed_at": frozenset({"now", "refuse"}),
    "future_changed_at": frozenset({"accept", "refuse"}),
    "missing_merchant": frozenset({"default", "refuse"}),
    "bulk_order": frozenset({"given", "reversed", "shuffled"}),
    "webhook_envelope": frozenset({"newer", "older"}),
    "event_spelling": frozenset({"cancelled", "canceled"}),
    "naive_time_zone": frozenset({"UTC", "Europe/Berlin"}),
}


@dataclass(slots=True)
class Switches:
    """Each field is one switch; `change` takes the same names."""

    # limits and errors
    throttle: bool = True
    """False: the headers are still told, but nothing is ever refused for being too fast."""
    rate_limits: dict[str, int] = field(default_factory=lambda: dict(RATE_LIMITS))
    rate_limit_status: int = 429
    """The body of the refusal is published, its status is not."""
    rate_limit_retry_after: bool = False
    empty_context: str = "list"
    """An error without context carries `[]` (as PHP writes nothing) or `{}`; both are read by one SDK or the other."""
    # reading
    default_limit: int = 100
    order_limit_max: int = 1000
    """1000 is documented for customers; not seen for orders."""
    order_sort: str = "id"
    order_list_enabled: bool = True
    """False: listing orders is 403, as a tenant may have it for customers until it is switched on."""
    unknown_filters: str = "refuse"
    unknown_fields: str = "refuse"
    encoded_equals_only: bool = True
    """Identifiers are published as `key%3D…`; False takes a bare `=` too."""
    naive_time_zone: str = "UTC"
    """What a date without an offset means."""
    # orders
    custom_data_write: str = "merge"
    """Whether a write of custom data keeps the fields that it does not name; not published."""
    confirm_seconds: float = 0.0
    """How long a paid order stays PENDED."""
    item_status_words: str = "api"
    """api: available, deliverable, delivered …; webhook: confirmed, delegated, shipped … (both are published)."""
    partly_cancelled_status: str = "invoice_completed"
    """Where an order ends whose items were partly sent and partly cancelled."""
    invoice_seconds: float = 0.0
    """How long a wholly shipped order waits for its state INVOICED."""
    full_invoicing: bool = False
    """True: one invoice at the end (`order-invoiced`) in place of one for each package (`order-partially-invoiced`)."""
    force_close_seconds: float = 14 * 86400.0
    # handing over
    delegation: bool = True
    """False: nobody is asked, whatever the merchant's URL; clients poll or listen."""
    without_delegation: str = "delegated"
    """What becomes of an order whose merchant is not asked: it counts as delegated in its time, or stays confirmed."""
    delegation_seconds: float = 60.0
    delegation_answer_seconds: float = 15.0
    delegation_waits: tuple[float, ...] = (180.0, 300.0, *([7200.0] * 23))
    """46 h 8 min in all; another page says "every two hours for up to 48 hours"."""
    delegation_answer: str = "json"
    """What body beside the 201 counts: any JSON object, or one with `referenceKey` and `orderDelegationResult`."""
    delegation_no_answer: str = "retry"
    """The text says both that no answer is retried and that it counts as acknowledged."""
    delegation_answer_sets_reference_key: bool = False
    cancellation_answer_seconds: float = 15.0
    cancellation_waits: tuple[float, ...] = (60.0, 300.0, 900.0)
    """Retries of the blocking cancellation; the vendor gives no figures."""
    cancellation_without_url: str = "cancel"
    """What a customer's cancellation after delegation does where the merchant cannot be asked."""
    # posting back
    fulfilment_status: int = 204
    """The success of `/fulfillment/*`; not published, the SDKs read no body."""
    fulfilment_delay_seconds: float = 0.0
    """How long an accepted call takes to show; above 0 what it says is judged later, and refused silently."""
    repeated_shipment: str = "409"
    final_item: str = "409"
    unknown_order_item: str = "400"
    unknown_order: str = "404"
    unknown_carrier: str = "400"
    carrier_must_be_attached: bool = True
    unknown_return_key: str = "400"
    repeated_return: str = "409"
    return_key_unsaid: str = "item_id"
    """What returns an item whose shipment named no `returnKey`: its own id, or nothing."""
    late_shipment: str = "accept"
    """A shipment after the forced closure."""
    company_required: bool = False
    """True: `/fulfillment/*` without `X-Company-Id` is refused; the fallback's rule is not known."""
    # stock
    equal_changed_at: str = "apply"
    missing_changed_at: str = "now"
    future_changed_at: str = "accept"
    missing_merchant: str = "default"
    """A stock without `merchantReferenceKey` where there are several merchants."""
    unknown_warehouse_status: int = 404
    unknown_variant_status: int = 404
    stock_created_status: int = 200
    stock_shows_blockers: bool = False
    """True: the quantity read back has the quantity blockers taken off."""
    merchant_cancellation_releases: bool = False
    """Whether an item that the merchant gives up releases its blocker; published are a newer stock and the checkout only."""
    bulk_start_seconds: float = 1.0
    bulk_operations_per_second: float = 500.0
    bulk_order: str = "given"
    bulk_operations_max: int = 100_000
    bulk_callbacks: bool = True
    """Whether finished requests are told to `callbacks`; their body is not published: here it is the status as read."""
    # webhooks
    webhook_envelope: str = "newer"
    event_spelling: str = "cancelled"
    webhook_waits: tuple[float, ...] = (60.0, 300.0, 1800.0, 7200.0)
    """Waits before the retries of an ordinary webhook; the vendor gives no figures."""
    webhook_answer_seconds: float = 15.0
    webhook_delay_seconds: float = 0.0
    webhook_allow_http: bool = True
    """HTTPS alone is sensible; loopback receivers have no certificate."""

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(sorted(allowed))}, not {getattr(self, name)!r}")

    def change(self, **values: Any) -> None:
        """Set some switches; a misspelt name or a choice that there is not is an error, and then nothing is set."""
        known = {item.name: item for item in fields(self)}
        if unknown := set(values) - set(known):
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
        before = {name: getattr(self, name) for name in values}
        try:
            for name, value in values.items():
                setattr(self, name, _as_kept(name, value, before[name]))
            self.__post_init__()
        except (TypeError, ValueError):
            for name, value in before.items():
                setattr(self, name, value)
            raise


def _as_kept(name: str, value: Any, before: Any) -> Any:
    """Give a switch's value in the type it is kept in."""
    if isinstance(before, bool) != isinstance(value, bool):
        raise ValueError(f"{name} is {'' if isinstance(before, bool) else 'not '}yes or no")
    if isinstance(before, tuple):
        return tuple(float(each) for each in value)
    if isinstance(before, dict):
        return {**before, **{str(key): int(limit) for key, limit in value.items()}}
    if isinstance(before, str):
        return str(value)
    return value if isinstance(before, bool) else type(before)(value)
