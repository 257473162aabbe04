"""Orders that are there: finding, listing, their way, shipments and parcels, cancelling."""

import pytest

from cogent_pipelines_tests.simulators.scend.conftest import BASE


def refs(rows):
    return [row["ClientReference"] for row in rows]


def test_an_order_is_found_by_the_clients_reference(client, created):
    """Exactly; nothing is an empty list, or a 404 where the switch says so."""
    order_id = created("Web-1")
    created("Web-12")

    assert [order_id] == [row["OrderId"] for row in client.get(f"{BASE}/orders", ClientReference="Web-1").json()]
    assert [] == client.get(f"{BASE}/orders", ClientReference="web-1").json()


def test_what_is_not_there_may_be_a_404(client, switches):
    switches.change(find_nothing="404")

    assert 404 == client.get(f"{BASE}/orders", ClientReference="NOSUCH").status_code
    assert 404 == client.get(f"{BASE}/orders/SC-1").status_code
    assert 404 == client.get(f"{BASE}/orders/nonsense").status_code


def test_a_new_order_can_take_a_while_to_be_found(client, created, switches, clock):
    switches.change(find_lag_seconds=30)
    order_id = created()
    early = client.get(f"{BASE}/orders", ClientReference="1001").json()
    clock.advance(30)

    assert ([], 200) == (early, client.get(f"{BASE}/orders/{order_id}").status_code)
    assert ["1001"] == refs(client.get(f"{BASE}/orders", ClientReference="1001").json())


def test_orders_are_listed_since_by_status_and_by_pages(client, created, simulator, clock):
    """In the order of their last change."""
    for ref in ("1", "2", "3"):
        created(ref, items=[("TEE", 1)])
        clock.advance(60)
    simulator.trade.despatch("1")

    since = client.get(f"{BASE}/orders", ChangedSince="2026-11-02T09:01:00Z").json()
    gone = client.get(f"{BASE}/orders", Status="DESPATCHED").json()
    pages = [refs(client.get(f"{BASE}/orders", Page=page, PageSize=2).json()) for page in (1, 2, 3)]

    assert (["2", "3", "1"], ["1"]) == (refs(since), refs(gone))
    assert [["2", "3"], ["1"], []] == pages
    assert "2026-11-02T09:03:00Z" == gone[0]["ChangedAt"]
    for wrong in ({"ChangedSince": "yesterday"}, {"Page": 0}, {"PageSize": "many"}):
        assert 400 == client.get(f"{BASE}/orders", **wrong).status_code


def test_a_list_may_have_a_cursor(client, created, switches):
    """It is followed to its end; an invented one is refused."""
    switches.change(paging="cursor")
    for ref in ("1", "2", "3"):
        created(ref, items=[("TEE", 1)])
    got, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{BASE}/orders", PageSize=2, Cursor=cursor).json()
        got, cursor = got + refs(page["Items"]), page["NextCursor"]

    assert ["1", "2", "3"] == got
    assert 400 == client.get(f"{BASE}/orders", Cursor="x9").status_code


def test_a_list_may_come_in_an_object_or_whole(client, created, switches):
    created()
    switches.change(envelope="object")
    paged = client.get(f"{BASE}/stock", PageSize=2).json()
    switches.change(paging="none")
    whole = client.get(f"{BASE}/stock", PageSize=2).json()

    assert (2, 3, 1, 3) == (len(paged["Items"]), paged["Total"], paged["Page"], len(whole["Items"]))


def test_an_order_goes_its_way_as_the_clock_does(client, created, simulator, clock):
    simulator.trade.work_by_itself(seconds=900)
    order_id, seen = created(), []
    for _ in range(4):
        seen.append(client.get(f"{BASE}/orders/{order_id}").json()["Status"])
        clock.advance(300)

    assert ["ALLOCATED", "PICKING", "PACKED", "DESPATCHED"] == seen


def test_an_order_leaves_in_shipments_with_parcels(client, created, simulator, clock):
    """A part leaves without numbers, the rest later; a number that comes is a change."""
    order_id = created()
    simulator.trade.despatch("1001", quantities={"TEE": 2}, tracking="later", parcels=2)
    partly = client.get(f"{BASE}/orders/{order_id}").json()
    [first] = client.get(f"{BASE}/shipments", ClientReference="1001").json()
    clock.advance(60)
    simulator.trade.tracking_arrives()
    simulator.trade.despatch("1001")
    later = client.get(f"{BASE}/shipments", ChangedSince="2026-11-02T09:00:30Z").json()

    assert ("PART_DESPATCHED", [2, 0]) == (partly["Status"], [line["Despatched"] for line in partly["Lines"]])
    assert [(None, [{"Sku": "TEE", "Quantity": 1}])] * 2 == [
        (parcel["TrackingNumber"], parcel["Lines"]) for parcel in first["Parcels"]
    ]
    assert [[{"Sku": "TEE", "Quantity": 2}], [{"Sku": "CAP", "Quantity": 1}]] == [row["Lines"] for row in later]
    assert all(parcel["TrackingNumber"] and parcel["TrackingUrl"] for row in later for parcel in row["Parcels"])
    assert "DESPATCHED" == client.get(f"{BASE}/orders/{order_id}").json()["Status"]
    assert [2, 1] == [len(row["Parcels"]) for row in later]


def test_an_order_may_leave_in_parts(client, created, simulator, switches):
    """Then each part is an order under the same reference."""
    switches.change(partial_style="parts")
    created()
    simulator.trade.despatch("1001", quantities={"TEE": 1})

    rows = client.get(f"{BASE}/orders", ClientReference="1001").json()

    assert {(1, 2, "DESPATCHED"), (2, 2, "ALLOCATED")} == {(row["Part"], row["Parts"], row["Status"]) for row in rows}
    assert 1 == len(simulator.trade.books().sales_orders)


def test_a_parcel_can_leave_for_an_order_that_nobody_put_in(client, simulator):
    simulator.trade.despatch_unknown("9990001", sku="MUG")

    assert ["9990001"] == refs(client.get(f"{BASE}/shipments").json())
    assert [] == client.get(f"{BASE}/orders").json()


@pytest.mark.parametrize("hold", [True, False])
def test_an_order_is_cancelled_before_it_is_picked(client, created, simulator, hold):
    """Held ones as well; a second time is refused."""
    order_id = created()
    if hold:
        client.post("/_sim/work", {"hold": "1001", "reasons": ["Customer called"]})

    first, second = (client.post(f"{BASE}/orders/{order_id}/cancel", {"Reason": "Changed mind"}) for _ in range(2))

    assert (200, "CANCELLED", ["Changed mind"]) == (first.status_code, first.json()["Status"], first.json()["Reasons"])
    assert (409, "ALREADY_CANCELLED") == (second.status_code, second.json()["Code"])
    assert {"TEE": 10, "CAP": 10, "MUG": 10} == simulator.trade.books().stock


@pytest.mark.parametrize(("stage", "status"), [("picking", "PICKING"), ("packed", "PACKED"), ("despatched", "DESPATCHED")])
def test_it_is_too_late_to_cancel_once_it_is_picked(client, created, simulator, stage, status):
    order_id = created()
    client.post("/_sim/work", {"until": stage, "orders": ["1001"]})

    answer = client.post(f"{BASE}/orders/{order_id}/cancel")

    assert (409, "TOO_LATE", status) == (answer.status_code, answer.json()["Code"], answer.json()["Status"])


@pytest.mark.parametrize(("picked", "end"), [(False, "CANCELLED"), (True, "PICKING")])
def test_a_cancel_may_be_a_wish_that_picking_overtakes(client, created, switches, clock, picked, end):
    switches.change(cancel_pending_seconds=60)
    order_id = created()
    answer = client.post(f"{BASE}/orders/{order_id}/cancel")
    if picked:
        client.post("/_sim/work", {"until": "picking", "orders": ["1001"]})
    clock.advance(60)

    assert (202, "CANCEL_PENDING") == (answer.status_code, answer.json()["Status"])
    assert end == client.get(f"{BASE}/orders/{order_id}").json()["Status"]


def test_a_short_order_waits_and_goes_on_when_goods_come_in(client, created, simulator):
    """It is no further than received, and the books say what is short."""
    order_id = created(items=[("TEE", 12)])
    before, short = client.get(f"{BASE}/orders/{order_id}").json(), simulator.trade.books().short
    simulator.trade.adjust("TEE", by=2)

    assert ("RECEIVED", 10, {"TEE": 2}) == (before["Status"], before["Lines"][0]["Allocated"], short)
    assert ("ALLOCATED", {}) == (client.get(f"{BASE}/orders/{order_id}").json()["Status"], simulator.trade.books().short)
