"""Promises about reading answers: what they mean for the call, and what they hold."""

import httpx
import pytest

from cogent_pipelines.adapters.transport.call import Answer, Call, Verdict
from cogent_pipelines.adapters.warehouses.peoplevox.client import judge, parse, save_call
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import SETTINGS
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import answer, fault, html, refusal


def verdict(response: httpx.Response, *, writes: bool = False, operation: str = "GetData Sales orders") -> Verdict:
    call = Call(operation=operation, method="POST", url="https://wms.example", writes=writes)
    return judge(SETTINGS)(Answer(call, response.status_code, response.headers, response.content, 0.1)).verdict


@pytest.mark.parametrize(
    ("response", "for_a_read", "for_a_write"),
    [
        (answer("SaveData"), Verdict.FINE, Verdict.FINE),
        (refusal("SaveData", "Item type not found"), Verdict.FINE, Verdict.FINE),
        (refusal("SaveData", "System : Security - Invalid Session"), Verdict.EXPIRED, Verdict.EXPIRED),
        (refusal("SaveData", "System : Security - Session Expired"), Verdict.EXPIRED, Verdict.EXPIRED),
        (refusal("SaveData", "Timeout expired"), Verdict.FAILED_BEFORE, Verdict.FINE),
        (refusal("SaveData", "Transaction was DEADLOCKED; try again"), Verdict.FAILED_BEFORE, Verdict.FINE),
        (refusal("SaveData", "Rate limit exceeded"), Verdict.THROTTLED, Verdict.THROTTLED),
        (httpx.Response(429), Verdict.THROTTLED, Verdict.THROTTLED),
        (html(200), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (html(404), Verdict.REFUSED, Verdict.REFUSED),
        (html(401), Verdict.DENIED, Verdict.DENIED),
        (httpx.Response(500), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (httpx.Response(502), Verdict.FAILED_BEFORE, Verdict.FAILED_BEFORE),
        (httpx.Response(503), Verdict.FAILED_BEFORE, Verdict.FAILED_BEFORE),
        (httpx.Response(504), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (fault("Object reference not set"), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (fault("Server did not recognise the request", "soap:Client"), Verdict.REFUSED, Verdict.REFUSED),
        (fault("Too many requests"), Verdict.THROTTLED, Verdict.THROTTLED),
        (httpx.Response(200), Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
    ],
)
def test_each_kind_of_answer_means_something_for_the_call(response, for_a_read, for_a_write):
    """What may have been done is never taken for not done."""
    assert (for_a_read, for_a_write) == (verdict(response), verdict(response, writes=True))


def test_an_answer_that_breaks_off_proves_nothing():
    """Its head says success; the rest never came."""
    cut = httpx.Response(200, content=answer("SaveData", total=5, detail="x" * 500).content[:-40])

    assert (Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE) == (verdict(cut), verdict(cut, writes=True))


def test_a_refused_log_in_is_about_credentials_whatever_it_says():
    """The session's own text, as answer to a log-in, must not lead to logging in again."""
    refused = refusal("Authenticate", "System : Security - Invalid Session")

    assert Verdict.DENIED == verdict(refused, operation="Authenticate")


def test_an_error_that_only_mentions_a_session_is_an_items_own():
    """A product may be called so."""
    assert Verdict.FINE == verdict(refusal("SaveData", "Item 'Yoga session expired pass' not found"))


def test_an_answer_is_read_whatever_its_prefixes():
    """Namespaces count, prefixes do not."""
    text = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:p="http://www.peoplevox.net/"><s:Body>'
        "<p:SaveDataResponse><p:SaveDataResult><p:ResponseId>-1</p:ResponseId><p:TotalCount>1</p:TotalCount>"
        "<p:Detail>a &lt; b</p:Detail><p:Statuses><p:IntegrationStatusResponse><p:Reference>SO-1</p:Reference>"
        "<p:Status>Success</p:Status></p:IntegrationStatusResponse><p:IntegrationStatusResponse><p:Status>Error</p:Status>"
        "</p:IntegrationStatusResponse></p:Statuses></p:SaveDataResult></p:SaveDataResponse></s:Body></s:Envelope>"
    )

    response = parse(text.encode())

    assert (False, 1, "a < b") == (response.ok, response.total, response.detail)
    assert (("SO-1", ""), ("",)) == (response.references, response.failed)
    assert Verdict.FINE == verdict(httpx.Response(200, text=text))


@pytest.mark.parametrize("declared", ["", "<?xml version='1.0' encoding='{}'?>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252", "koi8-r"])
def test_an_answer_with_a_document_type_is_not_parsed(encoding, declared):
    """Entities are how a small answer becomes a large one; in no encoding are they read."""
    result = "<GetDataResult><ResponseId>0</ResponseId><Detail>&a;</Detail></GetDataResult>"
    bomb = f'{declared.format(encoding)}<!DOCTYPE GetDataResult [<!ENTITY a "b">]>{result}'

    with pytest.raises(VendorRefused):
        parse(bomb.encode(encoding))


def test_what_is_sent_is_escaped():
    """A CSV travels inside XML."""
    call = save_call(SETTINGS, "Sales orders", '"Marks & Spencer <UK>"', action=0, subjects=("SO-1",))

    assert b"&amp; Spencer &lt;UK&gt;" in call.content
    assert (True, ("SO-1",)) == (call.writes, call.subjects)
