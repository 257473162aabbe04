"""What the answer to a client-credentials log-in grants (RFC 6749, 5.1), and what is a token at all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeGuard

import orjson

from cogent_pipelines.ports.errors import VendorUnavailable

_LONGEST_TOKEN = 8_000
_LONGEST_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, how long it is good for, and what it allows; `scope` as it was said, empty where it was not."""

    token: str
    life: timedelta
    scope: str


def grant_in(content: bytes, *, usual_seconds: float, operation: str) -> Grant:
    """Read the answer; `usual_seconds` is a token's life where it does not say.

    Raises:
        VendorUnavailable: there is no token in it: somebody else's word, or half of one.
    """
    try:
        answer = orjson.loads(content)
        life = timedelta(seconds=float(answer.get("expires_in") or usual_seconds))
        token, scope = answer["access_token"], str(answer.get("scope") or "")
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as fault:
        raise VendorUnavailable("the answer to the log-in cannot be read", operation=operation) from fault
    if not fits_a_header(token):
        raise VendorUnavailable("the answer to the log-in has no token", operation=operation)
    return Grant(token, min(max(life, timedelta(seconds=1)), _LONGEST_LIFE), scope)


def fits_a_header(token: object) -> TypeGuard[str]:
    """Whether it is a text that a header can carry: a line break in it would be somebody's attempt at another header."""
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN:
        return False
    return token.isascii() and token.isprintable() and " " not in token
