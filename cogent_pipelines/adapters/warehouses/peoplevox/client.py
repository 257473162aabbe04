"""The SOAP envelope, both ways, and what an answer means for the call. Sessions are in `session`, meaning of rows elsewhere.

Every error of the application comes with HTTP 200 and `ResponseId` -1; pages of HTML come where a proxy or a maintenance
window answers instead of the service. The judge looks at the head of an answer only, so that a page of a thousand rows is
parsed once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat
from xml.sax.saxutils import escape

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.statuses import Statuses, statuses_apart
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

SESSION_PLACE = b"<!--session-->"
"""Where the session header goes; filled when a call is sent, because a session may be renewed in between."""

_OPEN = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    f"{SESSION_PLACE.decode()}<soap:Body>"
)
_CLOSE = "</soap:Body></soap:Envelope>"
_HEAD = 4096
_LONGEST_REASON = 2_000
_RESPONSE_ID = re.compile(rb"<(?:\w+:)?ResponseId[^>]*>\s*(-?\d+)")
_END = re.compile(rb"</(?:\w+:)?Envelope\s*>\s*$")
_FAULT = re.compile(rb"<(?:\w+:)?Fault[\s>]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_EXPIRED = (version.INVALID_SESSION, version.SESSION_EXPIRED)
_TOO_MANY, _DID_NOTHING, _DENIED = 429, frozenset({502, 503}), frozenset({401, 403})
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


@dataclass(frozen=True, slots=True)
class Response:
    """An `IntegrationResponse`. `total` counts matches or saved rows; `detail` is CSV or an error's text.

    `references` are of the rows that the vendor says something of one by one; `failed` are those of them not saved.
    """

    ok: bool
    total: int
    detail: str
    references: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def text_element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def call(
    settings: PeoplevoxSettings,
    operation: str,
    body: str,
    *,
    about: str = "",
    writes: bool = False,
    priority: Priority = Priority.SWEEP,
    subjects: tuple[str, ...] = (),
) -> Call:
    """One operation with its parameters already written as XML."""
    envelope = f'{_OPEN}<{operation} xmlns="{version.NAMESPACE}">{body}</{operation}>{_CLOSE}'
    return Call(
        operation=f"{operation} {about}".rstrip(),
        method="POST",
        url=settings.endpoint,
        content=envelope.encode(),
        headers={
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{version.NAMESPACE}{operation}"',
        },
        writes=writes,
        subjects=subjects,
        priority=priority,
        timeout=settings.timeout_seconds,
    )


def save_call(
    settings: PeoplevoxSettings,
    template: str,
    csv: str,
    *,
    action: int,
    subjects: tuple[str, ...],
    priority: Priority = Priority.INJECTION,
) -> Call:
    """`SaveData`: rows of one template."""
    request = text_element("TemplateName", template) + text_element("CsvData", csv) + f"<Action>{action}</Action>"
    body = f"<saveRequest>{request}</saveRequest>"
    return call(settings, "SaveData", body, about=template, writes=True, priority=priority, subjects=subjects)


def get_call(settings: PeoplevoxSettings, template: str, search: str, *, page: int, size: int, priority: Priority) -> Call:
    """`GetData`: one page of a template."""
    body = f"<getRequest>{_page(template, search, page=page, size=size)}</getRequest>"
    return call(settings, "GetData", body, about=template, priority=priority)


def report_call(
    settings: PeoplevoxSettings,
    report: str,
    search: str,
    *,
    page: int,
    size: int,
    order_by: str,
    columns: tuple[str, ...],
    priority: Priority,
) -> Call:
    """`GetReportData`: one page of a report."""
    body = (
        f"<getReportRequest>{_page(report, search, page=page, size=size)}"
        + text_element("FilterClause", "")
        + text_element("OrderBy", order_by)
        + text_element("Columns", ",".join(f"[{name}]" for name in columns))
        + "</getReportRequest>"
    )
    return call(settings, "GetReportData", body, about=report, priority=priority)


def _page(template: str, search: str, *, page: int, size: int) -> str:
    return (
        text_element("TemplateName", template)
        + f"<PageNo>{page}</PageNo><ItemsPerPage>{size}</ItemsPerPage>"
        + text_element("SearchClause", search)
    )


def parse(content: bytes) -> Response:
    """Read an answer.

    Raises:
        VendorRefused: it is not an answer of this service; the text says what it is instead.
    """
    rest, statuses = statuses_apart(content)
    try:
        root = _tree(rest)
    except (ParseError, expat.ExpatError, LookupError, RecursionError, ValueError) as error:
        raise VendorRefused(f"the answer is not well-formed XML ({str(error)[:_LONGEST_REASON]})") from error
    for element in root.iter():
        if element.tag.endswith("}Fault"):
            raise VendorRefused(f"SOAP fault: {' '.join(' '.join(element.itertext()).split())[:_LONGEST_REASON]}")
        if element.tag.endswith(("Result", "}IntegrationResponse")) and len(element):
            return _response(element, statuses)
    raise VendorRefused("the answer holds no result")


def _tree(content: bytes) -> Element:
    """Read it with the parser in C, which takes a fifth of the time of one that can refuse a document type by itself.

    A document type is what every attack by entities begins with, and no answer has one. Where `<!` stands, expat says
    whether that is one before the tree is built. Expat reads no encoding in which those two would be other bytes but
    UTF-16, which is full of zeroes.

    Raises:
        ValueError: it declares a document type.
        ExpatError, ParseError: it is not well-formed.
    """
    if b"<!" in content or b"\0" in content:
        look = expat.ParserCreate()
        look.StartDoctypeDeclHandler = _refuse_document_type
        look.Parse(content, True)
    parser = XMLParser()  # noqa: S314 - see above
    parser.feed(content)
    root: Element = parser.close()
    return root


def _refuse_document_type(name: str, *_: object) -> None:
    raise ValueError(f"it declares the document type {name[:100]!r}")


def discreet(response: Response, settings: PeoplevoxSettings) -> Response:
    """The answer, a refusal without the password: the vendor may quote what it was sent, and its words go into cases."""
    if response.ok:
        return response
    return replace(response, detail=Redaction().knowing(settings.password).text(response.detail))


def _response(result: Element, apart: Statuses | None) -> Response:
    parts = {child.tag.rpartition("}")[2]: child for child in result}
    try:
        ok = int(_text(parts.get("ResponseId"))) == 0
        total = int(_text(parts.get("TotalCount")) or "0")
    except ValueError as error:
        raise VendorRefused("the answer's ResponseId or TotalCount is not a number") from error
    rows = parts.get("Statuses")
    found = Statuses() if rows is None else apart or Statuses.of(rows)
    return Response(ok, total, _text(parts.get("Detail")), found.references, found.failed)


def _text(element: Element | None) -> str:
    return (element.text or "") if element is not None else ""


def judge(settings: PeoplevoxSettings) -> Callable[[Answer], Reading]:
    """A reader that knows how this tenant words a throttle."""

    def read(answer: Answer) -> Reading:
        head = answer.content[:_HEAD]
        if answer.status == _TOO_MANY:
            return _throttled("HTTP 429", _retry_after(answer))
        response_id = _RESPONSE_ID.search(head)
        if response_id is None:
            return _judge_foreign(answer, settings)
        if not _END.search(answer.content[-100:]):
            return Reading(_unsure(answer.call), "the answer breaks off in the middle")
        return Reading(Verdict.FINE) if int(response_id[1]) == 0 else _judge_error(answer, settings)

    return read


def _judge_error(answer: Answer, settings: PeoplevoxSettings) -> Reading:
    """An application error: the session's, a throttle's, or the items' own, which is no matter of the transport."""
    try:
        detail = parse(answer.content).detail.strip()
    except VendorRefused as error:
        return Reading(_unsure(answer.call), error.message)
    words = detail.casefold()
    if not answer.call.writes and settings.is_transient(words):
        # A read that was interrupted is simply asked again; what was saved of a write is for whoever wrote to find out.
        return Reading(Verdict.FAILED_BEFORE, detail)
    if answer.call.operation == "Authenticate":
        return _throttle_or(Reading(Verdict.DENIED, detail or "the log-in was refused"), words, settings)
    if words.rstrip(".") in _EXPIRED:
        return Reading(Verdict.EXPIRED, detail)
    return _throttle_or(Reading(Verdict.FINE, detail), words, settings)


def _throttle_or(otherwise: Reading, words: str, settings: PeoplevoxSettings) -> Reading:
    if any(word in words for word in settings.throttle_words):
        return _throttled(otherwise.reason, None)
    return otherwise


def _throttled(reason: str, wish: float | None) -> Reading:
    """Nothing was done, and nothing is left in the budget."""
    return Reading(Verdict.THROTTLED, reason, wish, tokens_left=0.0)


def _judge_foreign(answer: Answer, settings: PeoplevoxSettings) -> Reading:
    """An answer that is not the service's own: a fault, a proxy's page, a maintenance page."""
    content, status = answer.content, answer.status
    if _FAULT.search(content[:_HEAD]):
        return _judge_fault(answer, settings)
    what = "an HTML page" if _HTML.search(content[:_HEAD]) else "no SOAP answer"
    reason = f"HTTP {status} with {what} (wrong tenant, maintenance or a proxy)"
    if status in _DID_NOTHING:
        return Reading(Verdict.FAILED_BEFORE, reason, _retry_after(answer))
    if status in _DENIED:
        return Reading(Verdict.DENIED, reason)
    if _CLIENT_ERROR <= status < _SERVER_ERROR:
        return Reading(Verdict.REFUSED, reason)
    return Reading(_unsure(answer.call), reason, _retry_after(answer))


def _judge_fault(answer: Answer, settings: PeoplevoxSettings) -> Reading:
    """A fault that blames the sender is a refusal; any other leaves open how far the call got."""
    try:
        parse(answer.content)
        text = "SOAP fault"
    except VendorRefused as error:
        text = error.message
    words = text.casefold()
    blamed = re.search(r"fault:\s*(?:\w+:)?(?:client|sender)\b", words)
    return _throttle_or(Reading(Verdict.REFUSED if blamed else _unsure(answer.call), text), words, settings)


def _unsure(of: Call) -> Verdict:
    return Verdict.FAILED_UNSURE if of.writes else Verdict.FAILED_BEFORE


def _retry_after(answer: Answer) -> float | None:
    """Seconds to wait as the answer says; a date instead of a number is not read."""
    named = {name.casefold(): value for name, value in answer.headers.items()}
    wish = named.get("retry-after", "").strip()
    return float(wish) if wish.isascii() and wish.isdigit() else None
