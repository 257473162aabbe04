"""Whoever has no secret gets nothing in, and whoever has one gets in what its own connection is for; the real verifiers."""

import base64
import gzip
import hmac
import json
from hashlib import sha256

import pytest

from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.adapters.warehouses.peoplevox.event_bodies import STATUS
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import PeoplevoxWebhook
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.gateway.reception import LARGEST_BODY, Endpoint
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import SETTINGS
from cogent_pipelines_tests.gateway.door import ADDRESS, NORTHWIND, MemoryInbox, gateway, post

SOUTHWIND = ConnectionName("southwind_de")
SECRETS = {NORTHWIND: "northwind's secret", SOUTHWIND: "southwind's secret"}
BODY = b'{"id": 5790}'
WAREHOUSE = "/webhooks/northwind_uk/warehouse"
STATUS_BODY = (
    b"cogent_event=SalesOrderStatusChanges&cogent_time=02/11/2026 09:00&cogent_status=X&cogent_order=SO-1&cogent_end=1"
)


def signed(body=BODY, secret=SECRETS[NORTHWIND], **changes):
    signature = base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()
    given = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Shop-Domain": "northwind.myshopify.com",
        "X-Shopify-Event-Id": "e-1",
        "X-Shopify-Webhook-Id": "d-1",
        "X-Shopify-Triggered-At": "2026-11-02T09:29:00Z",
    }
    headers = {name: value for name, value in (given | changes).items() if value is not None}
    return {"content": body, "headers": headers}


def a_gateway(inbox):
    shops = {NORTHWIND: "northwind.myshopify.com", SOUTHWIND: "southwind.myshopify.com"}
    endpoints = [
        endpoint
        for name, secret in SECRETS.items()
        for endpoint in (
            Endpoint(name, "storefront", ShopifyWebhook([secret], shop=shops[name])),
            Endpoint(name, "warehouse", PeoplevoxWebhook(SETTINGS, f"{secret}, once more"), max_age=None),
        )
    ]
    return gateway(inbox, endpoints=endpoints)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (signed(**{"X-Shopify-Hmac-Sha256": None}), 401),
        (signed(**{"X-Shopify-Hmac-Sha256": "AAAA"}), 401),
        (signed() | {"content": b'{"id": 5791}'}, 401),
        (signed(secret=SECRETS[SOUTHWIND]), 401),
        (signed(**{"X-Shopify-Shop-Domain": "southwind.myshopify.com"}), 401),
        (signed(**{"X-Shopify-Triggered-At": "2026-10-30T09:00:00Z"}), 400),
        (signed(**{"X-Shopify-Triggered-At": "9999-12-31T23:59:59-12:00", "X-Shopify-Event-Id": "\x00"}), 400),
        (signed(b'{"id": ' + b"[" * 500_000), 400),
        (signed(b"\xff\xfe{}"), 400),
        (signed(b" " * (LARGEST_BODY + 1)), 413),
    ],
    ids=[
        "no signature",
        "another signature",
        "another body",
        "another connection's secret",
        "another store",
        "replayed after days",
        "an id that cannot be kept",
        "deep",
        "no text",
        "too large",
    ],
)
def test_what_is_not_this_connections_own_event_is_not_stored(what, status):
    """And the answer says nothing but that."""
    inbox = MemoryInbox()
    answer = post(a_gateway(inbox), what)

    assert (status, {}) == (answer.status_code, inbox.events)
    assert len(answer.text) < 40


def test_a_right_signature_at_another_connections_address_is_refused():
    """A secret opens one door."""
    inbox = MemoryInbox()

    assert 401 == post(a_gateway(inbox), signed(), "/webhooks/southwind_de/storefront").status_code
    assert {} == inbox.events


def test_a_packed_body_is_never_unpacked():
    """What was signed is what came over the wire: a few kilobytes that would become gigabytes stay a few kilobytes."""
    inbox = MemoryInbox()
    bomb = gzip.compress(b"[" * 50_000_000)
    what = signed(bomb)
    what["headers"]["Content-Encoding"] = "gzip"

    assert (True, 400) == (len(bomb) < 100_000, post(a_gateway(inbox), what).status_code)
    assert {} == inbox.events


def test_of_a_field_that_stands_twice_the_last_one_counts_and_nothing_else_is_believed():
    """The event only says which order to look at; the order itself is read from the storefront."""
    inbox = MemoryInbox()

    assert 200 == post(a_gateway(inbox), signed(b'{"id": 1, "id": 2, "total_price": "0.01"}')).status_code
    assert ["2"] == [arrival.event.subject for arrival in inbox.events.values()]


@pytest.mark.parametrize(
    "number", [10**30, -1, 0, 1.5, "9" * 5000, "gid://shopify/Order/1'; drop table inbox; --", {"id": 1}, True]
)
def test_an_order_number_that_is_none_names_no_order(number):
    """The event is kept, because it is genuine; it wakes nobody for an order that cannot exist."""
    inbox = MemoryInbox()

    assert 200 == post(a_gateway(inbox), signed(json.dumps({"id": number}).encode())).status_code
    assert [""] == [arrival.event.subject for arrival in inbox.events.values()]


@pytest.mark.parametrize("query", ["", "?secret=", "?secret=guess", "?secret=southwind's secret, once more", "?Secret=%00"])
def test_a_warehouses_event_without_its_own_secret_is_refused(query):
    """Another connection's secret is nobody's here."""
    inbox = MemoryInbox()

    assert 401 == post(a_gateway(inbox), {"content": STATUS_BODY}, WAREHOUSE + query).status_code
    assert {} == inbox.events


@pytest.mark.parametrize("time", ["31/12/9999 23:59", "01/01/0001 00:00", "x" * 3000, "\x00"])
def test_a_time_that_no_database_can_hold_is_left_out(time):
    """The event is genuine and is kept."""
    inbox = MemoryInbox()
    body = STATUS_BODY.replace(b"02/11/2026 09:00", time.encode())

    assert 200 == post(a_gateway(inbox), {"content": body}, f"{WAREHOUSE}?secret=northwind's secret, once more").status_code
    assert [None] == [arrival.event.occurred_at for arrival in inbox.events.values()]


def test_a_body_made_of_nothing_but_marks_is_read_at_once():
    """Looking for where one field ends and the next begins must not take longer than the body is long."""
    inbox = MemoryInbox()
    marks = b"&cogent_status=&cogent_order=" * 30_000
    body = f"cogent_event={STATUS.name}&cogent_time=".encode() + marks

    assert 400 == post(a_gateway(inbox), {"content": body}, f"{WAREHOUSE}?secret=northwind's secret, once more").status_code
    assert {} == inbox.events


def test_an_address_that_climbs_is_nobodys(tmp_path):
    """Nothing in the path is ever a name of a file or of a table."""
    for path in ("/webhooks/../metrics/x", "/webhooks/northwind_uk%00/storefront", "/webhooks/'%20or%201=1/storefront"):
        assert 404 == post(a_gateway(MemoryInbox()), signed(), path).status_code


def test_the_address_of_one_source_takes_nothing_of_the_other():
    """A storefront's signature proves nothing at the warehouse's door."""
    inbox = MemoryInbox()

    assert (401, {}) == (post(a_gateway(inbox), signed(), WAREHOUSE).status_code, inbox.events)
    assert 401 == post(a_gateway(inbox), {"content": STATUS_BODY}, ADDRESS).status_code
