"""The wire of a pair: calls are known by whose they are and what they do, whatever the vendor calls them.

`front:write` is a call that changes something at the storefront, `back:read` one that asks the warehouse, `…:login` one for
a token. Faults strike such calls; how the vendor misbehaves then is said by its own fault book.
"""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from cogent_pipelines.simulators.common.faults import Fault, FaultBook
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.router import RememberingRouter
from cogent_pipelines_tests.journeys.wire import WorldClock, operation_of

FRONT, BACK = "front", "back"
_LOGIN = re.compile(r"/(oauth/(access_)?token|token/\w+|api/Auth)$", re.IGNORECASE)
_ASKS_BY_POST = re.compile(r"/(graphql(\.json)?|export[\w-]*/.*|\w+/search)$", re.IGNORECASE)
_ACTS_BY_GET = re.compile(r"/Cancel$")
_AWAY, _UNAUTHORISED = 503, 401
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Strike:
    """What goes wrong at a call that the pattern names, so many times, after so many others of them."""

    call: str
    kind: str
    times: int = 1
    after: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def strikes(self, operation: str) -> bool:
        if self.times <= 0 or not fnmatch.fnmatchcase(operation, self.call):
            return False
        self.after -= 1
        if self.after >= 0:
            return False
        self.times -= 1
        return True


class PairRouter(RememberingRouter):
    """`sides` are the hosts of each side, `books` their fault books; `around` is told before and after each call."""

    sides: Mapping[str, str]
    books: Mapping[str, FaultBook]
    fixed: frozenset[str]
    """Sides whose token nobody gets anew by a call: one that is refused now is good again later."""

    def __init__(self, clock: WorldClock, apps: dict[str, object], reaper: Reaper) -> None:
        super().__init__(clock, apps, reaper)
        self.strikes: list[Strike] = []
        self.front_away_until = clock.now()
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None

    def _named(self, request: httpx.Request) -> str:
        return f"{self.sides[request.url.host]}:{what_it_does(request)}"

    def _told(self, request: httpx.Request, operation: str) -> str:
        name = operation_of(request) if "soapaction" in request.headers else request.url.path
        return f"{operation} {request.method} {name}"

    def _writes(self, request: httpx.Request, operation: str) -> bool:
        del request
        return operation.endswith(":write")

    async def _answer(self, request: httpx.Request, operation: str) -> httpx.Response:
        book = self.books[operation.partition(":")[0]]
        struck = [self._add(book, each, operation) for each in self.strikes if each.strikes(operation)]
        if operation.startswith(FRONT) and self._clock.now() < self.front_away_until:
            struck.append(book.refuse_before_acting(status=_AWAY))
        self.before(operation)
        try:
            return await super()._answer(request, operation)
        finally:
            for fault in struck:
                book.clear(fault.id)
            self.after(operation)

    def _add(self, book: FaultBook, strike: Strike, operation: str) -> Fault:
        if strike.kind == "expire_token" and operation.partition(":")[0] in self.fixed:
            return book.refuse_before_acting(status=_UNAUTHORISED)
        return book.add(strike.kind, **strike.settings)


def what_it_does(request: httpx.Request) -> str:
    """`login`, `write` or `read`."""
    if "soapaction" in request.headers:
        name = operation_of(request)
        return "login" if name.startswith("Authenticate") else "write" if name.startswith("SaveData") else "read"
    path = request.url.path
    if _LOGIN.search(path):
        return "login"
    if _ASKS_BY_POST.search(path):
        return "write" if b'"mutation' in request.content else "read"
    if request.method in _READS and not _ACTS_BY_GET.search(path):
        return "read"
    return "write"
