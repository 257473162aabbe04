"""Put a connection's two sides together: settings and named secrets in, a storefront and a warehouse out.

Here, and only here, a vendor's block of the YAML meets that vendor's adapter. The environment is handed in; a variable
that is missing is named, its value never is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import httpx

from cogent_pipelines.adapters.storefronts.shopify.adapter import ShopifyStorefront
from cogent_pipelines.adapters.storefronts.shopify.credentials import credentials_of
from cogent_pipelines.adapters.storefronts.shopify.reading import judge as judge_shopify
from cogent_pipelines.adapters.storefronts.shopify.recorded import KnownFulfilments, NothingKnown
from cogent_pipelines.adapters.storefronts.shopify.settings import ClientGrant, Login, ShopifySettings, StaticToken
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.warehouses.peoplevox.adapter import PeoplevoxWarehouse
from cogent_pipelines.adapters.warehouses.peoplevox.client import judge as judge_peoplevox
from cogent_pipelines.adapters.warehouses.peoplevox.session import SESSION_IN_ANSWER, PeoplevoxSession
from cogent_pipelines.adapters.warehouses.peoplevox.settings import (
    TRANSIENT_TEXTS,
    DateOrder,
    Headings,
    Limits,
    LineIdentity,
    PeoplevoxSettings,
    Region,
    ReleasePolicy,
)
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.connections.secrets import MissingVariables, Variables
from cogent_pipelines.connections.settings import ConnectionSettings, PeoplevoxBlock, ShopifyBlock
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.sku_index import EmptySkuIndex, StorefrontSkuIndex
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.vendor_account import Circuit, EvidenceLog, RateBudget
from cogent_pipelines.ports.warehouse import Warehouse

__all__ = [
    "MissingVariables",
    "VendorServices",
    "build_storefront",
    "build_warehouse",
    "peoplevox_settings",
    "shopify_settings",
]


@dataclass(frozen=True, slots=True)
class VendorServices:
    """What every call to a vendor needs besides the vendor. `engine` None is the real network."""

    budget: RateBudget
    circuit: Circuit
    evidence: EvidenceLog
    clock: Clock
    skus: StorefrontSkuIndex = field(default_factory=EmptySkuIndex)
    fulfilments: KnownFulfilments = field(default_factory=NothingKnown)
    engine: httpx.AsyncBaseTransport | None = None
    random: Random | None = None

    @classmethod
    def shared(
        cls,
        ledger: Ledger,
        connection: ConnectionName,
        clock: Clock | None = None,
        *,
        engine: httpx.AsyncBaseTransport | None = None,
        random: Random | None = None,
    ) -> "VendorServices":
        """For every process that works on a ledger: budget, circuit, evidence and memory are common to all of them."""
        return cls(
            ledger.accounts,
            ledger.accounts,
            ledger.evidence,
            clock or SystemClock(),
            skus=ledger.products.index(connection),
            fulfilments=ledger.fulfilments.known(connection),
            engine=engine,
            random=random,
        )

    @classmethod
    def in_memory(cls, clock: Clock | None = None, *, engine: httpx.AsyncBaseTransport | None = None) -> "VendorServices":
        """For one process that shares its account with nobody: a check before go-live, a script, a test."""
        return cls(MemoryBudget(), MemoryCircuit(), MemoryEvidence(), clock or SystemClock(), engine=engine)


@contextmanager
def build_storefront(
    settings: ConnectionSettings, *, services: VendorServices, environment: Mapping[str, str]
) -> Iterator[Storefront]:
    """The connection's storefront; its wire closes with the block.

    Raises:
        MissingVariables: the environment lacks what the YAML names.
    """
    store = shopify_settings(settings.storefront, environment)
    client = VendorClient(
        account=store.account,
        reader=judge_shopify,
        limit=store.limit,
        budget=services.budget,
        circuit=services.circuit,
        evidence=services.evidence,
        clock=services.clock,
        redaction=Redaction().knowing(*_secrets_of(store.login)),
        credentials=credentials_of(store, services.clock),
        engine=services.engine,
        concurrency=store.concurrency,
        hosts=store.hosts,
        random=services.random,
    )
    try:
        yield ShopifyStorefront(store, client, services.clock, skus=services.skus, known_fulfilments=services.fulfilments)
    finally:
        client.close()


@contextmanager
def build_warehouse(
    settings: ConnectionSettings, *, services: VendorServices, environment: Mapping[str, str]
) -> Iterator[Warehouse]:
    """The connection's warehouse; its wire closes with the block.

    Raises:
        MissingVariables: the environment lacks what the YAML names.
    """
    tenant = peoplevox_settings(settings.warehouse, environment)
    client = VendorClient(
        account=tenant.account,
        reader=judge_peoplevox(tenant),
        limit=tenant.rate_limit if settings.warehouse.rate_limited else None,
        budget=services.budget,
        circuit=services.circuit,
        evidence=services.evidence,
        clock=services.clock,
        redaction=Redaction()
        .also(secrets=(SESSION_IN_ANSWER,))
        .knowing(tenant.password, *_event_secret(settings, environment)),
        credentials=PeoplevoxSession(tenant, services.clock),
        engine=services.engine,
        random=services.random,
    )
    try:
        yield PeoplevoxWarehouse(tenant, client, services.clock)
    finally:
        client.close()


def _secrets_of(login: Login) -> tuple[str, ...]:
    return (login.access_token,) if isinstance(login, StaticToken) else (login.client_secret,)


def _event_secret(settings: ConnectionSettings, environment: Mapping[str, str]) -> tuple[str, ...]:
    """It travels in the address that the vendor is given to call."""
    name = settings.warehouse.event_secret_env
    return (environment.get(name, ""),) if name else ()


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


def peoplevox_settings(block: PeoplevoxBlock, environment: Mapping[str, str]) -> PeoplevoxSettings:
    """The tenant's settings, its secrets looked up."""
    variables = Variables(environment)
    settings = PeoplevoxSettings(
        base_url=variables.get(block.base_url_env) if block.base_url_env else block.base_url,
        client_id=variables.get(block.client_id_env),
        username=variables.get(block.username_env),
        password=variables.get(block.password_env),
        region=Region(block.region),
        headings=Headings(**block.headings),
        release_policy=ReleasePolicy(block.release),
        line_identity=LineIdentity(block.line_identity),
        site=block.order_site,
        sites=frozenset(block.sites),
        limits=Limits(
            rows_per_save=block.rows_per_call,
            page_size=block.page_size,
            orders_per_batch=block.orders_per_batch,
        ),
        date_order=DateOrder(block.date_order),
        report_time_zone=block.timezone,
        incremental_report=block.incremental_stock_report,
        transient_texts=TRANSIENT_TEXTS if block.transient_texts is None else tuple(block.transient_texts),
        rate_calls=block.calls_per_window,
        orders_keep=block.orders_keep,
        rate_seconds=variables.number(block.window_seconds_env) if block.window_seconds_env else block.window_seconds,
    )
    variables.refuse_if_any_is_missing()
    return settings
