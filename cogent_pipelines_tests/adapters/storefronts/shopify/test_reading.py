"""What Shopify's answers mean for a call: three layers, each judged by itself."""

import httpx
import orjson
import pytest

from cogent_pipelines.adapters.storefronts.shopify.client import judge
from cogent_pipelines.adapters.storefronts.shopify.credentials import LOG_IN
from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict

COST = {
    "requestedQueryCost": 500,
    "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 250, "restoreRate": 100},
}


def answer(body, status=200, *, writes=False, headers=None, operation="orders_named"):
    call = Call(operation=operation, method="POST", url="https://x.example", writes=writes)
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Answer(call, status, httpx.Headers(headers or {}), content, 0.1)


def errors(*given, data=None, **extensions):
    return {"errors": list(given), "data": data, "extensions": extensions}


def error(code, message="no", path=None):
    return {"message": message, "path": path, "extensions": {"code": code}}


def test_an_answer_with_data_is_fine_and_says_what_is_left():
    """The points left and the points spent are the vendor's own word for the budget."""
    given = answer({"data": {"shop": {}}, "extensions": {"cost": COST | {"actualQueryCost": 12}}})

    assert Reading(Verdict.FINE, tokens_left=250.0, actual_cost=12.0) == judge(given)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (400, {"errors": {"query": "Required parameter missing or invalid"}}, Verdict.REFUSED),
        (401, {"errors": "[API] Invalid API key or access token"}, Verdict.EXPIRED),
        (402, {"errors": "This shop is frozen"}, Verdict.REFUSED),
        (403, {"errors": "User does not have access"}, Verdict.DENIED),
        (404, {"errors": "Not Found"}, Verdict.REFUSED),
        (423, {"errors": "This shop is unavailable"}, Verdict.FAILED_BEFORE),
        (429, {"errors": "Exceeded"}, Verdict.THROTTLED),
        (500, {"errors": "Internal Server Error"}, Verdict.FAILED_UNSURE),
        (502, b"<html>", Verdict.FAILED_BEFORE),
        (503, b"", Verdict.FAILED_BEFORE),
        (504, b"", Verdict.FAILED_UNSURE),
        (200, b"<html>maintenance</html>", Verdict.FAILED_UNSURE),
        (200, b"[]", Verdict.FAILED_UNSURE),
        (200, {"extensions": {}}, Verdict.FAILED_UNSURE),
    ],
)
def test_a_status_decides_whether_a_call_may_be_repeated(status, body, verdict):
    """Only what certainly did nothing may be sent again."""
    assert verdict is judge(answer(body, status)).verdict


def test_the_vendors_words_outside_graphql_are_kept():
    """There `errors` is a text or an object."""
    assert "HTTP 403: User does not have access" == judge(answer({"errors": "User does not have access"}, 403)).reason
    assert "HTTP 400: query: missing" == judge(answer({"errors": {"query": "missing"}}, 400)).reason


def test_silence_is_kept_as_long_as_asked():
    """`Retry-After` in seconds."""
    assert 4.0 == judge(answer({}, 429, headers={"Retry-After": "4.0"})).retry_after


def test_throttling_says_how_long_to_wait():
    """What is missing, over what comes back per second."""
    reading = judge(answer(errors(error("THROTTLED", "Throttled"), cost=COST)))

    assert (Verdict.THROTTLED, 2.5, 250.0) == (reading.verdict, reading.retry_after, reading.tokens_left)


def test_throttling_without_figures_leaves_the_wait_to_the_transport():
    """The body of a throttled answer was never recorded."""
    assert Reading(Verdict.THROTTLED, "Throttled (THROTTLED)") == judge(answer(errors(error("THROTTLED", "Throttled"))))


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("ACCESS_DENIED", Verdict.DENIED),
        ("MAX_COST_EXCEEDED", Verdict.REFUSED),
        ("undefinedField", Verdict.REFUSED),
        ("BAD_REQUEST", Verdict.REFUSED),
        ("RESOURCE_NOT_FOUND", Verdict.REFUSED),
        ("INTERNAL_SERVER_ERROR", Verdict.FAILED_UNSURE),
        ("SHOP_INACTIVE", Verdict.REFUSED),
        ("", Verdict.REFUSED),
    ],
)
def test_a_top_level_error_is_a_verdict_on_the_call(code, verdict):
    """With HTTP 200."""
    assert verdict is judge(answer(errors(error(code)), writes=True)).verdict


def test_the_gravest_of_several_errors_decides():
    """All are named."""
    reading = judge(answer(errors(error("BAD_REQUEST", "one"), error("THROTTLED", "two"))))

    assert (Verdict.THROTTLED, "one (BAD_REQUEST); two (THROTTLED)") == (reading.verdict, reading.reason)


@pytest.mark.parametrize(
    "body",
    [
        errors(
            error("ACCESS_DENIED", path=["fulfillmentCreate", "fulfillment", "location"]), data={"fulfillmentCreate": None}
        ),
        errors(error("ACCESS_DENIED", path=["a", "b"]), data={"fulfillmentCreate": {"userErrors": []}}),
    ],
)
def test_a_write_that_failed_only_in_what_was_read_afterwards_may_have_been_done(body):
    """Refused would be a lie: the mutation ran."""
    assert Verdict.FAILED_UNSURE is judge(answer(body, writes=True)).verdict


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("MAX_INPUT_SIZE_EXCEEDED", ["inventorySetQuantities", "input", "quantities"]),
        ("undefinedField", ["mutation SetStock", "inventorySetQuantities", "x"]),
        ("ACCESS_DENIED", ["fulfillmentCreate"]),
    ],
)
def test_a_write_that_was_refused_before_it_ran_is_refused(code, path):
    """However deep its path points."""
    verdict = judge(answer(errors(error(code, path=path), data={"x": None}), writes=True)).verdict

    assert verdict in {Verdict.REFUSED, Verdict.DENIED}


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {"access_token": "shpat_2", "expires_in": 86399}, Verdict.FINE),
        (200, {"scope": ""}, Verdict.FAILED_BEFORE),
        (400, {"error": "invalid_client", "error_description": "unknown client"}, Verdict.DENIED),
        (401, {}, Verdict.DENIED),
        (500, {}, Verdict.FAILED_BEFORE),
    ],
)
def test_a_log_in_is_judged_by_its_own_protocol(status, body, verdict):
    """It is not GraphQL; and asking again doubles nothing."""
    assert verdict is judge(answer(body, status, operation=LOG_IN)).verdict
