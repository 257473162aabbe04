"""Sending one webhook body to one address: over HTTP, or however the caller hands it in.

A blocking webhook's answer is read, so that a delivery gives status and body. Credentials in an address leave as Basic auth,
which is all the authentication that the vendor publishes: there is no signature.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from cogent_pipelines.simulators.common.posting import Poster


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""


Deliver = Callable[[str, Mapping[str, str], bytes], Awaitable[Answer]]
"""Sends one body to one address; raises when there was no answer in time."""

NO_ANSWER = Answer(0)
LONGEST_ANSWER = 15.0
"""Seconds that a blocking webhook waits (order-delegation page, read 2026-11)."""


def address_and_auth(url: str) -> tuple[str, dict[str, str]]:
    """Take the credentials out of an address: the address to call, and the header that says them."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return url, {}
    host = parts.hostname or ""
    netloc = f"{host}:{parts.port}" if parts.port else host
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    token = base64.b64encode(pair.encode()).decode()
    return urlunsplit(parts._replace(netloc=netloc)), {"Authorization": f"Basic {token}"}


def masked(url: str) -> str:
    """Hide an address's credentials as they are when read back: `https://***:***@host/path`."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"***:***@{parts.netloc.rpartition('@')[2]}"))


class HttpDelivery:
    """Posts over the wire, and reads the answer."""

    def __init__(self) -> None:
        self._poster = Poster(lambda: httpx.Timeout(LONGEST_ANSWER, connect=5.0))

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = await self._poster.post(url, headers, body)
        return Answer(answer.status_code, answer.content)

    async def close(self) -> None:
        await self._poster.close()
