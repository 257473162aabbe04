"""`cogent check-connection` at Shopify: every line right, or what to do; nothing is written."""

import httpx

from cogent_pipelines_tests.adapters.storefronts.shopify.store import SHOP, Store, opened, page, refused
from cogent_pipelines_tests.adapters.storefronts.shopify.test_catalogue import variant, variants
from cogent_pipelines_tests.adapters.storefronts.shopify.test_subscriptions import TOPICS, subscriptions

SCOPES = [
    "read_orders",
    "read_all_orders",
    "read_products",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
]


def shop(scopes=SCOPES, versions=("2026-07", "2026-10"), domain=SHOP):
    return {
        "shop": {"name": "Northwind", "myshopifyDomain": domain, "currencyCode": "GBP"},
        "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in scopes]},
        "publicApiVersions": [
            *({"handle": version, "supported": True} for version in versions),
            {"handle": "2025-01", "supported": False},
        ],
    }


def location(number=7, *, active=True):
    return {"id": f"gid://shopify/Location/{number}", "name": f"L{number}", "isActive": active}


def a_store(**changes):
    given = {
        "Shop": shop(),
        "Locations": {"locations": page([location()])},
        "Webhooks": subscriptions(*TOPICS),
        "Products": variants(variant(1), variant(2)),
    } | changes
    store = Store()
    for operation, reply in given.items():
        store.on(operation, reply)
    return store


def lines(store, **settings):
    with opened(store, **settings) as storefront:
        return list(storefront.check())


def troubles(store, **settings):
    return {line.subject: line for line in lines(store, **settings) if not line.ok}


def test_a_sound_connection_has_nothing_to_remedy():
    """And nothing was written to find out."""
    store = a_store()

    checked = lines(store)

    assert {(True, "")} == {(line.ok, line.remedy) for line in checked}
    assert {"credentials", "store", "currency", "API version", "location", "webhooks", "blank SKUs", "duplicate SKUs"} <= {
        line.subject for line in checked
    }
    assert not any(b"mutation" in request.content for request in store.requests)


def test_refused_credentials_end_the_check():
    """Nothing else could be told."""
    store = a_store(Shop=httpx.Response(401, json={"errors": "[API] Invalid API key or access token"}))

    checked = lines(store)

    assert [("credentials", False)] == [(line.subject, line.ok) for line in checked]


def test_an_endpoint_that_is_not_there_is_told_from_credentials():
    """A misspelt store, for example."""
    assert ["endpoint"] == list(troubles(a_store(Shop=httpx.Response(404, json={"errors": "Not Found"}))))


def test_a_missing_scope_is_named_with_its_purpose():
    """The lesser ones warn."""
    store = a_store(Shop=shop(["read_orders", "write_inventory", "read_products"]))

    found = troubles(store)

    assert "to find the location whose stock is published" in found["scope read_locations"].finding
    assert 2 == sum(1 for subject in found if subject.startswith("scope "))
    warnings = [line for line in lines(a_store(Shop=shop(SCOPES[:1] + SCOPES[2:]))) if line.ok and line.remedy]
    assert ["scope read_all_orders"] == [line.subject for line in warnings]


def test_what_a_missing_fulfilment_order_scope_hides_is_said():
    """Shopify itself says nothing: the list is just shorter."""
    store = a_store(Shop=shop(SCOPES[:-1]))

    hidden = [line for line in lines(store) if "invisible" in line.finding]

    assert ["scope read_third_party_fulfillment_orders"] == [line.subject for line in hidden]


def test_a_write_scope_includes_reading():
    """As Shopify grants it."""
    scopes = [scope.replace("read_orders", "write_orders") for scope in SCOPES]

    assert {} == troubles(a_store(Shop=shop(scopes)))


def test_an_expired_version_is_found():
    """Another would answer in its place, without an error."""
    found = troubles(a_store(Shop=shop(versions=("2027-04",))))

    assert "Choose one of: 2027-04." == found["API version"].remedy


def test_another_stores_token_is_found():
    """Its webhooks would be refused, its orders be somebody else's."""
    assert ["store"] == list(troubles(a_store(Shop=shop(domain="southwind.myshopify.com"))))


def test_a_location_must_exist_and_be_active():
    """Each fault with its remedy; several locations warn of double shipping."""
    assert "Choose one of: L7 (7)." == troubles(a_store(), location_id="99")["location"].remedy
    off = a_store(Locations={"locations": page([location(active=False)])})
    assert "deactivated" in troubles(off, location_id="7")["location"].finding
    two = a_store(Locations={"locations": page([location(7), location(8)])})
    assert ["locations"] == list(troubles(two))
    assert ["fulfilment locations"] == [line.subject for line in lines(two, location_id="7") if line.ok and line.remedy]


def test_webhooks_that_are_missing_warn():
    """The app's own configuration may have them, which cannot be seen from here."""
    line = next(line for line in lines(a_store(Webhooks=subscriptions("ORDERS_CREATE"))) if line.subject == "webhooks")

    assert (True, True) == (line.ok, "ORDERS_UPDATED" in line.finding)
    assert line.remedy


def test_skus_are_sampled():
    """Blank ones hold orders, ambiguous ones are not published."""
    unshipped = variant(5, "", inventoryItem={"id": "gid://shopify/InventoryItem/5", "requiresShipping": False})
    store = a_store(Products=variants(variant(1, "A"), variant(2, "A"), variant(3, ""), variant(4), unshipped))

    found = troubles(store)

    assert "1 of 5 variants that ship have no SKU: Mug 3" == found["blank SKUs"].finding
    assert "1 SKUs stand on several variants: A" == found["duplicate SKUs"].finding


def test_one_part_that_cannot_be_asked_does_not_hide_the_rest():
    """Its own message stands in its place."""
    store = a_store(Webhooks=refused("ACCESS_DENIED", "Access denied for webhookSubscriptions field."))

    checked = lines(store)

    assert "Access denied for webhookSubscriptions" in troubles(store)["webhooks"].finding
    assert "duplicate SKUs" == checked[-1].subject
