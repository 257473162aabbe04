"""The front door of a JSON service: HTTP in, one operation, HTTP out; limits, outages and faults strike here.

What there is to call, who may call it and how a refusal is worded is asked of the vendor through `Vendor`.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cogent_pipelines.simulators.common import gate
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.switches import WireSwitches
from cogent_pipelines.simulators.common.faults import EVENT_KINDS, Fault, FaultBook, FaultKind

_DEEPEST = 30
_ACTING_KINDS = frozenset(FaultKind) - EVENT_KINDS


class Refused(Exception):
    """A call is not answered as it was meant; `code` is a word for machines, `more` what else is told."""

    def __init__(self, status: int, message: str, *, code: str = "", more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.more = dict(more or {})
        self.headers: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as an operation sees it: parts of the path, the query, the JSON of the body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers where its status is not the usual one."""

    content: Any
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that can be called; `path` has `{name}` for a part that varies."""

    name: str
    method: str
    path: str
    act: Callable[[Call], Any]
    takes_body: bool = False
    free: bool = False
    """Whether it may be called without having shown who calls."""


class Vendor(Protocol):
    """What a vendor tells its door."""

    def operations(self) -> Sequence[Operation]:
        """Say what can be called now."""
        ...

    def admit(self, request: Request) -> None:
        """Let in who may call; raises `Refused`."""
        ...

    def forget(self, request: Request) -> None:
        """Forget the key or token that a call came with."""
        ...

    def read(self, body: Any) -> Any:
        """Turn a body's JSON from the wire's names into ours."""
        ...

    def write(self, content: Any) -> Any:
        """Turn an answer from our names into the wire's."""
        ...

    def word(self, refused: Refused) -> Response:
        """Word a refusal."""
        ...

    def too_fast(self, seconds: float) -> Refused:
        """Word "too fast", to be tried again after so long."""
        ...


@dataclass(slots=True)
class Door:
    """Serves one vendor."""

    vendor: Vendor
    clock: Clock
    faults: FaultBook
    switches: WireSwitches
    tick: Callable[[], None]
    calls: Counter[str] = field(default_factory=Counter)
    throttled: int = 0
    outage_until: datetime | None = None
    outage_status: int = 503
    _recent: deque[datetime] = field(default_factory=deque)

    def go_away(self, seconds: float, *, status: int = 503) -> None:
        """Answer nothing but HTML pages for so long."""
        self.outage_until, self.outage_status = self.clock.now() + timedelta(seconds=seconds), status

    async def answer(self, request: Request) -> Response:
        """Answer any request outside `/_sim/`."""
        if self.outage_until is not None and self.clock.now() < self.outage_until:
            return HTMLResponse(gate.HTML_PAGE, status_code=self.outage_status)
        try:
            self._count()
            operation, path = self._find(request)
        except Refused as refused:
            return self.vendor.word(refused)
        self.calls[operation.name] += 1
        struck = self.faults.draw(operation.name, _ACTING_KINDS)
        if any(fault.kind is FaultKind.EXPIRE_TOKEN for fault in struck):
            self.vendor.forget(request)

        async def act() -> Response:
            return await self._act(operation, path, request, struck)

        return await gate.under_faults(struck, clock=self.clock, wording=_Wording(self.vendor), act=act)

    def _find(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        allowed = []
        for operation in self.vendor.operations():
            if match := _pattern(operation.path).fullmatch(request.scope["path"]):
                if operation.method == request.method:
                    return operation, match.groupdict()
                allowed.append(operation.method)
        if allowed:
            raise Refused(405, f"The requested resource does not support http method '{request.method}'.")
        raise Refused(404, f"No HTTP resource was found that matches the request URI '{request.url.path}'.")

    async def _act(
        self, operation: Operation, path: Mapping[str, str], request: Request, struck: Sequence[Fault]
    ) -> Response:
        try:
            if not operation.free:
                self.vendor.admit(request)
            body = self.vendor.read(await _json_of(request)) if operation.takes_body else None
            self.tick()
            given = operation.act(Call(path=path, query=dict(request.query_params), body=body))
            # What falls due at once is done at once.
            self.tick()
        except Refused as refused:
            return self.vendor.word(refused)
        answer = given if isinstance(given, Answer) else Answer(given, 200)
        document = orjson.loads(orjson.dumps(self.vendor.write(answer.content), default=_plain))
        for fault in struck:
            if fault.kind is FaultKind.DRIFT:
                gate.drift(document, str(fault.settings["path"]))
        return json_response(document, answer.status)

    def _count(self) -> None:
        limit, now = self.switches.rate_limit_calls, self.clock.now()
        if limit <= 0:
            return
        span = timedelta(seconds=self.switches.rate_limit_seconds)
        while self._recent and self._recent[0] <= now - span:
            self._recent.popleft()
        if len(self._recent) >= limit:
            self.throttled += 1
            raise self.vendor.too_fast((self._recent[0] + span - now).total_seconds())
        self._recent.append(now)


def json_response(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    media = "application/json; charset=utf-8"
    return Response(orjson.dumps(content, default=_plain), status, dict(headers or {}), media_type=media)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def _pattern(path: str) -> re.Pattern[str]:
    """Read without regard to case, and with or without a slash at the end."""
    parts = re.split(r"\{(\w+)\}", path)
    text = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/]+)" for n, part in enumerate(parts))
    return re.compile(text + "/?", re.IGNORECASE)


async def _json_of(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    body = await request.body()
    if not body:
        return None
    if kind not in ("application/json", "text/json"):
        raise Refused(415, f"The request entity's media type '{kind}' is not supported for this resource.")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"The request is not JSON: {error}", code="INVALID_JSON") from None
    if _depth(content) > _DEEPEST:
        raise Refused(400, "The request is nested too deeply", code="INVALID_JSON")
    return content


def _depth(content: Any) -> int:
    """Count how many lists and objects lie within each other, layer by layer."""
    depth, layer = 0, [content]
    while layer and depth <= _DEEPEST:
        inner: list[Any] = []
        for one in layer:
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        depth, layer = depth + 1, inner
    return depth


class _Wording:
    """How the vendor words what the fault book orders."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    def refusal(self, fault: Fault) -> Response:
        refused = Refused(int(fault.settings.get("status", 500)), "An error has occurred.", code="ERROR")
        if fault.settings.get("retry_after") is not None:
            refused.headers["Retry-After"] = str(fault.settings["retry_after"])
        if fault.settings.get("body") is not None:
            return json_response(fault.settings["body"], refused.status, refused.headers)
        return self._vendor.word(refused)

    def throttled(self, fault: Fault) -> Response:
        return self._vendor.word(self._vendor.too_fast(float(fault.settings.get("retry_after") or 1)))
