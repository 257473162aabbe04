"""What differs between Shopify stores, with a default for each. Values only: secrets arrive resolved."""

from dataclasses import dataclass, field
from enum import StrEnum

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.transport.hosts import hosts_of
from cogent_pipelines.ports.vendor_account import RateLimit


class OrderName(StrEnum):
    """What people are shown as the order's name."""

    NAME = "name"
    """As the store prints it, prefix and suffix included (`#1001`)."""
    ID = "id"
    """The number under which the Admin and the API know it."""


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that does not run out (`shpat_…`)."""

    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientGrant:
    """An app of the merchant's own organisation, which fetches a token for a day."""

    client_id: str
    client_secret: str = field(repr=False)


Login = StaticToken | ClientGrant


@dataclass(frozen=True, slots=True)
class PageSizes:
    """First sizes to try; what costs too much is made smaller by itself."""

    orders: int = 50
    lines: int = 50
    more: int = version.LARGEST_PAGE
    """For lists of small things, and for the rest of a long order."""


@dataclass(frozen=True, slots=True)
class ShopifySettings:
    """One store. `base_url` replaces `https://<shop>`; plain HTTP is accepted on loopback only."""

    shop: str
    login: Login
    base_url: str = ""
    api_version: str = version.API_VERSION
    location_id: str = ""
    """Where stock is published; empty takes the store's only active location. A number, or the whole global id."""
    fulfilment_locations: frozenset[str] = frozenset()
    """Only what these locations must ship counts as owed; empty counts every location's. Set it where others ship, too."""
    activate_stock: bool = False
    """Stock a SKU at the location where it is not stocked there yet; otherwise it is reported."""
    order_name: OrderName = OrderName.NAME
    poll_fulfilment_orders: bool = True
    """Look for holds and releases as well, which do not move the order's own update time."""
    stock_reason: str = "correction"
    """Shown in the store's inventory history; one of the reasons that Shopify lists."""
    pages: PageSizes = PageSizes()
    concurrency: int = 8
    timeout: float = 30.0
    restore_rate: float = version.RESTORE_RATE
    bucket_size: float = version.BUCKET_SIZE
    rate_limited: bool = True
    """False only against a stand-in without limits."""

    @property
    def account(self) -> str:
        return f"shopify:{self.shop}"

    @property
    def origin(self) -> str:
        return (self.base_url or f"https://{self.shop}").rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """The only host that gets the token."""
        return hosts_of(self.origin)

    @property
    def graphql_url(self) -> str:
        return f"{self.origin}/admin/api/{self.api_version}/graphql.json"

    @property
    def token_url(self) -> str:
        return f"{self.origin}/admin/oauth/access_token"

    @property
    def limit(self) -> RateLimit | None:
        return RateLimit(self.bucket_size, self.restore_rate) if self.rate_limited else None
