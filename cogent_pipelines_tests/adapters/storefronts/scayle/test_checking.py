"""A connection proves itself line by line, without writing."""

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ShopCountry
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import DE, product, variant
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, opened

ORDERS = "GET /shops/ms/countries/DE/orders"
MERCHANT = "GET /merchants/key%3Ddefault"


def whole_tenant():
    tenant = Tenant().on(ORDERS, entities())
    tenant.on(
        "GET /warehouses", entities({"referenceKey": "main", "shopCountries": [{"shopKey": "ms", "countryCode": "de"}]})
    )
    tenant.on("GET /carriers", entities({"key": "DHL_STD_NATIONAL"}))
    tenant.on(MERCHANT, {"orderDelegationUrl": "https://***:***@g/x", "cancellationUrl": "https://***:***@g/x"})
    tenant.on("GET /webhooks/events", entities({"event": "order-confirmed", "version": 1}))
    tenant.on("GET /webhooks/subscriptions", entities({"event": "order-confirmed", "url": "https://g/x"}))
    return tenant.on("GET /products", entities(product()))


def lines(tenant, **changes):
    with opened(tenant, **changes) as storefront:
        return {line.subject: line for line in storefront.check()}


def test_a_connection_that_is_right_is_right_in_every_line_and_nothing_was_written():
    """Every line says what was found."""
    tenant = whole_tenant()

    found = lines(tenant, carrier="DHL_STD_NATIONAL")

    assert [] == [line for line in found.values() if not line.ok]
    assert [
        *("API key", "orders of ms/DE", "warehouse", "carriers", "delegation", "events", "event names"),
        *("unreadable variants", "blank SKUs", "duplicate SKUs"),
    ] == [*found]
    assert {"GET"} == {asked.method for asked in tenant.asked}


def test_shop_countries_that_the_warehouse_serves_and_nobody_listed_are_warned_of():
    """Their orders are left out; where another connection ships them, that is as it should be."""
    served = [{"shopKey": "ms", "countryCode": code} for code in ("DE", "AT", "CH")]
    tenant = whole_tenant().on("GET /warehouses", entities({"referenceKey": "main", "shopCountries": served}))

    found = lines(tenant)["other shop countries"]

    assert (True, "the warehouse serves ms/AT, ms/CH, too, whose orders are left out here") == (found.ok, found.finding)
    assert "Add them to shops" in found.remedy
    elsewhere = (ShopCountry("ms", "AT"), ShopCountry("ms", "CH"))
    assert "other shop countries" not in lines(tenant, shops_elsewhere=elsewhere)
    assert "other shop countries" not in lines(tenant, shops=(DE, ShopCountry("ms", "5503")))


@pytest.mark.parametrize(("status", "subject"), [(401, "API key"), (503, "endpoint"), (404, "endpoint")])
def test_where_nothing_answers_there_is_one_line(status, subject):
    """The rest could only fail as well."""
    found = lines(whole_tenant().on(ORDERS, status))

    assert [(subject, False)] == [(line.subject, line.ok) for line in found.values()]


@pytest.mark.parametrize("body", [b"null", b"[]", b""])
def test_an_answer_that_is_nothing_is_the_endpoints_fault(body):
    """A proxy's, perhaps; the check says so and does not break off."""
    found = lines(whole_tenant().on(ORDERS, httpx.Response(200, content=body)))

    assert [("endpoint", False)] == [(line.subject, line.ok) for line in found.values()]
    assert "not an object" in found["endpoint"].finding


@pytest.mark.parametrize(
    ("name", "reply", "subject", "words"),
    [
        ("GET /warehouses", entities({"referenceKey": "other"}), "warehouse", "there is no warehouse main"),
        ("GET /warehouses", entities({"referenceKey": "main"}), "warehouse", "main is not attached to ms/DE"),
        ("GET /warehouses", 503, "warehouse", "HTTP 503"),
        ("GET /carriers", entities(), "carriers", "there is no carrier DHL"),
        (MERCHANT, {"orderDelegationUrl": "x"}, "delegation", "has no cancellationUrl"),
        (MERCHANT, {}, "delegation", "has no orderDelegationUrl and no cancellationUrl"),
        (MERCHANT, 404, "delegation", "HTTP 404"),
        ("GET /products", entities(product(variants=[variant(sku=None)])), "blank SKUs", "1 of 1: Blaues Shirt"),
        ("GET /products", entities(product(variants=[variant(1), variant(2)])), "duplicate SKUs", "1 of 2: TEE-S"),
        ("GET /products", {"entities": [1]}, "unreadable variants", "1 of 1: ?: field (all) is a int, not an object"),
        ("GET /products", {"entities": [1, 2, 3, 4, 5]}, "SKUs", "not an object"),
    ],
)
def test_what_is_wrong_is_said_with_a_remedy_and_hides_nothing(name, reply, subject, words):
    """Each fault has its own line; the others are still looked at."""
    found = lines(whole_tenant().on(name, reply), carrier="DHL")

    assert (False, True) == (found[subject].ok, bool(found[subject].remedy))
    assert words in found[subject].finding
    assert "API key" in found


def test_a_tenant_that_is_polled_needs_no_delegation():
    """Nor is the merchant asked for."""
    tenant = whole_tenant()

    assert lines(tenant, hand_over=HandOver.POLLING)["delegation"].ok
    assert [] == tenant.of(MERCHANT)


def test_every_shop_country_is_tried():
    """A key may be limited to some of them."""
    found = lines(whole_tenant(), shops=(DE, ShopCountry("ms", "AT")))

    assert False is found["orders of ms/AT"].ok


def test_events_that_are_not_subscribed_are_a_warning():
    """Without them changes come with the next poll."""
    found = lines(whole_tenant().on("GET /webhooks/subscriptions", entities()))

    assert (True, "not subscribed: order-confirmed", True) == (
        found["events"].ok,
        found["events"].finding,
        bool(found["events"].remedy),
    )
