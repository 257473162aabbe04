"""What an import does: upserts, refusals row by row, and the tenant's own headings."""

import pytest


def test_the_same_number_again_updates_and_never_doubles(client, truth):
    """An order is found again by its number; columns not sent are left alone."""
    client.save("Sales orders", "SalesOrderNumber,Customer,Email\nSO-1,Ann,ann@example.com")
    answer = client.save("Sales orders", "SalesOrderNumber,Customer\nSO-1,Bea")
    row = client.data("Sales orders", 'SalesOrderNumber == "SO-1"').rows[0]
    assert (0, 1, 1, 1) == (answer.response_id, answer.total, truth.times_created("SO-1"), truth.times_updated("SO-1"))
    assert ("Bea", "ann@example.com", "New") == (row["Customer"], row["Email"], row["Status"])


def test_one_bad_row_leaves_the_others_saved(client, truth):
    """A partial import answers -1 with a count above 0; each row has its own status and no message of its own."""
    client.save("Sales orders", "SalesOrderNumber\nSO-1\nSO-2", 1)
    lines = ("SO-1,TEE,1,1", "SO-1,NOPE,1,2", "SO-9,TEE,1,1", "SO-2,CAP,x,1", "SO-2,MUG,2,2")
    text = "\n".join(("SalesOrderNumber,ItemCode,QuantityOrdered,Line", *lines))
    answer = client.save("Sales order items", text, 1)
    assert (-1, 2) == (answer.response_id, answer.total)
    assert ["Success", "Error", "Error", "Error", "Success"] == [status for _, status in answer.statuses]
    assert ({"TEE": 1}, {"MUG": 2}) == (truth.ordered_units("SO-1"), truth.ordered_units("SO-2"))
    assert all(part in answer.detail for part in ("NOPE", "SO-9", "QuantityOrdered"))


def test_lines_are_added_and_edited_but_never_removed(client, truth):
    """Leaving a line out of a later import does not take it out; deleting it is refused."""
    client.save_order("SO-1", ("TEE", 1), ("CAP", 2), action=1)
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line\nSO-1,TEE,3,1", 1)
    answer = client.save("Sales order items", "SalesOrderNumber,ItemCode,Line\nSO-1,CAP,2", 2)
    assert ({"TEE": 3, "CAP": 2}, -1) == (truth.ordered_units("SO-1"), answer.response_id)


@pytest.mark.parametrize(("identity", "expected"), [("item+line", {"TEE": 3}), ("item", {"TEE": 2})])
def test_what_makes_a_line_the_same_line_is_a_switch(simulator, client, truth, identity, expected):
    """With the line in its key the same item may stand twice; without it the second replaces the first."""
    simulator.switches.change(line_identity=identity)
    client.save_order("SO-1", ("TEE", 1), ("TEE", 2), action=1)
    assert expected == truth.ordered_units("SO-1")


def test_a_tenants_renamed_headings_are_the_only_ones_it_takes(simulator, client):
    """GetSaveTemplate shows the tenant's own headings, and an import under the default ones is refused whole."""
    simulator.switches.change(tenant_headings={"Sales order items": {"QuantityOrdered": "Qty", "SalePrice": "Price"}})
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    headings = client.save_template("sales order items").detail.split(",")
    assert ["SalesOrderNumber", "ItemCode", "Qty"] == headings[:3]
    refused = client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered\nSO-1,TEE,1")
    taken = client.save("Sales order items", "SalesOrderNumber,ItemCode,Qty,Price\nSO-1,TEE,1,2.5")
    assert (-1, 0, []) == (refused.response_id, refused.total, refused.statuses)
    row = client.data("Sales order items", 'SalesOrderNumber == "SO-1" AND Qty == 1').rows[0]
    assert (0, "1", "2.50") == (taken.response_id, row["Qty"], row["Price"])


def test_a_template_that_is_not_configured_cannot_be_used(simulator, client):
    """Neither its headings nor its data are there; the count of the headings call is below 0."""
    simulator.switches.change(unconfigured_templates=["Customers"])
    headings = client.save_template("Customers")
    assert (-1, -1) == (headings.response_id, headings.total)
    assert -1 == client.save("Customers", "Reference\nC1").response_id
    assert -1 == client.data("Customers").response_id


@pytest.mark.parametrize(
    ("template", "column", "length"),
    [
        ("Sales orders", "SalesOrderNumber", 30),
        ("Sales orders", "ShippingAddressLine1", 100),
        ("Sales orders", "CustomerPurchaseOrderReferenceNumber", 50),
        ("Sales order items", "Line", 16),
    ],
)
def test_what_is_too_long_is_an_error_or_cut_as_told(simulator, client, template, column, length):
    """The published lengths hold; by default a longer value fails its row."""
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    row = (
        {"SalesOrderNumber": "SO-1", "ItemCode": "TEE"} if template == "Sales order items" else {"SalesOrderNumber": "SO-1"}
    )
    for size, switch, expected in ((length, "error", 0), (length + 1, "error", -1), (length + 1, "truncate", 0)):
        simulator.switches.change(over_length=switch)
        cells = {**row, column: "X" * size}
        answer = client.save(template, f"{','.join(cells)}\n{','.join(cells.values())}", 1)
        assert expected == answer.response_id, answer.detail


def test_csv_is_read_with_a_blank_first_line_quotes_commas_and_line_breaks(client):
    """The tolerances of the import format, with the XML escaping beneath them."""
    text = '\r\n"SalesOrderNumber","ShippingAddressLine1","ContactName"\r\n"SO-1","1, ""The"" Mill\nRear","A & <B>"\r\n'
    assert 0 == client.save("Sales orders", text, 1).response_id
    row = client.data("Sales orders").rows[0]
    assert ('1, "The" Mill\nRear', "A & <B>") == (row["ShippingAddressLine1"], row["ContactName"])


def test_an_empty_cell_clears_or_is_ignored_as_told(simulator, client):
    """What an empty cell does to a stored value is not documented, so it is a switch."""
    for switch, expected in (("clears", ""), ("ignored", "x@example.com")):
        simulator.switches.change(empty_cell=switch)
        client.save("Sales orders", "SalesOrderNumber,Email\nSO-1,x@example.com", 1)
        client.save("Sales orders", "SalesOrderNumber,Email\nSO-1,", 1)
        assert expected == client.data("Sales orders").rows[0]["Email"]


def test_a_tenant_may_require_more_fields(simulator, client, truth):
    """A missing postcode fails its row where the tenant requires one."""
    simulator.switches.change(required_fields={"Sales orders": ["ShippingAddressPostcode"]})
    answer = client.save("Sales orders", "SalesOrderNumber,ShippingAddressPostcode\nSO-1,\nSO-2,LS1 4AP")
    assert [("SO-1", "Error"), ("SO-2", "Success")] == answer.statuses
    assert (0, 1) == (truth.times_created("SO-1"), truth.times_created("SO-2"))


@pytest.mark.parametrize(
    ("decimals", "rounding", "by_sku", "stored"),
    [
        (2, "half_up", {}, "2.69"),
        (2, "half_even", {}, "2.68"),
        (1, "half_up", {}, "2.70"),
        (1, "down", {}, "2.60"),
        (4, "half_up", {}, "2.6850"),
        (2, "half_up", {"TEE": 0}, "3.00"),
    ],
)
def test_prices_are_stored_as_this_warehouse_rounds(simulator, client, decimals, rounding, by_sku, stored):
    """Decimals, rounding and exceptions per SKU are the tenant's."""
    simulator.switches.change(price_decimals=decimals, price_rounding=rounding, price_decimals_by_sku=by_sku)
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,SalePrice\nSO-1,TEE,1,2.685", 1)
    assert stored == client.data("Sales order items").rows[0]["SalePrice"]


def test_only_cancelled_may_be_imported_as_a_status(client, truth):
    """Every other status belongs to the warehouse."""
    client.save_order("SO-1", ("TEE", 1))
    assert -1 == client.save("Sales orders", "SalesOrderNumber,Status\nSO-1,Despatched").response_id
    assert 0 == client.save("Sales orders", "SalesOrderNumber,Status\nSO-1,cancelled").response_id
    assert "Cancelled" == truth.status("SO-1")


def test_a_refused_status_leaves_no_order_behind(client, truth):
    """A row in error has written nothing."""
    assert -1 == client.save("Sales orders", "SalesOrderNumber,Status\nSO-1,Despatched").response_id
    assert (0, []) == (truth.times_created("SO-1"), client.data("Sales orders").rows)


def test_an_order_is_deleted_by_its_key_alone(client, truth, warehouse):
    """Action 2 takes the key column; what is deleted stays in the books as deleted, and frees its stock."""
    client.save_order("SO-1", ("TEE", 4))
    assert 6 == warehouse.stock.level("TEE", "PrimarySite").available
    assert 0 == client.save("Sales orders", "SalesOrderNumber\nSO-1", 2).response_id
    assert ([], ["SO-1"]) == (client.data("Sales orders").rows, truth.books()["deleted_sales_orders"])
    assert 10 == warehouse.stock.level("TEE", "PrimarySite").available


def test_every_savable_template_takes_a_row_and_gives_it_back(client):
    """Master data is upserted by its key and read back under its headings."""
    rows = {
        "Item types": ("ItemCode,Name,Barcode,ItemGroup", "HAT,Hat,123,Head"),
        "Customers": ("Reference,Name", "C1,Ann"),
        "Customer addresses": ("CustomerReference,AddressLine1", "C1,Mill Lane"),
        "Item type kittings": ("ParentItemCode,ChildItemCode,Quantity", "TEE,CAP,2"),
        "Purchase orders": ("PurchaseOrderNumber,Supplier", "PO1,Acme"),
        "Purchase order items": ("PurchaseOrderNumber,ItemCode,Quantity", "PO1,TEE,5"),
        "Suppliers": ("Reference,Name", "S1,Acme"),
        "Carriers": ("Name,Number", "DPD,1"),
        "Service types": ("Carrier,Name,Code", "DPD,Next day,ND"),
        "Sites": ("Name,Reference", "North,N"),
        "Locations": ("Barcode,Name", "L1,Shelf"),
        "Return reasons": ("Code,Name", "FIT,Does not fit"),
        "Payment methods": ("Name,Code", "Card,C"),
    }
    for template, (headings, row) in rows.items():
        assert 0 == client.save(template, f"{headings}\n{row}").response_id, template
        found = [tuple(r[h] for h in headings.split(",")) for r in client.data(template).rows]
        assert tuple(row.split(",")) in found, template
    assert ["Head"] == [row["Name"] for row in client.data("Item type groups").rows]


def test_an_item_needs_a_barcode_when_it_is_new_but_not_when_it_is_updated(client):
    """Required fields are asked of a new row; an update may send its key and one column."""
    assert -1 == client.save("Item types", "ItemCode,Name\nHAT,Hat").response_id
    assert 0 == client.save("Item types", "ItemCode,Attribute7\nTEE,red").response_id


def test_despatches_cannot_be_imported(client):
    """What the warehouse alone writes is refused whole."""
    assert -1 == client.save("Despatches", "DespatchNumber\nDES1").response_id
