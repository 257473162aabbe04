"""Calls to OWAPI, and what an answer means for the call. Export definitions and their rows are in `wire`.

The envelope of errors is not stable (a text, a JSON text, an object with `Message`, nested): every text in it is gathered.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.warehouses.orderwise import version
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelCall, OrderWiseSettings
from cogent_pipelines.ports.vendor_account import Priority

TOKEN, CREATE, CANCEL = "token", "create sales order", "cancel sales order"

_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_TOO_MANY, _UNAUTHORISED, _FORBIDDEN, _NO_CONTENT = 429, 401, 403, 204
# IIS answers 503 in the application's place, a proxy 502. Either may come after the application has acted, and no order has
# a key that would keep it from coming twice: only a read is repeated after them.
_NO_WORD = frozenset({502, 503})
_SERVER_ERROR, _CLIENT_ERROR = 500, 400
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html[\s>]|\?xml)", re.IGNORECASE)
_PERMISSIONS: Mapping[str, str] = {
    CREATE: "Sales orders POST",
    CANCEL: "Sales orders PUT",
    "order status": "Sales orders GET",
    "value list": "Value lists GET",
    "export": "the module API Export Definitions",
}
_LONGEST_TEXT, _MOST_TEXTS, _DEEPEST = 2_000, 100, 20
# ASP.NET puts these beside the message; they say nothing to a person at the warehouse.
_NOT_FOR_PEOPLE = frozenset({"stacktrace", "exceptiontype", "$type", "traceid", "type", "errorcode"})


def token_call(settings: OrderWiseSettings) -> Call:
    """Ask for a token: Basic in, a bare JSON text out."""
    pair = base64.b64encode(f"{settings.username}:{settings.password}".encode()).decode()
    return Call(
        operation=TOKEN,
        method="GET",
        url=settings.url(version.LOG_IN_PATH),
        headers={"Accept": "application/json", "Authorization": f"Basic {pair}"},
        priority=Priority.INJECTION,
        cost=0.0,
        timeout=settings.timeout_seconds,
    )


def create_call(settings: OrderWiseSettings, order: Mapping[str, Any], ref: str) -> Call:
    return Call(
        operation=CREATE,
        method="POST",
        url=settings.url(f"{version.SALES_ORDER_PATH}?session_id={settings.session_id}"),
        content=orjson.dumps(order),
        headers=_JSON,
        writes=True,
        subjects=(ref,),
        priority=Priority.INJECTION,
        timeout=settings.timeout_seconds,
    )


def export_call(
    settings: OrderWiseSettings, name: str, number: int, parameters: Mapping[str, Any], *, priority: Priority
) -> Call:
    """Run a definition. One without parameters must still be sent a nameless one (public clients, read 2026-11)."""
    given = [{"name": name, "value": value} for name, value in parameters.items()] or [{"name": "", "value": None}]
    return Call(
        operation=f"export {name}",
        method="POST",
        url=settings.url(f"{version.EXPORT_PATH}/{number}"),
        content=orjson.dumps(given),
        headers=_JSON,
        priority=priority,
        timeout=settings.timeout_seconds,
    )


def status_call(settings: OrderWiseSettings, order_id: int) -> Call:
    path = f"{version.SALES_ORDER_PATH}/{order_id}/status?include_lines=true&include_delivery=true"
    return _get(settings, "order status", path, Priority.CAPTURE)


def value_list_call(settings: OrderWiseSettings, number: int) -> Call:
    return _get(settings, f"value list {number}", f"{version.VALUE_LIST_PATH}/{number}", Priority.SWEEP)


def cancel_call(settings: OrderWiseSettings, how: CancelCall, *, order_id: int, order_number: str, ref: str) -> Call:
    """The tenant's own call, with the order put in."""

    def filled(text: str) -> str:
        return text.replace("{order_id}", str(order_id)).replace("{order_number}", order_number)

    return Call(
        operation=CANCEL,
        method=how.method,
        url=settings.url(filled(how.path).lstrip("/")),
        content=filled(how.body).encode(),
        headers=_JSON,
        writes=True,
        subjects=(ref,),
        priority=Priority.INJECTION,
        timeout=settings.timeout_seconds,
    )


def _get(settings: OrderWiseSettings, operation: str, path: str, priority: Priority) -> Call:
    return Call(
        operation=operation,
        method="GET",
        url=settings.url(path),
        headers={"Accept": "application/json"},
        priority=priority,
        timeout=settings.timeout_seconds,
    )


def judge(answer: Answer) -> Reading:
    """What an answer means for the call; that of an order's own fault is a refusal, whose texts say the rest."""
    status = answer.status
    if status == _TOO_MANY:
        return Reading(Verdict.THROTTLED, "HTTP 429", _retry_after(answer), tokens_left=0.0)
    if status in _NO_WORD and not answer.call.writes:
        return Reading(Verdict.FAILED_BEFORE, _said(answer), _retry_after(answer))
    if status >= _SERVER_ERROR:
        return Reading(Verdict.FAILED_UNSURE, _said(answer), _retry_after(answer))
    return _judge_refusal(answer) if status >= _CLIENT_ERROR else _judge_success(answer)


def _judge_refusal(answer: Answer) -> Reading:
    if answer.status == _FORBIDDEN:
        return Reading(Verdict.DENIED, f"HTTP 403: the API user's group lacks {_permission(answer.call.operation)}")
    if answer.status != _UNAUTHORISED:
        return Reading(Verdict.REFUSED, _said(answer))
    if answer.call.operation == TOKEN:
        return Reading(Verdict.DENIED, "HTTP 401: OrderWise does not accept the API user's name or password")
    return Reading(Verdict.EXPIRED, "HTTP 401: the token is not accepted")


def _judge_success(answer: Answer) -> Reading:
    content = answer.content.strip()
    if not content:
        if answer.status == _NO_CONTENT or answer.call.writes:
            return Reading(Verdict.FINE)
        return Reading(Verdict.FAILED_UNSURE, f"HTTP {answer.status} with an empty answer")
    try:
        return Reading(Verdict.FINE, parsed=orjson.loads(content))
    except orjson.JSONDecodeError:
        what = "an HTML page" if _HTML.match(content) else "an answer that is no whole JSON"
        return Reading(Verdict.FAILED_UNSURE, f"HTTP {answer.status} with {what} (maintenance, a proxy, or it broke off)")


def _permission(operation: str) -> str:
    needed = next((words for name, words in _PERMISSIONS.items() if operation.startswith(name)), "")
    return f"the permission {needed}" if needed else f"a permission for {operation}"


def _said(answer: Answer) -> str:
    """The status, and the vendor's own words where there are any."""
    words = " / ".join(texts_of(answer.content))
    return f"HTTP {answer.status}: {words}"[:_LONGEST_TEXT] if words else f"HTTP {answer.status}"


def _retry_after(answer: Answer) -> float | None:
    try:
        return float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None


def is_html(content: bytes) -> bool:
    return _HTML.match(content) is not None


def texts_of(content: bytes) -> tuple[str, ...]:
    """Every text in an answer that is meant for people, in its order; none where it is a page of HTML."""
    if is_html(content):
        return ("an HTML page",)
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        return tuple(_plain(content.decode("utf-8", "replace")))
    return texts_in(parsed)


def texts_in(parsed: Any) -> tuple[str, ...]:
    """The same for an answer that is already read."""
    found = dict.fromkeys(text for text, _ in zip(_texts(parsed, _DEEPEST), range(_MOST_TEXTS), strict=False))
    return tuple(found)


def _texts(node: Any, depth: int) -> Iterator[str]:
    if isinstance(node, str):
        yield from _plain(node)
    elif depth > 0 and isinstance(node, dict):
        for name, value in node.items():
            if name.casefold() not in _NOT_FOR_PEOPLE:
                yield from _texts(value, depth - 1)
    elif depth > 0 and isinstance(node, Sequence):
        for value in node:
            yield from _texts(value, depth - 1)


def _plain(text: str) -> Iterator[str]:
    words = " ".join(text.split())
    if words:
        yield words[:_LONGEST_TEXT]
