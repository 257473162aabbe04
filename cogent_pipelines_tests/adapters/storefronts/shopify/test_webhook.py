"""Shopify's webhooks at our door."""

import base64
import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

SECRET = "hush"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BODY = b'{"id": 5790, "admin_graphql_api_id": "gid://shopify/Order/5790"}'


def signature(body=BODY, secret=SECRET):
    return base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def headers(body=BODY, secret=SECRET, **changes):
    given = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Shop-Domain": "northwind.myshopify.com",
        "X-Shopify-Webhook-Id": "delivery-1",
        "X-Shopify-Event-Id": "event-1",
        "X-Shopify-Triggered-At": "2026-11-02T08:59:58.123456789Z",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def verify(given=None, body=BODY, secrets=(SECRET,), **settings):
    return ShopifyWebhook(secrets, **settings).verify(headers(body) if given is None else given, {}, body, NOW)


def test_a_genuine_event_says_what_it_is_about():
    """Event and delivery are told apart; the subject is the order's reference as orders have it."""
    expected = VerifiedEvent(
        event_id="event-1",
        delivery_id="delivery-1",
        topic="orders/create",
        subject="5790",
        occurred_at=datetime(2026, 11, 2, 8, 59, 58, 123456, tzinfo=UTC),
        body=BODY,
    )

    assert expected == verify()


def test_the_newer_family_of_headers_is_understood():
    """The same facts under shorter names."""
    given = {name.lower().removeprefix("x-"): value for name, value in headers().items()}

    event = verify(given)

    assert ("event-1", "delivery-1", "orders/create", "5790") == (
        event.event_id,
        event.delivery_id,
        event.topic,
        event.subject,
    )


def test_header_names_ignore_case():
    """HTTP says so."""
    assert isinstance(verify({name.upper(): value for name, value in headers().items()}), VerifiedEvent)


@pytest.mark.parametrize(
    ("given", "body", "secrets"),
    [
        (headers(), BODY + b" ", (SECRET,)),
        (headers(secret="other"), BODY, (SECRET,)),
        (headers(**{"X-Shopify-Hmac-Sha256": None}), BODY, (SECRET,)),
        (headers(**{"X-Shopify-Hmac-Sha256": ""}), BODY, (SECRET,)),
        (headers(**{"X-Shopify-Hmac-Sha256": "ünïcode"}), BODY, (SECRET,)),
        (headers(b""), b"", (SECRET,)),
        (headers(secret=""), BODY, ()),
        (headers(secret=""), BODY, ("",)),
        ({}, BODY, (SECRET,)),
    ],
    ids=[
        "changed body",
        "wrong secret",
        "none",
        "empty",
        "not ascii",
        "empty body",
        "no secret",
        "blank secret",
        "no headers",
    ],
)
def test_what_is_not_signed_by_the_store_is_refused(given, body, secrets):
    """And nothing that a stranger sends makes it raise."""
    refusal = verify(given, body, secrets)

    assert isinstance(refusal, Refusal)
    assert RefusalKind.UNVERIFIED is refusal.kind


def test_an_old_secret_is_good_while_it_is_rotated():
    """Deliveries on their way were signed with it."""
    assert isinstance(verify(secrets=("new", SECRET)), VerifiedEvent)


def test_another_stores_event_is_refused():
    """Every store that installed the app shares its secret."""
    assert isinstance(verify(shop="northwind.myshopify.com"), VerifiedEvent)
    assert RefusalKind.UNVERIFIED is verify(shop="southwind.myshopify.com").kind


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"X-Shopify-Topic": None}, BODY),
        ({"X-Shopify-Event-Id": None, "X-Shopify-Webhook-Id": None}, BODY),
        ({}, b"not json"),
    ],
)
def test_what_cannot_be_told_apart_is_malformed(changes, body):
    """Genuine, and still of no use."""
    assert RefusalKind.MALFORMED is verify(headers(body, **changes), body).kind


def test_without_an_event_id_the_delivery_counts():
    """It stays the same over the retries of one delivery."""
    assert "delivery-1" == verify(headers(**{"X-Shopify-Event-Id": None})).event_id


@pytest.mark.parametrize(
    ("topic", "payload", "subject"),
    [
        ("orders/updated", {"id": 7}, "7"),
        ("orders/delete", {"id": 7}, "7"),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 8}}, "8"),
        ("refunds/create", {"id": 1, "order_id": 9}, "9"),
        ("fulfillments/create", {"id": 1, "order_id": 10}, "10"),
        ("fulfillment_orders/placed_on_hold", {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/3"}}, ""),
        ("fulfillment_orders/moved", {"fulfillment_order": {"id": 3, "order_id": 11}}, "11"),
        ("orders/create", {"id": True}, ""),
        ("orders/create", [], ""),
    ],
)
def test_the_order_is_found_where_the_payload_names_it(topic, payload, subject):
    """Never the id of something else in its place."""
    body = json.dumps(payload).encode()

    assert subject == verify(headers(body, **{"X-Shopify-Topic": topic}), body).subject


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-11-02T08:59:58"])
def test_a_time_that_is_not_said_is_not_invented(text):
    """Aware, or none."""
    assert verify(headers(**{"X-Shopify-Triggered-At": text})).occurred_at is None
