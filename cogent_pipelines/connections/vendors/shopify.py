"""A Shopify store's block of the YAML, and the storefront that it describes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from cogent_pipelines.adapters.storefronts.shopify.adapter import ShopifyStorefront
from cogent_pipelines.adapters.storefronts.shopify.credentials import credentials_of
from cogent_pipelines.adapters.storefronts.shopify.reading import judge
from cogent_pipelines.adapters.storefronts.shopify.settings import ClientGrant, Login, ShopifySettings, StaticToken
from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.connections.block import EnvName
from cogent_pipelines.connections.secrets import Variables, values_of
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, StorefrontSide
from cogent_pipelines.ports.storefront import Storefront

_OLDEST_EVENT = timedelta(hours=48)


class ShopifyBlock(StorefrontSide):
    """A Shopify store, reached through the Admin GraphQL API."""

    usual: ClassVar[tuple[str, ...]] = ("shop_env", "client_id_env", "client_secret_env", "webhook_secret_env")

    vendor: Literal["shopify"]
    shop: str = Field(description="The store's own domain, such as `northwind.myshopify.com`.", default="")
    shop_env: EnvName | None = Field(default=None, description="Instead of `shop`: the variable that holds it.")
    base_url_env: EnvName | None = Field(
        default=None,
        description="The variable that holds another base URL than `https://<shop>`; plain HTTP on loopback only.",
    )
    api_version: str = Field(default="2026-10", description="The Admin API version that is asked for.")
    access_token_env: EnvName | None = Field(default=None, description="A static token; or use the two client fields.")
    client_id_env: EnvName | None = Field(default=None, description="Client id of an app with the client-credentials grant.")
    client_secret_env: EnvName | None = Field(default=None, description="Its secret.")
    webhook_secret_env: EnvName | None = Field(default=None, description="What webhooks are signed with; the client secret.")
    previous_webhook_secret_env: EnvName | None = Field(default=None, description="The old one, while it is being rotated.")
    location_id: str = Field(default="", description="The location whose stock is published; empty takes the only one.")
    fulfilment_locations: list[str] = Field(
        default_factory=list, description="Only what these locations ship is owed by this warehouse; empty means every one."
    )
    activate_stock: bool = Field(default=False, description="Stock a SKU at the location where it is not yet stocked there.")
    restore_rate: float = Field(default=100.0, gt=0, description="Cost points restored per second; the plan decides.")
    bucket_size: float = Field(default=2000.0, gt=0, description="Cost points that the bucket holds when full.")
    restore_rate_env: EnvName | None = Field(
        default=None, description="Replaces both where it is set, for stand-ins without limits; the bucket holds 20 s of it."
    )
    concurrency: int = Field(default=8, ge=1, le=64, description="Calls under way at once.")
    rate_limited: bool = Field(default=True, description="False only against a stand-in without limits.")

    def points(self, environment: Mapping[str, str]) -> tuple[float, float]:
        """Cost points restored per second, and those that the bucket holds, as the environment has it.

        Raises:
            ValueError: the variable holds no number.
        """
        said = environment.get(self.restore_rate_env or "", "")
        return (float(said), 20 * float(said)) if said else (self.restore_rate, self.bucket_size)

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Storefront]:
        """The store, its wire closed with the block."""
        store = shopify_settings(self, environment)
        client = VendorClient(
            account=store.account,
            reader=judge,
            limit=store.limit,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=Redaction().knowing(
                *_secrets_of(store.login), *values_of(environment, self.webhook_secret_env, self.previous_webhook_secret_env)
            ),
            credentials=credentials_of(store, services.clock),
            engine=services.engine,
            concurrency=store.concurrency,
            hosts=store.hosts,
            random=services.random,
        )
        try:
            yield ShopifyStorefront(
                store, client, services.clock, skus=services.skus, known_fulfilments=services.fulfilments
            )
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Signed with the app's secret; during its rotation with either."""
        if not self.webhook_secret_env:
            return None
        variables = Variables(environment)
        secrets = [variables.get(self.webhook_secret_env)]
        if self.previous_webhook_secret_env:
            # The old secret may already be gone from the environment once the rotation is over.
            secrets += [environment.get(self.previous_webhook_secret_env, "")]
        variables.refuse_if_any_is_missing()
        shop = shopify_settings(self, environment).shop
        return EventSource(ShopifyWebhook([secret for secret in secrets if secret], shop=shop), _OLDEST_EVENT)

    @model_validator(mode="after")
    def _one_way_to_authenticate(self) -> "ShopifyBlock":
        if bool(self.access_token_env) == bool(self.client_id_env and self.client_secret_env):
            msg = "give either access_token_env, or client_id_env with client_secret_env"
            raise ValueError(msg)
        if bool(self.shop) == bool(self.shop_env):
            msg = "give either shop or shop_env"
            raise ValueError(msg)
        return self


def shopify_settings(block: ShopifyBlock, environment: Mapping[str, str]) -> ShopifySettings:
    """The store's settings, its secrets looked up."""
    variables = Variables(environment)
    login: Login
    if block.access_token_env:
        login = StaticToken(variables.get(block.access_token_env))
    else:
        login = ClientGrant(variables.get(block.client_id_env), variables.get(block.client_secret_env))
    restore_rate, bucket_size = block.points(environment)
    settings = ShopifySettings(
        shop=block.shop or variables.get(block.shop_env),
        login=login,
        base_url=variables.get(block.base_url_env) if block.base_url_env else "",
        api_version=block.api_version,
        location_id=block.location_id,
        activate_stock=block.activate_stock,
        fulfilment_locations=frozenset(block.fulfilment_locations),
        concurrency=block.concurrency,
        restore_rate=restore_rate,
        bucket_size=bucket_size,
        rate_limited=block.rate_limited,
    )
    variables.refuse_if_any_is_missing()
    return settings


def _secrets_of(login: Login) -> tuple[str, ...]:
    return (login.access_token,) if isinstance(login, StaticToken) else (login.client_secret,)
