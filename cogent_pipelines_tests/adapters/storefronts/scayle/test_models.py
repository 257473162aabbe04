"""What is sent holds only fields that SCAYLE's own client has, of their kinds; and its examples are read."""

import json
from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.payloads import cancellation, return_items, shipment, stock
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of
from cogent_pipelines.adapters.storefronts.scayle.units import units_of
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import item, order, settings
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities
from cogent_pipelines_tests.adapters.storefronts.scayle.test_publishing import BULK, all_figures, bulk_tenant, publish
from cogent_pipelines_tests.adapters.storefronts.scayle.test_subscriptions import SUBSCRIBE, ensure, event

pytestmark = pytest.mark.shared

WHEN = datetime(2026, 11, 2, 8, 39, 12, tzinfo=UTC)
WHOLE = settings(merchant="default", company_id=1)
_KINDS = {"Integer": int, "String": str, "Boolean": bool, "datetime": str}


@pytest.fixture(scope="module")
def models(request):
    folder = request.getfixturevalue("reference_material")
    return json.loads((folder / "vendors/data/scayle/admin_api_models.json").read_text())["models"]


@pytest.fixture
def example(reference_material):
    """One of the client's example bodies, by name."""

    def read(name):
        return json.loads((reference_material / "vendors/data/scayle/fixtures" / f"{name}.json").read_text())

    return read


def faults(body, model, models, path=""):
    """Fields that the model has not got, and values of another kind."""
    for name, value in body.items():
        where = f"{path}.{name}"
        field = models[model].get(name)
        if field is None:
            yield f"{where} is not in {model}"
            continue
        kind = field["type"]
        if kind.startswith("List<"):
            for entry in value:
                inner = kind.removeprefix("List<").removesuffix(">")
                yield from faults(entry, inner, models, where) if inner in models else ()
        elif kind in models:
            yield from faults(value, kind, models, where)
        elif kind in _KINDS and type(value) is not _KINDS[kind]:
            yield f"{where} is {type(value).__name__}, not {kind}"


def node():
    return Node(order(items=[item(1), item(2)]))


def test_a_shipment_is_the_clients_shipment(models):
    body = shipment(node(), units_of(node(), WHOLE), WHOLE, key="T1", carrier="DHL", left_at=WHEN)

    assert [] == list(faults(body, "Shipment", models))


def test_a_cancellation_is_the_clients_cancellation(models):
    assert [] == list(faults(cancellation(node(), units_of(node(), WHOLE), WHOLE), "Cancellation", models))


def test_a_return_is_the_clients_return(models):
    rows = return_items(units_of(node(), WHOLE), WHOLE, received_at=WHEN, reason="too small")

    assert [] == [fault for row in rows for fault in faults(row, "ReturnItem", models)]


def test_a_figure_is_the_clients_figure(models):
    assert [] == list(faults(stock(5, WHEN, WHOLE), "ProductVariantStock", models))


def test_a_bulk_request_is_the_clients_bulk_request(models):
    """And each of its operations holds a figure."""
    tenant = bulk_tenant("processed")
    publish(tenant, *all_figures(), bulk_from=4)

    [body] = tenant.bodies(BULK)

    assert [] == list(faults(body, "CreateBulkRequest", models))
    assert [] == [fault for each in body["operations"] for fault in faults(each["body"], "ProductVariantStock", models)]


def test_a_subscription_is_the_clients_subscription(models):
    tenant = Tenant().on("GET /webhooks/events", entities(event("order-confirmed")))
    ensure(tenant.on("GET /webhooks/subscriptions", entities()).on(SUBSCRIBE, {"id": 1}))

    assert [] == [fault for body in tenant.bodies(SUBSCRIBE) for fault in faults(body, "WebhookSubscription", models)]


@pytest.mark.parametrize(
    ("name", "build"),
    [
        (
            "ShipmentCreateRequest",
            lambda: shipment(node(), units_of(node(), WHOLE), WHOLE, key="T", carrier="D", left_at=WHEN),
        ),
        ("CancellationSendRequest", lambda: cancellation(node(), units_of(node(), WHOLE), WHOLE)),
        ("ReturnItemSendRequest", lambda: return_items(units_of(node(), WHOLE), WHOLE, received_at=WHEN, reason="")),
    ],
)
def test_what_the_clients_example_has_is_sent(example, name, build):
    """Every field of it but the code of a return label, which no warehouse gives us."""
    theirs, ours = example(name), build()
    if isinstance(theirs, list):
        theirs, ours = theirs[0], ours[0]

    assert set() == set(theirs) - set(ours) - {"returnIdentCode"}


@pytest.mark.parametrize("name", ["OrderGetResponse", "OrderCreateResponse", "OrderUpdateReferenceKeyResponse"])
def test_the_clients_example_order_is_read(example, name):
    """With its money as it stands there."""
    try:
        found = order_of(example(name), WHOLE)
    except VendorRefused as refusal:
        pytest.fail(str(refusal))

    assert ("EUR", 1190) == (found.currency, found.lines[0].line_total.shop.minor)
