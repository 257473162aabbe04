"""Every vendor's credentials stay with that vendor: not with whoever it sends us to, not in what is kept, said or logged.

Each side is opened as a connection opens it, from its YAML and the variables that it names, before its own stand-in.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines_tests.components.deployment import connection
from cogent_pipelines_tests.factories.orders import NINE
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock
from cogent_pipelines_tests.matrix.pairs import STOREFRONTS, WAREHOUSES
from cogent_pipelines_tests.matrix.sides import Side

ELSEWHERE = "elsewhere.example"
_NO_SECRETS = re.compile(r"_(ID|USER)$")
_LOG_IN = re.compile(r"oauth|gettoken|api/auth", re.IGNORECASE)
_SHOWN_IN = ("authorization", "x-shopify-access-token", "x-access-token", "ms-apikey")
_SESSION = re.compile(rb"<(?:\w+:)?SessionId>([^<]+)<")
_SHORTEST = 4
_SINCE = NINE - timedelta(days=1)
_ASKED: Mapping[str, tuple[Callable[[Any], Any], ...]] = {
    "storefront": (
        lambda port: list(port.check()),
        lambda port: list(port.orders(_SINCE)),
        lambda port: port.orders_named(["1001"]),
        lambda port: list(port.stock()),
    ),
    "warehouse": (
        lambda port: list(port.check()),
        lambda port: list(port.stock_all()),
        lambda port: list(port.despatches(_SINCE)),
        lambda port: port.find_sales_orders(["1001"]),
    ),
}


class Listening(httpx.AsyncBaseTransport):
    """Remembers every request; answers as told, and a log-in as the vendor does unless that is told, too."""

    def __init__(self, router: Router, answer: Callable[[httpx.Request], httpx.Response], *, log_in_works: bool) -> None:
        self._router = router
        self._answer = answer
        self._log_in_works = log_in_works
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        self.asked.append(request)
        is_log_in = _LOG_IN.search(str(request.url)) is not None or b"Authenticate" in content
        if is_log_in and self._log_in_works:
            return await self._router.handle_async_request(request)
        return self._answer(request)

    def shown(self) -> set[str]:
        """The tokens and sessions that went with the calls."""
        found = {value.rpartition(" ")[2] for each in self.asked for name in _SHOWN_IN if (value := each.headers.get(name))}
        return found | {session.decode() for each in self.asked for session in _SESSION.findall(each.content)}


async def nobody(url: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
    """No event goes anywhere."""
    raise AssertionError(url)


@pytest.fixture(params=[*STOREFRONTS, *WAREHOUSES])
def side(request: pytest.FixtureRequest) -> Side:
    opened: Side = {**STOREFRONTS, **WAREHOUSES}[request.param](WorldClock(), nobody)
    return opened


def ask_everything(side: Side, engine: Listening) -> tuple[str, VendorServices]:
    """All that came of it, in words: lines, values, errors."""
    which = "storefront" if side.vendor in STOREFRONTS else "warehouse"
    services = VendorServices.in_memory(OurClock(WorldClock()), engine=engine)
    known = connection(**{which: dict(side.block)})
    build = build_storefront if which == "storefront" else build_warehouse
    said: list[str] = []
    with build(known, services=services, environment=side.environment) as port:
        for ask in _ASKED[which]:
            try:
                said.append(repr(ask(port)))
            except VendorError as error:
                said.append(f"{error!r} {error}")
    return "\n".join(said), services


def secrets_of(side: Side, engine: Listening) -> set[str]:
    given = {value for name, value in side.environment.items() if not _NO_SECRETS.search(name)}
    return {secret for secret in given | engine.shown() if len(secret) >= _SHORTEST}


def listening(side: Side, answer: Callable[[httpx.Request], httpx.Response], *, log_in_works: bool) -> Listening:
    return Listening(Router(WorldClock(), dict(side.hosts)), answer, log_in_works=log_in_works)


@pytest.mark.parametrize("log_in_works", [True, False], ids=["after a log-in", "instead of a log-in"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_to_another_host(side, status, log_in_works):
    """The call ends there, in words that name where we were sent, and the credentials stay."""
    to = {"Location": f"https://{ELSEWHERE}/take"}
    engine = listening(side, lambda _: httpx.Response(status, headers=to), log_in_works=log_in_works)

    said, _ = ask_everything(side, engine)

    assert set(side.hosts) >= {request.url.host for request in engine.asked} != set()
    assert ELSEWHERE in said
    assert engine.shown() or not log_in_works


def test_an_address_of_another_host_is_not_even_called(side):
    """Whatever put it into a call: the account has its hosts, and no other gets a request."""
    engine = listening(side, lambda _: httpx.Response(200), log_in_works=True)
    which = "storefront" if side.vendor in STOREFRONTS else "warehouse"
    services = VendorServices.in_memory(OurClock(WorldClock()), engine=engine)
    build = build_storefront if which == "storefront" else build_warehouse
    with build(connection(**{which: dict(side.block)}), services=services, environment=side.environment) as port:
        [client] = _clients_in(port)
        assert set(side.hosts) >= client._hosts != frozenset()


def _clients_in(port: Any) -> Iterator[Any]:
    found = [getattr(port, "_client", None), getattr(getattr(port, "_wire", None), "vendor", None)]
    found += [getattr(getattr(port, "_wire", None), "_vendor", None)]
    yield from {id(each): each for each in found if each is not None}.values()


@pytest.mark.parametrize("log_in_works", [True, False], ids=["calls are refused", "the log-in is refused"])
@pytest.mark.parametrize("status", [400, 401, 500])
def test_what_a_vendor_quotes_of_our_credentials_is_kept_said_and_logged_by_nobody(side, caplog, status, log_in_works):
    """It repeats the whole request to us, headers and all, in every field that might hold its words."""

    def quoting(request: httpx.Request) -> httpx.Response:
        headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
        own = " ".join(side.environment.values())
        words = f"no: {headers} {request.url} {request.content.decode('utf-8', 'replace')} {own}"
        errors = [{"errorKey": "X", "message": words, "code": "InvalidInput"}]
        return httpx.Response(status, json={"errors": errors, "message": words, "Message": words, "error": words})

    engine = listening(side, quoting, log_in_works=log_in_works)
    with caplog.at_level(logging.DEBUG, logger="cogent_pipelines"):
        said, services = ask_everything(side, engine)
    evidence = b" ".join(each.request + each.response for each in services.evidence.exchanges).decode("utf-8", "replace")
    secrets = secrets_of(side, engine)

    assert secrets
    assert [] == sorted(secret for secret in secrets for text in (said, evidence, caplog.text) if secret in text)
