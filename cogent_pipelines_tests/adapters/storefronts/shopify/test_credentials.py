"""Tokens: put on, fetched, fetched again."""

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.shopify.settings import ClientGrant
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import order
from cogent_pipelines_tests.adapters.storefronts.shopify.store import SHOP, Store, opened
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

GRANT = ClientGrant("client", "shpss_secret")


def token(name, seconds=86_400):
    return httpx.Response(200, json={"access_token": name, "scope": "read_orders", "expires_in": seconds})


def tokens_sent(store):
    return [request.headers.get("X-Shopify-Access-Token") for request in store.requests if "graphql" in request.url.path]


def test_a_static_token_goes_with_every_call():
    """To the versioned endpoint of the store."""
    store = Store().on("OrdersNamed", {"nodes": [order(1)]})
    with opened(store) as storefront:
        storefront.orders_named(["1"])

    assert ["shpat_1"] == tokens_sent(store)
    assert f"https://{SHOP}/admin/api/2026-10/graphql.json" == str(store.requests[0].url)


def test_a_refused_static_token_is_a_persons_matter():
    """Nothing that could be renewed; it is not tried over and over."""
    store = Store().on("OrdersNamed", httpx.Response(401, json={"errors": "[API] Invalid API key or access token"}))
    with opened(store) as storefront, pytest.raises(AuthenticationFailed, match="renew the secret"):
        storefront.orders_named(["1"])

    assert 1 == len(store.requests)


def test_a_grant_is_fetched_before_the_first_call_and_kept():
    """One log-in for many calls."""
    store = Store().on("log in", token("shpat_day")).on("OrdersNamed", {"nodes": [order(1)]})
    with opened(store, login=GRANT) as storefront:
        storefront.orders_named(["1"])
        storefront.orders_named(["1"])

    assert ["log in", "OrdersNamed", "OrdersNamed"] == [name for name, _ in store.asked]
    assert {"client_id": "client", "client_secret": "shpss_secret", "grant_type": "client_credentials"} == store.asked[0][1]
    assert f"https://{SHOP}/admin/oauth/access_token" == str(store.requests[0].url)
    assert ["shpat_day", "shpat_day"] == tokens_sent(store)


def test_a_grant_is_fetched_again_before_it_runs_out():
    """Ten minutes early, so that no call meets its end."""
    clock = SleptClock()
    store = Store().on("log in", token("first"), token("second")).on("OrdersNamed", {"nodes": [order(1)]})
    with opened(store, login=GRANT, clock=clock) as storefront:
        storefront.orders_named(["1"])
        clock.pass_by(86_400 - 601)
        storefront.orders_named(["1"])
        clock.pass_by(2)
        storefront.orders_named(["1"])

    assert ["first", "first", "second"] == tokens_sent(store)


def test_a_grant_that_was_taken_away_is_fetched_again_and_the_call_replayed():
    """A 401 in the middle of the day."""
    unauthorised = httpx.Response(401, json={"errors": "expired"})
    store = (
        Store()
        .on("log in", token("first"), token("second"))
        .on("OrdersNamed", {"nodes": []}, unauthorised, {"nodes": [order(1)]})
    )
    with opened(store, login=GRANT) as storefront:
        storefront.orders_named(["1"])
        assert 1 == len(storefront.orders_named(["1"]))

    assert ["first", "first", "second"] == tokens_sent(store)


def test_a_grant_that_is_refused_says_so():
    """With the vendor's own words, and without the secret."""
    store = Store().on("log in", httpx.Response(400, json={"error": "invalid_client", "error_description": "no such app"}))
    with opened(store, login=GRANT) as storefront, pytest.raises(AuthenticationFailed, match="no such app") as raised:
        storefront.orders_named(["1"])

    assert "shpss_secret" not in str(raised.value)
    assert "shpss_secret" not in repr(GRANT)
