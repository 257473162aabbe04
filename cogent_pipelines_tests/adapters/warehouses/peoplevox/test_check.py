"""Promises about the proof before go-live: it names what is wrong, and writes nothing."""

import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.settings import DateOrder
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import order
from cogent_pipelines_tests.adapters.warehouses.peoplevox.test_despatches import row as despatched
from cogent_pipelines_tests.adapters.warehouses.peoplevox.test_stock_and_items import row as stocked


@pytest.fixture
def ready(tenant):
    """A tenant with nothing wrong."""
    tenant.headings |= {"Sites": "Name,Reference", "Carriers": "Name", "Service types": "Carrier,Name,Code"}
    tenant.items = [{"ItemCode": "MUG", "Name": "Mug", "Barcode": "1"}]
    tenant.reports = {"Despatch summary": [despatched()], "Item inventory summary": [stocked("MUG")]}
    return tenant


def proof(connected):
    return {line.subject: line for line in connected.warehouse.check()}


def test_a_tenant_that_is_ready_passes_and_nothing_is_written(ready, connect):
    """Every line ok."""
    connected = connect()
    connected.warehouse.create_sales_orders([order()])
    written = ready.count("SaveData")

    lines = proof(connected)

    assert [] == [line for line in lines.values() if not line.ok]
    assert {"log-in", "template Sales orders", "report Despatch summary", "dates", "sites", "items", "carriers"} <= set(
        lines
    )
    assert written == ready.count("SaveData")


def test_a_wrong_password_ends_the_proof(ready, connect):
    """Nothing else could be asked."""
    ready.password = "another"

    assert {"log-in": False} == {name: line.ok for name, line in proof(connect()).items()}


def test_a_template_that_is_not_configured_is_named_with_the_remedy(ready, connect):
    """What to do is said."""
    del ready.headings["Item types"]

    line = proof(connect())["template Item types"]

    assert not line.ok
    assert "'Item types' is not configured" in line.finding
    assert "Integration" in line.remedy


def test_headings_that_are_not_there_are_said_to_be_left_out(ready, connect):
    """Ok, with a warning."""
    line = proof(connect())["template Sales orders"]

    assert line.ok
    assert "PaymentMethod" in line.remedy


def test_a_report_without_a_column_is_named(ready, connect):
    """Before the first parcel is missed."""
    ready.reports["Despatch summary"] = [{k: v for k, v in despatched().items() if k != "No of items"}]

    line = proof(connect())["report Despatch summary"]

    assert (False, "no column No of items") == (line.ok, line.finding)


@pytest.mark.parametrize(
    ("at", "order_of_parts"), [("'25/11/2026 09:00'", DateOrder.DAY_FIRST), ("'20/11/2026 09:00'", DateOrder.MONTH_FIRST)]
)
def test_dates_that_cannot_be_right_are_found(ready, connect, at, order_of_parts):
    """In the future, or in another order than the settings say."""
    ready.reports["Despatch summary"] = [despatched(at=at)]

    assert not proof(connect(date_order=order_of_parts))["dates"].ok


def test_a_site_that_is_not_there_is_named(ready, connect):
    """Stock of a site that does not exist is none."""
    line = proof(connect(sites=frozenset({"Moon"})))["sites"]

    assert (False, "no site Moon") == (line.ok, line.finding)
