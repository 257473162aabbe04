"""What the tenant sells, and what it says it can sell."""

import pytest

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock
from cogent_pipelines.ports.errors import AuthenticationFailed, TryLater, VendorRefused
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import product, stock, variant
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, opened

PRODUCTS = "GET /products"


def products_of(tenant, **changes):
    with opened(tenant, **changes) as storefront:
        return [each for page in storefront.products() for each in page]


def stock_of(tenant, **changes):
    with opened(tenant, **changes) as storefront:
        return [each for page in storefront.stock() for each in page]


@pytest.mark.parametrize(
    "spoilt",
    [
        "x",
        product(10, variants="none"),
        product(10, variants=[variant(80, sku=["COAT-L"])]),
        product(10, variants=[variant(80, sku="COAT-L", stocks="none")]),
        product(10, variants=[variant(80, sku="COAT-L", stocks=[stock("many")])]),
    ],
)
def test_a_variant_whose_figure_cannot_be_read_holds_up_no_other(spoilt):
    """It is left out, so that what is known of it stays; before it is told anew it is read by itself, and named."""
    good = [product(number, variants=[variant(number, sku=f"TEE-{number}", stocks=[stock(4)])]) for number in (1, 2)]
    tenant = Tenant().on(PRODUCTS, entities(good[0], spoilt, good[1]))

    assert [PublishedStock(Sku("TEE-1"), 4), PublishedStock(Sku("TEE-2"), 4)] == stock_of(tenant)


def test_every_variant_is_a_product_to_its_last_page():
    """There is no list of variants; products bring theirs."""
    tenant = Tenant().on(
        PRODUCTS,
        entities(product(variants=[variant(70), variant(71, sku="TEE-M")]), after="2"),
        entities(product(10, state="blocked", variants=[variant(80, sku="COAT-L")])),
    )

    found = products_of(tenant, language="en_GB")

    assert Product("70", Sku("TEE-S"), "Blue shirt", active=True, barcode="4006381333931", stock_ref="70") == found[0]
    assert [("TEE-S", True), ("TEE-M", True), ("COAT-L", False)] == [(each.sku, each.active) for each in found]


@pytest.mark.parametrize(
    ("language", "changes", "title"),
    [
        ("en_GB", {}, "Blue shirt"),
        ("", {}, "Blaues Shirt"),
        ("fr_FR", {}, "Blaues Shirt"),
        ("", {"name": {}}, "TEE"),
        ("", {"name": [], "referenceKey": None}, "70"),
    ],
)
def test_a_title_is_of_the_language_that_was_chosen(language, changes, title):
    """Or the first there is, or the product's key, or its number."""
    tenant = Tenant().on(PRODUCTS, entities(product(**changes)))

    assert [title] == [each.title for each in products_of(tenant, language=language)]


def test_a_variant_without_a_key_has_no_sku():
    """Orders with it are held, and the check names it."""
    assert [None] == [
        each.sku for each in products_of(Tenant().on(PRODUCTS, entities(product(variants=[variant(sku=None)]))))
    ]


def test_a_variant_that_cannot_be_read_stands_among_the_others():
    """With its number and the field."""
    tenant = Tenant().on(PRODUCTS, entities(product(variants=[variant(70, ean=[1]), variant(71, sku="TEE-M")])))

    found = products_of(tenant)

    assert (UnreadableProduct("70", "field variants[0].ean is a list, not a text"), "71") == (found[0], found[1].ref)


def test_where_nothing_can_be_read_it_is_the_answer_that_is_at_fault():
    tenant = Tenant().on(PRODUCTS, entities(*(product(number, variants={}) for number in range(10, 15))))

    with pytest.raises(VendorRefused, match="field variants is a dict"):
        products_of(tenant)


def test_figures_are_asked_for_one_by_one_where_products_do_not_bring_them():
    """A variant that has no figure at our warehouse has none, which is not the same as nought."""
    tenant = Tenant().on(
        PRODUCTS, entities(product(variants=[variant(70), variant(71, sku="TEE-M"), variant(72, sku="TEE-L")]))
    )
    tenant.on("GET /variants/70/stocks", entities(stock(9, warehouseReferenceKey="other"), stock(3)))
    tenant.on("GET /variants/71/stocks", entities(stock(9, warehouseReferenceKey="other")))

    assert [PublishedStock(Sku("TEE-S"), 3)] == stock_of(tenant)


def test_figures_that_come_with_the_products_are_not_asked_for_again():
    """Where the tenant's list can bring them, by the name that the connection gives."""
    tenant = Tenant().on(PRODUCTS, entities(product(variants=[variant(70, stocks=[stock(3)])])))

    found = stock_of(tenant, catalogue_with=("variants.stocks",))

    assert ([PublishedStock(Sku("TEE-S"), 3)], 1) == (found, len(tenant.asked))
    assert "variants.stocks" == tenant.asked[0].query["with"]


def test_a_figure_that_cannot_be_had_is_no_missing_figure():
    """The whole look failed."""
    tenant = Tenant().on(PRODUCTS, entities(product())).on("GET /variants/70/stocks", 503)

    with pytest.raises(TryLater):
        stock_of(tenant)


TWO = [variant(70), variant(71, sku="TEE-M")]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_figure_that_is_not_given_out_is_left_out_and_the_others_go_on(status):
    """Whichever page it is on: the stock of everything else would never be told again."""
    tenant = Tenant().on(
        PRODUCTS, entities(product(variants=TWO), after="2"), entities(product(variants=[variant(72, sku="X")]))
    )
    tenant.on("GET /variants/70/stocks", status).on("GET /variants/71/stocks", entities(stock(3)))
    tenant.on("GET /variants/72/stocks", status)

    assert [PublishedStock(Sku("TEE-M"), 3)] == stock_of(tenant)


def test_where_no_figure_is_given_out_the_key_lacks_the_right():
    tenant = Tenant().on(PRODUCTS, entities(product(variants=TWO)))
    tenant.on("GET /variants/70/stocks", 403).on("GET /variants/71/stocks", 403)

    with pytest.raises(AuthenticationFailed):
        stock_of(tenant)


def test_being_too_fast_is_no_missing_figure():
    """The rest could not be had: the whole look failed."""
    tenant = Tenant().on(PRODUCTS, entities(product(variants=TWO)))
    tenant.on("GET /variants/70/stocks", 429).on("GET /variants/71/stocks", entities(stock(3)))

    with pytest.raises(TryLater):
        stock_of(tenant)


def test_a_variant_without_a_number_is_asked_for_by_its_key():
    tenant = Tenant().on(PRODUCTS, entities(product(variants=[{"referenceKey": "TEE-S"}])))
    tenant.on("GET /variants/key%3DTEE-S/stocks", entities(stock(3)))

    assert [PublishedStock(Sku("TEE-S"), 3)] == stock_of(tenant)
