"""Takes secrets out of what is logged or stored: tokens, passwords, session ids, client secrets.

Personal data in the body of a write stays: evidence must show what was sent, and is never logged.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

MASK = b"[redacted]"
_SHORTEST_SECRET = 6

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


@dataclass(frozen=True, slots=True)
class Secret:
    """`pattern` keeps its first group and loses the rest of the match.

    `hints`, in lower case, are what a body holds wherever the pattern can match: looking for them first makes redaction of
    large bodies without such a secret some fifty times cheaper. No hints: the pattern always runs.
    """

    pattern: re.Pattern[bytes]
    hints: tuple[bytes, ...] = ()

    def may_be_in(self, lower: bytes, words: Mapping[bytes, bool]) -> bool:
        """Whether a body in lower case holds a hint; `words` says which of the common words it holds.

        Most hints are one of those words with a sign behind it: where the word is not there, they need not be looked for.
        """
        return not self.hints or any(hint in lower for hint in self.hints if words.get(hint.rstrip(b'\\"='), True))


_WORDS = (b"token", b"apikey", b"api_key", b"secret", b"sessionid", b"session_id", b"password", b"passwd")
# A name that is one of the words or ends with one: `refresh_token`, `clientSecret`, `SessionId`.
_NAME = rb"[\w-]*(?:" + b"|".join(_WORDS) + rb")"

_SECRETS = (
    # An XML element, with any prefix and attributes.
    Secret(re.compile(rb"(?i)(<(?:\w+:)?" + _NAME + rb"(?:\s[^<>]*)?>)[^<]+(?=<)"), _WORDS),
    # A member of a JSON object, also where the object is itself quoted in another document.
    Secret(
        re.compile(rb'(?i)(\\?"' + _NAME + rb'\\?"\s*:\s*\\?")(?:[^"\\]|\\[^"])*'),
        tuple(word + end for word in _WORDS for end in (b'"', b'\\"')),
    ),
    # A field of a form or a query.
    Secret(
        re.compile(rb"(?i)((?:^|[?&;\s])" + _NAME + rb"=)[^&\s#\"'<>]+"),
        tuple(word + b"=" for word in _WORDS),
    ),
    # Tokens that are recognised wherever they stand.
    Secret(re.compile(rb"(?i)(\bbearer\s+)[\w.~+/=-]+"), (b"bearer",)),
    Secret(re.compile(rb"(?i)(\bbasic\s+)[A-Za-z0-9+/_-]{16,}={0,2}"), (b"basic",)),
    Secret(re.compile(rb"(?i)(\bshp(?:at|ca|pa|ss|ua)_)\w+"), (b"shpat_", b"shpca_", b"shppa_", b"shpss_", b"shpua_")),
    # A user and a password in front of a host.
    Secret(re.compile(rb"(://)[^/@\s:]+:[^/@\s]+(?=@)"), (b"@",)),
)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is secret; `headers` are lower-case names."""

    headers: frozenset[str] = _HEADERS
    secrets: tuple[Secret, ...] = _SECRETS

    def also(self, *, headers: frozenset[str] = frozenset(), secrets: tuple[Secret, ...] = ()) -> "Redaction":
        """The same with a vendor's own secrets added."""
        return Redaction(self.headers | headers, self.secrets + secrets)

    def knowing(self, *values: str) -> "Redaction":
        """The same with these very secrets masked wherever they stand; what is too short to be one is left out."""
        known = {form for value in values if len(value) >= _SHORTEST_SECRET for form in _forms(value)}
        return self.also(secrets=tuple(Secret(re.compile(b"()" + re.escape(form))) for form in sorted(known)))

    def body(self, content: bytes) -> bytes:
        lower = content.lower()
        words = {word: word in lower for word in _WORDS}
        for secret in self.secrets:
            if secret.may_be_in(lower, words):
                content = secret.pattern.sub(rb"\1" + MASK, content)
        return content

    def text(self, text: str) -> str:
        return self.body(text.encode()).decode()

    def header(self, name: str, value: str) -> str:
        """The value of a header that is secret as a whole is masked; others go through `body` with the rest."""
        return MASK.decode() if name.lower() in self.headers else value


def _forms(value: str) -> tuple[bytes, ...]:
    """A secret as it may be written: as is, escaped for XML, in an address, in base 64."""
    raw = value.encode()
    return raw, escape(value).encode(), quote(value, safe="").encode(), quote_plus(value).encode(), b64encode(raw)


def described(error: BaseException) -> str:
    """What broke and where, for logs: not the error's own text, which may quote the data that it stumbled over."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(error).__name__
    code = place.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_qualname} ({code.co_filename}:{place.tb_lineno})"
