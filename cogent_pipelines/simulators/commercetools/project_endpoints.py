"""The endpoints of everything but orders: inventory, channels, products, messages, types, stores, units, the project."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.action_shapes import CHANNEL_UPDATE, INVENTORY_UPDATE
from cogent_pipelines.simulators.commercetools.calls import Answer, Call, Endpoint
from cogent_pipelines.simulators.commercetools.channel_actions import CHANNEL_ACTS, channel_from_draft
from cogent_pipelines.simulators.commercetools.documents import Document, copied
from cogent_pipelines.simulators.commercetools.drafts import CHANNEL_DRAFT, INVENTORY_ENTRY, TYPE_DRAFT
from cogent_pipelines.simulators.commercetools.errors import Refused
from cogent_pipelines.simulators.commercetools.inventory_actions import entry_from_draft, inventory_acts
from cogent_pipelines.simulators.commercetools.resource_endpoints import Resource
from cogent_pipelines.simulators.commercetools.updating import update

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_VIEW_PRODUCTS = ("view_products", "manage_products")
_SEE_PRODUCTS = (*_VIEW_PRODUCTS, "view_published_products")
_VIEW_CHANNELS = ("view_channels", "manage_channels", *_VIEW_PRODUCTS)
_PROJECTION_PARAMETERS = (
    "staged",
    "priceCurrency",
    "priceCountry",
    "priceCustomerGroup",
    "priceChannel",
    "localeProjection",
    "storeProjection",
)


def project_endpoints(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    return [
        Endpoint("GET", "", "project.get", ("view_project_settings", "manage_project_settings"), _project(simulator)),
        *_inventory(simulator),
        *_channels(simulator),
        *_products(simulator),
        *_messages(simulator),
        *_types(simulator),
        *_kept_by_others(simulator),
    ]


def _project(simulator: "CommercetoolsSimulator") -> Callable[[Call], Answer]:
    project = simulator.project

    def get(_: Call) -> Answer:
        switches = project.switches
        return Answer(
            {
                "version": 1,
                "key": project.key,
                "name": project.key,
                "countries": [project.country],
                "currencies": [project.currency],
                "languages": [project.language],
                "createdAt": project.created_at,
                "messages": {"enabled": switches.messages_enabled, "deleteDaysAfterCreation": switches.message_days},
                "carts": {"deleteDaysAfterLastModification": 90},
                "inventory": {"releaseExpiredReservations": False},
                "discounts": {"discountCombinationMode": "Stacking"},
            }
        )

    return get


def _inventory(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project, stock = simulator.project, simulator.stock
    acts = inventory_acts(stock)

    def create(call: Call) -> Document:
        return stock.add(entry_from_draft(project, call.document(INVENTORY_ENTRY, project), call.client))

    def change(call: Call, entry: Document) -> Document:
        wanted = call.document(INVENTORY_UPDATE, project)
        return update(
            project,
            simulator.messages,
            project.inventory,
            before=entry,
            wanted=wanted,
            acts=acts,
            client=call.client,
        )

    entries = Resource(
        project=project,
        collection=project.inventory,
        path="/inventory",
        name="inventory",
        view=_VIEW_PRODUCTS,
        manage=("manage_products",),
    )
    return entries.reading() + entries.writing(create=create, update=change, delete=stock.remove)


def _channels(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project = simulator.project

    def create(call: Call) -> Document:
        draft = call.document(CHANNEL_DRAFT, project)
        return project.keep_new(project.channels, channel_from_draft(project, draft, call.client))

    def change(call: Call, channel: Document) -> Document:
        wanted = call.document(CHANNEL_UPDATE, project)
        return update(
            project,
            simulator.messages,
            project.channels,
            before=channel,
            wanted=wanted,
            acts=CHANNEL_ACTS,
            client=call.client,
        )

    channels = Resource(
        project=project,
        collection=project.channels,
        path="/channels",
        name="channels",
        view=_VIEW_CHANNELS,
        manage=("manage_channels", "manage_products"),
    )
    return channels.reading() + channels.writing(
        create=create, update=change, delete=lambda channel: project.drop(project.channels, channel)
    )


def _products(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project = simulator.project

    def shown(call: Call, projection: Document) -> bool:
        staged = list(call.query.get("staged", ()))[-1:] == ["true"]
        return staged or bool(projection["published"])

    def no_search(_: Call) -> Answer:
        raise Refused(400, "SearchDeactivated", "The product projection search is deactivated for this project.")

    projections = Resource(
        project=project,
        collection=project.projections,
        path="/product-projections",
        name="product-projections",
        view=_SEE_PRODUCTS,
        further=_PROJECTION_PARAMETERS,
        passes=shown,
    )
    products = Resource(project=project, collection=project.products, path="/products", name="products", view=_VIEW_PRODUCTS)
    search = [
        Endpoint(method, "/product-projections/search", "product-projections.search", _SEE_PRODUCTS, no_search)
        for method in ("GET", "POST")
    ]
    return [*search, *projections.reading(), *products.reading()]


def _messages(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project = simulator.project

    def rows(_: Call) -> list[Document]:
        return simulator.messages.visible() if project.switches.messages_enabled else []

    return Resource(
        project=project,
        collection=project.messages,
        path="/messages",
        name="messages",
        view=("view_messages",),
        keys=(),
        rows=rows,
    ).reading()


def _types(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project = simulator.project

    def create(call: Call) -> Document:
        draft = call.document(TYPE_DRAFT, project)
        definitions = [{"inputHint": "SingleLine", **each} for each in draft.get("fieldDefinitions") or []]
        made = {**project.fresh(call.client), **copied(draft), "fieldDefinitions": definitions}
        return project.keep_new(project.types, made)

    types = Resource(
        project=project,
        collection=project.types,
        path="/types",
        name="types",
        view=("view_types", "manage_types"),
        manage=("manage_types",),
    )
    return types.reading() + types.writing(create=create, delete=lambda made: project.drop(project.types, made))


def _kept_by_others(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    """Give what clients of a shop only read: stores, business units, states."""
    project = simulator.project
    kinds = (
        (project.stores, "stores", ("view_stores", "manage_stores")),
        (project.business_units, "business-units", ("view_business_units", "manage_business_units")),
        (project.states, "states", ("view_states", "manage_states")),
    )
    endpoints = []
    for collection, name, view in kinds:
        endpoints += Resource(project=project, collection=collection, path=f"/{name}", name=name, view=view).reading()
    return endpoints
