"""A simulator in this process, without sockets: calls made to it as a stranger's client would, and its events received."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx


def call(app: Any, method: str, path: str, *, base_url: str = "http://127.0.0.1", **more: Any) -> httpx.Response:
    """Ask an ASGI app once, with a client of its own; `more` is what `httpx` takes."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url) as client:
            return await client.request(method, path, **more)

    return asyncio.run(ask())


class Receiver:
    """Where events arrive; `status` is what it answers, or an exception it raises."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status: int | Exception = 200

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.got.append((url, dict(headers), body))
        if isinstance(self.status, Exception):
            raise self.status
        return self.status
