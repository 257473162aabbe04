"""What an answer means: rules from the top, then `ok_when`, then the status; and how long to wait."""

from decimal import Decimal

import httpx
import pytest

from cogent_pipelines.adapters.transport.call import Answer, Call, Verdict
from cogent_pipelines.adapters.warehouses.rest_profile.client import judge
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Shared
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written
from cogent_pipelines_tests.factories.clocks import StillClock


def reading(status, body=b"", *, operation="list_stock", headers=None, **sections):
    settings = RestProfileSettings(profile(**sections))
    call = Call(operation, "GET", "http://127.0.0.1", writes=operation == "create_order")
    content = body if isinstance(body, bytes) else body.encode()
    return judge(settings, Shared.of(settings).functions, StillClock())(
        Answer(call, status, httpx.Headers(headers), content, 0.1)
    )


@pytest.mark.parametrize(
    ("status", "of_a_read", "of_a_write"),
    [
        (200, Verdict.FINE, Verdict.FINE),
        (400, Verdict.REFUSED, Verdict.REFUSED),
        (401, Verdict.DENIED, Verdict.DENIED),
        (403, Verdict.DENIED, Verdict.DENIED),
        (404, Verdict.FINE, Verdict.FINE),
        (429, Verdict.THROTTLED, Verdict.THROTTLED),
        (500, Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
        (503, Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE),
    ],
)
def test_without_rules_the_status_decides(status, of_a_read, of_a_write):
    """A read that failed changed nothing; a write may have been carried out."""
    found = [reading(status, "[]", operation=name).verdict for name in ("list_stock", "create_order")]

    assert [of_a_read, of_a_write] == found


def test_the_first_rule_that_fits_decides():
    rules = [
        {"when_status": [400], "when_text": "in use", "class": "duplicate", "operations": ["create_order"]},
        {"when_status": [400], "class": "data", "message": "=errors[].text"},
    ]
    in_use, bad = '{"errors": [{"text": "in use"}]}', '{"errors": [{"text": "no SKU"}, {"text": "no town"}]}'

    found = [
        reading(400, in_use, operation="create_order", errors=rules),
        reading(400, in_use, errors=rules),
        reading(400, bad, operation="create_order", errors=rules),
    ]

    assert [ErrorClass.DUPLICATE, ErrorClass.DATA, ErrorClass.DATA] == [each.parsed.means for each in found]
    assert "no SKU; no town" == found[2].reason


def test_every_condition_of_a_rule_must_hold():
    rule = {
        "when_status": [200],
        "when": "=ok == `false`",
        "when_header": {"name": "X-Kind", "matches": "^err"},
        "class": "config",
    }
    said = {"X-Kind": "error"}

    assert [Verdict.REFUSED, Verdict.FINE, Verdict.FINE] == [
        reading(200, '{"ok": false}', headers=said, errors=[rule]).verdict,
        reading(200, '{"ok": false}', errors=[rule]).verdict,
        reading(200, '{"ok": true}', headers=said, errors=[rule]).verdict,
    ]


CREATE = written()["operations"]["create_order"]


@pytest.mark.parametrize(
    ("body", "verdict", "reason"),
    [
        ('[{"Ok": true}, {"Ok": true}]', Verdict.FINE, ""),
        ('[{"Ok": true}, {"Ok": false, "Why": "no stock"}]', Verdict.REFUSED, "no stock"),
        ('[{"Ok": null, "Why": "x"}]', Verdict.REFUSED, "x"),
        ("[]", Verdict.FAILED_UNSURE, "HTTP 200, and the answer does not say what came of it"),
        ("{}", Verdict.FAILED_UNSURE, "HTTP 200, and the answer does not say what came of it"),
        ("", Verdict.FAILED_UNSURE, "HTTP 200, and the answer does not say what came of it"),
        (
            "<!doctype html><html>",
            Verdict.FAILED_UNSURE,
            "HTTP 200 with an HTML page (wrong address, maintenance or a proxy)",
        ),
        ("nonsense", Verdict.FAILED_UNSURE, "HTTP 200 with no JSON (wrong address, maintenance or a proxy)"),
    ],
)
def test_a_friendly_status_must_be_friendly_inside(body, verdict, reason):
    """Every result must say yes; no word at all proves nothing."""
    response = {**CREATE["response"], "items": "=@", "ok_when": "=Ok", "message": "=Why"}
    found = reading(200, body, operation="create_order", operations={"create_order": {**CREATE, "response": response}})

    assert (verdict, reason) == (found.verdict, found.reason)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [("a-token", Verdict.FINE), ('"a-token"', Verdict.FINE), ("<html>sorry</html>", Verdict.FAILED_BEFORE)],
)
def test_a_page_is_no_token(body, verdict):
    """A log-in that a proxy answers in the vendor's place is tried again, and blames no credentials."""
    assert verdict == reading(200, body, operation="log-in").verdict


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b"", Verdict.FINE),
        (b'{"Message": "no such order"}', Verdict.FINE),
        (b"<html>not found</html>", Verdict.FAILED_BEFORE),
        (b"404 page not found", Verdict.FAILED_BEFORE),
    ],
)
@pytest.mark.parametrize("rules", [[], [{"when_status": [404], "class": "not_found"}]])
def test_a_page_that_says_not_found_is_no_answer_of_the_vendors(body, verdict, rules):
    """A proxy's, or a wrong address: that an order is not there would be read from it."""
    assert verdict == reading(404, body, operation="find_order", errors=rules).verdict


def test_a_vendor_that_says_it_in_plain_text_is_known_by_its_words():
    rules = [{"when_status": [404], "when_text": "^No order", "class": "not_found"}]

    assert ErrorClass.NOT_FOUND is reading(404, "No order 1", operation="find_order", errors=rules).parsed.means


@pytest.mark.parametrize(
    ("wait", "headers", "body", "seconds"),
    [
        ({"header": "Retry-After", "unit": "s"}, {"Retry-After": "12"}, "", 12.0),
        ({"header": "X-Wait", "unit": "ms"}, {"X-Wait": "1500"}, "", 1.5),
        ({"header": "Retry-After", "unit": "date"}, {"Retry-After": "Mon, 02 Nov 2026 09:01:00 GMT"}, "", 60.0),
        ({"header": "Retry-After", "unit": "date"}, {"Retry-After": "Mon, 02 Nov 2026 08:00:00 GMT"}, "", 0.0),
        ({"text": "after (\\d+) ms", "unit": "ms"}, {}, "Try again after 2500 ms.", 2.5),
        ({"header": "Retry-After", "unit": "s"}, {"Retry-After": "soon"}, "", None),
        ({"header": "Retry-After", "unit": "s"}, {}, "", None),
    ],
)
def test_a_wait_is_read_where_the_vendor_says_it(wait, headers, body, seconds):
    """Seconds, milliseconds, a date, or in the middle of a sentence; also with a status that means something else."""
    rule = {"when_status": [403], "class": "rate_limited", "wait": wait}

    found = reading(403, body, headers=headers, errors=[rule])

    assert (Verdict.THROTTLED, seconds, 0.0) == (found.verdict, found.retry_after, found.tokens_left)


def test_decimals_are_read_exactly():
    assert [{"Sku": "A", "Free": Decimal("0.1")}] == reading(200, '[{"Sku": "A", "Free": 0.1}]').parsed.body
