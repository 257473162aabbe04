"""A vendor's reply as it might come: with something else in it, as broken text, as a page of HTML, or as an error."""

import json
from typing import Any

import httpx

from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

_STATUSES = (*[200] * 12, 201, 204, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503)
_WAITS = ("2", "inf", "nan", "1e300", "-5", "²", "", "Mon, 02 Nov 2026 09:01:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359")
_PAGES = (b"", b"\xff\xfe", b"<!DOCTYPE html><html>maintenance</html>", b"[" * 5_000, b'"' + b"\\ud800" * 20 + b'"')


def spoilt_answer(reply: Any, dice: Dice) -> httpx.Response:
    """The reply, a JSON value, with what was done to it on its way."""
    headers = {
        "Retry-After": dice.one_of(_WAITS).encode("latin-1"),
        "X-RateLimit-Scope": b"ordersRead",
        "X-RateLimit-Limit": dice.one_of(("600", *_WAITS)).encode("latin-1"),
        "X-RateLimit-Remaining": dice.one_of(("599", *_WAITS)).encode("latin-1"),
    }
    return httpx.Response(dice.one_of(_STATUSES), headers=headers, content=_content(reply, dice))


def _content(reply: Any, dice: Dice) -> bytes:
    match dice.below(8):
        case 0:
            return spoilt_text(json.dumps(reply), dice).encode("utf-8", "replace")
        case 1:
            return dice.one_of(_PAGES)
        case _:
            return json.dumps(spoilt_json(reply, dice)).encode()
