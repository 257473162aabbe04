"""The HTTP side: the vendor's endpoints, and under `/_sim/` the simulator's own (books, orders, faults, clock)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from graphql import FieldNode
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cogent_pipelines.simulators.common import gate
from cogent_pipelines.simulators.common.faults import Fault, FaultKind
from cogent_pipelines.simulators.common.trade_routes import storefront_routes
from cogent_pipelines.simulators.shopify.graph.engine import asks_about_itself
from cogent_pipelines.simulators.shopify.graph.faults import RequestRefused
from cogent_pipelines.simulators.shopify.graph.registry import RequestContext
from cogent_pipelines.simulators.shopify.graph.schema import served_version
from cogent_pipelines.simulators.shopify.sim_routes import sim_routes

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator

CALL_KINDS = gate.TRANSPORT_KINDS | {FaultKind.EXPIRE_TOKEN, FaultKind.DRIFT}


def build_app(simulator: "ShopifySimulator") -> Starlette:
    endpoint = _GraphQL(simulator)

    async def token(request: Request) -> Response:
        return await _token(simulator, request)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with simulator.running_webhooks():
            yield

    routes = [
        Route("/admin/api/{version}/graphql.json", endpoint.handle, methods=["POST"]),
        Route("/admin/oauth/access_token", token, methods=["POST"]),
        *sim_routes(simulator),
        *storefront_routes(simulator.trade),
        *gate.fault_routes(simulator.faults),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _not_here})


async def _not_here(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _json({"errors": REFUSALS.get(status, "Not Acceptable")}, status)


def _json(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status_code=status, headers=headers, media_type="application/json")


class _Wording:
    """How the vendor words what the fault book orders."""

    def __init__(self, simulator: "ShopifySimulator", context: RequestContext) -> None:
        self._simulator = simulator
        self._context = context

    def refusal(self, fault: Fault) -> Response:
        status = int(fault.settings.get("status", 500))
        headers = {}
        if fault.settings.get("retry_after") is not None:
            headers["Retry-After"] = str(fault.settings["retry_after"])
        body = fault.settings.get("body") or {"errors": REFUSALS.get(status, "Internal Server Error")}
        return _json(body, status, headers)

    def throttled(self, fault: Fault) -> Response:
        mine = self._simulator
        mine.bucket.drain()
        requested = fault.settings.get("requested", 100)
        return _json(mine.engine.throttled(requested, self._context, mine.bucket))


REFUSALS = {
    401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    402: "This shop is currently frozen",
    403: "User does not have access",
    404: "Not Found",
    423: "This shop is unavailable",
    429: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class _GraphQL:
    def __init__(self, simulator: "ShopifySimulator") -> None:
        self._simulator = simulator

    async def handle(self, request: Request) -> Response:
        mine = self._simulator
        version = served_version(request.path_params["version"])
        if version is None:
            return _json({"errors": REFUSALS[404]}, 404)
        body = await _body(request)
        context = RequestContext(mine.shop, version, frozenset(mine.switches.scopes), mine)
        operation = self._name_of(body, version)
        mine.calls[operation] = mine.calls.get(operation, 0) + 1
        faults = mine.faults.draw(operation, CALL_KINDS)
        token = request.headers.get("x-shopify-access-token")
        if any(fault.kind is FaultKind.EXPIRE_TOKEN for fault in faults):
            mine.access.forget(token)
            # A token that never expires is refused this once, all the same.
            token = None

        async def act() -> Response:
            return self._answer(body, token, context, faults)

        answer = await gate.under_faults(faults, clock=mine.clock, wording=_Wording(mine, context), act=act)
        answer.headers["X-Shopify-API-Version"] = version
        asked = request.path_params["version"]
        if asked != version:
            answer.headers["X-Shopify-API-Deprecated-Reason"] = f"{asked} is no longer supported"
        return answer

    def _name_of(self, body: dict[str, Any] | None, version: str) -> str:
        """Name a call for the fault book: its first root field, which is what it does, whatever it is called."""
        if body is None or not isinstance(body.get("query"), str):
            return "malformed"
        try:
            operation = self._simulator.engine.operation(body["query"], body.get("operationName"), version)
        except RequestRefused:
            return "malformed"
        if asks_about_itself(operation):
            return "__schema"
        roots = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
        return roots[0].name.value if roots else "query"

    def _answer(
        self, body: dict[str, Any] | None, token: str | None, context: RequestContext, faults: list[Fault]
    ) -> Response:
        mine = self._simulator
        if not mine.access.knows(token):
            return _json({"errors": REFUSALS[401]}, 401)
        if body is None or not isinstance(body.get("query"), str) or not body["query"].strip():
            return _json({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        variables = body.get("variables") or {}
        if not isinstance(variables, dict):
            return _json({"errors": {"variables": "Variables are invalid JSON."}}, 400)
        with mine.shop.lock:
            answer = mine.engine.answer(
                body["query"], variables, body.get("operationName"), context=context, bucket=mine.bucket
            )
            text = orjson.dumps(answer)
        drifts = [fault for fault in faults if fault.kind is FaultKind.DRIFT]
        if drifts:
            # Equal parts of an answer are shared objects in memory; only a copy may be spoilt at one place.
            document = orjson.loads(text)
            for fault in drifts:
                gate.drift(document, str(fault.settings["path"]))
            text = orjson.dumps(document)
        return Response(text, media_type="application/json")


async def _body(request: Request) -> dict[str, Any] | None:
    raw = await request.body()
    if request.headers.get("content-type", "").startswith("application/graphql"):
        return {"query": raw.decode("utf-8", "replace")}
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


async def _token(simulator: "ShopifySimulator", request: Request) -> Response:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        form = await request.form()
        given: dict[str, Any] = dict(form)
    else:
        given = await _body(request) or {}
    faults = simulator.faults.draw("access_token", gate.TRANSPORT_KINDS)
    context = RequestContext(simulator.shop, "unstable", frozenset(), simulator)

    async def act() -> Response:
        return _grant(simulator, given)

    return await gate.under_faults(faults, clock=simulator.clock, wording=_Wording(simulator, context), act=act)


def _grant(simulator: "ShopifySimulator", given: dict[str, Any]) -> Response:
    if given.get("grant_type") != "client_credentials":
        text = "Only the client_credentials grant is modelled by this simulator"
        return JSONResponse({"error": "unsupported_grant_type", "error_description": text}, status_code=400)
    granted = simulator.access.grant(str(given.get("client_id", "")), str(given.get("client_secret", "")))
    if granted is None:
        text = "Client authentication failed"
        return JSONResponse({"error": "invalid_client", "error_description": text}, status_code=401)
    token, seconds = granted
    scope = ",".join(simulator.switches.scopes)
    return JSONResponse({"access_token": token, "scope": scope, "expires_in": seconds})
