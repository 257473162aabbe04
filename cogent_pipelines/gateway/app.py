"""The gateway's web application: its addresses, and what each is wired to.

Only `/webhooks/` may be reachable from outside; the desk, the metrics and the health answers are for the inside.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cogent_pipelines.gateway.counters import Counters, metric
from cogent_pipelines.gateway.desk import DeskView, ReadDesk
from cogent_pipelines.gateway.desk_page import Choice, desk_page, unreachable_page
from cogent_pipelines.gateway.group_commit import GroupCommit
from cogent_pipelines.gateway.reception import Endpoint, Limits, Reception
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.webhook import InboxWriter

_log = logging.getLogger(__name__)

T = TypeVar("T")

_LEDGER_SECONDS = 5.0
# Nothing on the page comes from elsewhere, and nothing in it runs.
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Ping = Callable[[], None]
"""Reaches the ledger, or raises; called from a thread."""


def create_gateway(
    endpoints: Sequence[Endpoint],
    inbox: InboxWriter,
    *,
    ping: Ping,
    read_desk: ReadDesk = DeskView,
    clock: Clock | None = None,
    dagster_url: str = "",
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
) -> Starlette:
    """Build the application.

    Raises:
        ValueError: two endpoints have the same address.
    """
    if len({(endpoint.connection, endpoint.source) for endpoint in endpoints}) < len(endpoints):
        raise ValueError("two webhook endpoints have the same connection and source")
    return _Gateway(endpoints, inbox, ping, read_desk, clock or SystemClock(), dagster_url, limits).app()


class _Gateway:
    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        inbox: InboxWriter,
        ping: Ping,
        read_desk: ReadDesk,
        clock: Clock,
        dagster_url: str,
        limits: Limits,
    ) -> None:
        self._ping = ping
        self._read_desk = read_desk
        self._clock = clock
        self._dagster_url = dagster_url
        self._counters = Counters()
        self._commits = GroupCommit(inbox)
        self._reception = Reception(endpoints, inbox=self._commits, counters=self._counters, clock=clock, limits=limits)
        # Apart from the inbox's threads: a slow page must not keep a webhook waiting.
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="desk")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._desk),
                Route("/healthz", self._health),
                Route("/health", self._health),
                Route("/metrics", self._metrics),
                Route("/webhooks/{connection}/{source}", self._reception.receive, methods=["POST"]),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self._commits.close()
            self._readers.shutdown(wait=False, cancel_futures=True)

    async def _health(self, _request: Request) -> Response:
        try:
            await self._read(self._ping)
        except Exception as error:  # noqa: BLE001 - whatever it is, the ledger cannot be used
            _log.warning("health: the ledger cannot be reached: %s", type(error).__name__)
            return JSONResponse({"ok": False, "ledger": "unreachable"}, 503)
        return JSONResponse({"ok": True, "ledger": "reachable"})

    async def _metrics(self, _request: Request) -> Response:
        view = await self._view()
        lines = [
            *self._counters.lines(),
            *metric("cogent_ledger_up", "gauge", "Whether the ledger can be read.", {(): float(view is not None)}),
            *_desk_lines(view or DeskView()),
        ]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    async def _desk(self, request: Request) -> Response:
        view, now = await self._view(), self._clock.now()
        if view is None:
            return HTMLResponse(unreachable_page(now=now, dagster_url=self._dagster_url), 503, _PAGE_HEADERS)
        choice = Choice(request.query_params.get("connection", ""), request.query_params.get("team", ""))
        page = desk_page(view, choice=choice, now=now, dagster_url=self._dagster_url)
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    async def _view(self) -> DeskView | None:
        """None while the ledger is away."""
        try:
            return await self._read(self._read_desk)
        except Exception as error:  # noqa: BLE001 - whatever it is, the page must still say so
            _log.warning("desk: the ledger cannot be read: %s", type(error).__name__)
            return None

    async def _read(self, question: Callable[[], T]) -> T:
        async with asyncio.timeout(_LEDGER_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(self._readers, question)


def _desk_lines(view: DeskView) -> Iterable[str]:
    cases = Counter((case.connection, case.severity.value, case.team.value) for case in view.cases)
    yield from metric(
        "cogent_open_cases",
        "gauge",
        "Open exception cases.",
        {(("connection", c), ("severity", s), ("team", t)): n for (c, s, t), n in cases.items()},
    )
    yield from metric(
        "cogent_queue_depth",
        "gauge",
        "What waits in each queue.",
        {(("connection", queue.connection), ("queue", queue.queue)): queue.waiting for queue in view.queues},
    )
