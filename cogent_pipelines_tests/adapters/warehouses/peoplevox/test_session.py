"""Promises about the session and the limit under which orders go in."""

import httpx
import pytest

from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.outcomes import Acknowledged
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import order
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import once, refusal


def test_a_throttled_call_is_sent_again(tenant, connect):
    """Nothing was done by a call that was refused for its number."""
    tenant.before = [
        once("SaveData", "Sales orders", httpx.Response(429, headers={"Retry-After": "0"})),
        once("SaveData", "Sales order items", refusal("SaveData", "Too many requests, please wait")),
    ]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])


@pytest.mark.parametrize("text", ["System : Security - Invalid Session", "System : Security - Session Expired"])
def test_an_expired_session_is_renewed_and_the_call_replayed(tenant, connect, text):
    """Both wordings, in the middle of a batch, doubling nothing."""
    tenant.before = [once("SaveData", "Sales order items", refusal("SaveData", text))]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])
    assert 2 == tenant.count("Authenticate")


def test_a_wrong_password_is_said_to_be_one(tenant, connect):
    """A refused log-in is HTTP 200 with the session's own text."""
    tenant.password = "another"

    with pytest.raises(AuthenticationFailed):
        connect().warehouse.create_sales_orders([order("SO-1")])


def test_the_us_region_gets_the_password_in_plain_text(tenant, connect):
    """Base64 would look like a bad session there."""
    tenant.password = "pass"

    assert [Acknowledged("SO-1")] == connect(region="us").warehouse.create_sales_orders([order("SO-1")])


def test_a_silent_session_is_renewed_before_it_is_used(tenant, connect):
    """After 25 minutes nothing is risked on the old one."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    connected.clock.sleep(26 * 60)

    connected.warehouse.find_sales_orders(["SO-1"])

    assert 2 == tenant.count("Authenticate")


def test_evidence_holds_no_session_and_no_password(tenant, connect):
    """Every write is kept, and nothing in it opens a door."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])

    kept = b"".join(exchange.request + exchange.response for exchange in connected.evidence.exchanges)
    assert b"ShippingAddressLine1" in kept
    assert b"session1" not in kept
    assert b"cGFzcw==" not in kept
