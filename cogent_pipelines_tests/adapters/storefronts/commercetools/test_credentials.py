"""Tokens: fetched, kept, fetched again."""

import base64

import httpx
import pytest

from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import LOG_IN, Project, opened, page, refused, token
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import order, uuid
from cogent_pipelines_tests.adapters.transport.wire import SleptClock


def tokens_sent(project):
    return [asked.request.headers["authorization"] for asked in project.asked if asked.to != LOG_IN]


def a_project(*log_ins):
    return Project().on(LOG_IN, *(log_ins or [token()])).on("GET /orders", page(order()))


def test_a_token_is_fetched_with_the_clients_secret_and_kept():
    """One log-in for many calls; the secret goes to the auth host alone."""
    project = a_project()
    with opened(project, scopes=("manage_orders", "view_products")) as storefront:
        storefront.orders_named([uuid(1)])
        storefront.orders_named([uuid(1)])

    [log_in] = project.to(LOG_IN)
    assert "https://auth.ct.example/oauth/token" == str(log_in.request.url)
    assert "grant_type=client_credentials&scope=manage_orders%3Anorthwind+view_products%3Anorthwind" == log_in.body
    assert f"Basic {base64.b64encode(b'client:s3cret-s3cret').decode()}" == log_in.request.headers["authorization"]
    assert ["Bearer t-1", "Bearer t-1"] == tokens_sent(project)


def test_scopes_of_orders_are_asked_for_the_store_alone():
    """Where there is one; others have no store."""
    project = a_project().on("GET /in-store/key=uk/orders", page(order()))
    with opened(project, scopes=("manage_orders", "view_products"), store="uk") as storefront:
        storefront.orders_named([uuid(1)])

    assert "scope=manage_orders%3Anorthwind%3Auk+view_products%3Anorthwind" in project.to(LOG_IN)[0].body


def test_a_token_is_fetched_again_before_it_runs_out():
    """Ten minutes early, so that no call meets its end."""
    clock = SleptClock()
    project = a_project(token("first"), token("second"))
    with opened(project, clock=clock) as storefront:
        storefront.orders_named([uuid(1)])
        clock.pass_by(172_800 - 601)
        storefront.orders_named([uuid(1)])
        clock.pass_by(2)
        storefront.orders_named([uuid(1)])

    assert ["Bearer first", "Bearer first", "Bearer second"] == tokens_sent(project)


def test_a_token_that_is_refused_early_is_replaced_once_and_the_call_made_again():
    """Somebody withdrew it."""
    answers = page(order()), refused(401, "invalid_token"), page(order())
    project = a_project(token("old"), token("new")).on("GET /orders", *answers)
    with opened(project) as storefront:
        found = [each.ref for _ in range(2) for each in storefront.orders_named([uuid(1)])]

    assert [uuid(1)] * 2 == found
    assert ["Bearer old", "Bearer old", "Bearer new"] == tokens_sent(project)


def test_a_token_that_is_refused_again_is_a_persons_matter():
    """No endless log-ins."""
    project = a_project().on("GET /orders", page(order()), refused(401, "invalid_token"))
    with opened(project) as storefront:
        storefront.orders_named([uuid(1)])
        with pytest.raises(AuthenticationFailed):
            storefront.orders_named([uuid(1)])

    assert (2, 3) == (len(project.to(LOG_IN)), len(project.to("GET /orders")))


def test_a_client_that_is_not_accepted_is_said_in_the_vendors_words():
    """And its secret is in none of them."""
    answer = httpx.Response(401, json={"error": "invalid_client", "error_description": "Please provide valid client"})
    with opened(a_project(answer)) as storefront, pytest.raises(AuthenticationFailed, match="valid client") as fault:
        storefront.orders_named([uuid(1)])

    assert "s3cret" not in str(fault.value)


@pytest.mark.parametrize("answer", [{"token_type": "Bearer"}, {"access_token": "t", "expires_in": "soon"}])
def test_a_log_in_that_answers_something_else_may_be_tried_later(answer):
    """It proves nothing about the secret."""
    with opened(a_project(answer)) as storefront, pytest.raises(VendorUnavailable):
        storefront.orders_named([uuid(1)])


def test_a_missing_scope_is_named():
    """403, whatever the token's age."""
    project = a_project().on("GET /orders", refused(403, "insufficient_scope", "Insufficient scope. Needed: view_orders"))
    with opened(project) as storefront, pytest.raises(AuthenticationFailed, match="Needed: view_orders"):
        storefront.orders_named([uuid(1)])
