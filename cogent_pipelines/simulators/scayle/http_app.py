"""The HTTP side: the Admin API under `/api/admin/v1`, and under `/_sim/` the simulator's own.

Paths are matched as they were sent, before percent-decoding: that is how `key%3D…` is told from what it must not be.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common import gate
from cogent_pipelines.simulators.common.faults import Fault, FaultKind
from cogent_pipelines.simulators.common.trade_routes import storefront_routes
from cogent_pipelines.simulators.scayle import (
    bulk,
    endpoints_catalogue,
    endpoints_fulfilment,
    endpoints_orders,
    endpoints_stock,
    endpoints_tenant,
    endpoints_webhooks,
    paging,
)
from cogent_pipelines.simulators.scayle.calls import Call, Endpoint, Reply, query_of
from cogent_pipelines.simulators.scayle.refusals import KEYS, Complaint, Refused, error_body, refused
from cogent_pipelines.simulators.scayle.sim_routes import sim_routes

if TYPE_CHECKING:
    from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator

CALL_KINDS = gate.TRANSPORT_KINDS | {FaultKind.EXPIRE_TOKEN, FaultKind.DRIFT, FaultKind.VENDOR}
PREFIX = "/api/admin/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Fixed segments win over variable ones: the bulk requests lie beside a variant's stocks.
ENDPOINTS: tuple[Endpoint, ...] = (
    *bulk.ENDPOINTS,
    *endpoints_orders.ENDPOINTS,
    *endpoints_fulfilment.ENDPOINTS,
    *endpoints_stock.ENDPOINTS,
    *endpoints_catalogue.ENDPOINTS,
    *endpoints_webhooks.ENDPOINTS,
    *endpoints_tenant.ENDPOINTS,
)
_TABLE = tuple((endpoint, tuple(endpoint.path.strip("/").split("/"))) for endpoint in ENDPOINTS)


def build_app(simulator: "ScayleSimulator") -> Starlette:
    api = _AdminApi(simulator)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with simulator.running_webhooks():
            yield

    routes = [
        Route(PREFIX + "/{rest:path}", api.respond, methods=list(METHODS)),
        *sim_routes(simulator),
        *gate.fault_routes(simulator.faults),
        *storefront_routes(simulator.trade),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _json(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = b"" if document is None else orjson.dumps(document)
    media_type = None if document is None else "application/json"
    return Response(body, status_code=status, headers=headers, media_type=media_type)


def find(method: str, path: str) -> tuple[Endpoint | None, dict[str, str], int]:
    """Find what a raw path means: the endpoint, its variable segments, and the status where there is none."""
    segments = path.strip("/").split("/")
    missing = 404
    for endpoint, pattern in _TABLE:
        if len(pattern) != len(segments):
            continue
        parts = {}
        for want, have in zip(pattern, segments, strict=True):
            if want.startswith("{"):
                parts[want[1:-1]] = have
            elif want != have:
                break
        else:
            if endpoint.method == method:
                return endpoint, parts, 200
            missing = 405
    return None, {}, missing


class _AdminApi:
    def __init__(self, simulator: "ScayleSimulator") -> None:
        self._simulator = simulator

    async def respond(self, request: Request) -> Response:
        mine = self._simulator
        raw_path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").partition("?")[0]
        endpoint, parts, status = find(request.method, raw_path.removeprefix(PREFIX))
        name = "unknown" if endpoint is None else endpoint.name
        mine.calls[name] = mine.calls.get(name, 0) + 1
        call = Call(mine, parts, query_of(request.scope["query_string"]), request.headers, await request.body())
        faults = mine.faults.draw(name, CALL_KINDS)

        async def act() -> Response:
            return self._answer(endpoint, call, request.method, status, faults)

        wording = _Wording(mine, endpoint)
        return await gate.under_faults(faults, clock=mine.clock, wording=wording, act=act)

    def _answer(self, endpoint: Endpoint | None, call: Call, method: str, missing: int, faults: list[Fault]) -> Response:
        mine = self._simulator
        headers: dict[str, str] = {}
        try:
            with mine.tenant.lock:
                mine.tick()
                reply = self._act(endpoint, call, method, missing, headers, faults)
        except Refused as error:
            body = error_body(error.complaints, mine.switches.empty_context)
            return _json(body, error.status, headers)
        document = _emptied(reply.document, call, faults)
        return _json(_drifted(document, faults), reply.status, headers)

    def _act(
        self,
        endpoint: Endpoint | None,
        call: Call,
        method: str,
        missing: int,
        headers: dict[str, str],
        faults: list[Fault],
    ) -> Reply:
        mine = self._simulator
        key = call.headers.get("x-access-token")
        if key is None or not mine.access.knows(key) or any(row.kind is FaultKind.EXPIRE_TOKEN for row in faults):
            raise refused(401, "missing or invalid access token")
        if endpoint is None:
            raise refused(missing, "this stand-in has no such endpoint")
        if not mine.access.allows(key, endpoint.resource, method):
            raise refused(403, "the access token may not do this", resource=endpoint.resource)
        passes, told = mine.limits.take(endpoint.scope)
        headers.update(told)
        if not passes:
            raise _too_fast(mine, endpoint.scope, headers)
        reply = endpoint.act(call)
        # What falls due at once is done at once: a shop whose waits are all nought shows it in the next answer.
        mine.tick()
        return reply


def _too_fast(simulator: "ScayleSimulator", scope: str, headers: dict[str, str]) -> Refused:
    if simulator.switches.rate_limit_retry_after:
        headers["Retry-After"] = headers["X-RateLimit-Reset"]
    return Refused(
        simulator.switches.rate_limit_status,
        Complaint(KEYS[429], f"The rate limit of {scope} is exceeded.", {"scope": scope}),
    )


def _emptied(document: Any, call: Call, faults: list[Fault]) -> Any:
    """A page with nothing on it that is not the last: `vendor` faults with `empty_page` order it."""
    wanted = any(fault.kind is FaultKind.VENDOR and fault.settings.get("empty_page") for fault in faults)
    if not wanted or not isinstance(document, dict) or "entities" not in document:
        return document
    return {"entities": [], "cursor": {"next": dict(call.query).get("cursor") or paging.START}}


def _drifted(document: Any, faults: list[Fault]) -> Any:
    drifts = [fault for fault in faults if fault.kind is FaultKind.DRIFT]
    if not drifts or document is None:
        return document
    copy = orjson.loads(orjson.dumps(document))
    for fault in drifts:
        gate.drift(copy, str(fault.settings["path"]))
    return copy


class _Wording:
    """How the vendor words what the fault book orders."""

    def __init__(self, simulator: "ScayleSimulator", endpoint: Endpoint | None) -> None:
        self._simulator = simulator
        self._scope = "globalRead" if endpoint is None else endpoint.scope

    def refusal(self, fault: Fault) -> Response:
        status = int(fault.settings.get("status", 500))
        headers = self._simulator.limits.headers(self._scope)
        if fault.settings.get("retry_after") is not None:
            headers["Retry-After"] = str(fault.settings["retry_after"])
        error = refused(status, KEYS.get(status, "error").replace("_", " ").capitalize())
        body = fault.settings.get("body") or error_body(error.complaints, self._simulator.switches.empty_context)
        return _json(body, status, headers)

    def throttled(self, _: Fault) -> Response:
        mine = self._simulator
        mine.limits.drain(self._scope)
        headers = mine.limits.headers(self._scope)
        error = _too_fast(mine, self._scope, headers)
        return _json(error_body(error.complaints, mine.switches.empty_context), error.status, headers)
