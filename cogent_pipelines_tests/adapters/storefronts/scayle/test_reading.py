"""What SCAYLE's answers mean for a call, and what they say of its limits."""

import httpx
import orjson
import pytest

from cogent_pipelines.adapters.storefronts.scayle.reading import Judge
from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.transport.call import Answer, Call, Verdict
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import SETTINGS, settings
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import error

LIMITS = {
    "X-RateLimit-Scope": "ordersRead",
    "X-RateLimit-Limit": "1000",
    "X-RateLimit-Remaining": "250",
    "X-RateLimit-Reset": "12",
}


def answer(body=None, status=200, *, headers=None, operation="orders", scope="ordersRead", writes=False):
    call = Call(operation=operation, method="GET", url="https://x.example", writes=writes, scope=scope)
    content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    return Answer(call, status, httpx.Headers(headers or {}), content, 0.1)


def judge(*given, **also):
    return Judge(Scopes(SETTINGS))(answer(*given, **also))


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {"entities": []}, Verdict.FINE),
        (201, None, Verdict.FINE),
        (204, None, Verdict.FINE),
        (206, {"entities": []}, Verdict.FINE),
        (200, b"<html>maintenance</html>", Verdict.FAILED_UNSURE),
        (400, error("INVALID"), Verdict.REFUSED),
        (401, error("UNAUTHORIZED"), Verdict.DENIED),
        (403, error("FORBIDDEN"), Verdict.DENIED),
        (404, error("NOT_FOUND"), Verdict.REFUSED),
        (408, None, Verdict.FAILED_BEFORE),
        (409, error("CONFLICT"), Verdict.REFUSED),
        (413, None, Verdict.REFUSED),
        (429, None, Verdict.THROTTLED),
        (400, error("RATE_LIMIT_EXCEED"), Verdict.THROTTLED),
        (500, None, Verdict.FAILED_UNSURE),
        (502, b"<html>", Verdict.FAILED_BEFORE),
        (503, error("UNAVAILABLE"), Verdict.FAILED_BEFORE),
        (504, None, Verdict.FAILED_UNSURE),
    ],
)
def test_a_status_decides_whether_a_call_may_be_repeated(status, body, verdict):
    """Only what certainly did nothing may be sent again; of throttling only the error's key is published."""
    assert verdict is judge(body, status).verdict


@pytest.mark.parametrize("status", [502, 503])
@pytest.mark.parametrize(
    ("operation", "verdict"),
    [
        ("shipment", Verdict.FAILED_UNSURE),
        ("cancel items", Verdict.FAILED_UNSURE),
        ("return items", Verdict.FAILED_UNSURE),
        ("set stock", Verdict.FAILED_BEFORE),
        ("mark exported", Verdict.FAILED_BEFORE),
    ],
)
def test_a_proxys_word_says_nothing_of_what_must_not_be_done_twice(operation, verdict, status):
    """SCAYLE keeps no repetition of a shipment, a cancellation or a return apart from the first."""
    assert verdict is judge(error("UNAVAILABLE"), status, operation=operation, writes=True).verdict


@pytest.mark.parametrize("context", [{}, [], {"customer": "Ada"}, ["Ada"]])
def test_the_reason_is_the_vendors_words_without_their_context(context):
    """An empty context comes as a list or an object; a full one may quote anybody."""
    body = {"errors": [{"errorKey": "INVALID", "message": "no such carrier", "context": context}]}

    assert "HTTP 400: INVALID: no such carrier" == judge(body, 400).reason


@pytest.mark.parametrize(
    "body", [None, [], "no", {"errors": "no"}, {"errors": [1]}, {"errors": [{"errorKey": 1}]}, b"<html>"]
)
def test_an_error_without_words_is_one_all_the_same(body):
    assert "HTTP 400: no reason given" == judge(body, 400).reason


def test_several_errors_are_all_named():
    body = {"errors": [*error("A", "one")["errors"], *error("B", "two")["errors"]]}

    assert "HTTP 400: A: one; B: two" == judge(body, 400).reason


def test_throttling_waits_until_the_window_is_over():
    """As the header says; `Retry-After`, where there is one, counts more."""
    assert 12 == judge(error("RATE_LIMIT_EXCEED"), 429, headers=LIMITS).retry_after
    assert 3 == judge(error("RATE_LIMIT_EXCEED"), 429, headers={**LIMITS, "Retry-After": "3"}).retry_after


def test_what_is_left_is_taken_for_the_scope_that_was_spent_on():
    """The word on another scope's budget says nothing of this one."""
    assert (250, None) == (
        judge({}, headers=LIMITS).tokens_left,
        judge({}, headers=LIMITS, operation="stock", scope="stocksRead").tokens_left,
    )


def test_a_scope_and_its_limit_are_learnt_from_the_answers():
    """First as published; then as the tenant has them."""
    scopes = Scopes(settings(rate_limited=True))
    before = (scopes.of("carriers"), scopes.limit("globalRead").capacity, scopes.limit("carriersRead"))

    Judge(scopes)(
        answer({}, operation="carriers", headers={**LIMITS, "X-RateLimit-Scope": "carriersRead", "X-RateLimit-Limit": "60"})
    )

    assert ("globalRead", 200, None) == before
    assert ("carriersRead", 12) == (scopes.of("carriers"), scopes.limit("carriersRead").capacity)


@pytest.mark.parametrize("calls", [1, 7, 60, 300, 2500])
def test_a_limit_is_never_overrun_wherever_the_minute_begins(calls):
    """A burst and a minute of the steady rate together; SCAYLE's window may begin at any moment."""
    limit = Scopes(settings(rate_limited=True, calls_per_minute={"s": calls})).limit("s")

    assert limit.capacity + 60 * limit.refill_per_second <= max(calls, 2) + 1e-9


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Scope": "ordersRead"},
        {"X-RateLimit-Scope": "ordersRead", "X-RateLimit-Limit": "many"},
        {"X-RateLimit-Scope": "ordersRead", "X-RateLimit-Limit": "0"},
        {"X-RateLimit-Scope": "ordersRead", "X-RateLimit-Limit": "nan"},
        {"X-RateLimit-Scope": "ordersRead", "X-RateLimit-Limit": "1e300"},
    ],
)
def test_headers_that_make_no_sense_change_nothing(headers):
    """A limit of nought would stop everything."""
    scopes = Scopes(settings(rate_limited=True))

    Judge(scopes)(answer({}, headers=headers))

    assert 200 == scopes.limit("ordersRead").capacity


def test_a_stand_in_without_limits_has_none():
    assert Scopes(settings(rate_limited=False)).limit("ordersRead") is None
