"""A client of a JSON service that runs in this process; it looks at every status itself."""

import asyncio
from typing import Any

import httpx


class RestClient:
    """Calls an ASGI app; `headers` go with every call."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.headers: dict[str, str] = {}

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                headers = {**self.headers, **more.pop("headers", {})}
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(send())

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.call("GET", path, params=query)

    def post(self, path: str, content: Any = None) -> httpx.Response:
        return self.call("POST", path, json=content)

    def put(self, path: str, content: Any) -> httpx.Response:
        return self.call("PUT", path, json=content)
