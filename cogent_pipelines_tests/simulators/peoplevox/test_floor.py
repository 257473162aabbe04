"""The warehouse's own work: what is allocated, picked, packed and sent, and what a too early release leaves behind."""

from decimal import Decimal

import pytest

from cogent_pipelines.simulators.peoplevox.floor import NothingToDespatch

DESPATCH_COLUMNS = "[Despatch number],[Tracking number],[Item code],[No of items],[Line]"


def stock(warehouse, item):
    level = warehouse.stock.level(item, "PrimarySite")
    return (level.on_hand, level.allocated, level.available)


def test_an_order_is_allocated_when_it_is_saved(client, warehouse, truth):
    """Available drops with the call that brings the lines; on hand stays until it leaves."""
    client.save_order("SO-1", ("TEE", 4))
    assert ("Allocated", (10, 4, 6)) == (truth.status("SO-1"), stock(warehouse, "TEE"))


@pytest.mark.parametrize("how", ["action", "on hold"])
def test_a_held_order_waits_until_it_is_released(client, warehouse, truth, how):
    """Saved without allocating, or on hold, nothing happens to it until an update lets it go."""
    hold = {"action": {}, "on hold": {"OnHold": "True"}}[how]
    client.save_order("SO-1", ("TEE", 4), action=1 if how == "action" else 0, **hold)
    warehouse.work()
    assert ("New", (10, 0, 10)) == (truth.status("SO-1"), stock(warehouse, "TEE"))
    client.save("Sales orders", "SalesOrderNumber,OnHold\nSO-1,False")
    assert ("Allocated", [], []) == (truth.status("SO-1"), truth.allocated_incomplete(), truth.picked_incomplete())


def test_only_a_header_releases_where_the_switch_says_so(simulator, client, truth):
    """Whether lines saved with action 0 release an order is unknown."""
    simulator.switches.change(released_by="header_save")
    client.save_order("SO-1", ("TEE", 4), action=0)
    assert "New" == truth.status("SO-1")
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 0)
    assert "Allocated" == truth.status("SO-1")


def test_a_header_released_without_lines_is_found_out(client, warehouse, truth):
    """Picking an order that has no lines yet marks it for good, even when they come later."""
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 0)
    warehouse.work(until="picking")
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered\nSO-1,TEE,1")
    assert (["SO-1"], ["SO-1"]) == (truth.allocated_incomplete(), truth.picked_incomplete())


def test_an_order_picked_before_its_last_line_came_is_found_out(client, warehouse, truth):
    """The late line is refused, since picking has begun, and the order is marked."""
    client.save_order("SO-1", ("TEE", 1))
    warehouse.work(until="picking")
    answer = client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nSO-1,CAP,1,2")
    assert (-1, ["SO-1"], {"TEE": 1}) == (answer.response_id, truth.picked_incomplete(), truth.ordered_units("SO-1"))


def test_an_order_held_until_complete_is_not_marked(client, warehouse, truth):
    """Header, lines in two calls, release: the careful client leaves no mark."""
    client.save_order("SO-1", ("TEE", 1), action=1)
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nSO-1,CAP,1,2", 1)
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 0)
    warehouse.work()
    assert ("Despatched", [], []) == (truth.status("SO-1"), truth.allocated_incomplete(), truth.picked_incomplete())


def test_an_order_short_of_stock_waits_and_goes_when_stock_comes(client, warehouse, truth):
    """What is there is reserved; a receipt completes the reservation."""
    client.save_order("SO-1", ("TEE", 12))
    warehouse.work()
    assert ("New", (10, 10, 0), {"TEE": 2}) == (truth.status("SO-1"), stock(warehouse, "TEE"), truth.oversold())
    warehouse.receiving.receive_goods("TEE", 5)
    warehouse.tick()
    assert ("Allocated", (15, 12, 3), {}) == (truth.status("SO-1"), stock(warehouse, "TEE"), truth.oversold())


def test_an_order_that_may_be_split_leaves_in_two_despatches(client, warehouse, truth):
    """A partial shipment despatches what is there, and the rest later under another number."""
    client.save_order("SO-1", ("TEE", 12), ("CAP", 1), IsPartialShipment="True")
    warehouse.work()
    assert "Partially despatched" == truth.status("SO-1")
    warehouse.adjust_stock("TEE", by=5)
    warehouse.work()
    rows = client.report("Despatch summary", '[Salesorder number] == "SO-1"', columns=DESPATCH_COLUMNS).rows
    expected = [("DES000001", "TEE", "10", "1"), ("DES000001", "CAP", "1", "2"), ("DES000002", "TEE", "2", "1")]
    assert expected == [(row["Despatch number"], row["Item code"], row["No of items"], row["Line"]) for row in rows]
    assert "Despatched" == truth.status("SO-1")


def test_a_despatch_may_be_ordered_item_by_item(client, warehouse, truth):
    """Some of the items leave now, the others stay allocated."""
    client.save_order("SO-1", ("TEE", 2), ("CAP", 1))
    warehouse.floor.despatch("SO-1", quantities={"TEE": 1})
    assert ("Partially despatched", (9, 1, 8)) == (truth.status("SO-1"), stock(warehouse, "TEE"))
    warehouse.floor.despatch("SO-1")
    assert ("Despatched", (8, 0, 8)) == (truth.status("SO-1"), stock(warehouse, "TEE"))
    with pytest.raises(NothingToDespatch):
        warehouse.floor.despatch("SO-1")


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("per_parcel", [("TRK00000001", "2"), ("TRK00000002", "1")]),
        ("first_tracking", [("TRK00000001", "3")]),
        ("joined_tracking", [("TRK00000001,TRK00000002", "3")]),
    ],
)
def test_several_parcels_of_one_despatch_are_shown_as_the_switch_says(simulator, client, warehouse, how, rows):
    """How the report shows two tracking numbers of one despatch is unknown."""
    simulator.switches.change(parcel_rows=how)
    client.save_order("SO-1", ("TEE", 3))
    warehouse.floor.despatch("SO-1", parcels=2)
    found = client.report("Despatch summary", columns=DESPATCH_COLUMNS).rows
    assert rows == [(row["Tracking number"], row["No of items"]) for row in found]
    packages = client.data("Despatch packages", 'DespatchNumber == "DES000001"').rows
    assert ["TRK00000001", "TRK00000002"] == [row["TrackingNumber"] for row in packages]


def test_tracking_comes_later_where_the_carrier_is_slow(simulator, client, clock, warehouse):
    """A despatch is there without a number first, and gains it when its time has come."""
    simulator.switches.change(tracking_delay_seconds=600)
    client.save_order("SO-1", ("TEE", 1))
    warehouse.work()
    assert [""] == [row["Tracking number"] for row in client.report("Despatch summary").rows]
    clock.advance(601)
    assert ["TRK00000001"] == [row["Tracking number"] for row in client.report("Despatch summary").rows]


def test_tracking_may_be_written_back_by_an_import(client, warehouse):
    """A carrier tool writes the number onto the order, and the despatch shows it."""
    client.save_order("SO-1", ("TEE", 1))
    warehouse.floor.despatch("SO-1", tracking="never")
    client.save("Sales orders", "SalesOrderNumber,DespatchTrackingNumber\nSO-1,ABC123")
    assert ["ABC123"] == [row["Tracking number"] for row in client.report("Despatch summary").rows]


def test_a_despatch_for_a_number_that_nobody_knows_is_in_the_report(client, warehouse, truth):
    """A hand-made parcel carries a number without an order."""
    warehouse.floor.despatch_unknown("GHOST-1", "TEE", 2)
    assert ["GHOST-1"] == [row["Salesorder number"] for row in client.report("Despatch summary").rows]
    assert [False] == [despatch["known"] for despatch in truth.books()["despatches"]]


def test_a_kit_leaves_as_its_components_under_its_own_code(client, warehouse, truth):
    """The rows carry the components, with the kit as their parent and the number of kits."""
    warehouse.add_items([{"ItemCode": "SET"}])
    client.save("Item type kittings", "ParentItemCode,ChildItemCode,Quantity\nSET,TEE,1\nSET,CAP,2")
    client.save_order("SO-1", ("SET", 3))
    warehouse.work()
    rows = client.report("Despatch summary").rows
    seen = [(r["Item code"], r["No of items"], r["Parent"], r["No. of parent items despatched"]) for r in rows]
    assert [("TEE", "3", "SET", "3"), ("CAP", "6", "SET", "3")] == seen
    assert ("Despatched", (7, 0, 7)) == (truth.status("SO-1"), stock(warehouse, "TEE"))


def test_a_kit_that_is_changed_later_gives_back_what_it_took(client, warehouse):
    """What was reserved for a kit is what is released, whatever the kit is made of by then."""
    warehouse.add_items([{"ItemCode": "SET"}])
    warehouse.set_components("SET", {"TEE": 1})
    client.save_order("SO-1", ("SET", 3))
    warehouse.set_components("SET", {"TEE": 0, "CAP": 2})
    client.save("Sales orders", "SalesOrderNumber,Status\nSO-1,Cancelled")
    assert [(10, 0, 10), (10, 0, 10)] == [stock(warehouse, "TEE"), stock(warehouse, "CAP")]


def test_a_deactivated_item_is_listed_under_its_mark_and_cannot_be_ordered(client):
    """Deleting an item only marks it; lines for it fail from then on."""
    assert 0 == client.save("Item types", "ItemCode\nTEE", 2).response_id
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    refused = client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered\nSO-1,TEE,1").response_id
    assert (["TEE~D~"], -1) == (
        [row["ItemCode"] for row in client.data("Item types", 'ItemCode.Contains("~D~")').rows],
        refused,
    )


@pytest.mark.parametrize(
    ("policy", "stage", "answer", "status"),
    [
        ("refuse_after_pick", "allocated", 0, "Cancelled"),
        ("refuse_after_pick", "picking", -1, "Picking"),
        ("refuse_after_pick", "despatched", -1, "Despatched"),
        ("accept", "packed", 0, "Cancelled"),
        ("accept", "despatched", 0, "Despatched"),
    ],
)
def test_a_cancellation_is_refused_or_taken_by_policy(simulator, client, warehouse, truth, policy, stage, answer, status):
    """Accepting means saying yes, which after despatch changes nothing: read the status back."""
    simulator.switches.change(cancel_policy=policy)
    client.save_order("SO-1", ("TEE", 4))
    warehouse.work(until=stage)
    assert answer == client.save("Sales orders", "SalesOrderNumber,Status\nSO-1,Cancelled").response_id
    assert status == truth.status("SO-1")
    assert 0 == stock(warehouse, "TEE")[1] or status == "Picking"


@pytest.mark.parametrize(
    ("policy", "stage", "answer"),
    [
        ("until_picking", "allocated", 0),
        ("until_picking", "picking", -1),
        ("until_despatched", "packed", 0),
        ("always", "packed", 0),
    ],
)
def test_an_edit_is_taken_only_as_long_as_the_policy_says(simulator, client, warehouse, policy, stage, answer):
    """From picking on a header can no longer be edited, unless the tenant allows it."""
    simulator.switches.change(edit_policy=policy)
    client.save_order("SO-1", ("TEE", 4))
    warehouse.work(until=stage)
    edit = "SalesOrderNumber,ShippingAddressLine1\nSO-1,New Street"
    assert answer == client.save("Sales orders", edit).response_id


def test_a_smaller_quantity_gives_stock_back(client, warehouse):
    """An edit before picking frees what is no longer wanted."""
    client.save_order("SO-1", ("TEE", 4))
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nSO-1,TEE,1,1")
    assert (10, 1, 9) == stock(warehouse, "TEE")


def test_orders_move_on_by_themselves_when_told_to(simulator, client, clock, truth):
    """With the clock, an order goes from allocated to despatched, in its own time."""
    simulator.switches.change(works_by_itself=True)
    client.save_order("SO-1", ("TEE", 1))
    seen = []
    for _ in range(4):
        seen.append(truth.status("SO-1"))
        clock.advance(301)
        simulator.tick()
    assert [["Allocated", "Picking", "Packed", "Despatched"], 1] == [seen, truth.books()["sales_orders"]["SO-1"]["picked"]]


def test_the_names_of_the_stages_are_the_tenants(simulator, client, truth):
    """Only New, Cancelled and Despatched are known wordings; the rest can be named."""
    simulator.switches.change(status_names={"allocated": "Ready to pick"})
    client.save_order("SO-1", ("TEE", 1))
    assert ("Ready to pick", "New") == (truth.status("SO-1"), simulator.switches.status_names["new"])


def test_stock_can_go_below_nothing_by_a_fault(client, warehouse):
    """A stock check below what is allocated makes available negative."""
    client.save_order("SO-1", ("TEE", 8))
    warehouse.set_stock("TEE", on_hand=5)
    search = '[Item code] == "TEE"'
    assert ["-3"] == [row["Available"] for row in client.report("Item inventory summary", search).rows]


@pytest.mark.parametrize(("shown", "expected"), [(False, "10"), (True, "10.50")])
def test_a_fraction_is_shown_only_where_the_switch_lets_it(simulator, client, warehouse, shown, expected):
    """Stock measured by weight can be fractional; by default the fraction is cut off."""
    simulator.switches.change(fractional_available=shown)
    warehouse.adjust_stock("TEE", by=Decimal("0.5"))
    assert [expected] == [r["Available"] for r in client.report("Item inventory summary", '[Item code] == "TEE"').rows]


def test_a_reusable_return_is_sellable_again_and_another_is_not(client, warehouse):
    """Both are in the report; only one is back on hand."""
    client.save("Return reasons", "Code,Name\nFIT,Does not fit")
    client.save_order("SO-1", ("TEE", 3))
    warehouse.work()
    warehouse.receiving.receive_return("SO-1", "TEE", reason_code="FIT")
    warehouse.receiving.receive_return("SO-1", "TEE", reusable=False)
    rows = client.report("Returns summary").rows
    assert [("SO-1", "Does not fit", "True"), ("SO-1", "", "False")] == [
        (row["Sales order number"], row["Return reason"], row["Is Reusable"]) for row in rows
    ]
    assert (8, 0, 8) == stock(warehouse, "TEE")


def test_a_purchase_order_is_complete_when_all_of_it_came(client, warehouse):
    """Receipts are in the goods in summary and complete the order they belong to."""
    client.save("Purchase orders", "PurchaseOrderNumber,Status,Supplier\nPO1,Pending,Acme")
    client.save("Purchase order items", "PurchaseOrderNumber,ItemCode,Quantity\nPO1,TEE,5")
    statuses = []
    for quantity in (2, 3):
        warehouse.receiving.receive_goods("TEE", quantity, purchase_order="PO1")
        statuses.append(client.data("Purchase orders").rows[0]["Status"])
    rows = client.report("Goods in summary").rows
    assert [("PO1", "Acme", "2"), ("PO1", "Acme", "3")] == [
        (row["Purchase order number"], row["Purchase order supplier"], row["Quantity"]) for row in rows
    ]
    assert ["Pending", "Complete"] == statuses
