"""The fields of one connection's YAML. Each says what it is; a secret is the *name* of an environment variable.

The two vendors' own blocks are in `vendors`.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import Connection, FeedRules, FulfilmentRules, InjectionRules, StockRules
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.canonical.routing import RoutingRule
from cogent_pipelines.connections.block import Block, EnvName, TimeZone
from cogent_pipelines.connections.vendors.known import KNOWN_VENDORS, StorefrontBlock, WarehouseBlock

_OWNER = re.compile(r"team:\S+|[^@\s]+@[^@\s]+\.[^@\s]+")


class RoutingBlock(Block):
    """One rule: holds where all its conditions do; the first that holds decides, and is noted on the sales order."""

    name: str = Field(min_length=1, description="What the rule is called where it has decided.")
    trade: bool | None = Field(default=None, description="Only trade orders, or only others.")
    countries: list[str] = Field(default=[], description="Two-letter codes of where the order ships to; any of them.")
    tags: list[str] = Field(default=[], description="Tags of the order; any of them.")
    shipping: list[str] = Field(default=[], description="Code or title of the delivery that was chosen; any of them.")
    sources: list[str] = Field(default=[], description="Where the order came from, such as `web` or `pos`; any of them.")
    least_total_minor: int = Field(default=0, ge=0, description="The total is at least this, in minor units.")
    channel: str = Field(default="", description="The channel name that the warehouse shows; empty: the connection's own.")
    service: str = Field(default="", description="The warehouse's carrier service; empty: the warehouse decides.")


class InjectionBlock(Block):
    """When and how orders go to the warehouse."""

    payment_states: list[PaymentState] = Field(
        default=[PaymentState.PAID, PaymentState.PARTLY_REFUNDED], description="Orders in other states wait."
    )
    include_test_orders: bool = Field(default=False, description="Send orders that the storefront marks as tests.")
    sales_order_prefix: str = Field(
        default="", max_length=10, description="Put before the order's id; unique per warehouse."
    )
    channel: str = Field(default="", description="The channel name that the warehouse shows.")
    routing: list[RoutingBlock] = Field(default=[], description="Channel and carrier service by rules; first match wins.")
    batch_size: int = Field(default=100, ge=1, le=500, description="Orders sent together.")
    stop_cancelled: bool = Field(
        default=False,
        description="Ask the warehouse to stop an order that the storefront cancels after it was sent; else people do it.",
    )
    max_attempts: int = Field(default=8, ge=1, description="After so many failed attempts a person must look.")
    first_backoff_seconds: float = Field(default=5.0, gt=0, description="Longest wait before the second attempt; doubles.")
    longest_backoff_seconds: float = Field(default=900.0, gt=0, description="No wait is longer.")
    lease_seconds: float = Field(default=300.0, gt=0, description="After this an unanswered order is read back.")


class StockBlock(Block):
    """What is kept back from sale."""

    buffer: int = Field(default=0, ge=0, description="Units of every SKU that are not published.")
    buffers_by_sku: dict[str, int] = Field(default_factory=dict, description="Units per SKU; replaces `buffer` for it.")
    not_sold_online: list[str] = Field(default_factory=list, description="SKUs that are never published nor missed.")
    allocation_lag_seconds: float = Field(
        default=0.0, ge=0, description="How long the warehouse's stock figures lag behind the orders it has taken."
    )
    batch_size: int = Field(default=250, ge=1, le=250, description="SKUs told in one call.")
    lease_seconds: float = Field(default=300.0, gt=0, description="After this an unanswered figure is read back.")


class ComponentBlock(Block):
    """One thing in a bundle."""

    sku: str = Field(description="As the warehouse spells it, or as the storefront does where a mapping is confirmed.")
    quantity: int = Field(default=1, description="Units in one bundle.")


class BundleBlock(Block):
    """What the storefront sells as one SKU and the warehouse picks as several."""

    sku: str = Field(description="The SKU that the storefront sells.")
    components: list[ComponentBlock] = Field(description="What is picked for it; may name another bundle of this list.")


class FulfilmentBlock(Block):
    """How parcels are told to the storefront."""

    notify_customer: bool = Field(default=True, description="Let the storefront mail the customer.")
    tracking_grace_minutes: float = Field(
        default=240.0, ge=0, description="How long a parcel waits for its tracking number."
    )
    unsent_after_hours: float | None = Field(
        default=None,
        ge=0,
        description="How long an order stands cancelled at the warehouse before a storefront that must know is told that "
        "the rest is never sent, which refunds it; not given: never, people do it.",
    )
    carriers: dict[str, str] = Field(default_factory=dict, description="Warehouse's carrier name → the storefront's.")
    lease_seconds: float = Field(default=300.0, gt=0, description="After this an unanswered parcel is read back.")


class FeedBlock(Block):
    """How often each side is asked for what no event told, and how far back."""

    poll_seconds: float = Field(default=60.0, gt=0, description="Orders and parcels are asked for this often.")
    hurry_seconds: float = Field(
        default=5.0, ge=0, description="After an event the warehouse is asked no sooner than this after the last time."
    )
    order_overlap_seconds: float = Field(default=300.0, ge=0, description="How far a poll looks back over what it has seen.")
    order_search_lag_seconds: float = Field(
        default=10.0,
        ge=0,
        description="How long the storefront may take to list an order that it has counted already. A stock figure that was "
        "read from it is relied on only after orders were read at least this much later.",
    )
    despatch_overlap_seconds: float = Field(default=3600.0, ge=0, description="The same for parcels.")
    stock_overlap_seconds: float = Field(default=300.0, ge=0, description="The same for stock figures.")
    first_look_back_hours: float = Field(default=48.0, ge=0, description="Where the very first poll begins.")
    sweep_look_back_hours: float = Field(default=72.0, ge=0, description="What the daily sweep reads again.")


class RunBlock(Block):
    """How long a run of a live flow listens for more."""

    linger_seconds: float = Field(default=30.0, ge=0, description="After the queue is empty; 0 ends at once.")
    linger_seconds_env: EnvName | None = Field(
        default=None, description="A variable that replaces it where it is set, to compare settings without editing."
    )
    longest_run_seconds: float = Field(default=600.0, ge=30, description="Then a successor takes over.")
    longest_run_seconds_env: EnvName | None = Field(
        default=None, description="A variable that replaces it where it is set, likewise."
    )

    def linger(self, environment: Mapping[str, str]) -> timedelta:
        """How long a run listens, as the environment has it.

        Raises:
            ValueError: the variable holds no number of seconds.
        """
        said = environment.get(self.linger_seconds_env or "", "")
        return timedelta(seconds=max(0.0, float(said)) if said else self.linger_seconds)

    def longest(self, environment: Mapping[str, str]) -> timedelta:
        """After how long a successor takes over, as the environment has it.

        Raises:
            ValueError: the variable holds no number of seconds.
        """
        said = environment.get(self.longest_run_seconds_env or "", "")
        return timedelta(seconds=max(30.0, float(said)) if said else self.longest_run_seconds)


class ConnectionSettings(Block):
    """One storefront wired to one warehouse for one brand."""

    name: str = Field(description="Lower-case letters, digits, underscores; the asset group and key prefix.")
    title: str = Field(default="", description="What people call the brand.")
    timezone: TimeZone = Field(default="Europe/London", description="Whose midnight ends the day.")
    first_day: date = Field(default=date(2026, 1, 1), description="The first daily partition (YYYY-MM-DD).")
    storefront: StorefrontBlock = Field(description="Where orders come from.")
    warehouse: WarehouseBlock = Field(description="Where orders go.")
    injection: InjectionBlock = InjectionBlock()
    stock: StockBlock = StockBlock()
    fulfilment: FulfilmentBlock = FulfilmentBlock()
    bundles: list[BundleBlock] = Field(default=[], description="Virtual bundles: sold as one SKU, picked as several.")
    feeds: FeedBlock = FeedBlock()
    runs: RunBlock = RunBlock()
    owners: list[str] = Field(default=["team:operations"], description="Dagster owners: `team:<name>` or an e-mail address.")

    @model_validator(mode="wrap")
    @classmethod
    def _nothing_repeated(cls, written: Any, read: ModelWrapValidatorHandler["ConnectionSettings"]) -> "ConnectionSettings":
        """Leave what was written out of errors: a secret in a variable's place would end in logs that many read."""
        try:
            return read(written)
        except ValidationError as error:
            faults = [
                InitErrorDetails(type=fault["type"], loc=_as_written(fault), input="…", ctx=fault.get("ctx", {}))
                for fault in error.errors(include_url=False)
            ]
            raise ValidationError.from_exception_data(error.title, faults) from None

    @field_validator("name")
    @classmethod
    def _named_well(cls, name: str) -> str:
        return connection_name(name)

    @field_validator("owners")
    @classmethod
    def _owners_dagster_takes(cls, owners: list[str]) -> list[str]:
        for owner in owners:
            if not _OWNER.fullmatch(owner):
                msg = f"{owner!r} is no owner; use team:<name> or an e-mail address"
                raise ValueError(msg)
        return owners

    @field_validator("bundles")
    @classmethod
    def _bundles_that_can_be_picked(cls, bundles: list[BundleBlock]) -> list[BundleBlock]:
        _bundles(bundles)
        return bundles

    def connection(self) -> Connection:
        """The part that the flows know."""
        return Connection(
            name=connection_name(self.name),
            storefront=self.storefront.vendor,
            warehouse=self.warehouse.vendor,
            timezone=self.timezone,
            bundles=_bundles(self.bundles),
            injection=InjectionRules(
                payment_states=frozenset(self.injection.payment_states),
                include_test_orders=self.injection.include_test_orders,
                sales_order_prefix=self.injection.sales_order_prefix,
                channel=self.injection.channel or self.title or self.name,
                routing=tuple(_routing_rule(block) for block in self.injection.routing),
                batch_size=self.injection.batch_size,
                max_attempts=self.injection.max_attempts,
                first_backoff=timedelta(seconds=self.injection.first_backoff_seconds),
                longest_backoff=timedelta(seconds=self.injection.longest_backoff_seconds),
                lease=timedelta(seconds=self.injection.lease_seconds),
                stop_cancelled=self.injection.stop_cancelled,
            ),
            stock=StockRules(
                buffer=self.stock.buffer,
                buffers_by_sku=dict(self.stock.buffers_by_sku),
                sites=frozenset(self.warehouse.sites),
                not_sold_online=frozenset(self.stock.not_sold_online),
                allocation_lag=timedelta(seconds=self.stock.allocation_lag_seconds),
                seen_within=self.warehouse.seen_within(timedelta(seconds=self.feeds.stock_overlap_seconds)),
                batch_size=self.stock.batch_size,
                lease=timedelta(seconds=self.stock.lease_seconds),
                by_snapshot=self.storefront.by_snapshot,
            ),
            fulfilment=FulfilmentRules(
                notify_customer=self.fulfilment.notify_customer,
                tracking_grace=timedelta(minutes=self.fulfilment.tracking_grace_minutes),
                unsent_after=_hours(self.fulfilment.unsent_after_hours),
                carriers=dict(self.fulfilment.carriers),
                lease=timedelta(seconds=self.fulfilment.lease_seconds),
            ),
            feeds=FeedRules(
                poll_every=timedelta(seconds=self.feeds.poll_seconds),
                stock_overlap=timedelta(seconds=self.feeds.stock_overlap_seconds),
                order_overlap=timedelta(seconds=self.feeds.order_overlap_seconds),
                order_search_lag=timedelta(seconds=self.feeds.order_search_lag_seconds),
                despatch_overlap=timedelta(seconds=self.feeds.despatch_overlap_seconds),
                first_look_back=timedelta(hours=self.feeds.first_look_back_hours),
                sweep_look_back=timedelta(hours=self.feeds.sweep_look_back_hours),
            ),
        )


def _as_written(fault: ErrorDetails) -> tuple[int | str, ...]:
    """Where the fault is in the file. For a vendor's block pydantic names the vendor as well, or leaves the field out."""
    place = fault["loc"]
    if place[:1] not in (("storefront",), ("warehouse",)):
        return place
    if fault["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return (*place, "vendor")
    return (place[0], *place[2:]) if len(place) > 1 and place[1] in KNOWN_VENDORS else place


def _hours(hours: float | None) -> timedelta | None:
    return None if hours is None else timedelta(hours=hours)


def _bundles(blocks: list[BundleBlock]) -> Bundles:
    return Bundles.of((block.sku, [(part.sku, part.quantity) for part in block.components]) for block in blocks)


def _routing_rule(block: RoutingBlock) -> RoutingRule:
    return RoutingRule(
        name=block.name,
        trade=block.trade,
        countries=tuple(block.countries),
        tags=tuple(block.tags),
        shipping=tuple(block.shipping),
        sources=tuple(block.sources),
        least_total_minor=block.least_total_minor,
        channel=block.channel,
        service=block.service,
    )
