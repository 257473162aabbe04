"""What differs between OrderWise tenants, with a default for each. Values only: secrets arrive resolved.

The vendor publishes nothing; what public clients do not agree on, or nobody shows, is a field here with its default stated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from cogent_pipelines.adapters.transport.hosts import hosts_of
from cogent_pipelines.adapters.warehouses.orderwise import version
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.ports.vendor_account import RateLimit


class OrderState(StrEnum):
    """How far an order is, in our words; a tenant's status texts are mapped to these."""

    OPEN = "open"
    """Not yet picked: may still be stopped."""
    ON_HOLD = "on_hold"
    """Stopped for the moment, by a person or a rule there."""
    IN_WORK = "in_work"
    """Being picked or packed."""
    PART_DESPATCHED = "part_despatched"
    DESPATCHED = "despatched"
    CANCELLED = "cancelled"


STATUSES: Mapping[str, OrderState] = {
    "Awaiting despatch": OrderState.OPEN,
    "On hold": OrderState.ON_HOLD,
    "Partially despatched": OrderState.PART_DESPATCHED,
    "Completed": OrderState.DESPATCHED,
    "Invoice Waiting to be Printed": OrderState.DESPATCHED,
    "Dispatched": OrderState.DESPATCHED,
}
"""Texts seen in public integrations in use. No text for a cancelled order is known: a tenant's own must be added."""


class DespatchSource(StrEnum):
    """What says how much left in which parcel. No public source shows quantities per delivery."""

    MOVEMENTS = "movements"
    """Stock transactions of type 8: what moved at about one time is a parcel. Inferred is that despatching writes them."""
    LINE_TOTALS = "line_totals"
    """How much of each line has left in all, less what earlier parcels held: needs somebody who remembers those."""


NOT_FOR_LINE_TOTALS = frozenset({Question.DESPATCH_LINES, Question.ORDER_DESPATCH_LINES})


class CancelMode(StrEnum):
    """What is done about a cancellation. No public source shows how OWAPI cancels an order."""

    BY_HAND = "by_hand"
    """A person does it in OrderWise; whether it was done is read back."""
    BY_CALL = "by_call"
    """The tenant's licence documents a call, which `CancelCall` describes."""


@dataclass(frozen=True, slots=True)
class CancelCall:
    """A call of the tenant's that stops an order. `{order_id}` and `{order_number}` are filled in.

    `sub_statuses` are those of an open order in which it may still be stopped; empty means every one.
    """

    path: str
    method: str = "PUT"
    body: str = ""
    sub_statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lengths:
    """The longest texts that fields of an order take, in characters.

    Only the order number and the variant code are known from the database; the others are careful guesses, to be corrected
    for a tenant that takes more or less.
    """

    reference: int = version.ORDER_NUMBER_LIMIT
    variant_code: int = version.VARIANT_CODE_LIMIT
    name: int = 100
    address_line: int = 100
    town: int = 50
    county: int = 50
    postcode: int = 20
    telephone: int = 50
    email: int = 255
    instructions: int = 500


@dataclass(frozen=True, slots=True)
class OrderFields:
    """What an order is given besides its own content.

    Attributes:
        customer_id: the internal id of the customer that orders are booked to; None where `account_number` says it.
        delivery_methods: id by the connection's name of a service; the empty name is for orders without one.
        tax_rate_id: VAT rate of lines; None leaves it to the variant (an option of the E-Commerce Session).
        tax_rates: VAT rate by ISO country code of the delivery address, where it differs.
        untaxed_rate_id: VAT rate of the lines of an order that bears no tax; None: as for the others.
        stock_location_id: where lines are taken from; None leaves it to the session.
        customer_ref_field: the field of `orderHeader` for the customer's order reference, in which our reference is found
            again; its JSON name is not public, and this one follows the XML's. Empty sends none.
        country_names: what to send as `country` for an ISO code; the code itself where not listed.
        required_days: days after the order was placed that it is wanted; None says nothing.
    """

    customer_id: int | None = None
    account_number: str = ""
    delivery_methods: Mapping[str, int] = field(default_factory=dict)
    tax_rate_id: int | None = None
    tax_rates: Mapping[str, int] = field(default_factory=dict)
    untaxed_rate_id: int | None = None
    stock_location_id: int | None = None
    customer_ref_field: str = "customerOrderRef"
    country_names: Mapping[str, str] = field(default_factory=lambda: {"GB": "United Kingdom"})
    required_days: int | None = None
    currency: str = "GBP"


def lacking_definitions(given: Iterable[Question], source: DespatchSource) -> list[Question]:
    """Those definitions without which nothing works."""
    needed = {each.question for each in DEFINITIONS.values() if each.required}
    if source is DespatchSource.LINE_TOTALS:
        needed -= NOT_FOR_LINE_TOTALS
    known = set(given)
    return [question for question in Question if question in needed and question not in known]


@dataclass(frozen=True, slots=True)
class OrderWiseSettings:
    """One tenant as one connection uses it.

    Attributes:
        base_url: with its virtual directory, such as `https://northwind.orderwisecloud.com/owapi`.
        session_id: the E-Commerce Session of this connection alone; sharing one mixes up order numbers.
        definitions: the tenant's id of each export definition.
        statuses: state by the tenant's status text, exact to case and space.
        order_refs: a regular expression that the whole of a reference of ours matches; orders of other channels, which have
            other references, are then not reported. Empty: every order that has a reference.
        stock_locations: ids whose stock counts; empty means every one. A quarantine location is left out here.
        recalculated_within_seconds: how long a movement of stock takes at most to be in the figure; None: not known, and a
            figure is no younger than its calculation. The vendor names none.
        time_zone: zone of the database server's clock, which prints times without one.
        clock_tolerance_seconds: how far the server's clock may be from ours; reading begins so much earlier.
        import_seconds: how long an order whose answer was lost may wait for its import before its absence means anything;
            that of one that was taken never does. Whether OWAPI imports at once or on the session's schedule (five minutes
            are recommended) is not public.
        parcel_gap_seconds: movements of one order that are further apart than this are two parcels; a parcel is told when so
            long and `clock_tolerance_seconds` have passed since its first.
        despatches_from: movements unless the tenant's are not written when goods leave.
        calls_per_second, burst: the rate that a careful public client keeps to; the vendor names none.
    """

    base_url: str
    username: str
    password: str = field(repr=False)
    session_id: int
    definitions: Mapping[Question, int]
    order: OrderFields = field(default_factory=OrderFields)
    lengths: Lengths = field(default_factory=Lengths)
    statuses: Mapping[str, OrderState] = field(default_factory=lambda: STATUSES)
    cancel: CancelMode = CancelMode.BY_HAND
    cancel_call: CancelCall | None = None
    order_refs: str = ""
    stock_locations: frozenset[int] = frozenset()
    recalculated_within_seconds: float | None = None
    time_zone: str = "Europe/London"
    clock_tolerance_seconds: float = 120.0
    import_seconds: float = 900.0
    despatches_from: DespatchSource = DespatchSource.MOVEMENTS
    parcel_gap_seconds: float = 60.0
    token_life_seconds: float = version.LOG_IN_LASTS_SECONDS
    refs_per_call: int = 100
    orders_per_batch: int = 50
    calls_per_second: float = 1.0
    burst: float = 5.0
    concurrency: int = 4
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        """Take choices by their text as well, and refuse what could only fail later.

        Raises:
            ValueError: a definition has no id, nobody is named to book orders to, or the call to cancel is not described.
        """
        object.__setattr__(self, "cancel", CancelMode(self.cancel))
        object.__setattr__(self, "despatches_from", DespatchSource(self.despatches_from))
        object.__setattr__(self, "statuses", {text: OrderState(state) for text, state in self.statuses.items()})
        object.__setattr__(self, "definitions", {Question(name): number for name, number in self.definitions.items()})
        lacking = lacking_definitions(self.definitions, self.despatches_from)
        if lacking:
            msg = f"no id is given of the export definitions {', '.join(lacking)}"
            raise ValueError(msg)
        if (self.order.customer_id is None) == (not self.order.account_number):
            msg = "give either the customer's id or his account number"
            raise ValueError(msg)
        if (self.cancel is CancelMode.BY_CALL) != (self.cancel_call is not None):
            msg = "cancelling by a call needs the call, and no other way has one"
            raise ValueError(msg)

    def has(self, question: Question) -> bool:
        """Whether the tenant has installed the definition."""
        return question in self.definitions

    @property
    def parcels_grow_for(self) -> timedelta:
        """How long after its first movement something may be added to a parcel, by whichever of the two clocks is behind."""
        return timedelta(seconds=self.parcel_gap_seconds + self.clock_tolerance_seconds)

    @property
    def hosts(self) -> frozenset[str]:
        """The only host that gets the credentials."""
        return hosts_of(self.base_url)

    def url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path}"

    @property
    def account(self) -> str:
        """Whose rate budget and circuit all connections of this tenant share."""
        return f"orderwise:{self.base_url.rstrip('/').casefold().partition('://')[2] or self.base_url}"

    @property
    def rate_limit(self) -> RateLimit | None:
        """A bucket of calls; None where `calls_per_second` is 0."""
        return RateLimit(self.burst, self.calls_per_second) if self.calls_per_second > 0 else None
