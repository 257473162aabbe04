"""Products that can be bought, and stock as the vendor says it."""

import re

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import PageSizes
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock
from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, opened, page
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, entry, product, uuid


def by_id(rows):
    """Pages as the vendor cuts them."""

    def answer(asked):
        after = [m.group(1) for where in asked.all("where") if (m := re.fullmatch('id > "([^"]+)"', where))]
        found = [row for row in sorted(rows, key=lambda row: row["id"]) if not after or row["id"] > after[0]]
        return page(*found[: int(asked.all("limit")[0])])

    return answer


def test_every_variant_is_a_product():
    """Known by product and variant; a SKU may be missing."""
    given = product(
        1, "TEE-S", None, masterVariant={"id": 1, "sku": "TEE-S", "attributes": [{"name": "ean", "value": 5012345}]}
    )
    project = Project().on("GET /product-projections", page(given))
    with opened(project, barcode_attribute="ean") as storefront:
        [found] = storefront.products()

    assert [
        Product(f"{uuid(4001)}/1", "TEE-S", "T-shirt", active=True, barcode="5012345"),
        Product(f"{uuid(4001)}/2", None, "T-shirt", active=True),
    ] == found


def test_the_catalogue_is_walked_by_id():
    """However many there are."""
    project = Project().on("GET /product-projections", by_id([product(number, f"SKU-{number}") for number in range(1, 6)]))
    with opened(project, pages=PageSizes(more=2)) as storefront:
        found = [[each.sku for each in rows] for rows in storefront.products()]

    assert [["SKU-1", "SKU-2"], ["SKU-3", "SKU-4"], ["SKU-5"]] == found


def test_a_variant_that_cannot_be_read_stands_among_the_others():
    """With the field's kind, never its value."""
    given = product(1, "TEE-S", "TEE-M")
    given["variants"][0]["sku"] = 5
    project = Project().on("GET /product-projections", page(given, product(2, "COAT-L") | {"masterVariant": None}))
    with opened(project) as storefront:
        [found] = storefront.products()

    assert [Product, UnreadableProduct, UnreadableProduct] == [type(each) for each in found]
    assert f"{uuid(4001)}/2" == found[1].ref


def test_a_page_of_which_nothing_can_be_read_is_the_vendors_fault():
    """An alert, not a hundred findings."""
    project = Project().on("GET /product-projections", page(*(product(number, name=None) for number in range(1, 6))))
    with opened(project) as storefront, pytest.raises(VendorRefused):
        list(storefront.products())


def test_stock_is_what_can_be_sold_at_the_channel():
    """Reserved units taken off; below zero is said as it is."""
    rows = [entry(1, on_stock=10, reserved=3), entry(2, sku="COAT-L", on_stock=1, reserved=2), entry(3, sku="CAP")]
    project = Project().on("GET /inventory", by_id(rows)).on("GET /channels/key=uk", channel("uk", "InventorySupply"))
    with opened(project, pages=PageSizes(more=2), supply_channel="uk") as storefront:
        found = [each for level in storefront.stock() for each in level]

    assert [PublishedStock("TEE-S", 7), PublishedStock("COAT-L", -1), PublishedStock("CAP", 10)] == found
    assert f'supplyChannel(id = "{uuid(3000)}")' == project.to("GET /inventory")[0].all("where")[0]


@pytest.mark.parametrize("broken", [{"availableQuantity": "7"}, {"sku": None}])
def test_an_entry_that_cannot_be_read_is_left_out_and_said(broken, caplog):
    """It is no figure of nought, and the figures of the others are compared all the same."""
    project = Project().on("GET /inventory", page(entry(1) | broken, entry(2, sku="COAT-L")))
    with opened(project) as storefront:
        [found] = storefront.stock()

    assert [PublishedStock("COAT-L", 10)] == found
    assert [uuid(2001)] == [record.args[0] for record in caplog.records if record.name.endswith("catalogue")]


@pytest.mark.parametrize("broken", [{"availableQuantity": "7"}, {"sku": None}])
def test_stock_of_which_nothing_can_be_read_is_the_vendors_fault(broken):
    """Over all pages: two entries on the last one are two entries."""
    project = Project().on("GET /inventory", by_id([entry(number) | broken for number in range(1, 6)]))
    with opened(project, pages=PageSizes(more=2)) as storefront, pytest.raises(VendorRefused):
        list(storefront.stock())


@pytest.mark.parametrize("answer", [httpx.Response(502, text="bad gateway"), httpx.Response(200, text="<html>")])
def test_a_vendor_that_is_away_is_no_empty_catalogue(answer):
    """Whatever stands in its place."""
    project = Project().on("GET /product-projections", answer)
    with opened(project) as storefront, pytest.raises(VendorUnavailable):
        list(storefront.products())


def test_a_page_without_rows_is_said_to_be_none():
    """Not as published."""
    project = Project().on("GET /inventory", {"results": [5]})
    with opened(project) as storefront, pytest.raises(VendorRefused, match=r"results\[0\]"):
        list(storefront.stock())
