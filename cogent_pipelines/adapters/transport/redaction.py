"""Takes secrets out of what is logged or stored: tokens, passwords, session ids, client secrets.

Personal data in the body of a write stays: evidence must show what was sent, and is never logged.
"""

import re
from dataclasses import dataclass

MASK = b"[redacted]"

_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-shopify-access-token",
        "x-shopify-hmac-sha256",
        "shopify-hmac-sha256",
    }
)

_NAME = rb"(?:[\w-]*(?:access_?token|refresh_?token|api_?key|client_?secret|session_?id|passw(?:or)?d|secret)|token)"
_PATTERNS = (
    # <SessionId>…</SessionId>, with any prefix and attributes.
    re.compile(rb"(?i)(<(?:\w+:)?" + _NAME + rb"(?:\s[^<>]*)?>)[^<]+(?=<)"),
    # "access_token": "…" and \"access_token\": \"…\" inside a quoted document.
    re.compile(rb'(?i)(\\?"' + _NAME + rb'\\?"\s*:\s*\\?")(?:[^"\\]|\\[^"])*'),
    # client_secret=… in a form or a query.
    re.compile(rb"(?i)((?:^|[?&;\s])" + _NAME + rb"=)[^&\s#\"'<>]+"),
    # Tokens that are recognised wherever they stand.
    re.compile(rb"(?i)(\bbearer\s+)[\w.~+/=-]+"),
    re.compile(rb"(\bshp(?:at|ca|pa|ss|ua)_)\w+"),
    # A user and a password in front of a host.
    re.compile(rb"(://)[^/@\s:]+:[^/@\s]+(?=@)"),
)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is secret. `patterns` keep their first group and lose the rest of the match; `headers` are lower-case names."""

    headers: frozenset[str] = _HEADERS
    patterns: tuple[re.Pattern[bytes], ...] = _PATTERNS

    def also(self, *, headers: frozenset[str] = frozenset(), patterns: tuple[re.Pattern[bytes], ...] = ()) -> "Redaction":
        """The same with a vendor's own secrets added."""
        return Redaction(self.headers | headers, self.patterns + patterns)

    def body(self, content: bytes) -> bytes:
        for pattern in self.patterns:
            content = pattern.sub(rb"\1" + MASK, content)
        return content

    def text(self, text: str) -> str:
        return self.body(text.encode()).decode()

    def header(self, name: str, value: str) -> str:
        return MASK.decode() if name.lower() in self.headers else self.text(value)
