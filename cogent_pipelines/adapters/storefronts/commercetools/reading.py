"""How an answer of commercetools' is judged: HTTP status and error codes. No calls are made here.

What a refusal of one resource means (gone, changed meanwhile, already there) is read by whoever asked.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.commercetools.credentials import LOG_IN
from cogent_pipelines.adapters.transport.call import Answer, Reading, Verdict

_LONGEST_REASON = 2_000
_MOST_ERRORS = 20

# docs, "Error handling": 502 and 503 are to be repeated with a backoff. Whatever they did, every write of ours names the
# version that it is for, or a key that exists once, so that a repetition has no second effect.
_BY_STATUS = {
    401: Verdict.EXPIRED,
    403: Verdict.DENIED,
    408: Verdict.FAILED_UNSURE,
    429: Verdict.THROTTLED,
    502: Verdict.FAILED_BEFORE,
    503: Verdict.FAILED_BEFORE,
}
_TOO_MUCH = frozenset({"QueryTimedOut", "OverCapacity", "PendingOperation"})


def judge(answer: Answer) -> Reading:
    """What an answer means for the project's account as a whole."""
    if answer.call.operation == LOG_IN:
        return _read_log_in(answer)
    body = _body(answer.content)
    if 200 <= answer.status < 300:  # noqa: PLR2004
        return _read_success(answer, body)
    return _read_failure(answer, body)


def codes_in(body: Any) -> frozenset[str]:
    """The error codes that an answer names."""
    return frozenset(str(error.get("code") or "") for error in _errors(body))


def _read_success(answer: Answer, body: Any) -> Reading:
    if isinstance(body, dict):
        errors = body.get("errors")
        if errors and isinstance(errors, list) and answer.call.operation.startswith("graphql"):
            return Reading(Verdict.REFUSED, _words(body), parsed=body)
        return Reading(Verdict.FINE, parsed=body)
    return Reading(Verdict.FAILED_UNSURE, f"HTTP {answer.status}, and the answer is no JSON object")


def _read_failure(answer: Answer, body: Any) -> Reading:
    verdict = _BY_STATUS.get(answer.status)
    if verdict is None:
        verdict = Verdict.FAILED_UNSURE if answer.status >= 500 else Verdict.REFUSED  # noqa: PLR2004
    if verdict is Verdict.REFUSED and codes_in(body) & _TOO_MUCH:
        # The query was too much at this moment; its status is not published.
        verdict = Verdict.FAILED_BEFORE
    return Reading(verdict, f"HTTP {answer.status}: {_words(body)}", _retry_after(answer.headers), parsed=body)


def _read_log_in(answer: Answer) -> Reading:
    body = _body(answer.content)
    if answer.status in (400, 401, 403, 404):
        return Reading(Verdict.DENIED, f"HTTP {answer.status}: {_words(body)}")
    if answer.status != 200:  # noqa: PLR2004
        return Reading(Verdict.FAILED_BEFORE, f"HTTP {answer.status}: {_words(body)}", _retry_after(answer.headers))
    if not isinstance(body, dict) or not body.get("access_token"):
        return Reading(Verdict.FAILED_BEFORE, "the answer holds no access token")
    return Reading(Verdict.FINE)


def _body(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _errors(body: Any) -> list[dict[str, Any]]:
    errors = body.get("errors") if isinstance(body, dict) else None
    return [error for error in errors[:_MOST_ERRORS] if isinstance(error, dict)] if isinstance(errors, list) else []


def _words(body: Any) -> str:
    """The vendor's own words: each error's message behind its code."""
    said = [f"{error.get('code') or 'error'}: {error.get('message') or ''}" for error in _errors(body)]
    if not said and isinstance(body, dict):
        said = [str(body.get("message") or body.get("error_description") or body.get("error") or "no message")]
    return "; ".join(said)[:_LONGEST_REASON] or "the answer is not JSON"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return float(headers.get("retry-after", ""))
    except ValueError:
        return None
