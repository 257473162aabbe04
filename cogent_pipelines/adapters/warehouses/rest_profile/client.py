"""One call as the vendor wants it, and what its answer means: error rules first, then `ok_when`, then the status.

When a call is made and what its rows mean is not known here. An answer is parsed once; whoever reads it on gets what the
judge has understood.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.warehouses.rest_profile import formats, model, version
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Operation, Request, Rule, Step
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression, ProfileFunctions
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.vendor_account import Priority

_OK, _NO_CONTENT, _REDIRECT, _CLIENT_ERROR, _SERVER_ERROR = 200, 204, 300, 400, 500
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429
_HTML = re.compile(rb"^\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_NO_VENDOR = "HTTP {} with {} (wrong address, maintenance or a proxy)"
_OF_ALL = "all"


@dataclass(frozen=True, slots=True)
class Understood:
    """An answer as it was read: what it means, its body, and the vendor's words where it refused."""

    means: ErrorClass
    body: Any = field(default=None, repr=False)
    message: str = ""


class NotJson(ValueError):
    """The body is no JSON."""


# ---- out


def call(
    request: Request,
    operation: Operation,
    context: formats.Context,
    *,
    settings: RestProfileSettings,
    functions: ProfileFunctions,
    priority: Priority,
    subjects: tuple[str, ...] = (),
    page: Mapping[str, str] | None = None,
) -> Call:
    """Fill a request in.

    Raises:
        formats.Unwritable: something in it cannot be said.
    """
    ways = settings.profile.written.formats
    try:
        path = request.path.filled(context, functions)
    except ValueError as error:
        raise formats.Unwritable(str(error)) from error
    query = formats.rendered(request.query, context, functions, ways)
    parameters = [(name, formats.in_address(value, ways)) for name, value in query.items() if value is not None]
    parameters += (page or {}).items()
    content, kind = _body(request, context, functions, ways)
    headers = {"Accept": "application/json", **settings.profile.written.transport.headers, **request.headers}
    return Call(
        operation=request.label,
        method=request.method,
        url=f"{settings.url}{path}" + (f"?{urlencode(parameters)}" if parameters else ""),
        content=content,
        headers={**headers, "Content-Type": kind} if kind else headers,
        # Also where the vendor takes a write by GET: it must never be sent twice by itself.
        writes=operation.contract.writes,
        subjects=subjects,
        priority=priority,
        cost=operation.cost,
        timeout=settings.profile.written.transport.timeout_s,
    )


def _body(request: Request, context: formats.Context, functions: ProfileFunctions, ways: model.Formats) -> tuple[bytes, str]:
    if request.form is not None:
        fields = formats.rendered(request.form, context, functions, ways)
        pairs = [(name, formats.in_address(value, ways)) for name, value in fields.items()]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    if request.json is not None:
        return formats.as_json(formats.rendered(request.json, context, functions, ways)), "application/json"
    return b"", ""


# ---- in


def parsed(content: bytes) -> Any:
    """JSON with exact decimals; nothing at all reads as None.

    Raises:
        NotJson: it is something else.
    """
    if not content.strip():
        return None
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from error


def judge(settings: RestProfileSettings, functions: ProfileFunctions, clock: Clock) -> Callable[[Answer], Reading]:
    """A reader that knows this vendor's ways to refuse."""
    judging = _Judging(settings, functions, clock)
    return judging.reading


@dataclass(slots=True)
class _Judging:
    settings: RestProfileSettings
    functions: ProfileFunctions
    clock: Clock

    def reading(self, answer: Answer) -> Reading:
        step = self.settings.profile.step_of(answer.call.operation)
        try:
            body, is_json = parsed(answer.content), True
        except NotJson:
            body, is_json = answer.content.decode(errors="replace"), False
        rule = next((rule for rule in self.settings.profile.rules if self._fits(rule, answer, body)), None)
        if not is_json and not answer.call.writes and _only_by_status(rule, answer):
            return _of_somebody_else(answer)
        if rule is not None:
            reading = self._by_rule(rule, answer, body)
            return reading if step is not None else _of_log_in(reading)
        if step is None:
            fine = _OK <= answer.status < _REDIRECT
            if fine and _HTML.match(answer.content):
                # Somebody else's word: neither a token nor a refusal.
                return Reading(Verdict.FAILED_BEFORE, _NO_VENDOR.format(answer.status, "an HTML page"))
            return Reading(Verdict.FINE) if fine else _of_log_in(_by_status(answer, body, "", refreshes=False))
        if _OK <= answer.status < _REDIRECT:
            return self._taken(answer, step, body, is_json=is_json)
        return _by_status(answer, body, self._message(step, body), refreshes=self._refreshes(answer.status))

    def _fits(self, rule: Rule, answer: Answer, body: Any) -> bool:
        operation = answer.call.operation.split()[0] if answer.call.operation else ""
        if rule.operations and operation not in rule.operations:
            return False
        if rule.statuses and answer.status not in rule.statuses:
            return False
        if rule.header is not None:
            named = {name.casefold(): value for name, value in answer.headers.items()}
            value = named.get(rule.header[0].casefold())
            if value is None or not rule.header[1].search(value):
                return False
        if rule.text is not None and not rule.text.search(answer.content.decode(errors="replace")[:65_536]):
            return False
        return rule.when is None or self._value(rule.when, body) is True

    def _by_rule(self, rule: Rule, answer: Answer, body: Any) -> Reading:
        words = _words(self._value(rule.message, body)) if rule.message else ""
        reading = _reading(rule.means, answer, body, words, refreshes=True)
        return Reading(
            reading.verdict,
            reading.reason,
            self._wait(rule, answer),
            tokens_left=reading.tokens_left,
            parsed=reading.parsed,
        )

    def _taken(self, answer: Answer, step: Step, body: Any, *, is_json: bool) -> Reading:
        """A status that says yes: so must the body, in its own protocol."""
        if not is_json:
            return _of_somebody_else(answer)
        if body is None and not answer.call.writes and step.response.rows.items is not None and answer.status != _NO_CONTENT:
            # No list is not an empty list: an order would look as if it were not there.
            return Reading(Verdict.FAILED_BEFORE, f"HTTP {answer.status} with an empty answer")
        condition = step.response.ok_when
        if condition is not None:
            rows = self._results(step, body)
            if not rows:
                # No word about what came of it proves nothing.
                verdict = Verdict.FAILED_UNSURE if answer.call.writes else Verdict.REFUSED
                return Reading(verdict, f"HTTP {answer.status}, and the answer does not say what came of it")
            if not all(self._value(condition, row) is True for row in rows):
                return _reading(ErrorClass.DATA, answer, body, self._message(step, body), refreshes=False)
        return Reading(Verdict.FINE, parsed=Understood(ErrorClass.OK, body))

    def _results(self, step: Step, body: Any) -> list[Any]:
        """What `ok_when` and `message` are about: the rows, or the root where there is but one result."""
        root = self._value(step.response.root, body)
        rows = [root] if step.response.rows.items is None else self._value(step.response.rows.items, root)
        return [row for row in rows if row is not None] if isinstance(rows, list) else []

    def _message(self, step: Step, body: Any) -> str:
        if step.response.message is None:
            return ""
        found = [_words(self._value(step.response.message, row)) for row in self._results(step, body)]
        return "; ".join(dict.fromkeys(word for word in found if word))

    def _value(self, expression: Expression, value: Any) -> Any:
        """An expression about an answer that has not the form it expects simply says nothing."""
        try:
            return expression.of(value, self.functions)
        except ValueError:
            return None

    def _refreshes(self, status: int) -> bool:
        auth = self.settings.profile.written.auth
        return isinstance(auth, model.TokenExchange | model.ClientCredentials) and status in auth.refresh_on_status

    def _wait(self, rule: Rule, answer: Answer) -> float | None:
        """Seconds to wait, as the rule says where to look; None where the vendor does not say."""
        said = ""
        if rule.wait is None:
            return None
        if rule.wait_text is not None:
            found = rule.wait_text.search(answer.content.decode(errors="replace")[:65_536])
            said = found[1 if found.re.groups else 0] if found else ""
        elif rule.wait.header:
            named = {name.casefold(): value for name, value in answer.headers.items()}
            said = named.get(rule.wait.header.casefold(), "").strip()
        return _seconds(said, rule.wait.unit, self.clock.now())


def _only_by_status(rule: Rule | None, answer: Answer) -> bool:
    """Whether nothing but the status says that there is no such thing, which a proxy's page says as well."""
    if rule is None:
        return answer.status == _NOT_FOUND
    return rule.means is ErrorClass.NOT_FOUND and rule.text is None


def _of_somebody_else(answer: Answer) -> Reading:
    what = "an HTML page" if _HTML.match(answer.content) else "no JSON"
    reason = _NO_VENDOR.format(answer.status, what)
    return Reading(Verdict.FAILED_UNSURE if answer.call.writes else Verdict.FAILED_BEFORE, reason)


def _of_log_in(reading: Reading) -> Reading:
    """A log-in that is refused as such says that the credentials are wrong, whatever the status."""
    if isinstance(reading.parsed, Understood) and reading.parsed.means is ErrorClass.OK:
        return reading
    refused = reading.verdict in {Verdict.REFUSED, Verdict.FINE, Verdict.EXPIRED}
    return Reading(Verdict.DENIED, reading.reason) if refused else reading


def _seconds(said: str, unit: str, now: datetime) -> float | None:
    if said.isascii() and said.replace(".", "", 1).isdigit():
        return float(said) / 1000 if unit == "ms" else float(said)
    try:
        then = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return max(0.0, ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds())


def _by_status(answer: Answer, body: Any, words: str, *, refreshes: bool) -> Reading:
    status = answer.status
    if refreshes or status == _UNAUTHORISED:
        return _reading(ErrorClass.AUTH, answer, body, words, refreshes=refreshes)
    if status == _FORBIDDEN:
        return _reading(ErrorClass.AUTH, answer, body, words, refreshes=False)
    if status == _NOT_FOUND:
        return _reading(ErrorClass.NOT_FOUND, answer, body, words, refreshes=False)
    if status == _TOO_MANY:
        reading = _reading(ErrorClass.RATE_LIMITED, answer, body, words, refreshes=False)
        named = {name.casefold(): value for name, value in answer.headers.items()}
        wish = named.get("retry-after", "").strip()
        wait = float(wish) if wish.isascii() and wish.isdigit() else None
        return Reading(reading.verdict, reading.reason, wait, tokens_left=0.0, parsed=reading.parsed)
    if _CLIENT_ERROR <= status < _SERVER_ERROR:
        return _reading(ErrorClass.DATA, answer, body, words, refreshes=False)
    return _reading(ErrorClass.RETRY, answer, body, words, refreshes=False)


def _reading(means: ErrorClass, answer: Answer, body: Any, words: str, *, refreshes: bool) -> Reading:
    """What a class asks of the transport. An item's own fault is no trouble of the account: that is for whoever asked."""
    writes = answer.call.writes
    match means:
        case ErrorClass.OK | ErrorClass.NOT_FOUND | ErrorClass.DUPLICATE | ErrorClass.TOO_LATE:
            verdict = Verdict.FINE
        case ErrorClass.DATA | ErrorClass.CONFIG:
            verdict = Verdict.REFUSED
        case ErrorClass.AUTH:
            verdict = Verdict.EXPIRED if refreshes else Verdict.DENIED
        case ErrorClass.RATE_LIMITED:
            verdict = Verdict.THROTTLED
        case ErrorClass.RETRY:
            verdict = Verdict.FAILED_UNSURE if writes else Verdict.FAILED_BEFORE
        case ErrorClass.UNKNOWN:
            verdict = Verdict.FAILED_UNSURE if writes else Verdict.REFUSED
    reason = words or _described(answer, body)
    left = 0.0 if means is ErrorClass.RATE_LIMITED else None
    return Reading(verdict, reason, tokens_left=left, parsed=Understood(means, body, reason))


def _described(answer: Answer, body: Any) -> str:
    """A refusal without words of its own."""
    if isinstance(body, str) and body.strip() and not _HTML.match(answer.content):
        return f"HTTP {answer.status}: {' '.join(body.split())[: version.LONGEST_REASON]}"
    return f"HTTP {answer.status}"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))[: version.LONGEST_REASON]
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(each)}" for name, each in value.items())[: version.LONGEST_REASON]
    return " ".join(formats.text(value).split())[: version.LONGEST_REASON]
