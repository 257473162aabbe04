"""Promises about answers: what they mean for the call, and which of their texts are for people."""

import httpx
import pytest

from cogent_pipelines.adapters.transport.call import Answer, Call, Verdict
from cogent_pipelines.adapters.warehouses.orderwise.client import CREATE, TOKEN, judge, texts_in, texts_of
from cogent_pipelines.adapters.warehouses.orderwise.session import token_in
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, order
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import html


def verdict(response: httpx.Response, *, writes: bool = False, operation: str = "export items") -> Verdict:
    call = Call(operation=operation, method="POST", url="https://tenant.example/owapi", writes=writes)
    return judge(Answer(call, response.status_code, response.headers, response.content, 0.1)).verdict


@pytest.mark.parametrize(
    ("response", "for_a_read", "for_a_write"),
    [
        (httpx.Response(200, json=[]), Verdict.FINE, Verdict.FINE),
        (httpx.Response(201, json={"orderId": 1}), Verdict.FINE, Verdict.FINE),
        (httpx.Response(204), Verdict.FINE, Verdict.FINE),
        (httpx.Response(200), Verdict.FAILED_UNSURE, Verdict.FINE),
        (httpx.Response(200, content=b'[{"sku": "MU'), Verdict.FAILED_UNSURE, Verdict.FAILED_UNSURE),
        (html(200), Verdict.FAILED_UNSURE, Verdict.FAILED_UNSURE),
        (httpx.Response(400, json={"Message": "Export failed"}), Verdict.REFUSED, Verdict.REFUSED),
        (httpx.Response(401), Verdict.EXPIRED, Verdict.EXPIRED),
        (httpx.Response(403), Verdict.DENIED, Verdict.DENIED),
        (httpx.Response(404), Verdict.REFUSED, Verdict.REFUSED),
        (httpx.Response(429), Verdict.THROTTLED, Verdict.THROTTLED),
        (httpx.Response(500), Verdict.FAILED_UNSURE, Verdict.FAILED_UNSURE),
        (httpx.Response(502), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (httpx.Response(503), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (httpx.Response(504), Verdict.FAILED_UNSURE, Verdict.FAILED_UNSURE),
    ],
)
def test_each_kind_of_answer_means_something_for_the_call(response, for_a_read, for_a_write):
    """What may have been done is never taken for not done."""
    assert (for_a_read, for_a_write) == (verdict(response), verdict(response, writes=True))


def test_a_refused_log_in_is_about_credentials():
    """It must not lead to logging in again."""
    assert Verdict.DENIED == verdict(httpx.Response(401, content=b'""'), operation=TOKEN)


def test_the_vendors_wish_to_wait_is_read():
    """In seconds, where it is a number."""
    call = Call(operation=CREATE, method="POST", url="https://tenant.example/owapi", writes=True)
    answers = [httpx.Response(429, headers={"Retry-After": wish}) for wish in ("7", "tomorrow")]

    readings = [judge(Answer(call, each.status_code, each.headers, each.content, 0.1)) for each in answers]

    assert [7.0, None] == [reading.retry_after for reading in readings]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b'{"Message": "Export failed"}', ("Export failed",)),
        (b'"Export   failed"', ("Export failed",)),
        (b"Export failed", ("Export failed",)),
        (b'{"errors": [{"detail": ["one", {"text": "two"}]}], "StackTrace": "at Ow.Api()"}', ("one", "two")),
        (b"<html><body>secret</body></html>", ("an HTML page",)),
        (b"", ()),
        (b"17", ()),
    ],
)
def test_every_text_of_an_error_is_gathered_whatever_its_envelope(content, texts):
    """The envelope is not stable."""
    assert texts == texts_of(content)


def test_a_bottomless_error_is_read_to_some_depth_only():
    """Somebody who means ill must not bring us down."""
    nested: object = "deep"
    for _ in range(5_000):
        nested = [nested]

    assert () == texts_in(nested)


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("Bearer abc", "abc"),
        ({"token": "abc"}, "abc"),
        ({"access_token": "abc"}, "abc"),
        ({"data": {"token": "abc"}}, "abc"),
        ("", ""),
        (None, ""),
        ({"token": 7}, ""),
        ("abc\r\nX-Evil: 1", ""),
        ("a b", ""),
    ],
)
def test_a_token_is_read_in_every_form_that_is_known(answer, token):
    """A bare text in quotes is usual; what is no token is none."""
    assert token == token_in(answer)


def test_one_token_serves_until_it_is_old(connect, tenant):
    """It is fetched again before the shortest life that any client found."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    connected.warehouse.create_sales_orders([order("SO-2")])
    before = tenant.tokens

    connected.clock.sleep(connected.settings.token_life_seconds)
    connected.warehouse.find_sales_orders([order("SO-1").ref])

    assert (1, 2) == (before, tenant.tokens)


def test_a_token_that_was_revoked_is_replaced_and_the_call_repeated(connect, tenant):
    """Nothing was done by the call that was refused."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    tenant.revoked = {"Bearer t1"}

    connected.warehouse.create_sales_orders([order("SO-2")])

    assert {"SO-1": 1, "SO-2": 1} == dict(tenant.created)


def test_bad_credentials_say_so(connect):
    """Repeating the call cannot help."""
    connected = connect(password="an older password")

    with pytest.raises(AuthenticationFailed, match="does not accept the API user's name or password"):
        connected.warehouse.find_sales_orders([order().ref])


def test_an_account_is_the_tenant_however_its_address_is_spelt(connect):
    """All connections of one tenant share its budget."""
    one, other = connect(base_url="https://Tenant.example/OWAPI/"), connect(base_url="https://tenant.example/owapi")

    assert one.settings.account == other.settings.account
    assert NOON == one.clock.now()
