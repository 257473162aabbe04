"""Variants and levels; and a SKU's stock handle, found with as few calls as may be."""

import re

import pytest

from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.outcomes import Published, Unknown, UnknownSku
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

SET = {"inventorySetQuantities": {"inventoryAdjustmentGroup": None, "userErrors": []}}


def variant(number, sku=None, **changes):
    given = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": f"SKU-{number}" if sku is None else sku,
        "barcode": None,
        "displayName": f"Mug {number} - Default Title",
        "product": {"status": "ACTIVE"},
        "inventoryItem": {"id": f"gid://shopify/InventoryItem/{number}", "requiresShipping": True},
    }
    return given | changes


def variants(*given, after=None):
    return {"productVariants": page(list(given), after)}


def publish(storefront, *skus):
    return storefront.publish_stock([StockToPublish(sku, 1, None, f"intent {sku}") for sku in skus])


def items(store):
    return [
        row["inventoryItemId"].rsplit("/", 1)[1]
        for asked in store.variables_of("SetStock")
        for row in asked["input"]["quantities"]
    ]


def test_every_variant_comes_with_its_stock_handle():
    """Page by page; blank SKUs are none."""
    archived = variant(2, "", displayName="Tee - Red / L", barcode="501", product={"status": "ARCHIVED"})
    store = Store().on("Products", variants(variant(1), after="c"), variants(archived))
    with opened(store) as storefront:
        read = list(storefront.products())

    assert [
        [Product("1", "SKU-1", "Mug 1", active=True, stock_ref="1")],
        [Product("2", None, "Tee - Red / L", active=False, barcode="501", stock_ref="2")],
    ] == read
    assert [None, "c"] == [asked["after"] for asked in store.variables_of("Products")]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"product": None}, "cannot be read"),
        ({"inventoryItem": {}}, "'id'|'requiresShipping'"),
        ({"sku": "L" * 501}, "field sku has 501 characters"),
        ({"barcode": 5}, "field barcode is no text"),
    ],
)
def test_a_variant_that_cannot_be_read_stands_among_the_others_as_such(changes, why):
    """Named, with its field; the others are whole."""
    store = Store().on("Products", variants(variant(1) | changes, variant(2)))
    with opened(store) as storefront:
        [[bad, good]] = storefront.products()

    assert ("1", "2") == (bad.ref, good.ref)
    assert isinstance(bad, UnreadableProduct)
    assert re.search(f"ProductVariant/1 .*({why})", bad.why)


def test_a_catalogue_of_which_nothing_can_be_read_is_refused():
    """Instead of being left out."""
    store = Store().on("Products", variants(*(variant(number, product=None) for number in range(1, 6))))
    with opened(store) as storefront, pytest.raises(VendorRefused, match="ProductVariant/1"):
        list(storefront.products())


def test_stock_is_what_can_be_sold_at_the_location():
    """Untracked variants say so; those without a SKU cannot be compared with anything."""

    def shown(sku, available, *, tracked=True):
        quantities = [{"name": "available", "quantity": available}]
        return {"item": {"sku": sku, "tracked": tracked}, "quantities": quantities}

    levels = page([shown("A", 3), shown("B", -1), shown("C", 0, tracked=False), shown(None, 5)])
    store = Store().on("Stock", {"location": {"id": "x", "inventoryLevels": levels}})
    with opened(store, location_id="7") as storefront:
        assert [[PublishedStock("A", 3), PublishedStock("B", -1), PublishedStock("C", 0, tracked=False)]] == list(
            storefront.stock()
        )

    assert "gid://shopify/Location/7" == store.variables_of("Stock")[0]["location"]


def test_a_location_that_does_not_exist_is_no_empty_stock():
    """Nothing on sale and nothing known are different."""
    store = Store().on("Stock", {"location": None})
    with opened(store, location_id="7") as storefront, pytest.raises(VendorRefused, match="location"):
        list(storefront.stock())


def test_a_few_unknown_skus_are_asked_for_and_remembered():
    """The search is wider than the spelling; only the exact one counts."""

    def search(variables):
        sku = variables["query"].removeprefix("sku:").strip("'")
        return variants(variant(1, sku.lower()), variant(2, sku), variant(3, sku + "-XL"))

    store = Store().on("VariantsBySku", search).on("SetStock", SET)
    with opened(store, location_id="7") as storefront:
        assert [Published()] == publish(storefront, "MUG")
        assert [Published()] == publish(storefront, "MUG")

    assert ["2", "2"] == items(store)
    assert ["sku:'MUG'"] == [asked["query"] for asked in store.variables_of("VariantsBySku")]


def test_a_sku_with_a_quote_stays_one_term():
    """Or the search would be another."""
    store = Store().on("VariantsBySku", variants(variant(1, "6' LADDER"))).on("SetStock", SET)
    with opened(store, location_id="7") as storefront:
        assert [Published()] == publish(storefront, "6' LADDER")

    assert "sku:'6\\' LADDER'" == store.variables_of("VariantsBySku")[0]["query"]


def test_an_archived_namesake_does_not_make_a_sku_ambiguous():
    """Two on sale do."""
    archived = variant(1, "MUG", product={"status": "ARCHIVED"})
    for others, outcome in [((variant(2, "MUG"),), Published), ((variant(2, "MUG"), variant(3, "MUG")), UnknownSku)]:
        store = Store().on("VariantsBySku", variants(archived, *others)).on("SetStock", SET)
        with opened(store, location_id="7") as storefront:
            assert [outcome] == [type(one) for one in publish(storefront, "MUG")]


def test_many_unknown_skus_cost_one_walk_through_the_catalogue():
    """And not a second within a quarter of an hour; what is not in it is unknown."""
    clock = SleptClock()
    store = Store().on("Products", variants(*[variant(number) for number in range(1, 31)])).on("SetStock", SET)
    wanted = [f"SKU-{number}" for number in range(1, 31)]
    with opened(store, location_id="7", clock=clock) as storefront:
        assert [Published()] * 30 == publish(storefront, *wanted)
        strangers = [f"NEW-{number}" for number in range(25)]
        assert {UnknownSku} == {type(one) for one in publish(storefront, *strangers)}
        assert 1 == len(store.variables_of("Products"))
        clock.pass_by(901)
        publish(storefront, *strangers)

    assert 2 == len(store.variables_of("Products"))


def test_a_catalogue_that_never_ends_is_given_up():
    """A cursor that does not move would be followed for ever."""
    store = Store().on("Products", variants(variant(1), after="c"))
    with opened(store) as storefront, pytest.raises(VendorRefused, match="the next page begins where this one began"):
        list(storefront.products())


def test_a_catalogue_that_goes_round_in_a_circle_is_given_up():
    """Two pages that name each other would be followed for ever, as well."""
    pages = [variants(variant(1), after="c"), variants(variant(2), after="d")]
    store = Store().on("Products", *pages, *pages)
    with opened(store) as storefront, pytest.raises(VendorRefused, match="or one before it"):
        list(storefront.products())

    assert 3 == len(store.asked)


def test_stock_that_was_not_said_to_be_set_is_read_back():
    """An answer without its payload proves nothing: only the figure itself does."""
    shown = {"isActive": True, "quantities": [{"name": "available", "quantity": 1}]}
    node = {"id": "gid://shopify/InventoryItem/1", "tracked": True, "inventoryLevel": shown}
    store = Store().on("VariantsBySku", variants(variant(1))).on("SetStock", {"inventorySetQuantities": None})
    store.on("Levels", {"nodes": [node]}, {"nodes": [None]})
    with opened(store, location_id="7") as storefront:
        outcomes = [*publish(storefront, "SKU-1"), *publish(storefront, "SKU-1")]

    assert [Published, Unknown] == [type(outcome) for outcome in outcomes]
