"""Orders that are there: finding them, their way through the warehouse, their parts, parcels and end."""

import pytest


def status_of(client, order_id):
    return client.get(f"/api/Order/{order_id}").json()["OrderStatusId"]


def test_an_order_is_found_by_its_number(client, created):
    """Exactly, case aside; with its items."""
    order_id = created("Web-1")
    created("Web-12")

    found = client.get("/api/Order/Search", OrderNumber="WEB-1").json()

    assert [(order_id, "Web-1", ["TEE", "CAP"])] == [
        (row["ID"], row["OrderNumber"], [item["SKU"] for item in row["OrderItems"]]) for row in found
    ]


@pytest.mark.parametrize(("form", "status"), [("404", 404), ("empty", 200)])
def test_what_is_not_there_is_not_found(client, switches, form, status):
    """Both ways have been seen."""
    switches.change(search_nothing=form)

    answer = client.get("/api/Order/Search", OrderNumber="NOSUCH")

    assert status == answer.status_code
    assert answer.json() == ([] if form == "empty" else {"Message": "No orders were found"})


def test_a_new_order_can_take_a_while_to_be_found(client, created, switches, clock):
    """Its id answers at once."""
    switches.change(find_lag_seconds=30, search_nothing="empty")
    order_id = created()
    early = client.get("/api/Order/Search", OrderNumber="1001").json()
    clock.advance(30)

    assert [] == early
    assert 200 == client.get(f"/api/Order/{order_id}").status_code
    assert [order_id] == [row["ID"] for row in client.get("/api/Order/Search", OrderNumber="1001").json()]


@pytest.mark.parametrize("number", ["99", "x", "-1"])
def test_an_unknown_id_is_a_404(client, number):
    assert 404 == client.get(f"/api/Order/{number}").status_code
    assert 404 == client.get(f"/api/Order/{number}/Cancel").status_code


def test_orders_are_listed_page_by_page(client, created):
    """The last page is short, the next one empty; a page too large is cut down."""
    ids = [created(str(number), items=[("TEE", 1)]) for number in range(5)]
    pages = [[row["ID"] for row in client.get("/api/Order/List", PageNo=page, Limit=2).json()] for page in (1, 2, 3, 4)]

    assert [ids[:2], ids[2:4], ids[4:], []] == pages
    assert ids == [row["ID"] for row in client.get("/api/Order/List", Limit=5000).json()]
    assert 400 == client.get("/api/Order/List", PageNo=0).status_code
    assert 400 == client.get("/api/Order/List", PageNo="x").status_code


def test_a_list_has_items_only_where_they_are_asked_for(client, created):
    created()

    [bare] = client.get("/api/Order/List").json()
    [whole] = client.get("/api/Order/List", IncludeOrderItems="true").json()

    assert ([], 2) == (bare["OrderItems"], len(whole["OrderItems"]))


def test_what_has_changed_since_is_listed(client, created, simulator, clock):
    """Times are of London without an offset, there and back; a bad one is a bad request."""
    clock.advance(3600)
    first = created("1")
    clock.advance(3600)
    created("2")
    client.get(f"/api/Order/{first}/Cancel")
    last = client.get(f"/api/Order/{first}").json()["LastUpdated"]

    changed = client.get("/api/Order/List", SinceLastUpdated="2026-11-02T11:00:00").json()
    with_offset = client.get("/api/Order/List", SinceLastUpdated="2026-11-02T12:00:00+01:00").json()
    late = client.get("/api/Order/List", SinceLastUpdated="2026-11-02T11:00:01").json()

    assert "2026-11-02T11:00:00" == last
    assert [["1", "2"], []] == [[row["OrderNumber"] for row in changed], [row["OrderNumber"] for row in late]]
    assert 2 == len(with_offset)
    assert 400 == client.get("/api/Order/List", SinceLastUpdated="yesterday").status_code


def test_the_list_is_narrowed_by_status_and_despatch(client, created, simulator):
    created("1")
    gone = created("2")
    simulator.trade.despatch("2")

    by_status = client.get("/api/Order/List", OrderStatusId=4).json()
    by_despatch = client.get("/api/Order/List", SinceDespatchDate="2026-11-02").json()

    assert [[gone], [gone]] == [[row["ID"] for row in by_status], [row["ID"] for row in by_despatch]]


def test_an_order_goes_its_way_as_the_clock_does(client, created, simulator, switches, clock):
    """Picked, packed, despatched, and in the end invoiced, each at its own time."""
    switches.change(invoice_after_seconds=600)
    simulator.trade.work_by_itself(seconds=900)
    order_id, seen = created(), []
    for _ in range(5):
        seen.append(status_of(client, order_id))
        clock.advance(300)
    seen.append(status_of(client, order_id))

    statuses = {row["ID"]: row["Name"] for row in client.get("/api/Order/Statuses").json()}
    assert ["NEW", "PICKINGSTARTED", "PICKED", "DESPATCHED", "DESPATCHED", "INVOICED"] == [statuses[one] for one in seen]
    assert {"TEE": 8, "CAP": 9, "MUG": 10} == simulator.trade.books().stock


def test_the_statuses_have_names_for_outside(client):
    rows = {row["Name"]: row for row in client.get("/api/Order/Statuses").json()}

    assert ("DESPATCHED", 4) == (rows["INVOICED"]["ExternalName"], rows["DESPATCHED"]["ID"])


def test_a_despatched_order_has_its_parcels_and_numbers_later(client, created, simulator, clock):
    """One field on the order for the first number, a shipment for each parcel; the number counts as a change."""
    order_id = created()
    simulator.trade.despatch("1001", tracking="later", parcels=2)
    before = client.get(f"/api/Order/{order_id}").json()
    clock.advance(60)
    simulator.trade.tracking_arrives()
    after = client.get(f"/api/Order/{order_id}").json()
    shipments = client.get(f"/api/Order/{order_id}/Shipments").json()

    assert (4, None, None, 2) == (
        before["OrderStatusId"],
        before["TrackingNumber"],
        before["TrackingURL"],
        before["NumberOfParcels"],
    )
    assert ("TRK00000001", "https://track.dpd.example.com/TRK00000001") == (after["TrackingNumber"], after["TrackingURL"])
    assert before["DespatchDate"] == after["DespatchDate"] < after["LastUpdated"]
    assert ["TRK00000001", "TRK00000002"] == [row["Number"] for row in shipments]


def test_tracking_events_are_listed_since(client, created, simulator, clock):
    created()
    simulator.trade.despatch("1001", parcels=2)
    clock.advance(60)

    everything = client.get("/api/Order/Shipments/TrackingEvents/List").json()
    late = client.get("/api/Order/Shipments/TrackingEvents/List", SinceLastUpdated="2026-11-02T09:01:00").json()

    assert (["TRK00000001", "TRK00000002"], []) == ([row["OrderShipment"]["Number"] for row in everything], late)


def test_a_part_leaves_as_an_order_of_its_own(client, created, simulator):
    """What stays behind is the next part, under the same number, and one order in the books."""
    order_id = created()
    simulator.trade.despatch("1001", quantities={"TEE": 1})

    parts = client.get("/api/Order/Search", OrderNumber="1001").json()
    [split] = client.get(f"/api/Order/{order_id}/Splits").json()
    [order] = simulator.trade.books().sales_orders

    assert [(1, 2, 4, [("TEE", 1)]), (2, 2, 1, [("TEE", 1), ("CAP", 1)])] == [
        (
            part["Part"],
            part["NumberOfParts"],
            part["OrderStatusId"],
            [(item["SKU"], item["Quantity"]) for item in part["OrderItems"]],
        )
        for part in parts
    ]
    assert (order_id, parts[1]["ID"]) == (split["OrderId"], split["SplitOrderId"])
    assert ([("TEE", 2), ("CAP", 1)], 1, 1) == (
        [(line.sku, line.quantity) for line in order.lines],
        len(order.parcels),
        order.created,
    )


def test_the_rest_of_an_order_leaves_as_its_second_part(client, created, simulator):
    created()
    simulator.trade.despatch("1001", quantities={"TEE": 1})
    simulator.trade.despatch("1001")

    [order] = simulator.trade.books().sales_orders
    assert [{"TEE": 1}, {"TEE": 1, "CAP": 1}] == [
        {line.sku: line.quantity for line in parcel.lines} for parcel in order.parcels
    ]
    assert {"TEE": 8, "CAP": 9, "MUG": 10} == simulator.trade.books().stock


def test_a_client_splits_an_order_itself(client, created):
    """What was promised goes with the units."""
    order_id = created()
    [tee, _] = client.get(f"/api/Order/{order_id}/Items").json()

    wrong = client.post(f"/api/Order/{order_id}/SplitOrderItems", [{"OrderItemId": tee["ID"], "Quantity": 3}]).json()
    done = client.post(f"/api/Order/{order_id}/SplitOrderItems", [{"OrderItemId": tee["ID"], "Quantity": 1}]).json()

    assert (False, True) == (wrong["Success"], done["Success"])
    items = [client.get(f"/api/Order/{one}/Items").json() for one in (order_id, done["ID"])]
    assert [[("TEE", 1, 1), ("CAP", 1, 1)], [("TEE", 1, 1)]] == [
        [(item["SKU"], item["Quantity"], item["Allocated"]) for item in part] for part in items
    ]


def test_a_cancelled_order_gives_its_stock_back(client, created, simulator):
    """By a GET; a second one is refused with 200."""
    order_id = created()

    first, second = (client.get(f"/api/Order/{order_id}/Cancel").json() for _ in range(2))

    assert (True, False, 3) == (first["Success"], second["Success"], status_of(client, order_id))
    assert "CANCELLED" in second["Message"]
    assert {"TEE": 10, "CAP": 10, "MUG": 10} == simulator.trade.books().stock
    assert simulator.trade.books().sales_orders[0].cancelled


@pytest.mark.parametrize("stage", ["released", "picking", "despatched"])
def test_it_is_too_late_to_cancel_once_it_is_printed(client, created, simulator, stage):
    """Nor can it be changed then."""
    order_id = created()
    client.post("/_sim/work", {"until": stage, "orders": ["1001"]})

    cancelled = client.get(f"/api/Order/{order_id}/Cancel").json()
    changed = client.post(f"/api/Order/{order_id}", {"Address1": "1 High Street"}).json()

    assert (False, False) == (cancelled["Success"], changed["Success"])
    assert not simulator.trade.books().sales_orders[0].cancelled


def test_a_new_order_can_be_changed(client, created):
    order_id = created()
    client.post(f"/api/Order/{order_id}", {"Address1": "1 High Street"})

    order = client.get(f"/api/Order/{order_id}").json()
    assert ("1 High Street", "LS10 1LE") == (order["Address1"], order["PostCode"])


@pytest.mark.parametrize(
    ("hold", "release", "status"),
    [
        ("MarkAwaitingConfirmation", "MarkConfirmed", "AWAITINGCONFIRMATION"),
        ("MarkAwaitingPayment", "MarkPaymentReceived", "AWAITINGPAYMENT"),
        ("MarkPackAndHold", "MarkReleasePackAndHold", "PACKANDHOLD"),
    ],
)
def test_a_marked_order_waits_until_it_is_let_go(client, created, simulator, switches, hold, release, status):
    """Nothing of it can leave meanwhile."""
    order_id = created()
    early = client.get(f"/api/Order/{order_id}/{release}").json()["Success"]
    client.get(f"/api/Order/{order_id}/{hold}")
    held = status_of(client, order_id), simulator.trade.books().sales_orders[0].released
    client.get(f"/api/Order/{order_id}/{release}")

    assert (False, (switches.status_ids[status], False), 1) == (early, held, status_of(client, order_id))


def test_a_backordered_order_goes_on_when_goods_come_in(client, created, simulator):
    """The oldest is served first."""
    first, second = created("1", items=[("TEE", 11)]), created("2", items=[("TEE", 1)])
    short = [
        (item["Allocated"], item["OnBackOrder"])
        for one in (first, second)
        for item in client.get(f"/api/Order/{one}/Items").json()
    ]
    simulator.trade.adjust("TEE", by=1)

    assert ([(10, 1), (0, 1)], [1, 9]) == (short, [status_of(client, first), status_of(client, second)])


def test_a_parcel_can_leave_for_an_order_that_nobody_put_in(client, simulator):
    """It is in the vendor's list, written by hand, and not among the orders that a client put in."""
    simulator.trade.despatch_unknown("9990001", sku="MUG")

    [row] = client.get("/api/Order/List").json()
    assert ("9990001", "Manual", 4) == (row["OrderNumber"], row["Source"], row["OrderStatusId"])
    assert ((), 9) == (simulator.trade.books().sales_orders, simulator.trade.books().stock["MUG"])
