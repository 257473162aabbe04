"""The front door: HTTP in, one operation, HTTP out; limits, outages and faults strike here.

    POST /{clientId}/resources/integrationservicev4.asmx          SOAP 1.1 and 1.2
    GET  /{clientId}/resources/integrationservicev4.asmx?wsdl     the description
    GET, POST /{clientId}/resources/integrationservicev4.asmx/{Operation}

The path is read without regard to case, as the vendor's server does.
"""

from collections import Counter, deque
from datetime import datetime
from random import Random
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.faults import Fault as Rule
from cogent_pipelines.simulators.common.faults import FaultBook, FaultKind
from cogent_pipelines.simulators.common.gate import HTML_PAGE, LostAnswer, under_faults
from cogent_pipelines.simulators.peoplevox.rate_limit import RateLimit
from cogent_pipelines.simulators.peoplevox.service import Service, refusal
from cogent_pipelines.simulators.peoplevox.sessions import Sessions
from cogent_pipelines.simulators.peoplevox.soap import (
    SOAP_11,
    Answer,
    Call,
    Fault,
    answer_body,
    bare_answer,
    content_type,
    fault_body,
    parse_call,
    version_of,
)
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.wsdl import HTTP_OPERATIONS, describe

_SERVICE = "resources/integrationservicev4.asmx"
_ACTING_KINDS = frozenset(FaultKind) - {
    FaultKind.LOSE_EVENT,
    FaultKind.DELAY_EVENT,
    FaultKind.DUPLICATE_EVENT,
    FaultKind.REORDER_EVENT,
    FaultKind.FORGE_EVENT,
}
TOO_FAST = "System : Too many requests, please try again later"  # unknown wording


class FrontDoor:
    """Serves one tenant."""

    def __init__(
        self,
        *,
        service: Service,
        sessions: Sessions,
        faults: FaultBook,
        clock: Clock,
        switches: Switches,
        seed: int,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.recent: deque[tuple[str, str, str]] = deque(maxlen=1000)
        self.outage_until: datetime | None = None
        self.outage_status = 503
        self.limit = RateLimit(switches)
        self.throttled = 0
        self._service = service
        self._sessions = sessions
        self._faults = faults
        self._clock = clock
        self._switches = switches
        self._random = Random(f"front {seed}")

    async def answer(self, request: Request) -> Response:
        """Answer any request outside `/_sim/`."""
        tenant, _, rest = request.path_params["path"].partition("/")
        place, _, operation = rest.partition(".asmx")
        if tenant.casefold() != self._sessions.account.client_id.casefold() or f"{place}.asmx".casefold() != _SERVICE:
            return HTMLResponse(HTML_PAGE, status_code=404)
        if self.outage_until is not None and self._clock.now() < self.outage_until:
            return HTMLResponse(HTML_PAGE, status_code=self.outage_status)
        if operation.strip("/"):
            return await self._plain(request, operation.strip("/"))
        if request.method == "GET":
            return self._describe(request)
        return await self._soap(request)

    def _describe(self, request: Request) -> Response:
        if "wsdl" not in {name.casefold() for name in request.query_params}:
            return HTMLResponse("<!DOCTYPE html><html><body><h1>IntegrationServiceV4</h1></body></html>")
        address = str(request.url.replace(query="", fragment=""))
        return Response(describe(address), media_type="text/xml; charset=utf-8")

    async def _plain(self, request: Request, operation: str) -> Response:
        """Serve the HTTP GET and POST bindings; they carry no session, so little but logging in succeeds."""
        name = next((known for known in HTTP_OPERATIONS if known.casefold() == operation.casefold()), None)
        if name is None:
            return HTMLResponse(HTML_PAGE, status_code=500)
        form = request.url.query if request.method == "GET" else (await request.body()).decode(errors="replace")
        arguments = dict(parse_qsl(form, keep_blank_values=True))
        call = Call(name, arguments, "", "")
        return await self._under_faults(call)

    async def _soap(self, request: Request) -> Response:
        body = await request.body()
        try:
            call = parse_call(body, request.headers)
            if not self._service.knows(call.operation):
                raise Fault(f"Server did not recognize the operation {call.operation}.")  # noqa: TRY301
        except Fault as fault:
            version = version_of(body)
            return Response(fault_body(fault, version), 500, media_type=content_type(version))
        return await self._under_faults(call)

    async def _under_faults(self, call: Call) -> Response:
        template = call.arguments.get("TemplateName") or call.arguments.get("templateName") or ""
        self.calls[call.operation] += 1
        self.recent.append((self._clock.now().isoformat(), call.operation, template))
        if not await self._admitted():
            return self._too_fast(call)
        if self._switches.html_error_probability and self._random.random() < self._switches.html_error_probability:
            return HTMLResponse(HTML_PAGE)
        struck = self._faults.draw(f"{call.operation}:{template}", _ACTING_KINDS)

        async def act() -> Response:
            return self._act(call, {rule.kind: rule for rule in struck})

        return await under_faults(struck, clock=self._clock, wording=_Wording(self, call), act=act)

    async def _admitted(self) -> bool:
        """Ask the rate limit; where its form is to wait, wait."""
        if self.limit.admits(self._clock.now()):
            return True
        self.throttled += 1
        while self._switches.rate_limit_form == "wait":
            await self._clock.sleep(self.limit.seconds_until_free(self._clock.now()))
            if self.limit.admits(self._clock.now()):
                return True
        return False

    def _act(self, call: Call, struck: dict[FaultKind, Rule]) -> Response:
        if FaultKind.EXPIRE_TOKEN in struck:
            self._sessions.expire(call.session)
        half = struck.get(FaultKind.HALF_DONE)
        drift = struck.get(FaultKind.DRIFT)
        arguments = dict(call.arguments)
        if drift:
            arguments["__hidden__"] = str(drift.settings.get("path", ""))
        try:
            only = int(half.settings.get("done", 0)) if half else None
            answer = self._service.act(call.operation, arguments, call.session, only=only)
        except Fault as fault:
            return self.faulted(call, fault)
        if drift and drift.settings.get("path") == "Detail":
            answer.detail = None
        if half and half.settings.get("form") == "lost":
            return LostAnswer(self._clock, float(half.settings.get("hang_seconds", 0.0)))
        if half and half.settings.get("form") == "fault":
            return self.faulted(call, Fault("Server was unable to process request.", server=True))
        return self.answered(call, answer)

    def _too_fast(self, call: Call) -> Response:
        form = self._switches.rate_limit_form
        if form == "429":
            return Response("Too Many Requests", 429, media_type="text/plain")
        if form == "fault":
            return self.faulted(call, Fault(TOO_FAST, server=True))
        return self.answered(call, refusal(TOO_FAST))

    def answered(self, call: Call, answer: Answer) -> Response:
        if not call.version:
            return Response(bare_answer(answer), media_type="text/xml; charset=utf-8")
        return Response(answer_body(call.operation, answer, call.version), media_type=content_type(call.version))

    def faulted(self, call: Call, fault: Fault) -> Response:
        version = call.version or SOAP_11
        return Response(fault_body(fault, version), 500, media_type=content_type(version))

    def too_fast(self, call: Call) -> Response:
        return self._too_fast(call)


class _Wording:
    """How this vendor words what the fault book orders."""

    def __init__(self, door: FrontDoor, call: Call) -> None:
        self._door = door
        self._call = call

    def refusal(self, fault: Rule) -> Response:
        """Give a SOAP fault for 500, an answer with ResponseId -1 for 200, and an HTML page for any other status."""
        status = int(fault.settings.get("status", 503))
        text = str(fault.settings.get("body") or "Server was unable to process request.")
        if status == 200:
            return self._door.answered(self._call, refusal(text))
        if status == 500:
            return self._door.faulted(self._call, Fault(text, server=True))
        response = HTMLResponse(str(fault.settings.get("body") or HTML_PAGE), status_code=status)
        if (seconds := fault.settings.get("retry_after")) is not None:
            response.headers["retry-after"] = str(seconds)
        return response

    def throttled(self, fault: Rule) -> Response:  # noqa: ARG002 - the wording is a switch of the tenant
        return self._door.too_fast(self._call)
