"""Envelopes: SOAP 1.1 and 1.2 in, the answer's shape out. Nothing here knows what an operation does.

The tolerances are the vendor's, as its clients show them: any order of elements, integers left out, elements of a
foreign spelling ignored, the action quoted or not.
"""

from dataclasses import dataclass, field
from typing import Protocol
from xml.etree.ElementTree import Element  # only named; text is parsed by defusedxml
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

NAMESPACE = "http://www.peoplevox.net/"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_OURS = f"{{{NAMESPACE}}}"


class Fault(ValueError):
    """A message that cannot be acted upon, or (`server`) an act that broke."""

    def __init__(self, text: str, *, server: bool = False) -> None:
        super().__init__(text)
        self.server = server


@dataclass(frozen=True, slots=True)
class Call:
    """One operation called: its name, its arguments (nested ones flattened), its session, its SOAP version."""

    operation: str
    arguments: dict[str, str]
    session: str
    version: str


@dataclass(slots=True)
class Answer:
    """An IntegrationResponse."""

    response_id: int = 0
    total_count: int = 0
    detail: str | None = None
    statuses: list[tuple[str, bool]] | None = field(default=None)


class Headers(Protocol):
    def get(self, name: str, /) -> str | None: ...


def parse_call(body: bytes, headers: Headers) -> Call:
    """Read one call."""
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Fault(f"Server was unable to read request. {error}") from None
    version = {f"{{{SOAP_11}}}Envelope": SOAP_11, f"{{{SOAP_12}}}Envelope": SOAP_12}.get(root.tag)
    if version is None:
        raise Fault("The root element is not a SOAP envelope.")
    content = root.find(f"{{{version}}}Body")
    request = next(iter(content), None) if content is not None else None
    if request is None or not request.tag.startswith(_OURS):
        raise Fault("Server did not recognize the request element.")
    operation = request.tag[len(_OURS) :]
    action = _action(headers, version)
    if action and action != NAMESPACE + operation:
        raise Fault(f"Server did not recognize the value of HTTP Header SOAPAction: {action}.")
    return Call(operation, _arguments(request), _session(root, version), version)


def version_of(body: bytes) -> str:
    """Guess the version a broken message was meant in, to answer it in kind."""
    return SOAP_12 if SOAP_12.encode() in body[:2000] else SOAP_11


def _action(headers: Headers, version: str) -> str:
    action = headers.get("soapaction") or ""
    if version == SOAP_12:
        for part in (headers.get("content-type") or "").split(";"):
            name, _, value = part.strip().partition("=")
            if name.strip().lower() == "action":
                action = value
    return action.strip().strip('"')


def _arguments(request: Element) -> dict[str, str]:
    """Give the plain parameters and the members of the one request object, two levels and no more."""
    arguments: dict[str, str] = {}
    for child in request:
        for element in child if len(child) else (child,):
            if element.tag.startswith(_OURS) and child.tag.startswith(_OURS):
                arguments[element.tag[len(_OURS) :]] = element.text or ""
    return arguments


def _session(root: Element, version: str) -> str:
    header = root.find(f"{{{version}}}Header")
    credentials = header.find(f"{_OURS}UserSessionCredentials") if header is not None else None
    found = credentials.find(f"{_OURS}SessionId") if credentials is not None else None
    return (found.text or "").strip() if found is not None else ""


def integer(arguments: dict[str, str], name: str) -> int:
    """Read an integer argument; one left out or empty is 0."""
    text = arguments.get(name, "").strip()
    try:
        return int(text) if text else 0
    except ValueError:
        raise Fault(f"Server was unable to read request. {name} is not an integer.") from None


def content_type(version: str) -> str:
    return "application/soap+xml; charset=utf-8" if version == SOAP_12 else "text/xml; charset=utf-8"


def answer_body(operation: str, answer: Answer, version: str) -> bytes:
    inner = f"<{operation}Result>{_answer_fields(answer)}</{operation}Result>"
    return _enveloped(f'<{operation}Response xmlns="{NAMESPACE}">{inner}</{operation}Response>', version)


def bare_answer(answer: Answer) -> bytes:
    """Give the answer of the HTTP GET and POST bindings."""
    xml = f'<IntegrationResponse xmlns="{NAMESPACE}">{_answer_fields(answer)}</IntegrationResponse>'
    return f'<?xml version="1.0" encoding="utf-8"?>{xml}'.encode()


def fault_body(fault: Fault, version: str) -> bytes:
    text = _escaped(str(fault))
    if version == SOAP_12:
        code = "soap:Receiver" if fault.server else "soap:Sender"
        return _enveloped(
            f"<soap:Fault><soap:Code><soap:Value>{code}</soap:Value></soap:Code><soap:Reason>"
            f'<soap:Text xml:lang="en">{text}</soap:Text></soap:Reason><detail /></soap:Fault>',
            version,
        )
    code = "soap:Server" if fault.server else "soap:Client"
    inner = f"<faultcode>{code}</faultcode><faultstring>{text}</faultstring><detail />"
    return _enveloped(f"<soap:Fault>{inner}</soap:Fault>", version)


def _answer_fields(answer: Answer) -> str:
    parts = [f"<ResponseId>{answer.response_id}</ResponseId><TotalCount>{answer.total_count}</TotalCount>"]
    if answer.detail is not None:
        parts.append(f"<Detail>{_escaped(answer.detail)}</Detail>")
    if answer.statuses is not None:
        parts.append("<Statuses>")
        for reference, saved in answer.statuses:
            status = "Success" if saved else "Error"
            parts.append(
                f"<IntegrationStatusResponse><Reference>{_escaped(reference)}</Reference>"
                f"<Status>{status}</Status></IntegrationStatusResponse>"
            )
        parts.append("</Statuses>")
    return "".join(parts)


_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def _escaped(text: str) -> str:
    # A carriage return written as it is would reach the reader as a line feed.
    return escape(text.translate(_FORBIDDEN), {"\r": "&#xD;"})


def _enveloped(inner: str, version: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{version}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    ).encode()
