"""An OrderWise tenant's block of the YAML, and the warehouse that it describes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.warehouses.orderwise.adapter import OrderWiseWarehouse
from cogent_pipelines.adapters.warehouses.orderwise.client import judge
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.session import OrderWiseToken
from cogent_pipelines.adapters.warehouses.orderwise.settings import (
    STATUSES,
    CancelCall,
    CancelMode,
    DespatchSource,
    Lengths,
    OrderFields,
    OrderState,
    OrderWiseSettings,
    lacking_definitions,
)
from cogent_pipelines.connections.block import Block, EnvName, TimeZone
from cogent_pipelines.connections.secrets import Variables
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, WarehouseSide
from cogent_pipelines.ports.warehouse import Warehouse

Id = Annotated[int, Field(ge=1)]
_MOST_CHARACTERS = 4000
_LENGTHS = tuple(each.name for each in fields(Lengths))
_DAY = timedelta(days=1)


class CancelCallBlock(Block):
    """The tenant's own call that stops an order, as its licence documents it."""

    path: str = Field(description="After the base URL; `{order_id}` and `{order_number}` are filled in.")
    method: Literal["PUT", "POST", "DELETE"] = Field(default="PUT", description="How it is called.")
    body: str = Field(default="", description="JSON that is sent; `{order_id}` and `{order_number}` are filled in.")
    sub_statuses: list[str] = Field(
        default=[], description="Sub-statuses of an open order in which it may still be stopped; empty means every one."
    )


class OrderWiseBlock(WarehouseSide):
    """An OrderWise tenant, reached through OWAPI and the API Export Definitions that it has installed."""

    usual: ClassVar[tuple[str, ...]] = ("base_url_env", "account_number")

    vendor: Literal["orderwise"]
    base_url: str = Field(
        default="",
        description="With its virtual directory, such as `https://northwind.orderwisecloud.com/owapi`.",
    )
    base_url_env: EnvName | None = Field(default=None, description="Instead of `base_url`: the variable that holds it.")
    username_env: EnvName = Field(description="The API user, whose group has the permissions that the check names.")
    password_env: EnvName = Field(description="The API user's password.")
    session_id: Id = Field(
        examples=[1], description="The E-Commerce Session of this connection alone; sharing one mixes up numbers."
    )
    export_definitions: dict[Question, Id] = Field(
        examples=[{question: number for number, question in enumerate(Question, start=1)}],
        description="The id that the tenant's OrderWise gave to each definition; see the vendor's page of the handbook.",
    )
    customer_id: Id | None = Field(default=None, description="The customer that orders are booked to, by internal id.")
    account_number: str = Field(
        default="", examples=["to be filled in"], description="Instead of `customer_id`: the customer's account number."
    )
    delivery_methods: dict[str, Id] = Field(
        min_length=1,
        examples=[{"": 1}],
        description="Delivery method id by the service that routing chose; the empty name is for orders without one.",
    )
    tax_rate_id: Id | None = Field(default=None, description="VAT rate of lines; not given: the variant's own.")
    tax_rates: dict[str, Id] = Field(default={}, description="VAT rate by two-letter country code, where it differs.")
    untaxed_rate_id: Id | None = Field(default=None, description="VAT rate of the lines of an order without any tax.")
    stock_location_id: Id | None = Field(
        default=None, description="Where lines are taken from; not given: as the session has it."
    )
    stock_locations: list[Id] = Field(
        default=[], description="Stock locations whose stock counts, added up; empty means every one."
    )
    recalculated_within_seconds: float | None = Field(
        default=None,
        ge=0,
        description="How long a movement of stock takes at most to be in the figure; not given: a figure is as old as its "
        "calculation, and orders count as demand beside it until the next one. SCAYLE takes no figure that is older than "
        "its own, so give it with SCAYLE.",
    )
    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$", description="The one currency that the tenant books in.")
    customer_ref_field: str = Field(
        default="customerOrderRef",
        description="The field of `orderHeader` for the customer's order reference; empty sends none.",
    )
    country_names: dict[str, str] = Field(
        default={"GB": "United Kingdom"}, description="What to send as country for a two-letter code; else the code itself."
    )
    required_days: int | None = Field(default=None, ge=0, description="Days after it was placed that an order is wanted.")
    statuses: dict[str, OrderState] = Field(
        default={}, description="What the tenant's status texts mean, exact to case and space; added to the usual ones."
    )
    cancel_call: CancelCallBlock | None = Field(
        default=None, description="How OWAPI cancels an order at this tenant; not given: a person does, and is told so."
    )
    order_refs: str = Field(
        default="",
        description="A regular expression for whole references of this connection's orders, where other channels share the "
        "tenant; empty means every order with a reference.",
    )
    lengths: dict[str, Annotated[int, Field(ge=1, le=_MOST_CHARACTERS)]] = Field(
        default={}, description="Longest texts where the tenant's differ: reference, name, address_line, town, postcode …"
    )
    timezone: TimeZone = Field(default="Europe/London", description="The zone of the database server's clock.")
    clock_tolerance_seconds: float = Field(
        default=120.0,
        ge=0,
        description="How far the server's clock may be from ours; reading begins so much earlier.",
    )
    import_seconds: float = Field(
        default=900.0,
        ge=0,
        le=_DAY.total_seconds(),
        description="How long an order may wait for its import. One whose answer was lost is sent again after that if it is "
        "not there; one that OrderWise says it took never is.",
    )
    despatches_from: DespatchSource = Field(
        default=DespatchSource.MOVEMENTS,
        description="What tells parcels apart: stock movements of type 8, or, where a tenant does not write them when goods "
        "leave, how much of each line has left in all.",
    )
    parcel_gap_seconds: float = Field(
        default=60.0,
        ge=0,
        description="Movements of one order that are further apart than this are two parcels; a parcel is told when so long "
        "and `clock_tolerance_seconds` have passed since its first.",
    )
    orders_per_batch: int = Field(default=50, ge=1, le=500, description="Orders looked for and sent together.")
    calls_per_second: float = Field(
        default=1.0, gt=0, description="OrderWise names no limit; a careful client keeps to one call a second."
    )
    burst: float = Field(default=5.0, ge=1, description="Calls that may be made at once after some silence.")
    rate_limited: bool = Field(default=True, description="False only against a stand-in without limits.")
    concurrency: int = Field(default=4, ge=1, le=32, description="Calls under way at once.")

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Warehouse]:
        """The tenant, its wire closed with the block."""
        tenant = orderwise_settings(self, environment)
        client = VendorClient(
            account=tenant.account,
            reader=judge,
            limit=tenant.rate_limit if self.rate_limited else None,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=Redaction().knowing(tenant.password, f"{tenant.username}:{tenant.password}"),
            credentials=OrderWiseToken(tenant, services.clock),
            engine=services.engine,
            concurrency=tenant.concurrency,
            hosts=tenant.hosts,
            random=services.random,
        )
        try:
            yield OrderWiseWarehouse(tenant, client, services.clock, known_despatches=services.despatches)
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """OrderWise has no events: it is polled."""
        del environment
        return None

    @field_validator("sites")
    @classmethod
    def _sites_are_locations(cls, sites: list[str]) -> list[str]:
        if sites:
            msg = "OrderWise has stock locations: name them by their ids under stock_locations"
            raise ValueError(msg)
        return sites

    @field_validator("order_refs")
    @classmethod
    def _an_expression(cls, given: str) -> str:
        try:
            re.compile(given)
        except re.error as error:
            msg = f"{given!r} is no regular expression: {error}"
            raise ValueError(msg) from error
        return given

    @field_validator("lengths")
    @classmethod
    def _known_lengths(cls, given: dict[str, int]) -> dict[str, int]:
        strange = sorted(set(given) - set(_LENGTHS))
        if strange:
            msg = f"no such field: {', '.join(strange)}; there are {', '.join(_LENGTHS)}"
            raise ValueError(msg)
        return given

    def seen_within(self, looks_back: timedelta) -> timedelta | None:
        """OrderWise calculates its figures later than goods move: how much later is the tenant's to say."""
        del looks_back
        within = self.recalculated_within_seconds
        return None if within is None else timedelta(seconds=within)

    @model_validator(mode="after")
    def _one_of_each(self) -> "OrderWiseBlock":
        lacking = lacking_definitions(self.export_definitions, self.despatches_from)
        if lacking:
            msg = f"export_definitions: ids are missing of {', '.join(lacking)}"
            raise ValueError(msg)
        if bool(self.base_url) == bool(self.base_url_env):
            msg = "give either base_url or base_url_env"
            raise ValueError(msg)
        if (self.customer_id is None) == (not self.account_number):
            msg = "give either customer_id or account_number"
            raise ValueError(msg)
        return self


def orderwise_settings(block: OrderWiseBlock, environment: Mapping[str, str]) -> OrderWiseSettings:
    """The tenant's settings, its secrets looked up."""
    variables = Variables(environment)
    call = block.cancel_call
    settings = OrderWiseSettings(
        base_url=variables.get(block.base_url_env) if block.base_url_env else block.base_url,
        username=variables.get(block.username_env),
        password=variables.get(block.password_env),
        session_id=block.session_id,
        definitions=block.export_definitions,
        order=_order_fields(block),
        lengths=Lengths(**block.lengths),
        statuses={**STATUSES, **block.statuses},
        cancel=CancelMode.BY_CALL if call else CancelMode.BY_HAND,
        cancel_call=CancelCall(call.path, call.method, call.body, frozenset(call.sub_statuses)) if call else None,
        order_refs=block.order_refs,
        stock_locations=frozenset(block.stock_locations),
        recalculated_within_seconds=block.recalculated_within_seconds,
        time_zone=block.timezone,
        clock_tolerance_seconds=block.clock_tolerance_seconds,
        import_seconds=block.import_seconds,
        despatches_from=block.despatches_from,
        parcel_gap_seconds=block.parcel_gap_seconds,
        orders_per_batch=block.orders_per_batch,
        calls_per_second=block.calls_per_second,
        burst=block.burst,
        concurrency=block.concurrency,
    )
    variables.refuse_if_any_is_missing()
    return settings


def _order_fields(block: OrderWiseBlock) -> OrderFields:
    return OrderFields(
        customer_id=block.customer_id,
        account_number=block.account_number,
        delivery_methods=block.delivery_methods,
        tax_rate_id=block.tax_rate_id,
        tax_rates=block.tax_rates,
        untaxed_rate_id=block.untaxed_rate_id,
        stock_location_id=block.stock_location_id,
        customer_ref_field=block.customer_ref_field,
        country_names=block.country_names,
        required_days=block.required_days,
        currency=block.currency,
    )
