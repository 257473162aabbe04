"""Posting an event to an address: over HTTP, or however the caller hands it in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import httpx

Deliver = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]
"""Sends one body to one address and gives the HTTP status; raises when there was no answer in time."""

NOBODY = 0
"""Stands for the status where there was no answer."""


class Poster:
    """Posts over the wire; one client, made when first needed. `timeout` is asked then."""

    def __init__(self, timeout: Callable[[], httpx.Timeout]) -> None:
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout(), follow_redirects=False, trust_env=False)
        return await self._client.post(address, headers=dict(headers), content=body)

    async def status(self, address: str, headers: Mapping[str, str], body: bytes) -> int:
        return (await self.post(address, headers, body)).status_code

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def statuses(deliver: Deliver, address: str, headers: Mapping[str, str], body: bytes, *, copies: int) -> list[int]:
    """Send so many copies at once; gives the status of each, `NOBODY` where none came."""
    return await asyncio.gather(*(_status(deliver, address, headers, body) for _ in range(copies)))


async def _status(deliver: Deliver, address: str, headers: Mapping[str, str], body: bytes) -> int:
    try:
        return await deliver(address, headers, body)
    except (httpx.HTTPError, OSError, TimeoutError):
        return NOBODY
