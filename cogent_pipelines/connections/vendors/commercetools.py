"""A commercetools project's block of the YAML, and the storefront that it describes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from cogent_pipelines.adapters.storefronts.commercetools.adapter import storefront_of
from cogent_pipelines.adapters.storefronts.commercetools.bridge import Proof
from cogent_pipelines.adapters.storefronts.commercetools.credentials import GrantedCredentials
from cogent_pipelines.adapters.storefronts.commercetools.reading import judge
from cogent_pipelines.adapters.storefronts.commercetools.settings import (
    USUAL_PAYMENT_STATES,
    ClientGrant,
    CommercetoolsSettings,
    CustomLines,
    ImportRules,
    OrderName,
)
from cogent_pipelines.adapters.storefronts.commercetools.webhook import CommercetoolsWebhook
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.connections.block import EnvName
from cogent_pipelines.connections.secrets import Variables, values_of
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, StorefrontSide
from cogent_pipelines.ports.storefront import Storefront

_OLDEST_DELIVERY = timedelta(minutes=15)


class CommercetoolsBlock(StorefrontSide):
    """A commercetools project, or one store of it, reached through the HTTP API."""

    usual: ClassVar[tuple[str, ...]] = ("project_env", "region")

    vendor: Literal["commercetools"]
    project: str = Field(default="", description="The project's key.")
    project_env: EnvName | None = Field(default=None, description="Instead of `project`: the variable that holds it.")
    region: str = Field(
        default="",
        examples=["europe-west1.gcp"],
        description="Where the project lives, such as `europe-west1.gcp`; makes the three addresses.",
    )
    api_url: str = Field(default="", description="The API's address, instead of the region's.")
    api_url_env: EnvName | None = Field(
        default=None, description="The variable that holds it, for stand-ins; plain HTTP on loopback only."
    )
    auth_url: str = Field(default="", description="The address that gives tokens, instead of the region's.")
    auth_url_env: EnvName | None = Field(default=None, description="The variable that holds it, likewise.")
    import_url: str = Field(default="", description="The Import API's address, instead of the region's.")
    import_url_env: EnvName | None = Field(default=None, description="The variable that holds it, likewise.")
    client_id_env: EnvName = Field(description="Id of the API client.")
    client_secret_env: EnvName = Field(description="Its secret.")
    scopes: list[str] = Field(
        default_factory=list,
        description="Scopes to ask for, without the project (`manage_orders`); empty takes all that the client has.",
    )
    bridge_secret_env: EnvName | None = Field(
        default=None, description="What the queue bridge proves itself with; without it the project is polled."
    )
    bridge_proof: Literal["signature", "secret"] = Field(
        default="signature",
        description="Whether the bridge signs time and body, or shows the secret itself in X-Bridge-Secret.",
    )
    previous_bridge_secret_env: EnvName | None = Field(default=None, description="The old one, while it is being rotated.")
    store: str = Field(default="", description="Key of the store whose orders these are; empty means the whole project's.")
    supply_channel: str = Field(
        default="", description="Key of the channel whose stock is published; empty means entries without a channel."
    )
    fulfilment_channels: list[str] = Field(
        default_factory=list,
        description="Only lines that these channels supply are owed by this warehouse; empty means all.",
    )
    export_channel: str = Field(
        default="", description="Key of the channel with which handed-over orders are marked; empty marks none."
    )
    poll_messages: bool = Field(
        default=False,
        description="Read the project's messages about orders, too: what was missed of an order then shows as a gap.",
    )
    create_inventory_entries: bool = Field(
        default=False, description="Make an inventory entry for a SKU of the catalogue that has none at the channel."
    )
    import_container: str = Field(
        default="",
        description="Key of the import container for many new inventory entries at once; empty makes every one directly.",
    )
    import_from: int = Field(default=100, ge=1, description="New entries in one batch from which the import is used.")
    order_name: Literal["number", "id"] = Field(default="number", description="What is shown as the order's name.")
    custom_line_items: Literal["charges", "goods"] = Field(
        default="charges", description="Whether custom line items are fees, or things to ship whose slug is the SKU."
    )
    payment_states: dict[str, PaymentState] = Field(
        default_factory=dict,
        description="The project's payment state → ours, in addition to the usual ones; `none` is an order without one.",
    )
    held_shipment_states: list[str] = Field(
        default=["Backorder", "Delayed"], description="Shipment states in which nothing may be shipped yet."
    )
    held_states: list[str] = Field(
        default_factory=list, description="Keys of the project's own order states in which nothing may be shipped yet."
    )
    finished_order_states: list[str] = Field(
        default=["Complete"], description="Order states in which nothing is owed any more, besides Cancelled."
    )
    cancelled_line_states: list[str] = Field(
        default_factory=list, description="Keys of the project's own line-item states whose units are cancelled."
    )
    barcode_attribute: str = Field(default="", description="Name of the variant attribute that holds the barcode.")
    locale: str = Field(default="", description="Language of names, such as `en-GB`; empty takes the order's.")
    concurrency: int = Field(default=16, ge=1, le=64, description="Calls under way at once.")
    calls_per_second: float = Field(default=0.0, ge=0, description="Our own brake; 0 means none, as no limit is published.")

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Storefront]:
        """The project, its wire closed with the block."""
        project = commercetools_settings(self, environment)
        credentials = GrantedCredentials(project, services.clock)
        client = VendorClient(
            account=project.account,
            reader=judge,
            limit=project.limit,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=Redaction().knowing(
                project.login.client_secret, *values_of(environment, self.bridge_secret_env, self.previous_bridge_secret_env)
            ),
            credentials=credentials,
            engine=services.engine,
            concurrency=project.concurrency,
            hosts=project.hosts,
            random=services.random,
        )
        try:
            yield storefront_of(project, client, services.clock, granted=lambda: credentials.granted)
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Proved by the bridge between the project's queue and us; during a rotation by either secret."""
        if not self.bridge_secret_env:
            return None
        variables = Variables(environment)
        secrets = [variables.get(self.bridge_secret_env)]
        if self.previous_bridge_secret_env:
            # The old secret may already be gone from the environment once the rotation is over.
            secrets += [environment.get(self.previous_bridge_secret_env, "")]
        variables.refuse_if_any_is_missing()
        project = commercetools_settings(self, environment).project
        verifier = CommercetoolsWebhook(secrets, project=project, proof=Proof(self.bridge_proof), max_age=_OLDEST_DELIVERY)
        # The bridge's own time is checked there, as part of its proof; how old the event itself is does not matter.
        return EventSource(verifier, None)

    @model_validator(mode="after")
    def _one_way_to_every_address(self) -> "CommercetoolsBlock":
        if bool(self.project) == bool(self.project_env):
            msg = "give either project or project_env"
            raise ValueError(msg)
        for name, ways in {"api": (self.api_url, self.api_url_env), "auth": (self.auth_url, self.auth_url_env)}.items():
            if not self.region and not any(ways):
                msg = f"give region, {name}_url or {name}_url_env"
                raise ValueError(msg)
        if self.import_container and not any((self.region, self.import_url, self.import_url_env)):
            msg = "import_container has no address to go to: give region, import_url or import_url_env, or leave it out"
            raise ValueError(msg)
        return self


def commercetools_settings(block: CommercetoolsBlock, environment: Mapping[str, str]) -> CommercetoolsSettings:
    """The project's settings, its secrets looked up."""
    variables = Variables(environment)

    def address(name: str, written: str, variable: str | None) -> str:
        if variable:
            return variables.get(variable)
        return written or (f"https://{name}.{block.region}.commercetools.com" if block.region else "")

    said = {"" if state == "none" else state: ours for state, ours in block.payment_states.items()}
    settings = CommercetoolsSettings(
        project=block.project or variables.get(block.project_env),
        login=ClientGrant(variables.get(block.client_id_env), variables.get(block.client_secret_env)),
        api_url=address("api", block.api_url, block.api_url_env),
        auth_url=address("auth", block.auth_url, block.auth_url_env),
        import_url=address("import", block.import_url, block.import_url_env),
        scopes=tuple(block.scopes),
        store=block.store,
        supply_channel=block.supply_channel,
        fulfilment_channels=frozenset(block.fulfilment_channels),
        export_channel=block.export_channel,
        poll_messages=block.poll_messages,
        create_entries=block.create_inventory_entries,
        imports=ImportRules(block.import_container, least=block.import_from) if block.import_container else None,
        name=OrderName(block.order_name),
        custom_lines=CustomLines(block.custom_line_items),
        payment={**USUAL_PAYMENT_STATES, **said},
        held_shipment_states=frozenset(block.held_shipment_states),
        held_states=frozenset(block.held_states),
        finished_order_states=frozenset(block.finished_order_states),
        cancelled_line_states=frozenset(block.cancelled_line_states),
        barcode_attribute=block.barcode_attribute,
        locale=block.locale,
        concurrency=block.concurrency,
        calls_per_second=block.calls_per_second,
    )
    variables.refuse_if_any_is_missing()
    return settings
