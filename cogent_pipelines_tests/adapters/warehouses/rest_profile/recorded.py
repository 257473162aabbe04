"""A vendor that answers as a test scripts it, path by path, and remembers what it was asked."""

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

Answer = Response | list[Any] | dict[str, Any] | Callable[[Request], Any]


class Recorded:
    """`answers` are by method and path; a function is asked each time anew."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.calls: list[tuple[str, dict[str, str], Any]] = []

    def on(self, what: str, answer: Answer) -> "Recorded":
        self.answers[what] = answer
        return self

    def asked(self, what: str) -> list[tuple[dict[str, str], Any]]:
        return [(query, body) for name, query, body in self.calls if name == what]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = await request.body()
        what = f"{request.method} {request.url.path}"
        self.calls.append((what, dict(request.query_params), json.loads(raw) if raw else None))
        answer = self.answers.get(what, Response(status_code=404))
        given = answer(request) if callable(answer) and not isinstance(answer, Response) else answer
        response = given if isinstance(given, Response) else JSONResponse(given)
        await response(scope, receive, send)
