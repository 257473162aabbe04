"""Events posted to us: asked for once."""

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.shopify.subscriptions import TOPICS, Subscribed
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorRefused
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page

HERE = "https://hooks.example/webhooks/northwind/storefront"


def subscriptions(*topics, uri=HERE):
    nodes = [{"id": f"gid://shopify/WebhookSubscription/{topic}", "topic": topic, "uri": uri} for topic in topics]
    return {"webhookSubscriptions": page(nodes)}


def made(*messages):
    errors = [{"field": ["webhookSubscription", "callbackUrl"], "message": message} for message in messages]
    return {"webhookSubscriptionCreate": {"webhookSubscription": None, "userErrors": errors}}


def ensure(store):
    with opened(store) as storefront:
        return storefront.ensure_webhooks(HERE)


def test_what_is_missing_is_subscribed_to():
    """As JSON, at this address; what is there stays."""
    store = Store().on("Webhooks", subscriptions(*TOPICS[:2])).on("Subscribe", made())

    assert Subscribed(created=TOPICS[2:], present=TOPICS[:2]) == ensure(store)
    assert [
        {"topic": topic, "webhookSubscription": {"uri": HERE, "format": "JSON"}} for topic in TOPICS[2:]
    ] == store.variables_of("Subscribe")


def test_repeating_it_does_nothing():
    """All are there."""
    store = Store().on("Webhooks", subscriptions(*TOPICS))

    assert Subscribed(created=(), present=TOPICS) == ensure(store)


def test_another_address_is_left_alone_and_does_not_count():
    """It may be another deployment's."""
    store = Store().on("Webhooks", subscriptions(*TOPICS, uri="https://elsewhere.example")).on("Subscribe", made())

    assert TOPICS == ensure(store).created


def test_taken_meanwhile_is_as_good():
    """Two processes start at once."""
    store = Store().on("Webhooks", subscriptions()).on("Subscribe", made("Address for this topic has already been taken"))

    assert TOPICS == ensure(store).created


def test_a_refusal_names_the_topic_in_shopifys_words():
    """A missing scope for one, for example."""
    store = Store().on("Webhooks", subscriptions()).on("Subscribe", made("Address is invalid"))
    with pytest.raises(VendorRefused, match="ORDERS_CREATE: Address is invalid"):
        ensure(store)


def test_a_lost_answer_is_looked_up():
    """It was made, or it was not."""
    lost = httpx.ReadTimeout("no answer")
    done = Store().on("Webhooks", subscriptions(*TOPICS[1:]), subscriptions(*TOPICS)).on("Subscribe", lost)
    assert TOPICS[:1] == ensure(done).created
    not_done = Store().on("Webhooks", subscriptions(*TOPICS[1:])).on("Subscribe", lost)
    with pytest.raises(OutcomeUnknown):
        ensure(not_done)
