"""One row that is not as the profile says stands aside under the name of its field, and takes no other with it."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.canonical.stock import UnreadableLevel
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.recorded import Recorded
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written
from cogent_pipelines_tests.factories.orders import NINE

SINCE = NINE - timedelta(hours=1)
OLDEST, NEWEST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"
SHIPMENTS = written()["operations"]["list_shipments"]
BOXES = {
    "items": "=Boxes",
    "fields": {"ref": "=Id", "lines": {"items": "=Lines", "fields": {"sku": "=Sku", "quantity": "=Units"}}},
}


def shipment(number, **changes):
    lines = [{"Sku": "MUG", "Units": 1}]
    return {"Id": f"S{number}", "Ref": str(number), "At": "2026-11-02T08:30:00Z", "Lines": lines} | changes


@pytest.fixture
def connect():
    made = []

    def make(vendor, **sections):
        made.append(Connected(vendor, RestProfileSettings(profile(**sections))))
        return made[-1].warehouse

    yield make
    for connected in made:
        connected.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Lines": "MUG"}, "field lines is no list"),
        ({"Lines": {"Sku": "MUG"}}, "field lines is no list"),
        ({"Lines": [{"Sku": "MUG", "Units": -1}]}, "the quantity of MUG is less than nothing"),
        ({"Lines": [{"Sku": "MUG", "Units": 10**8}]}, "the quantity of MUG is no whole number"),
        ({"Lines": [{"Sku": "M" * 600, "Units": 1}]}, "the SKU of a line has 600 characters"),
        ({"Lines": [{"Sku": ["MUG"], "Units": 1}]}, "the SKU of a line is a list"),
        ({"At": OLDEST}, "shipped_at"),
        ({"At": NEWEST}, "shipped_at"),
        ({"At": None}, "shipped_at"),
        ({"Id": None}, "the shipment does not say its own reference"),
        ({"Id": "S" * 600}, "ref has 600 characters"),
        ({"Ref": None}, "the shipment does not say our reference"),
        ({"Ref": ["2"]}, "external_ref is a list"),
    ],
)
def test_a_parcel_that_cannot_be_read_is_named_among_the_others(connect, changes, words):
    vendor = Recorded().on("GET /shipments", [shipment(1), shipment(2, **changes), shipment(3)])

    [found] = connect(vendor).despatches(SINCE)

    assert [Despatch, UnreadableDespatch, Despatch] == [type(each) for each in found]
    assert words in found[1].why


def test_a_field_whose_expression_fails_is_named(connect):
    """JMESPath refuses a value of another kind; that is the row's fault and no other's."""
    fields = {**SHIPMENTS["response"]["fields"], "tracking": "=join(', ', Numbers)"}
    operation = {**SHIPMENTS, "response": {"items": "=@", "fields": fields}}
    vendor = Recorded().on("GET /shipments", [shipment(1, Numbers=["A"]), shipment(2, Numbers=5)])

    [found] = connect(vendor, operations={"list_shipments": operation}).despatches(SINCE)

    assert "A" == found[0].tracking.number
    assert "field tracking is not of the kind that the profile takes it for (JMESPathTypeError)" == found[1].why


def test_boxes_without_names_of_their_own_are_not_taken_for_one(connect):
    """Two parcels under one reference would be told as one, and the other's goods never."""
    fields = {**SHIPMENTS["response"]["fields"], "parcels": BOXES}
    operation = {**SHIPMENTS, "response": {"items": "=@", "fields": fields}}
    box = {"Lines": [{"Sku": "MUG", "Units": 1}]}
    vendor = Recorded().on("GET /shipments", [shipment(1, Boxes=[box, box]), shipment(2, Boxes=[{"Id": "B", **box}])])

    [found] = connect(vendor, operations={"list_shipments": operation}).despatches(SINCE)

    assert ["the shipment does not say its own reference"] * 2 == [
        each.why for each in found if isinstance(each, UnreadableDespatch)
    ]
    assert ["S2/B"] == [each.ref for each in found if isinstance(each, Despatch)]


STOCK = {
    "request": {"method": "GET", "path": "/stock"},
    "response": {"items": "=@", "fields": {"sku": "=Sku", "available": "=Free", "counted_at": "=At"}},
}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"Sku": "PLATE", "Free": 1, "At": OLDEST}, "counted_at"),
        ({"Sku": "PLATE", "Free": 1, "At": "soon"}, "counted_at"),
        ({"Sku": "PLATE", "Free": None}, "available is no figure"),
        ({"Sku": "PLATE", "Free": "1e999"}, "available is no figure"),
        ({"Sku": "PLATE", "Free": "1e999999999"}, "available is no figure"),
        ({"Sku": "", "Free": 1}, "sku is empty"),
        ({"Sku": "P" * 600, "Free": 1}, "sku has 600 characters"),
        ({"Sku": {"a": 1}, "Free": 1}, "sku is a dict"),
        ("PLATE", "sku is empty"),
    ],
)
def test_a_figure_that_cannot_be_read_stands_as_such_and_is_named(connect, caplog, row, words):
    """The others are read; where not one can be read, it is the answer that is at fault."""
    good = {"Sku": "MUG", "Free": 5, "At": "2026-11-02T08:30:00Z"}
    vendor = Recorded().on("GET /stock", [good, row])
    warehouse = connect(vendor, operations={"list_stock": STOCK})

    [levels] = warehouse.stock_all()
    vendor.on("GET /stock", [row] * 5)

    good, *odd = levels
    assert ("MUG", 5, datetime(2026, 11, 2, 8, 30, tzinfo=UTC)) == (good.sku, good.available, good.snapshot_at)
    named = isinstance(row, dict) and row["Sku"] == "PLATE"
    assert ([("PLATE", True)] if named else []) == [(each.sku, words in each.why) for each in odd]
    assert words in caplog.text
    with pytest.raises(VendorRefused, match=words):
        list(warehouse.stock_all())


@pytest.mark.parametrize(
    "answer",
    [
        [{"Id": "W1", "Status": "OPEN"}],
        [{"Id": "W1", "Status": "OPEN", "Ref": None}],
        [{"Id": "W1", "Status": "OPEN", "Ref": ""}],
        Response(b"", 200),
        Response(b"null", 200, media_type="application/json"),
        Response(b"  ", 200),
    ],
)
def test_an_order_that_may_be_there_is_never_sent_again(connect, answer):
    """Half an answer to the look is no proof that the order is not there."""
    create = {**written()["operations"]["create_order"], "idempotency": {"strategy": "lookup_first"}}
    vendor = Recorded().on("GET /orders", answer).on("POST /orders", {"Id": "W2"})
    warehouse = connect(vendor, operations={"create_order": create})

    with pytest.raises(VendorError):
        warehouse.create_sales_orders([order("1001"), order("1002")])
    assert [] == vendor.asked("POST /orders")


def test_lines_of_one_order_that_cannot_be_read_hold_up_no_other(connect):
    """They are asked for one order at a time; each answer is its own order's."""
    lines = {
        "request": {"method": "GET", "path": "/orders/{wms_ref}/lines"},
        "response": {"items": "=@", "fields": {"sku": "=Sku", "quantity": "=Units"}},
    }
    create = {**written()["operations"]["create_order"], "idempotency": {"strategy": "lookup_first"}}
    vendor = Recorded().on("POST /orders", {"Id": "W9"})
    vendor.on(
        "GET /orders",
        lambda asked: [{"Id": f"W{asked.query_params['ref']}", "Status": "OPEN", "Ref": asked.query_params["ref"]}],
    )
    vendor.on("GET /orders/W1/lines", [{"Sku": "MUG", "Units": "many"}])
    vendor.on("GET /orders/W2/lines", [{"Sku": "MUG", "Units": 1}, {"Sku": "PLATE", "Units": 2}])
    warehouse = connect(vendor, operations={"create_order": create, "get_lines": lines})

    bad, good = warehouse.create_sales_orders([order("1"), order("2")])

    assert "the quantity of MUG in W1 is no whole number: 'many'" in bad.reason
    assert "2" == good.ref
    assert isinstance(warehouse.find_sales_orders([SalesOrderRef("2")])[0].sales_order.lines, tuple)


def test_a_figure_that_is_asked_for_by_itself_and_cannot_be_read_holds_up_no_other(connect, caplog):
    """A row that stands alone in its answer is one of many all the same."""
    changes = {"request": {"method": "GET", "path": "/changes"}, "response": {"items": "=@", "fields": {"item_ref": "=Sku"}}}
    find = {**STOCK, "request": {"method": "GET", "path": "/stock/{item_ref}"}}
    vendor = Recorded().on("GET /changes", [{"Sku": "PLATE"}, {"Sku": "MUG"}])
    vendor.on("GET /stock/PLATE", [{"Sku": "PLATE", "Free": "many"}])
    vendor.on("GET /stock/MUG", [{"Sku": "MUG", "Free": 5}])
    warehouse = connect(vendor, operations={"list_stock": STOCK, "list_stock_changes": changes, "find_stock": find})

    odd, good = [level for page in warehouse.stock(SINCE) for level in page]

    assert ("MUG", 5) == (good.sku, good.available)
    assert UnreadableLevel("PLATE", "field available is no figure") == odd
    assert "stock of PLATE: field available is no figure" in caplog.text
