"""How an answer of Shopify's is judged: HTTP status, top-level errors, search warnings, cost. No calls are made here.

The third layer, `userErrors`, concerns single items and is read by whoever asked for them.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.shopify.credentials import LOG_IN
from cogent_pipelines.adapters.transport.call import Answer, Reading, Verdict

TOO_EXPENSIVE = "MAX_COST_EXCEEDED"
_LONGEST_REASON = 2_000

# Found before anything is run (recorded responses; shopify.dev, "Status and error codes").
_NEVER_RUN = frozenset(
    {
        "INVALID_VARIABLE",
        "MAX_INPUT_SIZE_EXCEEDED",
        "PARSE_ERROR",
        TOO_EXPENSIVE,
        "argumentLiteralsIncompatible",
        "argumentNotAccepted",
        "missingRequiredArguments",
        "missingRequiredInputObjectAttribute",
        "selectionMismatch",
        "undefinedDirective",
        "undefinedField",
        "variableNotUsed",
    }
)
_DENIED = frozenset({"ACCESS_DENIED"})
_UNSURE = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})

_BY_STATUS = {
    401: Verdict.EXPIRED,
    403: Verdict.DENIED,
    # Locked for a while, nothing was run (shopify.dev, "Status and error codes").
    423: Verdict.FAILED_BEFORE,
    429: Verdict.THROTTLED,
    502: Verdict.FAILED_BEFORE,
    503: Verdict.FAILED_BEFORE,
}


def judge(answer: Answer) -> Reading:
    """What an answer means for the store's account as a whole."""
    if answer.call.operation == LOG_IN:
        return _read_log_in(answer)
    if answer.status != 200:  # noqa: PLR2004
        return _read_status(answer)
    body = _body(answer.content)
    return Reading(Verdict.FAILED_UNSURE, "the answer is not JSON") if body is None else _read_body(answer, body)


def _read_body(answer: Answer, body: dict[str, Any]) -> Reading:
    """What the body says besides its data, and what the call cost."""
    verdict, reason, wait = _judge_body(answer, body)
    return Reading(verdict, reason, wait, tokens_left=_points_left(body), actual_cost=_actual_cost(body), parsed=body)


def _judge_body(answer: Answer, body: dict[str, Any]) -> tuple[Verdict, str, float | None]:
    errors = body.get("errors")
    if errors:
        return _read_errors(errors, body, writes=answer.call.writes)
    warnings = _search_warnings(body)
    if warnings:
        # A filter that Shopify does not know is ignored: the rows are not the ones that were asked for.
        return Verdict.REFUSED, f"the search was not understood: {'; '.join(warnings)}", None
    if not isinstance(body.get("data"), dict):
        return Verdict.FAILED_UNSURE, "the answer holds neither data nor errors", None
    return Verdict.FINE, "", None


def _read_status(answer: Answer) -> Reading:
    verdict = _BY_STATUS.get(answer.status)
    if verdict is None:
        verdict = Verdict.FAILED_UNSURE if answer.status >= 500 else Verdict.REFUSED  # noqa: PLR2004
    return Reading(verdict, f"HTTP {answer.status}: {_words(answer)}", _retry_after(answer))


def _read_log_in(answer: Answer) -> Reading:
    if answer.status in (400, 401, 403, 404):
        return Reading(Verdict.DENIED, f"HTTP {answer.status}: {_words(answer)}")
    if answer.status != 200:  # noqa: PLR2004
        return Reading(Verdict.FAILED_BEFORE, f"HTTP {answer.status}: {_words(answer)}", _retry_after(answer))
    body = _body(answer.content)
    if body is None or not body.get("access_token"):
        return Reading(Verdict.FAILED_BEFORE, "the answer holds no access token")
    return Reading(Verdict.FINE)


def _read_errors(errors: Any, body: dict[str, Any], *, writes: bool) -> tuple[Verdict, str, float | None]:
    """The gravest of the top-level errors decides; the reason names them all."""
    if not isinstance(errors, list):
        return Verdict.REFUSED, _flat(errors), None
    codes = [_code(error) for error in errors]
    reason = "; ".join(_said(error, code) for error, code in zip(errors, codes, strict=True))[:_LONGEST_REASON]
    if "THROTTLED" in codes:
        return Verdict.THROTTLED, reason, _seconds_until_affordable(body)
    if _UNSURE.intersection(codes) or (writes and _may_have_run(errors, codes, body)):
        return Verdict.FAILED_UNSURE, reason, None
    if _DENIED.intersection(codes):
        return Verdict.DENIED, reason, None
    return Verdict.REFUSED, reason, None


def _may_have_run(errors: Sequence[Any], codes: Sequence[str], body: dict[str, Any]) -> bool:
    """Whether a mutation was carried out although its answer has errors: they may concern only what was read afterwards."""
    data = body.get("data")
    if isinstance(data, dict) and any(value is not None for value in data.values()):
        return True
    return any(
        code not in _NEVER_RUN and isinstance(error, dict) and _is_deep(error.get("path"))
        for error, code in zip(errors, codes, strict=True)
    )


def _is_deep(path: Any) -> bool:
    return isinstance(path, list) and len(path) > 1


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code") or "") if isinstance(extensions, dict) else ""


def _said(error: Any, code: str) -> str:
    message = str(error.get("message", "")).strip() if isinstance(error, dict) else str(error)
    return f"{message} ({code})" if code and code not in message else message


def _flat(errors: Any) -> str:
    if isinstance(errors, dict):
        return "; ".join(f"{field}: {message}" for field, message in errors.items())
    return str(errors)


def _seconds_until_affordable(body: dict[str, Any]) -> float | None:
    cost = _cost(body)
    status = _throttle_status(body)
    try:
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return max(0.0, missing / float(status["restoreRate"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _points_left(body: dict[str, Any]) -> float | None:
    left = _throttle_status(body).get("currentlyAvailable")
    return float(left) if isinstance(left, int | float) else None


def _throttle_status(body: dict[str, Any]) -> dict[str, Any]:
    status = _cost(body).get("throttleStatus")
    return status if isinstance(status, dict) else {}


def _actual_cost(body: dict[str, Any]) -> float | None:
    cost = _cost(body).get("actualQueryCost")
    return float(cost) if isinstance(cost, int | float) else None


def requested_cost(body: dict[str, Any]) -> float | None:
    """What Shopify reserved for the query; None where it does not say."""
    cost = _cost(body).get("requestedQueryCost")
    return float(cost) if isinstance(cost, int | float) else None


def _cost(body: dict[str, Any]) -> dict[str, Any]:
    extensions = body.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def _search_warnings(body: dict[str, Any]) -> list[str]:
    extensions = body.get("extensions")
    searches = extensions.get("search") if isinstance(extensions, dict) else None
    return [
        f"{warning.get('field', '')}: {warning.get('message', '')}"
        for search in _objects(searches)
        for warning in _objects(search.get("warnings"))
    ]


def _objects(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _retry_after(answer: Answer) -> float | None:
    try:
        return max(0.0, float(answer.headers.get("retry-after", "")))
    except ValueError:
        return None


def _words(answer: Answer) -> str:
    """The vendor's own words of an error; outside GraphQL `errors` is a text or an object."""
    body = _body(answer.content)
    if body is None:
        return "no JSON in the answer"
    said = body.get("errors") or body.get("error_description") or body.get("error") or ""
    return "; ".join(_said(error, _code(error)) for error in said) if isinstance(said, list) else _flat(said)


def _body(content: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
