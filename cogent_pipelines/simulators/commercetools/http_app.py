"""The HTTP side: the vendor's endpoints under faults, tokens and the project's lock, and the simulator's own."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.commercetools.calls import Call, Endpoint
from cogent_pipelines.simulators.commercetools.documents import Document, copied
from cogent_pipelines.simulators.commercetools.errors import Refused, no_such_uri, not_found
from cogent_pipelines.simulators.commercetools.ids import new_id
from cogent_pipelines.simulators.commercetools.sim_routes import sim_routes
from cogent_pipelines.simulators.common import gate
from cogent_pipelines.simulators.common.faults import Fault, FaultKind
from cogent_pipelines.simulators.common.trade_routes import storefront_routes

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

CALL_KINDS = gate.TRANSPORT_KINDS | {FaultKind.EXPIRE_TOKEN, FaultKind.DRIFT, FaultKind.VENDOR}
# What a rule of the kind `vendor` orders: somebody else changes the resource just before an update, which then conflicts.
MEDDLES = "meddle"
# The vendor's error codes by status (its page on error handling, read 2026-11); 429 is of one API of the vendor's only.
CODES = {
    400: ("InvalidInput", "The request is not valid."),
    401: ("invalid_token", "invalid_token"),
    403: ("insufficient_scope", "Insufficient scope."),
    404: ("ResourceNotFound", "The resource was not found."),
    409: ("ConcurrentModification", "Version mismatch. Concurrent modification."),
    429: ("TooManyRequests", "Too many requests."),
    500: ("General", "An internal error occurred. The request may or may not have been done."),
    502: ("BadGateway", "The server did not answer in time."),
    503: ("OverCapacity", "The service is over capacity."),
    504: ("General", "The server did not answer in time."),
}
_Handler = Callable[[Request], Awaitable[Response]]
_Act = Callable[[list[Fault]], tuple[int, Document]]


def build_app(simulator: "CommercetoolsSimulator", endpoints: list[Endpoint]) -> Starlette:
    """Put the app together; the order of the endpoints is the order in which paths are tried."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with simulator.running_notices():
            yield

    door = _Door(simulator)
    routes = [
        *sim_routes(simulator),
        *gate.fault_routes(simulator.faults),
        *storefront_routes(simulator.trade),
        Route("/oauth/token", door.token, methods=["POST"]),
        *(Route(f"/{{project}}{each.path}", door.to(each), methods=[each.method]) for each in endpoints),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _not_here})


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _refusal(no_such_uri(request.url.path))
    return _refusal(
        Refused(status, "InvalidInput" if status == 405 else "General", f"HTTP method not allowed: {request.method}")
    )


class _Door:
    """Lets calls in: under the fault book, with a token, under the lock."""

    def __init__(self, simulator: "CommercetoolsSimulator") -> None:
        self._simulator = simulator
        # Of its own, so that reading changes no id that the seed decides.
        self._random = random.Random(simulator.seed)

    async def token(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode(errors="replace"))
        for name in request.query_params:
            form.setdefault(name, request.query_params.getlist(name))

        def grant(_: list[Fault]) -> tuple[int, Document]:
            return 200, self._simulator.access.grant(request.headers.get("Authorization"), form)

        return await self._through(request, "oauth.token", grant)

    def to(self, endpoint: Endpoint) -> _Handler:
        async def handle(request: Request) -> Response:
            body = await request.body()

            def act(struck: list[Fault]) -> tuple[int, Document]:
                return self._act(request, endpoint, body, struck)

            return await self._through(request, endpoint.operation, act)

        return handle

    def _act(self, request: Request, endpoint: Endpoint, body: bytes, struck: list[Fault]) -> tuple[int, Document]:
        mine = self._simulator
        key, store = request.path_params["project"], request.path_params.get("store")
        mine.access.check(request.headers.get("Authorization"), project=key, needed=endpoint.scopes, store=store)
        if key != mine.project.key:
            raise not_found(key)
        if store is not None:
            mine.project.stores.need(store, "key")
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        with mine.project.lock:
            mine.catch_up()
            meddled = any(fault.kind is FaultKind.VENDOR and fault.settings.get("what") == MEDDLES for fault in struck)
            call = Call(request.method, request.path_params, query, body, mine.access.client_id, meddled)
            answer = endpoint.act(call)
            return answer.status, answer.document

    async def _through(self, request: Request, operation: str, act: _Act) -> Response:
        mine = self._simulator
        mine.calls[operation] += 1
        struck = mine.faults.draw(operation, CALL_KINDS)
        drifts = [fault for fault in struck if fault.kind is FaultKind.DRIFT]
        if any(fault.kind is FaultKind.EXPIRE_TOKEN for fault in struck):
            mine.access.forget(request.headers.get("Authorization"))

        async def acted() -> Response:
            try:
                status, document = act(struck)
            except Refused as refused:
                mine.refusals[f"{operation} {refused.code}"] += 1
                return _refusal(refused)
            if drifts:
                document = copied(document)
            for fault in drifts:
                gate.drift(document, str(fault.settings.get("path", "")))
            return _json(document, status)

        answer = await gate.under_faults(struck, clock=mine.clock, wording=_Wording(), act=acted)
        told = request.headers.get("X-Correlation-ID")
        answer.headers["X-Correlation-ID"] = told or f"projects-{new_id(self._random)}"
        return answer


class _Wording:
    """How the vendor words what the fault book orders."""

    def refusal(self, fault: Fault) -> Response:
        status = int(fault.settings.get("status", 503))
        code, text = CODES.get(status, ("General", "An error occurred."))
        told = fault.settings.get("code", code)
        body = fault.settings.get("body") or Refused(status, told, text).body()
        return _json(body, status, _retry_after(fault))

    def throttled(self, fault: Fault) -> Response:
        status = int(fault.settings.get("status", 429))
        code, text = CODES[status]
        return _json(Refused(status, code, text).body(), status, _retry_after(fault))


def _retry_after(fault: Fault) -> dict[str, str]:
    told = fault.settings.get("retry_after")
    return {} if told is None else {"Retry-After": str(told)}


def _refusal(refused: Refused) -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="commercetools"'} if refused.status == 401 else {}
    return _json(refused.body(), refused.status, headers)


def _json(document: Document, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, headers, "application/json; charset=utf-8")
