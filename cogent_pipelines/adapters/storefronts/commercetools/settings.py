"""One commercetools project: hosts, credentials, channels, and how its merchant uses what the API leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from cogent_pipelines.adapters.storefronts.commercetools import version
from cogent_pipelines.adapters.transport.hosts import hosts_of
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.ports.vendor_account import RateLimit


class CustomLines(StrEnum):
    """What custom line items are to this merchant; the API has one kind for both."""

    CHARGES = "charges"
    """Fees, gift wrap: money without goods."""
    GOODS = "goods"
    """Things to ship, whose slug is the SKU."""


class OrderName(StrEnum):
    """What is shown as the order's name."""

    NUMBER = "number"
    """The order number; the id where an order has none."""
    ID = "id"


@dataclass(frozen=True, slots=True)
class ClientGrant:
    """An API client of the project."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageSizes:
    """Orders in one answer of the feed and of a look by name, and rows of what is small."""

    orders: int = 100
    named: int = 50
    more: int = version.LARGEST_PAGE


@dataclass(frozen=True, slots=True)
class ImportRules:
    """How new inventory entries go through the Import API.

    `container` names the import container. At least `least` entries that one batch has to make take this way; they are
    looked at `looks` times, `seconds` apart, before what became of them is called unknown.
    """

    container: str
    least: int = 100
    looks: int = 20
    seconds: float = 3.0


# BalanceDue: something is still to be paid; CreditOwed: more was paid than was due. The API names no other meaning
# (API reference, `types/order/PaymentState.raml`), and does not set the state by itself.
USUAL_PAYMENT_STATES: Mapping[str, PaymentState] = {
    "": PaymentState.UNKNOWN,
    "BalanceDue": PaymentState.PARTLY_PAID,
    "CreditOwed": PaymentState.PAID,
    "Failed": PaymentState.VOIDED,
    "Paid": PaymentState.PAID,
    "Pending": PaymentState.PENDING,
}

_PER_STORE = frozenset({"manage_orders", "view_orders"})
_NUMBER_FIRST = frozenset({"AU", "CA", "FR", "GB", "IE", "IN", "LU", "MT", "NZ", "SG", "US", "ZA"})


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What the API leaves to each merchant, decided for reading orders. Channels and states are ids here, never keys."""

    name: OrderName = OrderName.NUMBER
    custom_lines: CustomLines = CustomLines.CHARGES
    payment: Mapping[str, PaymentState] = field(default_factory=lambda: USUAL_PAYMENT_STATES)
    held_shipment_states: frozenset[str] = frozenset({"Backorder", "Delayed"})
    held_states: frozenset[str] = frozenset()
    finished_order_states: frozenset[str] = frozenset({"Complete"})
    cancelled_line_states: frozenset[str] = frozenset()
    supply_channels: frozenset[str] = frozenset()
    stock_channel: str = ""
    """Of the entries that stock is published to; empty for those without a channel."""
    number_first: frozenset[str] = _NUMBER_FIRST
    locale: str = ""


@dataclass(frozen=True, slots=True)
class CommercetoolsSettings:
    """One project. Every host is configuration; plain HTTP is accepted on loopback only."""

    project: str
    login: ClientGrant
    api_url: str
    auth_url: str
    import_url: str = ""
    scopes: tuple[str, ...] = ()
    """Asked for when logging in, without the project (`manage_orders`); empty takes all that the API client has."""
    store: str = ""
    """Key of the store whose orders these are; empty means the whole project's."""
    supply_channel: str = ""
    """Key of the channel whose stock is published; empty means entries without a channel."""
    fulfilment_channels: frozenset[str] = frozenset()
    """Keys: only lines that these channels supply are owed by this warehouse; empty counts every line."""
    export_channel: str = ""
    """Key of the channel with which handed-over orders are marked; empty means that none are."""
    poll_messages: bool = False
    """Read the project's messages about orders, besides the orders themselves."""
    create_entries: bool = False
    """Create an inventory entry for a SKU of the catalogue that has none; otherwise it is reported."""
    imports: ImportRules | None = None
    name: OrderName = OrderName.NUMBER
    custom_lines: CustomLines = CustomLines.CHARGES
    payment: Mapping[str, PaymentState] = field(default_factory=lambda: USUAL_PAYMENT_STATES)
    """The project's payment states, '' for orders without one; those not given are unknown."""
    held_shipment_states: frozenset[str] = frozenset({"Backorder", "Delayed"})
    held_states: frozenset[str] = frozenset()
    """Keys of the project's own order states in which nothing may be shipped yet."""
    finished_order_states: frozenset[str] = frozenset({"Complete"})
    """Orders in these states owe nothing any more."""
    cancelled_line_states: frozenset[str] = frozenset()
    """Keys of the project's own line-item states whose units are cancelled."""
    barcode_attribute: str = ""
    """Name of the variant attribute that holds the barcode; empty means that none does."""
    locale: str = ""
    """Language of names, such as `en-GB`; empty takes the order's, then English, then any."""
    pages: PageSizes = PageSizes()
    concurrency: int = 16
    timeout: float = version.LONGEST_REQUEST_SECONDS + 5
    calls_per_second: float = 0.0
    """Our own brake; 0 means none, as no limit is published."""

    @property
    def account(self) -> str:
        return f"commercetools:{self.project}"

    @property
    def hosts(self) -> frozenset[str]:
        """The only hosts that get the token or the secret."""
        return hosts_of(self.api_url, self.auth_url, self.import_url)

    @property
    def token_url(self) -> str:
        return f"{self.auth_url.rstrip('/')}/oauth/token"

    @property
    def project_url(self) -> str:
        return f"{self.api_url.rstrip('/')}/{quote(self.project, safe='')}"

    @property
    def import_project_url(self) -> str:
        return f"{self.import_url.rstrip('/')}/{quote(self.project, safe='')}"

    @property
    def whole_scopes(self) -> tuple[str, ...]:
        """The scopes as the vendor writes them; those of orders only for the store, where there is one."""
        return tuple(
            f"{scope}:{self.project}:{self.store}" if self.store and scope in _PER_STORE else f"{scope}:{self.project}"
            for scope in self.scopes
        )

    @property
    def orders_path(self) -> str:
        return f"/in-store/key={quote(self.store, safe='')}/orders" if self.store else "/orders"

    @property
    def limit(self) -> RateLimit | None:
        return RateLimit(2 * self.calls_per_second, self.calls_per_second) if self.calls_per_second > 0 else None

    def reading_rules(
        self,
        *,
        held_states: frozenset[str] = frozenset(),
        cancelled_line_states: frozenset[str] = frozenset(),
        supply_channels: frozenset[str] = frozenset(),
        stock_channel: str = "",
    ) -> ReadingRules:
        """The rules once keys have become the ids that orders hold."""
        return ReadingRules(
            name=self.name,
            custom_lines=self.custom_lines,
            payment=self.payment,
            held_shipment_states=self.held_shipment_states,
            held_states=held_states,
            finished_order_states=self.finished_order_states,
            cancelled_line_states=cancelled_line_states,
            supply_channels=supply_channels,
            stock_channel=stock_channel,
            locale=self.locale,
        )
