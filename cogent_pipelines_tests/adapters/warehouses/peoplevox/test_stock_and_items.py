"""Promises about stock levels and the catalogue."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.settings import Limits
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import NOON


def row(item, available="5", site="Main", on_hand="7"):
    return {"Item code": item, "Available": available, "On hand": on_hand, "Site reference": site}


def levels(pages):
    return [level for page in pages for level in page]


def test_a_level_says_what_is_free_where_and_when(tenant, connect):
    """Negative and fractional figures are figures; the snapshot is before the answer."""
    tenant.reports["Item inventory summary"] = [row("MUG"), row("VASE", "-2.5", "North", "")]

    wanted = [
        StockLevel("MUG", "Main", Decimal(5), Decimal(7), NOON),
        StockLevel("VASE", "North", Decimal("-2.5"), None, NOON),
    ]
    assert wanted == levels(connect().warehouse.stock_all())


def test_a_snapshot_is_never_later_than_the_call(tenant, connect):
    """A slow answer is as old as its question."""
    connected = connect()
    tenant.reports["Item inventory summary"] = [row("MUG")]
    tenant.before = [lambda asked: connected.clock.sleep(40) if asked.operation == "GetReportData" else None]

    [level] = levels(connected.warehouse.stock_all())

    assert NOON == level.snapshot_at
    assert NOON + timedelta(seconds=40) == connected.clock.now()


def test_each_page_has_its_own_time(tenant, connect):
    """A later page is no older than it is."""
    connected = connect(limits=Limits(page_size=2))
    tenant.reports["Item inventory summary"] = [row(f"SKU{n}") for n in range(5)]
    tenant.after = [lambda asked: connected.clock.sleep(10) if asked.operation == "GetReportData" else None]

    pages = list(connected.warehouse.stock_all())

    assert [2, 2, 1] == [len(page) for page in pages]
    assert [NOON + timedelta(seconds=10 * n) for n in range(3)] == [page[0].snapshot_at for page in pages]


def test_what_is_no_stock_is_left_out(tenant, connect):
    """The vendor's own site, deactivated items, rows without a figure: absent, not nought."""
    tenant.reports["Item inventory summary"] = [
        row("MUG", site="SystemSite"),
        row("~D~OLD"),
        row("BLANK", ""),
        row("PLATE"),
    ]

    assert ["PLATE"] == [level.sku for level in levels(connect().warehouse.stock_all())]


def test_only_the_configured_sites_count(tenant, connect):
    """Asked for by search, and looked at again."""
    tenant.reports["Item inventory summary"] = [row("MUG"), row("MUG", site="Shop")]

    [level] = levels(connect(sites=frozenset({"Main"})).warehouse.stock_all())

    assert "Main" == level.site


def test_changes_are_asked_for_by_the_tenants_own_report(tenant, connect):
    """It says which items; the inventory report says how many, at every site."""
    tenant.reports["Changes"] = [
        {"Item code": "MUG", "Timestamp": "20/11/2026 11:50", "Site reference": "Main"},
        {"Item code": "MUG", "Timestamp": "20/11/2026 11:55", "Site reference": "Main"},
        {"Item code": "PLATE", "Timestamp": "19/11/2026 11:50", "Site reference": "Main"},
    ]
    tenant.reports["Item inventory summary"] = [row("MUG"), row("MUG", "2", "North"), row("PLATE")]

    changed = levels(connect(incremental_report="Changes").warehouse.stock(NOON - timedelta(hours=1)))

    assert [("MUG", "Main"), ("MUG", "North")] == [(level.sku, level.site) for level in changed]


def test_without_such_a_report_everything_is_read(tenant, connect):
    """And the capabilities say so."""
    tenant.reports["Item inventory summary"] = [row("MUG"), row("PLATE")]
    warehouse = connect().warehouse

    assert 2 == len(levels(warehouse.stock(NOON)))
    assert not warehouse.capabilities.reports_stock_changes


def test_the_catalogue_holds_deactivated_items_as_such(tenant, connect):
    """Their mark is no part of the SKU."""
    tenant.items = [
        {"ItemCode": "MUG", "Name": 'Mug, "blue"', "Barcode": "501"},
        {"ItemCode": "~D~OLD", "Name": "Old", "Barcode": ""},
    ]

    items = [item for page in connect().warehouse.items() for item in page]

    assert [Item("MUG", 'Mug, "blue"', active=True, barcode="501"), Item("OLD", "Old", active=False)] == items


def test_an_item_is_found_under_nearly_its_spelling(tenant, connect):
    """Case and spaces; what is merely longer is another item."""
    tenant.items = [{"ItemCode": code, "Name": ""} for code in ("MUG-1", "VASE", "MUG-10")]

    assert ["MUG-1"] == [item.sku for item in connect().warehouse.items_named([" mug-1"])]


def test_an_item_with_a_quotation_mark_in_its_code_is_found(tenant, connect):
    """No quotation mark is ever put into a search clause."""
    tenant.items = [{"ItemCode": 'FRAME 10"', "Name": ""}, {"ItemCode": "FRAME 12", "Name": ""}]

    assert ['FRAME 10"'] == [item.sku for item in connect().warehouse.items_named(['FRAME 10"'])]


def test_a_report_that_gives_the_same_page_for_ever_is_given_up(tenant, connect):
    """A tenant that is deaf to page numbers must not be read for ever."""
    tenant.reports["Item inventory summary"] = [row(f"SKU{n}") for n in range(50)]

    def deaf(asked):
        asked.parameters["PageNo"] = "1"

    tenant.before = [deaf]

    with pytest.raises(VendorRefused, match="page 6 is the page before it again"):
        levels(connect(limits=Limits(page_size=2)).warehouse.stock_all())


@pytest.mark.parametrize("figure", ["1e999999999", "9" * 5_000, "NaN", "1_000", "٣", "--1", "Infinity"])
def test_a_figure_that_is_none_leaves_the_last_one_standing(tenant, connect, figure):
    """No figure is not a figure of nought, and one that nobody can reckon with is no figure."""
    tenant.reports["Item inventory summary"] = [row("MUG", figure), row("VASE")]

    assert ["VASE"] == [level.sku for level in levels(connect().warehouse.stock_all())]
