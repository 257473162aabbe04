"""A client of a JSON service that runs in this process; it looks at every status itself."""

from typing import Any

import httpx

from cogent_pipelines_tests.simulators.common.in_process import call


class RestClient:
    """Calls an ASGI app; `headers` go with every call."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.headers: dict[str, str] = {}

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return call(self._app, method, path, headers=headers, **more)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.call("GET", path, params=query)

    def post(self, path: str, content: Any = None) -> httpx.Response:
        return self.call("POST", path, json=content)

    def put(self, path: str, content: Any) -> httpx.Response:
        return self.call("PUT", path, json=content)
