"""A Peoplevox tenant's block of the YAML, and the warehouse that it describes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.warehouses.peoplevox.adapter import PeoplevoxWarehouse
from cogent_pipelines.adapters.warehouses.peoplevox.client import judge
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
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import SECRET_PARAMETER, PeoplevoxWebhook
from cogent_pipelines.connections.block import EnvName, TimeZone
from cogent_pipelines.connections.secrets import Variables, values_of
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, WarehouseSide
from cogent_pipelines.ports.warehouse import Warehouse


class PeoplevoxBlock(WarehouseSide):
    """A Peoplevox tenant, reached through the SOAP service IntegrationServiceV4."""

    usual: ClassVar[tuple[str, ...]] = ("event_secret_env",)

    vendor: Literal["peoplevox"]
    base_url: str = Field(default="https://wms.peoplevox.net", description="The host of the tenant's region.")
    base_url_env: EnvName | None = Field(default=None, description="Instead of `base_url`: the variable that holds it.")
    client_id_env: EnvName = Field(description="The tenant's id, as its dashboard shows it.")
    username_env: EnvName = Field(description="The API user.")
    password_env: EnvName = Field(description="The API user's password.")
    event_secret_env: EnvName | None = Field(
        default=None, description="The secret part of the address to which events are posted; Peoplevox signs nothing."
    )
    region: Literal["us", "other"] = Field(default="other", description="The US region takes the password unencoded.")
    headings: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Per table (sales_orders, despatch_columns …): our name of a field → the tenant's heading.",
    )
    order_site: str = Field(default="", description="The site that orders are given to; empty leaves it to the warehouse.")
    rows_per_call: int = Field(default=100, ge=1, le=1000, description="Rows in one SaveData call.")
    page_size: int = Field(default=1000, ge=1, le=5000, description="Rows in one page of a report.")
    release: Literal["hold_flag", "do_not_allocate"] = Field(
        default="hold_flag", description="How an order is kept from being picked until it is whole."
    )
    line_identity: Literal["item_and_line", "item"] = Field(
        default="item_and_line", description="What the tenant tells two lines of one order apart by."
    )
    incremental_stock_report: str = Field(
        default="", description="A report of stock changes filtered on Timestamp, where the tenant has one."
    )
    orders_per_batch: int = Field(default=300, ge=1, le=1000, description="Orders written together; more pack tighter.")
    date_order: Literal["dmy", "mdy", "ymd"] = Field(default="dmy", description="How the tenant's reports print dates.")
    timezone: TimeZone = Field(
        default="UTC", description="The zone of dates in reports; UTC reads a little twice where the truth is later."
    )
    transient_texts: list[Annotated[str, Field(pattern=r"\S")]] | None = Field(
        default=None,
        description="Excerpts of error texts that pass by themselves, capitals aside; not given: the usual ones "
        "(interrupted, timed out, deadlock, try again …).",
    )
    calls_per_window: int = Field(
        default=15, ge=1, description="Calls allowed in any window; an account that was idle may use them all at once."
    )
    orders_keep: int = Field(
        default=4, ge=0, description="Calls of a window that only orders may use; one order takes four."
    )
    window_seconds: float = Field(default=15.0, gt=0, description="Length of that window.")
    window_seconds_env: EnvName | None = Field(
        default=None, description="Overrides it, for stand-ins that run in fast time."
    )
    rate_limited: bool = Field(default=True, description="False only against a stand-in without limits.")

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Warehouse]:
        """The tenant, its wire closed with the block."""
        tenant = peoplevox_settings(self, environment)
        client = VendorClient(
            account=tenant.account,
            reader=judge(tenant),
            limit=tenant.rate_limit if self.rate_limited else None,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=Redaction()
            .also(secrets=(SESSION_IN_ANSWER,))
            .knowing(tenant.password, *values_of(environment, self.event_secret_env)),
            credentials=PeoplevoxSession(tenant, services.clock),
            engine=services.engine,
            hosts=tenant.hosts,
            random=services.random,
        )
        try:
            yield PeoplevoxWarehouse(tenant, client, services.clock)
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Peoplevox signs nothing: the address that it is given holds the secret."""
        if not self.event_secret_env:
            return None
        variables = Variables(environment)
        secret = variables.get(self.event_secret_env)
        variables.refuse_if_any_is_missing()
        verifier = PeoplevoxWebhook(peoplevox_settings(self, environment), secret)
        return EventSource(verifier, max_age=None, query={SECRET_PARAMETER: secret})


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
