"""What differs between Peoplevox tenants, with a default for each. Values only: secrets arrive resolved.

The vendor's public material leaves much open (statuses, identity of lines, limits, time zones); each such point is a field
here, with the reading that working clients rely on as its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cogent_pipelines.adapters.transport.hosts import hosts_of
from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.ports.vendor_account import WindowLimit

USUAL_FORM = "%Y-%m-%d %H:%M:%S"
"""How dates are written where nothing else is said."""


class ReleasePolicy(StrEnum):
    """How an order is kept from being picked until it is whole."""

    HOLD_FLAG = "hold_flag"
    """`OnHold` is True until every line is confirmed. Needs the heading; can be read back."""
    DO_NOT_ALLOCATE = "do_not_allocate"
    """Headers and lines are saved with action 1, the header again with action 0 when whole. Cannot be read back."""


class LineIdentity(StrEnum):
    """What makes two lines of an order the same line when it is saved again."""

    ITEM_AND_LINE = "item_and_line"
    ITEM = "item"
    """One line per item code: repeated SKUs are sent as one line with the summed quantity."""


class CustomerHandling(StrEnum):
    SKIP = "skip"
    """Orders name `customer`, or nobody."""
    IMPORT = "import"
    """A customer is saved for every order, by e-mail address, before its header."""


class Region(StrEnum):
    """The US takes the password in plain text; every other region wants it in Base64."""

    US = "us"
    OTHER = "other"


class DateOrder(StrEnum):
    """The order of day, month and year in what the tenant prints."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


class KitReport(StrEnum):
    """What a despatched kit is told as: the kit that was ordered, or the components that were picked."""

    KIT = "kit"
    COMPONENTS = "components"


HEADER_HEADINGS: Mapping[str, str] = {
    name: name
    for name in (
        "SalesOrderNumber",
        "Customer",
        "CustomerPurchaseOrderReferenceNumber",
        "ShippingAddressLine1",
        "ShippingAddressLine2",
        "ShippingAddressCity",
        "ShippingAddressRegion",
        "ShippingAddressPostcode",
        "ShippingAddressCountry",
        "InvoiceAddressLine1",
        "InvoiceAddressLine2",
        "InvoiceAddressCity",
        "InvoiceAddressRegion",
        "InvoiceAddressPostcode",
        "InvoiceAddressCountry",
        "IsPartialShipment",
        "Status",
        "RequestedDeliveryDate",
        "ShippingCost",
        "Email",
        "ContactName",
        "TotalSale",
        "Discount",
        "TaxPaid",
        "CreatedDate",
        "PaymentMethod",
        "ServiceType",
        "ChannelName",
        "Site",
        "OnHold",
        "TelephoneNumber",
    )
}
LINE_HEADINGS: Mapping[str, str] = {
    name: name for name in ("SalesOrderNumber", "ItemCode", "QuantityOrdered", "RequestedDeliveryDate", "Line", "SalePrice")
}

DESPATCH_COLUMNS: Mapping[str, str] = {
    "channel": "Channel name",
    "order": "Salesorder number",
    "despatch": "Despatch number",
    "date": "Despatch date",
    "item": "Item code",
    "quantity": "No of items",
    "tracking": "Tracking number",
    "carrier": "Carrier",
    "service": "Service",
    "line": "Line",
    "kit": "Parent",
    "kits": "No. of parent items despatched",
}
STOCK_COLUMNS: Mapping[str, str] = {
    "item": "Item code",
    "available": "Available",
    "on_hand": "On hand",
    "site": "Site reference",
}
CHANGE_COLUMNS: Mapping[str, str] = {"item": "Item code", "timestamp": "Timestamp", "site": "Site reference"}


@dataclass(frozen=True, slots=True)
class Headings:
    """The tenant's own words: our name of a field on the left, the tenant's heading on the right.

    Only what differs from the vendor's defaults need be given. An empty heading says that the tenant has no such field.
    """

    sales_orders: Mapping[str, str] = field(default_factory=dict)
    sales_order_items: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    item_types: Mapping[str, str] = field(default_factory=dict)
    despatch_columns: Mapping[str, str] = field(default_factory=dict)
    stock_columns: Mapping[str, str] = field(default_factory=dict)
    change_columns: Mapping[str, str] = field(default_factory=dict)


# The vendor lists no error texts. These are how its platform (ASP.NET over SQL Server) words what passes by itself.
TRANSIENT_TEXTS = (
    "interrupted",
    "timed out",
    "timeout",
    "deadlock",
    "try again",
    "temporarily",
    "server is busy",
    "server too busy",
    "service unavailable",
    "transport-level error",
    "connection was forcibly closed",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into one call. The vendor names no maxima; these are what clients in use send without complaint.

    `orders_per_batch` may exceed `rows_per_save`: a larger batch packs lines more tightly.
    `calls_to_isolate` bounds the calls spent on one refused call to find the rows at fault.
    """

    rows_per_save: int = 100
    terms_per_search: int = 100
    page_size: int = 1000
    orders_per_batch: int = 300
    calls_to_isolate: int = 40


@dataclass(frozen=True, slots=True)
class PeoplevoxSettings:
    """One tenant as one connection uses it.

    Attributes:
        base_url: host of the tenant, such as `https://wms.peoplevox.net`.
        headings: where the tenant's headings and report columns differ from the defaults.
        line_ref_prefix: text that every line reference begins with and that is not sent, to fit 16 characters.
        report_time_zone: zone of dates in reports and in their search clauses. Too far west reads some hours twice; too far
            east would miss some, so where it is not known UTC serves every tenant from there eastwards.
        template_time_zone: zone of dates in templates, in and out.
        customer: name or reference of the customer that all orders are booked to when customers are skipped; may be empty.
        country_names: what to send for an ISO country code; the code itself where not listed.
        partial_shipment: what to say about split despatches; None leaves it to the tenant.
        requested_delivery_days: days after the order was placed that it is wanted; None says nothing.
        price_decimals: decimals of money as the tenant keeps it.
        despatch_channel: report only despatches of this channel, where several connections share the tenant; empty: all.
        incremental_report: the tenant's report of stock changes; empty where there is none.
        report_lag_seconds: how far behind the truth reports may be.
        screen_by_prefix: look for orders that are already there by the first characters of many references at once.
        event_values_encoded: ask for, and expect, percent-encoded values in the bodies of events.
        session_idle_seconds: renew the session after this much silence; the vendor drops it after 30 minutes.
        rate_calls, rate_seconds: so many calls in so many seconds; 0 calls stands for no limit.
        transient_texts: excerpts of an error's text, in any case, that blame the moment and not what was sent.
        orders_keep: calls of a window that only orders may use; one order takes four.
        time_scale: 1 in earnest; a demo whose vendor runs its clock faster raises the rate with it.
        sites: references of the sites whose stock counts; empty means every one.
        site: the site that orders are for; empty leaves the choice to the warehouse.
    """

    base_url: str
    client_id: str
    username: str
    password: str = field(repr=False)
    region: Region = Region.OTHER
    headings: Headings = field(default_factory=Headings)
    release_policy: ReleasePolicy = ReleasePolicy.HOLD_FLAG
    line_identity: LineIdentity = LineIdentity.ITEM_AND_LINE
    line_ref_prefix: str = ""
    customers: CustomerHandling = CustomerHandling.SKIP
    customer: str = ""
    country_names: Mapping[str, str] = field(default_factory=dict)
    payment_method: str = ""
    partial_shipment: bool | None = None
    requested_delivery_days: int | None = None
    site: str = ""
    price_decimals: int = 2
    limits: Limits = field(default_factory=Limits)
    date_order: DateOrder = DateOrder.DAY_FIRST
    import_date_format: str = USUAL_FORM
    report_time_zone: str = "UTC"
    template_time_zone: str = "UTC"
    despatch_report: str = "Despatch summary"
    stock_report: str = "Item inventory summary"
    despatch_channel: str = ""
    incremental_report: str = ""
    report_lag_seconds: float = 0.0
    kits_as: KitReport = KitReport.KIT
    sites: frozenset[str] = frozenset()
    ignored_sites: frozenset[str] = frozenset({version.SYSTEM_SITE})
    cancelled_statuses: frozenset[str] = frozenset({"Cancelled"})
    untouched_statuses: frozenset[str] = frozenset({"New"})
    despatched_statuses: frozenset[str] = frozenset({"Despatched"})
    throttle_words: tuple[str, ...] = ("rate limit", "too many requests", "throttl", "requests per")
    transient_texts: tuple[str, ...] = TRANSIENT_TEXTS
    screen_by_prefix: bool = True
    event_values_encoded: bool = False
    session_idle_seconds: float = 25 * 60.0
    rate_calls: int = 15
    rate_seconds: float = 15.0
    orders_keep: int = 4
    time_scale: float = 1.0
    timeout_seconds: float = 120.0

    def __post_init__(self) -> None:
        """Take choices by their text as well: a misread policy must fail here, not release orders half done."""
        choices = {
            "region": Region,
            "release_policy": ReleasePolicy,
            "line_identity": LineIdentity,
            "customers": CustomerHandling,
            "date_order": DateOrder,
            "kits_as": KitReport,
        }
        for name, choice in choices.items():
            object.__setattr__(self, name, choice(getattr(self, name)))

    def is_transient(self, text: str) -> bool:
        """Whether an error's text says that the same thing may be taken later."""
        words = text.casefold()
        return any(excerpt.casefold() in words for excerpt in self.transient_texts)

    @property
    def endpoint(self) -> str:
        """The address that every call goes to."""
        return f"{self.base_url.rstrip('/')}/{self.client_id}/resources/integrationservicev4.asmx"

    @property
    def hosts(self) -> frozenset[str]:
        """The only host that gets the credentials."""
        return hosts_of(self.base_url)

    @property
    def account(self) -> str:
        """Whose rate budget and circuit all connections of this tenant share."""
        return f"peoplevox:{self.client_id}"

    @property
    def rate_limit(self) -> WindowLimit | None:
        """So many calls in any window, however the vendor lays its windows; None where `rate_calls` is 0.

        Calls reach the vendor up to a thirtieth of the window later than they were let go, half a second of fifteen.
        """
        if self.rate_calls <= 0:
            return None
        seconds = self.rate_seconds / self.time_scale
        return WindowLimit(self.rate_calls, seconds, margin=seconds / 30, kept=min(self.orders_keep, self.rate_calls - 1))
