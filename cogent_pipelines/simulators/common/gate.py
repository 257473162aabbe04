"""Between a simulator's web server and its acts: the fault book applied to one HTTP call.

`under_faults` runs one act under the rules struck for it. What a refusal looks like is asked of the vendor through
`Wording`. A lost answer leaves as the head of a response whose body never comes: a real server then cuts the
connection, and an in-process client (`httpx.ASGITransport`) sees `AnswerLost` raised out of the call. Either way the
client cannot know whether the act took place.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.faults import Fault, FaultBook, FaultKind

TRANSPORT_KINDS = frozenset(
    {
        FaultKind.SLOW,
        FaultKind.REFUSE,
        FaultKind.THROTTLE,
        FaultKind.HTML_PAGE,
        FaultKind.TIME_OUT_BEFORE_ACTING,
        FaultKind.FAIL_AFTER_ACTING,
        FaultKind.TIME_OUT_AFTER_ACTING,
    }
)

HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>Service unavailable</title></head>"
    "<body><h1>Something went wrong</h1><p>Please try again later.</p></body></html>"
)


class AnswerLost(TimeoutError):
    """The connection was cut; whether the simulator acted before is for the client to find out."""


class Wording(Protocol):
    """How one vendor words the refusals that the fault book orders."""

    def refusal(self, fault: Fault) -> Response:
        """Word a refusal, or a failure after the act."""

    def throttled(self, fault: Fault) -> Response:
        """Word "too fast"."""


class LostAnswer(Response):
    """The head of a response whose body never comes."""

    def __init__(self, clock: Clock, hang_seconds: float) -> None:
        super().__init__(status_code=200)
        self._clock = clock
        self._hang_seconds = hang_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        await self._clock.sleep(self._hang_seconds)
        headers = [(b"content-type", b"application/octet-stream"), (b"content-length", b"1000000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        raise AnswerLost("the simulator was ordered to lose this answer")


async def under_faults(
    faults: Iterable[Fault], *, clock: Clock, wording: Wording, act: Callable[[], Awaitable[Response]]
) -> Response:
    """Run one act under the rules that strike it and give the answer the client gets."""
    struck = {fault.kind: fault for fault in faults}
    if fault := struck.get(FaultKind.SLOW):
        await clock.sleep(float(fault.settings.get("seconds", 1.0)))
    if early := _answer_before_acting(struck, clock, wording):
        return early
    answer = await act()
    return _answer_after_acting(struck, clock, wording) or answer


def _answer_before_acting(struck: dict[FaultKind, Fault], clock: Clock, wording: Wording) -> Response | None:
    if fault := struck.get(FaultKind.REFUSE):
        return wording.refusal(fault)
    if fault := struck.get(FaultKind.THROTTLE):
        return wording.throttled(fault)
    fault = struck.get(FaultKind.HTML_PAGE)
    if fault and not fault.settings.get("acted"):
        return HTMLResponse(HTML_PAGE, status_code=int(fault.settings.get("status", 200)))
    if fault := struck.get(FaultKind.TIME_OUT_BEFORE_ACTING):
        return LostAnswer(clock, float(fault.settings.get("hang_seconds", 0.0)))
    return None


def _answer_after_acting(struck: dict[FaultKind, Fault], clock: Clock, wording: Wording) -> Response | None:
    fault = struck.get(FaultKind.HTML_PAGE)
    if fault:
        return HTMLResponse(HTML_PAGE, status_code=int(fault.settings.get("status", 200)))
    if fault := struck.get(FaultKind.FAIL_AFTER_ACTING):
        return wording.refusal(fault)
    if fault := struck.get(FaultKind.TIME_OUT_AFTER_ACTING):
        return LostAnswer(clock, float(fault.settings.get("hang_seconds", 0.0)))
    return None


def drift(document: Any, path: str) -> None:
    """Put null where `path` leads in a JSON document; `*` stands for every row of a list. Changes it in place."""
    _drift(document, path.split("."))


def _drift(node: Any, steps: list[str]) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(node, dict):
        if step in node:
            if rest:
                _drift(node[step], rest)
            else:
                node[step] = None
    elif isinstance(node, list):
        rows = range(len(node)) if step == "*" else [int(step)] if step.isdecimal() else []
        for row in rows:
            if row >= len(node):
                continue
            if rest:
                _drift(node[row], rest)
            else:
                node[row] = None


def fault_routes(book: FaultBook) -> list[Route]:
    """Give the routes by which a fault book is read and written over HTTP: GET, POST, DELETE /_sim/faults."""

    async def read(_: Request) -> Response:
        return JSONResponse({"faults": [fault.as_json() for fault in book.all()]})

    async def write(request: Request) -> Response:
        try:
            specs = await request.json()
            rules = [book.add_from_json(spec) for spec in (specs if isinstance(specs, list) else [specs])]
        except (ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"faults": [rule.as_json() for rule in rules]}, status_code=201)

    async def strike(request: Request) -> Response:
        number = request.path_params.get("fault_id")
        return JSONResponse({"struck": book.clear(number)})

    return [
        Route("/_sim/faults", read, methods=["GET"]),
        Route("/_sim/faults", write, methods=["POST"]),
        Route("/_sim/faults", strike, methods=["DELETE"]),
        Route("/_sim/faults/{fault_id:int}", strike, methods=["DELETE"]),
    ]
