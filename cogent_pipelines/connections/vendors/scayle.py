"""A SCAYLE tenant's block of the YAML, and the storefront that it describes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.storefronts.scayle.adapter import storefront_of
from cogent_pipelines.adapters.storefronts.scayle.credentials import HEADER, ApiKey
from cogent_pipelines.adapters.storefronts.scayle.reading import Judge
from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.storefronts.scayle.settings import (
    CancellationKey,
    EqualTimes,
    HandOver,
    OrderName,
    ScayleSettings,
    ShopCountry,
    StockShown,
)
from cogent_pipelines.adapters.storefronts.scayle.webhook import ScayleWebhook
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.connections.block import Block, EnvName, TimeZone
from cogent_pipelines.connections.secrets import Variables, values_of
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, StorefrontSide
from cogent_pipelines.ports.storefront import Storefront

_Segment = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class ShopCountryBlock(Block):
    """One shop country of the tenant; its orders are listed by themselves."""

    shop: _Segment = Field(description="The shop's key.")
    country: _Segment = Field(
        description="The two-letter code; where a code occurs twice in the shop, the id of the shop country."
    )


class ScayleBlock(StorefrontSide):
    """A SCAYLE tenant, reached through the Admin API.

    A payment is reserved until the shipment captures it: `injection.payment_states` needs `authorised`. A shipment cannot
    be given its tracking number later: `fulfilment.tracking_grace_minutes` may well be days, but fewer than fourteen,
    after which SCAYLE closes the order.
    """

    by_snapshot: ClassVar[bool] = True
    usual: ClassVar[tuple[str, ...]] = ("tenant_env", "webhook_user_env", "webhook_password_env")

    vendor: Literal["scayle"]
    tenant: str = Field(default="", description="Tenant and space as they stand in the host, such as `acme-live`.")
    tenant_env: EnvName | None = Field(default=None, description="Instead of `tenant`: the variable that holds it.")
    base_url_env: EnvName | None = Field(
        default=None,
        description="The variable that holds another base URL than `https://<tenant>.admin.api.scayle.cloud`; plain HTTP on "
        "loopback only.",
    )
    access_token_env: EnvName = Field(description="The API key, as the panel shows it.")
    shops: list[ShopCountryBlock] = Field(
        min_length=1,
        examples=[[{"shop": "to-be-filled-in", "country": "de"}]],
        description="The shop countries whose orders are shipped.",
    )
    shops_elsewhere: list[ShopCountryBlock] = Field(
        default_factory=list,
        description="Shop countries whose orders another connection ships: SCAYLE's events tell of them here as well.",
    )
    stock_warehouse: str = Field(min_length=1, description="Reference key of the warehouse whose stock is told.")
    merchant: str = Field(
        default="",
        description="Reference key of the merchant that is shipped for; empty where there is only the default one.",
    )
    company_id: int | None = Field(
        default=None, ge=1, description="Sent with fulfilments where there are several companies."
    )
    warehouse_ids: list[str] = Field(
        default_factory=list, description="Only items given to these warehouses (numbers) are owed; empty means every one."
    )
    carrier: str = Field(default="", description="Carrier key of parcels whose carrier the warehouse does not name.")
    hand_over: HandOver = Field(
        default=HandOver.DELEGATION,
        description="`delegation`: orders are ours once SCAYLE delegated them; `polling`: as soon as they are confirmed.",
    )
    webhook_user_env: EnvName | None = Field(default=None, description="User of the login that SCAYLE shows at our address.")
    webhook_password_env: EnvName | None = Field(default=None, description="Its password.")
    previous_webhook_password_env: EnvName | None = Field(
        default=None, description="The old one, while it is being changed."
    )
    order_name: OrderName = Field(default=OrderName.PUBLIC_KEY, description="What people are shown as the order's name.")
    custom_data: list[str] = Field(
        default=list(version.CUSTOM_DATA), description="Custom data that come with orders; each a name for `with`."
    )
    catalogue_with: list[str] = Field(
        default_factory=list,
        description="Names for `with` of products. Where variants then bring their stock, it is not asked for one by one.",
    )
    language: str = Field(default="", description="Locale of product names, such as `en_GB`; empty takes the first.")
    timezone: TimeZone = Field(default="UTC", description="The zone of SCAYLE's times that bear no offset.")
    equal_times: EqualTimes = Field(
        default=EqualTimes.AS_THEY_ARE,
        description="How a figure is told whose time SCAYLE has already: `as_they_are`, or `one_second_later` where it "
        "drops those.",
    )
    stock_shown: StockShown = Field(
        default=StockShown.STORED,
        description="Whether a stock that is read back still holds what is kept back for orders: `stored` or `offered`.",
    )
    cancellation_key: CancellationKey = Field(
        default=CancellationKey.ORDER_REFERENCE, description="Whose reference a cancellation names its order by."
    )
    cancellation_result: str = Field(
        default="successful", min_length=1, description="What a cancellation is answered with; only `successful` cancels."
    )
    return_reason: str = Field(default="return", description="Reason of a return for which the warehouse gives none.")
    exported_field: str = Field(
        default="", description="Field of an order's custom data that shows the warehouse's reference; empty shows none."
    )
    bulk_from: int = Field(default=100, ge=1, description="So many stock figures at once go as one bulk request.")
    bulk_patience_seconds: float = Field(default=60.0, ge=0, description="How long a bulk request is waited for.")
    page_size: int = Field(default=version.DEFAULT_PAGE, ge=1, le=1000, description="Rows of a page.")
    window_hours: float = Field(default=6.0, gt=0, description="Orders are listed in windows of so many hours.")
    calls_per_minute: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="Per scope, where the tenant's limits differ before any answer has told them."
    )
    concurrency: int = Field(default=8, ge=1, le=64, description="Calls under way at once.")
    rate_limited: bool = Field(default=True, description="False only against a stand-in without limits.")

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Storefront]:
        """The tenant, its wire closed with the block."""
        tenant = scayle_settings(self, environment)
        scopes = Scopes(tenant)
        client = VendorClient(
            account=tenant.account,
            reader=Judge(scopes),
            limit=None,
            limits=scopes.limit,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=Redaction()
            .also(headers=frozenset({HEADER.lower()}))
            .knowing(tenant.access_token, *(password for _, password in self._logins(environment))),
            credentials=ApiKey(tenant.access_token),
            engine=services.engine,
            concurrency=tenant.concurrency,
            hosts=tenant.hosts,
            random=services.random,
        )
        try:
            yield storefront_of(
                tenant,
                client,
                services.clock,
                scopes=scopes,
                skus=services.skus,
                known_fulfilments=services.fulfilments,
            )
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Proved by a login; SCAYLE signs nothing, so the age of an event proves nothing either."""
        if not self.webhook_user_env:
            return None
        variables = Variables(environment)
        login = (variables.get(self.webhook_user_env), variables.get(self.webhook_password_env))
        variables.refuse_if_any_is_missing()
        verifier = ScayleWebhook(
            self._logins(environment),
            cancellation_key=self.cancellation_key,
            cancellation_result=self.cancellation_result,
            timezone=self.timezone,
        )
        return EventSource(verifier, None, login=login, largest_body=version.LARGEST_DELEGATION)

    def _logins(self, environment: Mapping[str, str]) -> list[tuple[str, str]]:
        """The one that holds, and the old one where it is still in the environment."""
        user = environment.get(self.webhook_user_env or "", "")
        passwords = values_of(environment, self.webhook_password_env, self.previous_webhook_password_env)
        return [(user, password) for password in passwords if user]

    @model_validator(mode="after")
    def _whole(self) -> "ScayleBlock":
        if bool(self.tenant) == bool(self.tenant_env):
            msg = "give either tenant or tenant_env"
            raise ValueError(msg)
        if bool(self.webhook_user_env) != bool(self.webhook_password_env):
            msg = "webhook_user_env and webhook_password_env go together"
            raise ValueError(msg)
        if self.hand_over is HandOver.DELEGATION and not self.webhook_user_env:
            # Without it the gateway has no such address: SCAYLE tries for two days, and then cancels the order.
            msg = (
                "hand_over: delegation needs the login that SCAYLE shows at our address: give webhook_user_env and "
                "webhook_password_env, or choose hand_over: polling where the tenant delegates nothing to us"
            )
            raise ValueError(msg)
        return self


def scayle_settings(block: ScayleBlock, environment: Mapping[str, str]) -> ScayleSettings:
    """The tenant's settings, its secrets looked up."""
    variables = Variables(environment)
    settings = ScayleSettings(
        tenant=block.tenant or variables.get(block.tenant_env),
        access_token=variables.get(block.access_token_env),
        base_url=variables.get(block.base_url_env) if block.base_url_env else "",
        shops=tuple(ShopCountry(each.shop, each.country) for each in block.shops),
        shops_elsewhere=tuple(ShopCountry(each.shop, each.country) for each in block.shops_elsewhere),
        warehouse=block.stock_warehouse,
        merchant=block.merchant,
        company_id=block.company_id,
        warehouse_ids=frozenset(block.warehouse_ids),
        carrier=block.carrier,
        hand_over=block.hand_over,
        order_name=block.order_name,
        custom_data=tuple(block.custom_data),
        catalogue_with=tuple(block.catalogue_with),
        language=block.language,
        timezone=block.timezone,
        equal_times=block.equal_times,
        stock_shown=block.stock_shown,
        cancellation_key=block.cancellation_key,
        cancellation_result=block.cancellation_result,
        return_reason=block.return_reason,
        exported_field=block.exported_field,
        bulk_from=block.bulk_from,
        bulk_patience=timedelta(seconds=block.bulk_patience_seconds),
        page_size=block.page_size,
        window=timedelta(hours=block.window_hours),
        calls_per_minute={**version.CALLS_PER_MINUTE, **block.calls_per_minute},
        concurrency=block.concurrency,
        rate_limited=block.rate_limited,
    )
    variables.refuse_if_any_is_missing()
    return settings
