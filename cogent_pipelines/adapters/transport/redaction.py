"""Takes secrets out of what is logged or stored: tokens, passwords, session ids, client secrets.

Personal data in the body of a write stays: evidence must show what was sent, and is never logged.
"""

import re
import string
from base64 import b64encode
from dataclasses import dataclass, field
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


_LETTERS = string.ascii_letters.encode() + b"_<\n"
_LOWER = bytes.maketrans(string.ascii_uppercase.encode() + b"<", string.ascii_lowercase.encode() + b"\n")
_OTHERS = bytes(set(range(256)) - set(_LETTERS))


def _letters(content: bytes) -> set[bytes]:
    """The letters of each line and each element, in lower case: in a large body most of these are alike."""
    return set(content.translate(_LOWER, _OTHERS).split(b"\n"))


@dataclass(frozen=True, slots=True)
class Secret:
    """`pattern` keeps its first group and loses the rest of the match.

    `hints`, in lower case, are what a body holds wherever the pattern can match: looking for them first makes redaction of
    large bodies without such a secret some hundred times cheaper. No hints: the pattern always runs.
    """

    pattern: re.Pattern[bytes]
    hints: tuple[bytes, ...] = ()
    words: dict[bytes, tuple[bytes, ...]] = field(init=False, repr=False, compare=False)
    """The hints by their longest run of letters: where that is not, none of them is."""

    def __post_init__(self) -> None:
        words: dict[bytes, tuple[bytes, ...]] = {}
        for hint in self.hints:
            word = max(_letters(hint), key=len)
            words[word] = (*words.get(word, ()), hint)
        object.__setattr__(self, "words", words)


@dataclass(slots=True)
class _Body:
    """One body while hints are looked for in it."""

    content: bytes
    letters: bytes = field(init=False)
    lower: bytes = b""
    held: dict[bytes, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.letters = b"\n".join(_letters(self.content))

    def holds_a_hint_of(self, secret: Secret) -> bool:
        held = self.held
        for word, hints in secret.words.items():
            if word not in held:
                held[word] = word in self.letters
            if held[word] and self._holds_any(hints):
                return True
        return not secret.hints

    def _holds_any(self, hints: tuple[bytes, ...]) -> bool:
        self.lower = self.lower or self.content.lower()
        return any(hint in self.lower for hint in hints)


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
    Secret(re.compile(rb"(?i)(\bshp(?:at|ca|pa|ss|ua)_)\w+"), (b"shp",)),
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
        return self.also(
            secrets=tuple(Secret(re.compile(b"()" + re.escape(form)), (form.lower(),)) for form in sorted(known))
        )

    def body(self, content: bytes) -> bytes:
        body = _Body(content)
        for secret in self.secrets:
            if body.holds_a_hint_of(secret):
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
