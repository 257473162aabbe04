"""How an answer of SCAYLE's is judged: HTTP status, error body, rate limit. No calls are made here.

An error's body is `{"errors": [{"errorKey", "message", "context"}]}` (scayle.dev, "Errors"; official clients). What a
refusal means for the item that was asked about is whoever asked's matter.
"""

from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.transport.call import Answer, Reading, Verdict
from cogent_pipelines.adapters.transport.settled import Settled

NOT_FOUND = 404
_THROTTLED_KEY = "RATE_LIMIT_EXCEED"
_LONGEST_REASON = 1_000
_MOST_ERRORS = 10

_FAILURES = frozenset({Verdict.DENIED, Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE})

_BY_STATUS = {
    401: Verdict.DENIED,
    403: Verdict.DENIED,
    # The server gave up waiting for the request (RFC 9110): it was not carried out.
    408: Verdict.FAILED_BEFORE,
    # The status of a throttled call is not published; its error key is.
    429: Verdict.THROTTLED,
}
# Who answers these, and whether before anything was done, is not published: behind a proxy the Admin API may have acted.
_WITHOUT_A_WORD = frozenset({502, 503})
# A figure of the same time or a field of the same text, told twice, is told once. Of anything else nothing is known.
_THE_SAME_TWICE = frozenset({"set stock", "set stock in bulk", "mark exported"})


class Judge:
    """Reads answers of one tenant, and keeps what they say of its limits."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def __call__(self, answer: Answer) -> Reading:
        """What an answer means for the tenant's account as a whole."""
        said = self._scopes.learn(answer.call.operation, answer.headers)
        verdict, reason, parsed = judged(answer)
        wait = said.reset if said is not None and verdict is Verdict.THROTTLED else None
        # Only the word on the very budget that was spent corrects it.
        left = said.left if said is not None and said.scope == answer.call.scope else None
        return Reading(verdict, reason, _retry_after(answer, wait), tokens_left=left, parsed=parsed)


def judged(answer: Answer) -> tuple[Verdict, str, Any]:
    """Verdict, reason and body; the body None where there is none."""
    try:
        body = orjson.loads(answer.content) if answer.content.strip() else None
    except orjson.JSONDecodeError:
        body = None
        if answer.status < 300:  # noqa: PLR2004
            return Verdict.FAILED_UNSURE, "the answer is not JSON", None
    if answer.status < 300:  # noqa: PLR2004
        return Verdict.FINE, "", body
    reason = f"HTTP {answer.status}: {words_of(body)}"
    if is_throttled(body):
        return Verdict.THROTTLED, reason, body
    verdict = _BY_STATUS.get(answer.status)
    if answer.status in _WITHOUT_A_WORD and (not answer.call.writes or answer.call.operation in _THE_SAME_TWICE):
        verdict = Verdict.FAILED_BEFORE
    if verdict is None:
        verdict = Verdict.FAILED_UNSURE if answer.status >= 500 else Verdict.REFUSED  # noqa: PLR2004
    return verdict, reason, body


def is_failure(settled: Settled) -> bool:
    """Whether the call was answered, and denied or failed: that may be the trouble of what was asked for, or everybody's."""
    return isinstance(settled.reply, Answer) and settled.reading is not None and settled.reading.verdict in _FAILURES


def is_throttled(body: Any) -> bool:
    return any(error.get("errorKey") == _THROTTLED_KEY for error in _errors(body))


def words_of(body: Any) -> str:
    """The vendor's own words. The context stays out: it may quote an order's customer."""
    said = [
        ": ".join(part for part in (_text(error, "errorKey"), _text(error, "message")) if part) for error in _errors(body)
    ]
    return "; ".join(said)[:_LONGEST_REASON] or "no reason given"


def _errors(body: Any) -> list[dict[str, Any]]:
    errors = body.get("errors") if isinstance(body, dict) else None
    return [each for each in errors[:_MOST_ERRORS] if isinstance(each, dict)] if isinstance(errors, list) else []


def _text(error: dict[str, Any], name: str) -> str:
    value = error.get(name)
    return value.strip() if isinstance(value, str) else ""


def _retry_after(answer: Answer, otherwise: float | None) -> float | None:
    try:
        return max(0.0, float(answer.headers.get("retry-after", "")))
    except ValueError:
        return otherwise
