"""The fault book and the gate that applies it."""

from contextlib import AbstractContextManager

import httpx
import pytest
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.faults import Fault, FaultBook
from cogent_pipelines.simulators.common.gate import AnswerLost, drift, under_faults
from cogent_pipelines.simulators.common.server import running
from cogent_pipelines_tests.simulators.common.in_process import call


class PlainWording:
    def refusal(self, fault: Fault) -> Response:
        return JSONResponse({"refused": True}, status_code=fault.settings["status"])

    def throttled(self, fault: Fault) -> Response:
        return JSONResponse({"throttled": True}, status_code=429)


class Counter:
    """An app that counts how often it acted."""

    def __init__(self, faults: FaultBook) -> None:
        self.faults = faults
        self.clock = VirtualClock()
        self.acted = 0

    async def act(self) -> Response:
        self.acted += 1
        return JSONResponse({"acted": self.acted})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        struck = self.faults.draw(scope["path"].strip("/"))
        answer = await under_faults(struck, clock=self.clock, wording=PlainWording(), act=self.act)
        await answer(scope, receive, send)


def post(app: Counter, operation: str) -> httpx.Response:
    return call(app, "POST", f"/{operation}", base_url="http://sim")


def test_a_rule_strikes_as_often_as_it_says_and_only_its_operation() -> None:
    """times and operation bound a rule."""
    book = FaultBook()
    book.refuse_before_acting("Save*", status=502, times=2)

    drawn = [len(book.draw(name)) for name in ("GetData", "SaveData", "SaveData", "SaveData")]

    assert [0, 1, 1, 0] == drawn


def test_a_rule_may_let_some_calls_pass_first() -> None:
    """after delays a rule by a number of calls."""
    book = FaultBook()
    book.throttle(after=2, times=1)

    assert [0, 0, 1, 0] == [len(book.draw("x")) for _ in range(4)]


def test_the_same_seed_strikes_the_same_calls() -> None:
    """Faults by probability are repeatable."""

    def drawn(seed: int) -> list[int]:
        book = FaultBook(seed)
        book.throttle(times=None, probability=0.5)
        return [len(book.draw("x")) for _ in range(40)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_a_refusal_before_acting_does_nothing() -> None:
    """What is refused first was not done."""
    app = Counter(FaultBook())
    app.faults.refuse_before_acting(status=503)

    assert (503, 200) == (post(app, "x").status_code, post(app, "x").status_code)
    assert 1 == app.acted


def test_a_failure_after_acting_has_acted() -> None:
    """The answer says 500, the books say done."""
    app = Counter(FaultBook())
    app.faults.fail_after_acting(status=500)

    assert 500 == post(app, "x").status_code
    assert 1 == app.acted


def test_a_lost_answer_surfaces_in_process_as_answer_lost() -> None:
    """Without sockets the client sees an exception, after the act took place."""
    app = Counter(FaultBook())
    app.faults.time_out_after_acting()

    with pytest.raises(AnswerLost):
        post(app, "x")
    assert 1 == app.acted


def test_a_lost_answer_cuts_a_real_connection() -> None:
    """Over a socket the client sees the connection end without an answer."""
    app = Counter(FaultBook())
    app.faults.time_out_after_acting()
    server: AbstractContextManager[str] = running(app)

    with server as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{url}/x", timeout=5)
    assert 1 == app.acted


def test_a_slow_answer_takes_vendor_time() -> None:
    """Slowness is measured by the simulator's clock."""
    app = Counter(FaultBook())
    before = app.clock.now()
    app.faults.slow(seconds=30)

    assert 200 == post(app, "x").status_code
    assert 30 == (app.clock.now() - before).total_seconds()


def test_an_html_page_comes_instead_of_json() -> None:
    """A page in front of the vendor answers for it."""
    app = Counter(FaultBook())
    app.faults.answer_html(status=200)

    assert "text/html; charset=utf-8" == post(app, "x").headers["content-type"]
    assert 0 == app.acted


def test_drift_puts_null_at_a_path() -> None:
    """`*` stands for every row."""
    document = {"data": {"orders": [{"name": "#1"}, {"name": "#2"}]}}

    drift(document, "data.orders.*.name")

    assert {"data": {"orders": [{"name": None}, {"name": None}]}} == document


def test_a_rule_survives_the_way_through_json() -> None:
    """What is not a rule's own field becomes a setting."""
    fault = FaultBook().add_from_json({"kind": "refuse", "operation": "a", "times": None, "status": 429})

    assert ("refuse", "a", None, {"status": 429}) == (
        fault.kind.value,
        fault.operation,
        fault.times,
        fault.settings,
    )


def test_a_wrong_kind_is_refused() -> None:
    """A misspelt rule must not be silently inert."""
    with pytest.raises(ValueError, match="nonsense"):
        FaultBook().add("nonsense")
