"""Promises about Scend: what is known of it is kept, whatever the rest of its interface turns out to be."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, Response

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, ReturnedLine
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.stock import UnreadableLevel
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    Cancelled,
    Rejected,
    TooLate,
    Unknown,
)
from cogent_pipelines.ports.outcomes import (
    Recorded as Announced,
)
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected, line, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.recorded import Recorded
from cogent_pipelines_tests.factories.orders import NINE

REF = SalesOrderRef("1001")
TAKEN = {
    "OrderId": "SC-7",
    "ClientReference": "1001",
    "Status": "RECEIVED",
    "Reasons": [],
    "Lines": [{"Sku": "MUG", "Quantity": 1}, {"Sku": "PLATE", "Quantity": 2}],
}


def rows(*items):
    return {"Items": list(items)}


def listed(*items):
    """A list of one page."""
    return lambda request: rows(*items) if request.query_params.get("Page", "1") == "1" else rows()


@pytest.fixture
def scend():
    return Recorded().on("GET /v1/orders", rows()).on("POST /v1/orders", {"OrderId": "SC-7", "Status": "RECEIVED"})


@pytest.fixture
def connected(scend):
    settings = RestProfileSettings(compiling.load("scend"), "http://127.0.0.1/v1", {"token": "open sesame"})
    connected = Connected(scend, settings)
    yield connected
    connected.close()


@pytest.fixture
def warehouse(connected):
    return connected.warehouse


def test_the_client_reference_is_the_order_and_is_looked_up_first(scend, warehouse):
    """It carries the storefront's unique order id and is what keeps an order from being made twice."""
    [outcome] = warehouse.create_sales_orders([order("1001")])

    [(query, _), _] = scend.asked("GET /v1/orders")
    [(_, sent)] = scend.asked("POST /v1/orders")
    assert (Acknowledged("SC-7"), {"ClientReference": "1001"}, "1001") == (outcome, query, sent["ClientReference"])
    assert [(1, "MUG", 1), (2, "PLATE", 2)] == [
        (each["LineNumber"], each["Sku"], each["Quantity"]) for each in sent["Lines"]
    ]


@pytest.mark.parametrize("sku", ["MUG BLUE", " MUG", "MUG;1", "MÜG", "M" * 41, ""])
def test_a_sku_of_another_form_is_never_sent(scend, warehouse, sku):
    """Scend rejects unexpected characters and spaces: the order is refused here, with the rule in words."""
    [bad, good] = warehouse.create_sales_orders([order("1", line(1, sku)), order("2")])

    assert isinstance(bad, Rejected)
    assert "letters, digits" in bad.reasons[0]
    assert (Acknowledged("SC-7"), 1) == (good, len(scend.asked("POST /v1/orders")))


def test_an_address_with_a_line_missing_is_never_sent(scend, warehouse):
    """Such orders are rejected or quarantined there."""
    nowhere = order("1").shipping_address.__class__(name="Ada", line1="1 Row", country_code="GB")

    assert [Rejected(("address: city is missing", "address: postcode is missing"))] == (
        warehouse.create_sales_orders([order("1", shipping_address=nowhere)])
    )
    assert [] == scend.asked("POST /v1/orders")


def test_an_order_that_is_quarantined_a_moment_later_is_read_back_and_refused(scend, warehouse):
    """Taken is not kept: what shows afterwards counts, with the warehouse's own reasons."""
    aside = {**TAKEN, "Status": "ON_HOLD", "Reasons": ["Unknown SKU MUG", "Check postcode"]}
    looks = iter([rows(), rows(aside)])
    scend.on("GET /v1/orders", lambda _: next(looks))

    [outcome] = warehouse.create_sales_orders([order("1001")])

    assert Rejected(("1001 is there and will not be shipped: Unknown SKU MUG; Check postcode",)) == outcome


def test_an_order_that_is_rejected_in_the_answer_itself_is_refused(scend, warehouse):
    scend.on("POST /v1/orders", {"OrderId": "SC-7", "Status": "REJECTED", "Reasons": "No such SKU"})

    assert [Rejected(("No such SKU",))] == warehouse.create_sales_orders([order("1001")])


def test_a_quarantined_order_is_found_as_not_released(scend, warehouse):
    """Given again, it says why; a person releases or cancels it there."""
    aside = {**TAKEN, "Status": "ON_HOLD", "Reasons": ["Unknown SKU MUG"]}
    scend.on("GET /v1/orders", rows(aside))

    [found] = warehouse.find_sales_orders([REF])
    [again] = warehouse.create_sales_orders([order("1001")])

    assert ("QUARANTINED", False) == (found.sales_order.status, found.sales_order.released)
    assert isinstance(again, Rejected)


def test_a_duplicate_is_compared_and_then_there(scend, warehouse):
    looks = iter([rows(), rows(TAKEN)])
    scend.on("GET /v1/orders", lambda _: next(looks))
    scend.on("POST /v1/orders", JSONResponse({"Code": "DUPLICATE_REFERENCE", "Message": "in use"}, 409))

    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])


def test_a_duplicate_that_cannot_be_found_is_unknown(scend, warehouse):
    """Never as if it were done, and never sent again before the next look."""
    scend.on("POST /v1/orders", JSONResponse({"Code": "DUPLICATE_REFERENCE", "Message": "in use"}, 409))

    assert [Unknown("in use")] == warehouse.create_sales_orders([order("1001")])


def test_an_order_on_hold_without_a_reason_of_its_own_is_no_quarantine(scend, warehouse):
    """Somebody holds it and will let it go: it is there."""
    scend.on("GET /v1/orders", rows({**TAKEN, "Status": "ON_HOLD"}))

    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])


def test_a_bare_list_is_a_list_as_well(scend, warehouse):
    scend.on("GET /v1/orders", lambda _: JSONResponse([TAKEN]))

    [found] = warehouse.find_sales_orders([REF])

    assert [("MUG", 1), ("PLATE", 2)] == [(each.sku, each.quantity) for each in found.sales_order.lines]


def test_only_what_is_for_sale_is_ever_read(scend, warehouse):
    """`Available` counts reserved and quarantined units; where there is no other figure, there is none at all."""
    both = {"Sku": "MUG", "Available": 9, "Available for Sale": 4, "OnHand": 12}
    scend.on("GET /v1/stock", listed(both, {"Sku": "PLATE", "Available": 9}))

    *levels, odd = [level for page in warehouse.stock_all() for level in page]

    assert UnreadableLevel(Sku("PLATE"), "field available is no figure") == odd
    assert [("MUG", Decimal(4), Decimal(12))] == [(level.sku, level.available, level.on_hand) for level in levels]


def test_a_sku_that_scend_would_refuse_is_asked_for_in_its_likely_spelling_only(scend, warehouse):
    """A refusal of one spelling says that there is no such item, and holds up no order."""
    scend.on("GET /v1/items/MUG1", JSONResponse({"Code": "INVALID_SKU", "Message": "no such SKU"}, 422))
    scend.on("GET /v1/items/PLATE", {"Sku": "PLATE", "Active": True})

    found = warehouse.items_named([Sku("MUG 1"), Sku("PLATE"), Sku(" ")])

    assert ["PLATE"] == [item.sku for item in found]
    assert [] == [what for what, _, _ in scend.calls if " " in what.removeprefix("GET ")]


def test_no_expression_of_the_profile_reads_plain_available():
    """Nobody may publish it by a slip in a later edit."""
    profile = compiling.load("scend")
    sources = Counter(
        operation.response.rows.fields["available"].source
        for operation in profile.operations.values()
        if "available" in operation.response.rows.fields
    )

    assert Counter({'"Available for Sale"': 2}) == sources


def test_the_live_state_decides_whether_an_order_can_be_stopped(scend, warehouse):
    picked = {**TAKEN, "Status": "PICKING"}
    scend.on("GET /v1/orders", rows(picked))

    assert [TooLate("PICKING")] == warehouse.cancel_sales_orders([REF])
    assert [] == scend.asked("POST /v1/orders/SC-7/cancel")


def test_an_order_is_stopped_and_seen_to_be(scend, warehouse):
    state = {"Status": "ALLOCATED"}

    def cancel(_):
        state["Status"] = "CANCELLED"
        return {}

    scend.on("GET /v1/orders", lambda _: rows({**TAKEN, **state}))
    scend.on("POST /v1/orders/SC-7/cancel", cancel)

    assert [Cancelled()] == warehouse.cancel_sales_orders([REF])


def test_a_cancellation_that_the_warehouse_refuses_as_too_late_is_too_late(scend, warehouse):
    """It was picked between our look and our call."""
    scend.on("GET /v1/orders", rows(TAKEN))
    scend.on("POST /v1/orders/SC-7/cancel", JSONResponse({"Code": "TOO_LATE", "Message": "picking"}, 409))

    assert [TooLate("RECEIVED")] == warehouse.cancel_sales_orders([REF])


def test_part_of_an_order_is_a_parcel_with_its_lines(scend, warehouse):
    lines = [{"Sku": "PLATE", "Quantity": 1}]
    parcel = {
        "ShipmentId": "SH-1",
        "ClientReference": "1001",
        "DespatchedAt": "2026-11-02T10:00:00Z",
        "Carrier": "DPD",
        "Lines": lines,
        "Parcels": [{"ParcelReference": "P1", "TrackingNumber": None, "Lines": lines}],
    }
    scend.on("GET /v1/shipments", listed(parcel))

    [found] = [each for page in warehouse.despatches(NINE) for each in page]

    assert ("SH-1", "1001", [("PLATE", 1)]) == (
        found.ref,
        found.sales_order_ref,
        [(each.sku, each.quantity) for each in found.lines],
    )
    assert found == warehouse.despatches_of([REF])[0]
    asked = [query for query, _ in scend.asked("GET /v1/shipments")]
    assert [{"ChangedSince": "2026-11-02T08:45:00Z", "Page": "1", "PageSize": "100"}, {"ClientReference": "1001"}] == asked[
        ::2
    ]


def test_a_shipment_keeps_its_name_when_its_boxes_show_later(scend, warehouse):
    """Else the customer is told twice, and the first parcel never gets its number."""
    shipment = {
        "ShipmentId": "SH-1",
        "ClientReference": "1001",
        "DespatchedAt": "2026-11-02T10:00:00Z",
        "Carrier": "DPD",
        "Lines": [{"Sku": "MUG", "Quantity": 1}, {"Sku": "PLATE", "Quantity": 2}],
    }
    boxes = [
        {"ParcelReference": f"P{number}", "TrackingNumber": f"T{number}", "Lines": [{"Sku": sku, "Quantity": units}]}
        for number, (sku, units) in enumerate([("MUG", 1), ("PLATE", 2)], 1)
    ]
    shown = [shipment, {**shipment, "Parcels": boxes}, {**shipment, "Lines": None, "Parcels": boxes}]
    found = []
    for each in shown:
        scend.on("GET /v1/shipments", listed(each))
        found += warehouse.despatches_of([REF])

    assert [("SH-1", ""), ("SH-1", "T1, T2"), ("SH-1", "T1, T2")] == [(each.ref, each.tracking.number) for each in found]
    assert [[("MUG", 1), ("PLATE", 2)]] * 3 == [[(line.sku, line.quantity) for line in each.lines] for each in found]


def test_the_rma_links_a_return_from_its_announcement_to_its_goods(scend, warehouse):
    back = {
        "ReturnId": "RT-3",
        "RmaNumber": "RMA-1",
        "ClientReference": "1001",
        "Status": "RECEIVED",
        "ReceivedAt": "2026-11-02T08:00:00Z",
        "Lines": [{"Sku": "MUG", "Quantity": 1, "Disposition": "SCRAPPED"}],
    }
    scend.on("POST /v1/returns", {"ReturnId": "RT-3"}).on("GET /v1/returns", listed(back))

    outcome = warehouse.announce_return(AnnouncedReturn("RMA-1", REF, (ReturnedLine(Sku("MUG"), 1, "broken"),)))
    [found] = [each for page in warehouse.returns(NINE - timedelta(days=1)) for each in page]

    [(_, sent)] = scend.asked("POST /v1/returns")
    assert (Announced("RT-3"), "RMA-1", "1001") == (outcome, sent["RmaNumber"], sent["ClientReference"])
    assert ("RMA-1", "1001", True, False) == (found.rma, found.sales_order_ref, found.confirmed, found.lines[0].restocked)


def test_a_check_names_what_nobody_has_confirmed(scend, warehouse):
    """So that nobody goes live on a guess without knowing."""
    scend.on("GET /v1/stock", listed({"Sku": "MUG", "Available for Sale": 4}))
    scend.on("GET /v1/items", listed({"Sku": "MUG", "Active": True})).on("GET /v1/items/MUG", {"Sku": "MUG"}).on(
        "GET /v1/shipments", listed()
    )

    lines = {each.subject: each for each in warehouse.check()}

    assert {"log-in": True, "profile scend": True, "stock": True, "items": True, "parcels": True, "orders": True} == {
        subject: each.ok for subject, each in lines.items()
    }
    assert "cut_off" in lines["profile scend"].remedy


def test_what_has_been_confirmed_is_asked_no_more():
    text = compiling.shipped()["scend"].read_text()
    confirmed = text.replace('ask: "', 'confirmed: true, ask: "').replace(
        "    confirmed: true, ask:", "    confirmed: true\n    ask:"
    )

    profile = compiling.of_text(confirmed, "confirmed")

    assert all(each.confirmed for each in profile.written.assumptions.values())


def test_the_token_is_shown_and_not_kept(scend, connected):
    connected.warehouse.create_sales_orders([order("1001")])

    assert b"open sesame" not in b"".join(each.request + each.response for each in connected.evidence.exchanges)


def test_a_token_that_is_refused_stops_the_connection(scend, warehouse):
    scend.on("GET /v1/orders", Response(status_code=401))

    [line] = [each for each in warehouse.check() if not each.ok]

    assert ("log-in", "check the address and the credentials") == (line.subject, line.remedy)
