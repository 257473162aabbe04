"""The front door: HTTP in, one operation, HTTP out; tokens, permissions, limits, outages and faults strike here.

    GET  /{directory}/token/gettoken      Basic credentials for a token
    *    /{directory}/{operation}         with the token; `endpoints` has them all

A path is read without regard to case, as the vendor's server (IIS) does. Outside the directories there is only a web
page.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cogent_pipelines.simulators.common import gate
from cogent_pipelines.simulators.common.faults import Fault, FaultKind
from cogent_pipelines.simulators.orderwise.calls import Call, Endpoint, Reply
from cogent_pipelines.simulators.orderwise.refusals import Refused, Unauthorised, envelope
from cogent_pipelines.simulators.orderwise.routing import TOKEN, Meant, meaning

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.simulator import OrderWiseSimulator

_CALL_KINDS = gate.TRANSPORT_KINDS | {FaultKind.EXPIRE_TOKEN, FaultKind.DRIFT, FaultKind.VENDOR}


class FrontDoor:
    """Serves one tenant."""

    def __init__(self, simulator: "OrderWiseSimulator") -> None:
        self.calls: Counter[str] = Counter()
        self.recent: deque[tuple[str, str]] = deque(maxlen=1000)
        self.throttled = 0
        self.outage_until: datetime | None = None
        self.outage_status = 503
        self._simulator = simulator
        self._admitted: deque[datetime] = deque()
        self._random = Random(f"front {simulator.seed}")

    async def answer(self, request: Request) -> Response:
        """Answer any request outside `/_sim/`."""
        mine = self._simulator
        directory, _, rest = request.path_params["path"].partition("/")
        company = mine.companies.get(directory.casefold())
        if company is None:
            return HTMLResponse(gate.HTML_PAGE, status_code=404)
        if self.outage_until is not None and mine.clock.now() < self.outage_until:
            return HTMLResponse(gate.HTML_PAGE, status_code=self.outage_status)
        if mine.switches.html_error_probability and self._random.random() < mine.switches.html_error_probability:
            return HTMLResponse(gate.HTML_PAGE, status_code=500)
        meant = meaning(company, request.method, rest)
        self.calls[meant.name.partition(":")[0]] += 1
        self.recent.append((mine.clock.now().isoformat(), meant.name))
        struck = mine.faults.draw(meant.name, _CALL_KINDS)
        body = await request.body()

        async def act() -> Response:
            with company.lock:
                return self._act(request, meant, body, struck)

        return await gate.under_faults(struck, clock=mine.clock, wording=_Wording(self), act=act)

    def _act(self, request: Request, meant: Meant, body: bytes, struck: list[Fault]) -> Response:
        tokens = self._simulator.tokens
        authorization = request.headers.get("authorization", "")
        if any(fault.kind is FaultKind.EXPIRE_TOKEN for fault in struck):
            tokens.revoke(authorization)
        try:
            if meant.name == TOKEN and meant.missing == 200:
                return _json(tokens.issue(authorization))
            if meant.name != TOKEN:
                tokens.check(authorization)
            reply = self._done(request, meant, body)
        except Unauthorised:
            return Response(self._simulator.switches.unauthorised_body, 401, media_type="application/json")
        except Refused as refused:
            return self.refused(refused)
        if reply.document is None:
            return Response(status_code=reply.status)
        return _json(_drifted(reply.document, struck), reply.status, struck)

    def _done(self, request: Request, meant: Meant, body: bytes) -> Reply:
        self._admit()
        if meant.endpoint is None:
            raise _no_such_resource(request, meant.missing)
        self._permit(meant.endpoint)
        document = _document(request, body) if meant.endpoint.method != "GET" else None
        meant.company.tick()
        reply = meant.endpoint.act(Call(meant.company, meant.parts, _query(request), document))
        # What falls due at once is done at once: with no waits, the next answer shows it.
        meant.company.tick()
        return reply

    def _admit(self) -> None:
        limit, now = self._simulator.switches.rate_limit_per_second, self._simulator.clock.now()
        if limit <= 0:
            return
        while self._admitted and self._admitted[0] <= now - timedelta(seconds=1):
            self._admitted.popleft()
        if len(self._admitted) >= limit:
            self.throttled += 1
            raise Refused(429, "Too many requests")
        self._admitted.append(now)

    def _permit(self, endpoint: Endpoint) -> None:
        denied = self._simulator.switches.denied
        if endpoint.permission in denied or f"{endpoint.permission} {endpoint.method}" in denied:
            raise Refused(403, "Authorization has been denied for this request.")

    # ---- how this vendor words a refusal

    def refused(self, refused: Refused) -> Response:
        body = envelope(refused.messages, self._simulator.switches)
        if isinstance(body, str):
            return Response(body, refused.status, media_type="text/plain")
        return _json(body[0] if isinstance(body, list) else body, refused.status)


class _Wording:
    """How this vendor words what the fault book orders."""

    def __init__(self, door: FrontDoor) -> None:
        self._door = door

    def refusal(self, fault: Fault) -> Response:
        status = int(fault.settings.get("status", 503))
        text = str(fault.settings.get("body") or "An error has occurred.")
        # What stands in front of the application answers with a page; the application itself never says 502 to 504.
        page = status in (502, 503, 504)
        response = HTMLResponse(gate.HTML_PAGE, status) if page else self._door.refused(Refused(status, text))
        if (seconds := fault.settings.get("retry_after")) is not None:
            response.headers["retry-after"] = str(seconds)
        return response

    def throttled(self, fault: Fault) -> Response:  # noqa: ARG002 - it has one wording
        self._door.throttled += 1
        return self._door.refused(Refused(429, "Too many requests"))


def _query(request: Request) -> dict[str, str]:
    """Read the query; its names know no case."""
    told = {name.casefold(): value for name, value in request.query_params.items()}
    return {"lastAmendedDateTime" if name == "lastamendeddatetime" else name: value for name, value in told.items()}


def _document(request: Request, body: bytes) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if body and kind not in {"application/json", "text/json"}:
        raise Refused(415, f"The request entity's media type '{kind}' is not supported for this resource.")
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        raise Refused(400, "The request is invalid.") from None


def _no_such_resource(request: Request, status: int) -> Refused:
    if status == 405:
        return Refused(405, f"The requested resource does not support http method '{request.method}'.")
    return Refused(404, f"No HTTP resource was found that matches the request URI '{request.url}'.")


def _json(document: Any, status: int = 200, struck: list[Fault] | None = None) -> Response:
    body = orjson.dumps(document)
    if any(fault.kind is FaultKind.VENDOR and fault.settings.get("truncated") for fault in struck or ()):
        body = body[: len(body) * 2 // 3]
    return Response(body, status, media_type="application/json; charset=utf-8")


def _drifted(document: Any, struck: list[Fault]) -> Any:
    drifts = [fault for fault in struck if fault.kind is FaultKind.DRIFT]
    if not drifts:
        return document
    copy = orjson.loads(orjson.dumps(document))
    for fault in drifts:
        gate.drift(copy, str(fault.settings["path"]))
    return copy
