"""The simulator against the vendor's published OpenAPI documents: its answers fit, and its shapes name what they name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cogent_pipelines.simulators.commercetools import (
    action_shapes,
    drafts,
    import_endpoints,
    seeded_simulator,
    subscriptions,
)
from cogent_pipelines.simulators.commercetools.fields import fields_of
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.commercetools.shapes import Record
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import WantedLine, Wish
from cogent_pipelines_tests.simulators.commercetools.conftest import Client

pytestmark = pytest.mark.shared
jsonschema = pytest.importorskip("jsonschema")
referencing = pytest.importorskip("referencing.jsonschema")
FOLDER = Path("vendors", "data", "commercetools")
EXPORT = {"typeId": "channel", "key": "warehouse-export"}


class Published:
    """One OpenAPI document's schemas."""

    def __init__(self, path: Path) -> None:
        with path.open() as file:
            whole = yaml.load(file, Loader=yaml.CSafeLoader)
        self.schemas: dict[str, Any] = _without_patterns(whole["components"]["schemas"])
        document = {"components": {"schemas": self.schemas}}
        resource = referencing.DRAFT202012.create_resource(document)
        self._registry = referencing.Registry().with_resource("published:", resource)

    def faults(self, name: str, document: Any) -> list[str]:
        """Say where a document does not fit a schema."""
        schema = {"$ref": f"published:#/components/schemas/{name}"}
        validator = jsonschema.Draft202012Validator(schema, registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]

    def fields(self, name: str) -> tuple[set[str], set[str]]:
        """Give all fields of a schema, and those that are needed."""
        known: set[str] = set()
        needed: set[str] = set()
        schema = self.schemas[name]
        for part in schema.get("allOf", [schema]):
            if "$ref" in part:
                below = self.fields(_name(part))
                known, needed = known | below[0], needed | below[1]
            else:
                known |= set(part.get("properties", {}))
                needed |= set(part.get("required", []))
        return known, needed

    def told_by(self, name: str) -> Mapping[str, str]:
        """Give the schemas that a discriminator leads to."""
        parts = [self.schemas[name], *self.schemas[name].get("allOf", [])]
        mapping = next(part["discriminator"]["mapping"] for part in parts if "discriminator" in part)
        return {told: reference.split("/")[-1] for told, reference in mapping.items()}


def _without_patterns(node: Any) -> Any:
    """Take out the field names that are patterns between slashes: they came from another language and bind nobody."""
    if isinstance(node, list):
        return [_without_patterns(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _without_patterns(value) for name, value in node.items() if not name.startswith("/")}
    if isinstance(kept.get("required"), list):
        kept["required"] = [name for name in kept["required"] if not name.startswith("/")]
    # Where fields are described, others are merely not described.
    kept.pop("additionalProperties", None)
    return kept


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].split("/")[-1]


@pytest.fixture(scope="module")
def api(reference_material: Path) -> Published:
    return Published(reference_material / FOLDER / "openapi-api.yaml")


@pytest.fixture(scope="module")
def import_api(reference_material: Path) -> Published:
    return Published(reference_material / FOLDER / "openapi-import.yaml")


@pytest.fixture(scope="module")
def busy() -> Client:
    """A seeded project in which a bit of everything has happened; nobody changes what the others look at."""
    client = Client(seeded_simulator(2, clock=VirtualClock()))
    for order in client.query("/orders"):
        items = [{"id": line["id"], "quantity": line["quantity"]} for line in order["lineItems"]]
        back = [{"quantity": 1, "lineItemId": items[0]["id"], "shipmentState": "Returned"}]
        client.act(
            order["id"],
            {"action": "updateSyncInfo", "channel": EXPORT, "externalId": "W"},
            {
                "action": "addDelivery",
                "deliveryKey": "d-1",
                "items": items,
                "parcels": [{"key": "p-1", "trackingData": {"trackingId": "T"}}],
            },
            {"action": "setParcelTrackingData", "parcelKey": "p-1", "trackingData": {"trackingId": "T2"}},
            {"action": "changeShipmentState", "shipmentState": "Shipped"},
            {"action": "addReturnInfo", "items": back},
        )
    entry = client.query("/inventory")[0]
    change = {"version": entry["version"], "actions": [{"action": "changeQuantity", "quantity": 5}]}
    client.post(f"/inventory/{entry['id']}", change)
    queue = {"type": "SQS", "queueUrl": "https://queue.invalid/q", "region": "eu-west-1"}
    client.post("/subscriptions", {"destination": queue, "changes": [{"resourceTypeId": "order"}]})
    edited = client.sim.trade.place(Wish((WantedLine("TEE-S", 2),)), Extras(inventory_mode="None"))
    assert edited is not None
    client.sim.edit(edited.ref, {"TEE-S": 1})
    client.sim.project.add_type("hand-over", resources=("order",), fields={"exported": "Boolean"})
    return client


@pytest.mark.parametrize(
    ("path", "page", "one"),
    [
        ("/orders", "OrderPagedQueryResponse", "Order"),
        ("/inventory", "InventoryPagedQueryResponse", "InventoryEntry"),
        ("/channels", "ChannelPagedQueryResponse", "Channel"),
        ("/product-projections", "ProductProjectionPagedQueryResponse", "ProductProjection"),
        ("/products", "ProductPagedQueryResponse", "Product"),
        ("/stores", "StorePagedQueryResponse", "Store"),
        ("/business-units", "BusinessUnitPagedQueryResponse", "Company"),
        ("/subscriptions", "SubscriptionPagedQueryResponse", "Subscription"),
        ("/types", "TypePagedQueryResponse", "Type"),
        ("/states", "StatePagedQueryResponse", "State"),
        ("/orders/edits", "OrderEditPagedQueryResponse", "OrderEdit"),
        ("/messages", "MessagePagedQueryResponse", "Message"),
    ],
)
def test_answers_fit_the_published_schemas(busy: Client, api: Published, path: str, page: str, one: str) -> None:
    """The page and each resource in it, with everything in them that the schema knows."""
    answer = busy.get(path, limit=500)

    assert answer["results"]
    assert [] == api.faults(page, answer)
    assert [] == [fault for row in answer["results"] for fault in api.faults(one, row)]


def test_a_document_that_does_not_fit_is_found(busy: Client, api: Published) -> None:
    """Or the tests above would say nothing."""
    order = busy.query("/orders", limit=1)[0]
    line = {name: value for name, value in order["lineItems"][0].items() if name != "quantity"}

    assert ["$.lineItems[0]: 'quantity' is a required property"] == api.faults("Order", {**order, "lineItems": [line]})


def test_messages_fit_the_schemas_of_their_types(busy: Client, api: Published) -> None:
    """Each by its own type, so that what a message must carry is there."""
    told = busy.get("/messages", limit=500)["results"]

    kinds = {message["type"] for message in told}
    of_orders = {"OrderCreated", "OrderEditApplied", "DeliveryAdded", "ParcelAddedToDelivery", "ReturnInfoAdded"}
    assert of_orders | {"InventoryEntryQuantitySet"} < kinds
    assert [] == [fault for message in told for fault in api.faults(f"{message['type']}Message", message)]


def test_the_project_and_the_errors_fit(busy: Client, api: Published) -> None:
    """The settings, and an error of each kind that a client meets."""
    order = busy.query("/orders", limit=1)[0]
    stale = {"version": 99, "actions": []}
    answers = {
        "ConcurrentModificationError": busy.call("POST", f"/orders/{order['id']}", json=stale),
        "InvalidInputError": busy.call("GET", "/orders", params={"where": "nonsense"}),
        "InvalidJsonInputError": busy.call("POST", f"/orders/{order['id']}", json={}),
        "ResourceNotFoundError": busy.call("GET", "/orders/nobody"),
        "DuplicateFieldError": busy.call("POST", "/channels", json={"key": "main-warehouse"}),
    }

    assert [] == api.faults("Project", busy.get(""))
    for schema, answer in answers.items():
        assert [] == api.faults("ErrorResponse", answer.json())
        assert [] == api.faults(schema, answer.json()["errors"][0])
    refused = busy.request("GET", "/northwind-sim/orders").json()
    assert [] == api.faults("AuthErrorResponse", refused)


def test_the_import_apis_answers_fit(client: Client, import_api: Published, clock: VirtualClock) -> None:
    """Container, operations on their way and done, summary."""
    container = client.post("/import-containers", {"key": "stock", "resourceType": "inventory"})
    resource = {"key": "MUG-main-warehouse", "sku": "MUG", "quantityOnStock": 3}
    channel = {"typeId": "channel", "key": "main-warehouse"}
    request = {"type": "inventory", "resources": [{**resource, "supplyChannel": channel}]}
    answers = {
        "ImportContainer": container,
        "ImportResponse": client.post("/inventories/import-containers/stock", request),
        "ImportOperationPagedResponse": client.get("/import-containers/stock/import-operations"),
        "ImportContainerPagedResponse": client.get("/import-containers"),
    }
    clock.advance(10)
    answers["ImportSummary"] = client.get("/import-containers/stock/import-summaries")
    done = client.get("/import-containers/stock/import-operations")["results"][0]

    assert {name: [] for name in answers} == {name: import_api.faults(name, told) for name, told in answers.items()}
    assert ("imported", []) == (done["state"], import_api.faults("ImportOperation", done))


def _differences(api: Published, name: str, shape: Record) -> dict[str, set[str]]:
    known, needed = api.fields(name)
    found = {"fields": known ^ set(shape.known), "needed": needed ^ set(shape.needed)}
    return {what: names for what, names in found.items() if names}


@pytest.mark.parametrize(
    ("base", "shapes", "elsewhere"),
    [
        ("OrderUpdateAction", action_shapes.ORDER_ACTIONS, action_shapes.NOT_SIMULATED_ON_ORDERS),
        ("InventoryEntryUpdateAction", action_shapes.INVENTORY_ACTIONS, ()),
        ("ChannelUpdateAction", action_shapes.CHANNEL_ACTIONS, action_shapes.NOT_SIMULATED_ON_CHANNELS),
    ],
)
def test_every_action_is_shaped_as_published(
    api: Published, base: str, shapes: Mapping[str, Record], elsewhere: tuple[str, ...]
) -> None:
    """The same fields, the same of them needed; and none of the vendor's actions is unknown here."""
    told = api.told_by(base)

    assert set(told) == set(shapes) | set(elsewhere)
    differences = {name: _differences(api, told[name], shape) for name, shape in shapes.items()}
    assert {} == {name: found for name, found in differences.items() if found}


def _drafts() -> Iterator[tuple[str, Record]]:
    yield "InventoryEntryDraft", drafts.INVENTORY_ENTRY
    yield "ChannelDraft", drafts.CHANNEL_DRAFT
    yield "TypeDraft", drafts.TYPE_DRAFT
    yield "FieldDefinition", drafts.FIELD_DEFINITION
    yield "OrderImportDraft", drafts.ORDER_IMPORT
    yield "LineItemImportDraft", drafts.IMPORTED_LINE
    yield "OrderFromCartDraft", drafts.ORDER_FROM_CART
    yield "ParcelDraft", drafts.PARCEL
    yield "TrackingData", drafts.TRACKING
    yield "ParcelMeasurements", drafts.MEASUREMENTS
    yield "BaseAddress", drafts.ADDRESS
    yield "ReturnItemDraft", drafts.RETURN_ITEM
    yield "ReturnInfoDraft", drafts.RETURN_INFO
    yield "SubscriptionDraft", subscriptions.SUBSCRIPTION_DRAFT


@pytest.mark.parametrize(("name", "shape"), [pytest.param(*each, id=each[0]) for each in _drafts()])
def test_every_draft_is_shaped_as_published(api: Published, name: str, shape: Record) -> None:
    assert {} == _differences(api, name, shape)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("ImportContainerDraft", import_endpoints.CONTAINER),
        ("InventoryImport", import_endpoints.INVENTORY),
        ("InventoryImportRequest", import_endpoints.REQUEST),
    ],
)
def test_every_import_is_shaped_as_published(import_api: Published, name: str, shape: Record) -> None:
    assert {} == _differences(import_api, name, shape)


@pytest.mark.parametrize(
    ("type_id", "name"),
    [
        ("order", "Order"),
        ("order-edit", "OrderEdit"),
        ("inventory-entry", "InventoryEntry"),
        ("channel", "Channel"),
        ("message", "Message"),
        ("store", "Store"),
        ("business-unit", "BusinessUnit"),
        ("subscription", "Subscription"),
        ("type", "Type"),
        ("state", "State"),
        ("product-projection", "ProductProjection"),
        ("product", "Product"),
    ],
)
def test_predicates_know_the_published_fields(api: Published, type_id: str, name: str) -> None:
    """All of them, and no others."""
    assert api.fields(name)[0] == fields_of(type_id).names


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("lineItems", "LineItem"),
        ("lineItems.variant", "ProductVariant"),
        ("customLineItems", "CustomLineItem"),
        ("shippingInfo", "ShippingInfo"),
        ("shippingInfo.deliveries", "Delivery"),
        ("shippingInfo.deliveries.parcels", "Parcel"),
        ("shippingInfo.deliveries.parcels.trackingData", "TrackingData"),
        ("syncInfo", "SyncInfo"),
        ("returnInfo", "ReturnInfo"),
        ("shippingAddress", "Address"),
    ],
)
def test_predicates_know_only_published_fields_inside_an_order(api: Published, path: str, schema: str) -> None:
    """What is nested has no invented name."""
    fields = fields_of("order")
    for step in path.split("."):
        below = fields.kind(step)
        assert not isinstance(below, str)
        assert below is not None
        fields = below

    assert set() == fields.names - api.fields(schema)[0]
