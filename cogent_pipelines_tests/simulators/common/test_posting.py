"""Events reach their address over HTTP, and where nobody answers that is told as a status."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.posting import NOBODY, Poster, statuses
from cogent_pipelines.simulators.common.server import running


def test_an_event_is_posted_as_it_is() -> None:
    """Body and headers arrive, the answer comes back, and a redirect is not followed."""
    heard: list[tuple[bytes, str]] = []

    async def answer(request: Request) -> Response:
        heard.append((await request.body(), request.headers["x-topic"]))
        return Response("elsewhere", status_code=302, headers={"location": "/moved"})

    async def post(url: str) -> int:
        poster = Poster(lambda: httpx.Timeout(10))
        try:
            return await poster.status(f"{url}/hear", {"x-topic": "orders/create"}, b"{}")
        finally:
            await poster.close()

    with running(Starlette(routes=[Route("/hear", answer, methods=["POST"])])) as url:
        status = asyncio.run(post(url))

    assert (302, [(b"{}", "orders/create")]) == (status, heard)


def test_every_copy_has_its_own_status() -> None:
    answers = iter([200, 503])

    async def deliver(address: str, headers: Mapping[str, str], body: bytes) -> int:
        return next(answers)

    assert [200, 503] == asyncio.run(statuses(deliver, "https://ours.invalid", {}, b"", copies=2))


@pytest.mark.parametrize("error", [httpx.ReadTimeout("too slow"), ConnectionResetError(), TimeoutError()])
def test_no_answer_is_told_as_nobodys(error: Exception) -> None:
    """Whoever sends decides what follows; no error gets that far."""

    async def deliver(address: str, headers: Mapping[str, str], body: bytes) -> int:
        raise error

    assert [NOBODY] == asyncio.run(statuses(deliver, "https://ours.invalid", {}, b"", copies=1))
