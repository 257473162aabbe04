"""What differs between SCAYLE tenants, with a default for each. Values only: secrets arrive resolved.

What SCAYLE does not publish is a setting here, with the reading that does least harm as its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.transport.hosts import hosts_of


class OrderName(StrEnum):
    """What people are shown as the order's name."""

    PUBLIC_KEY = "public_key"
    """What the customer was told."""
    REFERENCE_KEY = "reference_key"
    """The tenant's own external reference."""
    ID = "id"


class HandOver(StrEnum):
    """From when on an order is the warehouse's."""

    DELEGATION = "delegation"
    """SCAYLE delegates it, and waits for the answer; nothing is shipped before."""
    POLLING = "polling"
    """The tenant delegates nothing to us: as soon as the payment is confirmed."""


class CancellationKey(StrEnum):
    """What `orderReferenceKey` of a cancellation means; the documents do not say whose reference it is."""

    ORDER_REFERENCE = "order_reference"
    """The order's own reference key."""
    ORDER_ID = "order_id"
    """What we answered to the delegation, which is the order's id."""


class EqualTimes(StrEnum):
    """How a changed figure is told whose snapshot time SCAYLE has already; whether it would be taken is not published."""

    AS_THEY_ARE = "as_they_are"
    """Told with its true time; where SCAYLE keeps what it has, the answer shows it, and the next snapshot is waited for."""
    ONE_SECOND_LATER = "one_second_later"
    """For tenants that ignore equal times. A unit sold within that second is offered again until the next figure."""


class StockShown(StrEnum):
    """What the quantity of a stock that is read back is; the documents do not say whether blockers are taken off it."""

    STORED = "stored"
    """As it was last told: what is kept back for orders is still in it."""
    OFFERED = "offered"
    """What can still be sold."""


@dataclass(frozen=True, slots=True)
class ShopCountry:
    """One shop country; `country` is the two-letter code, or the id of the shop country where a code occurs twice."""

    shop: str
    country: str


@dataclass(frozen=True, slots=True)
class ScayleSettings:
    """One tenant's space. `base_url` replaces `https://<tenant>.admin.api.scayle.cloud`; plain HTTP on loopback only."""

    tenant: str
    """Tenant and space as they stand in the host, such as `acme-live`."""
    access_token: str = field(repr=False)
    shops: tuple[ShopCountry, ...]
    warehouse: str
    """Reference key of the warehouse whose stock is told."""
    shops_elsewhere: tuple[ShopCountry, ...] = ()
    """Shop countries that others ship: events come of these as well, and their orders are left out without a word."""
    base_url: str = ""
    merchant: str = ""
    """Reference key of the merchant we ship for; empty where there is only the default one. Items of others are not owed."""
    company_id: int | None = None
    """Sent with fulfilments where a tenant has several legal entities."""
    warehouse_ids: frozenset[str] = frozenset()
    """Only items given to these warehouses (numbers, as the order has them) are owed; empty counts every one."""
    carrier: str = ""
    """Carrier key of a parcel whose carrier the warehouse does not name."""
    hand_over: HandOver = HandOver.DELEGATION
    order_name: OrderName = OrderName.PUBLIC_KEY
    custom_data: tuple[str, ...] = version.CUSTOM_DATA
    catalogue_with: tuple[str, ...] = ()
    """Further data to ask for with products; where variants then bring their stock, it need not be asked for one by one."""
    language: str = ""
    """Locale of product names, such as `en_GB`; empty takes the first there is."""
    timezone: str = "UTC"
    """Of times without an offset, which the documents leave open."""
    equal_times: EqualTimes = EqualTimes.AS_THEY_ARE
    stock_shown: StockShown = StockShown.STORED
    cancellation_key: CancellationKey = CancellationKey.ORDER_REFERENCE
    cancellation_result: str = "successful"
    """What a cancellation is answered with: only this word cancels; how a refusal is spelt is not published."""
    return_reason: str = "return"
    """Of a return whose reason the warehouse does not say."""
    exported_field: str = ""
    """Field of an order's custom data that shows our reference; empty shows nothing: the delegated state says it."""
    untracked_prefix: str = "parcel-"
    """Before the warehouse's own name of a parcel, where that must stand for the tracking number it has not."""
    bulk_from: int = 100
    """So many figures at once go as one bulk request."""
    bulk_patience: timedelta = timedelta(seconds=60)
    bulk_poll: timedelta = timedelta(seconds=1)
    page_size: int = version.DEFAULT_PAGE
    window: timedelta = timedelta(hours=6)
    """Orders are listed window by window, because the order of SCAYLE's list is not published."""
    concurrency: int = 8
    timeout: float = 30.0
    calls_per_minute: Mapping[str, int] = field(default_factory=lambda: MappingProxyType(version.CALLS_PER_MINUTE))
    rate_limited: bool = True
    """False only against a stand-in without limits."""

    @property
    def account(self) -> str:
        return f"scayle:{self.tenant}"

    @property
    def origin(self) -> str:
        return (self.base_url or f"https://{self.tenant}.admin.api.scayle.cloud").rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """The only host that gets the token."""
        return hosts_of(self.origin)

    @property
    def api_url(self) -> str:
        return f"{self.origin}{version.API}"
