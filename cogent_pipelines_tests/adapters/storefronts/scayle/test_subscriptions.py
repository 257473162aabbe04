"""Events are subscribed to as the tenant spells them, once."""

import pytest

from cogent_pipelines.ports.errors import OutcomeUnknown, VendorRefused
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, opened, refused

OURS = "https://scayle:s3cr3t@gateway.example/webhooks/northwind_de/storefront"
MASKED = "https://***:***@gateway.example/webhooks/northwind_de/storefront"
EVENTS, SUBSCRIPTIONS, SUBSCRIBE = "GET /webhooks/events", "GET /webhooks/subscriptions", "POST /webhooks/subscriptions"


def event(name, version=1, **changes):
    return {"event": name, "version": version, "isDeprecated": False, "isBlocking": False} | changes


def subscription(name, url=MASKED):
    return {"id": 1, "event": name, "version": 1, "url": url}


def ensure(tenant):
    with opened(tenant) as storefront:
        return storefront.ensure_webhooks(OURS)


def test_what_is_missing_is_made_and_what_is_there_stays():
    """The login is masked where it is read back; another address's subscriptions are not ours."""
    tenant = Tenant().on(EVENTS, entities(event("order-confirmed"), event("order-delegated"), event("order-invoiced")))
    tenant.on(
        SUBSCRIPTIONS,
        entities(subscription("order-confirmed"), subscription("order-delegated", "https://***:***@other.example/x")),
    )
    tenant.on(SUBSCRIBE, {"id": 2})

    made = ensure(tenant)

    assert (("order-delegated", "order-invoiced"), ("order-confirmed",)) == (made.created, made.present)
    assert [("order-delegated", 1, OURS), ("order-invoiced", 1, OURS)] == sorted(
        (body["event"], body["version"], body["url"]) for body in tenant.bodies(SUBSCRIBE)
    )


def test_the_tenants_own_spelling_is_used():
    """Spellings drift between the documents' pages; newer versions win, and what is on its way out loses."""
    offered = [
        event("order-canceled"),
        event("package-shipped", 1),
        event("package-shipped", 3),
        event("order-confirmed", isDeprecated=True),
        event("order-delegated", isBlocking=True),
        event("product-updated"),
    ]
    tenant = Tenant().on(EVENTS, entities(*offered)).on(SUBSCRIPTIONS, entities()).on(SUBSCRIBE, {"id": 2})

    made = ensure(tenant)

    assert {("order-canceled", 1), ("package-shipped", 3)} == {
        (body["event"], body["version"]) for body in tenant.bodies(SUBSCRIBE)
    }
    assert {"order-confirmed", "order-delegated"} <= set(made.not_offered)


@pytest.mark.parametrize(
    ("reply", "error"), [(refused(400, "INVALID"), VendorRefused), (500, OutcomeUnknown)], ids=["refused", "lost"]
)
def test_an_event_that_is_not_taken_is_said(reply, error):
    """Silence would be taken for an order that never changes."""
    tenant = Tenant().on(EVENTS, entities(event("order-confirmed"))).on(SUBSCRIPTIONS, entities()).on(SUBSCRIBE, reply)

    with pytest.raises(error):
        ensure(tenant)
