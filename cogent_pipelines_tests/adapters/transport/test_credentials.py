"""Logging in: once for many, never again after a refusal, and the call is replayed once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.memory import MemoryEvidence
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines_tests.adapters.transport.wire import SleptClock, Vendor, a_write, client_of

LOGIN = Call("log in", "POST", "https://vendor.example/login", b"password=hunter2")


class Session:
    """Puts a token on calls and fetches the next one by logging in."""

    def __init__(self, token: str | None = "old") -> None:
        self.token = token
        self.stale: list[str | None] = []

    def apply(self, call: Call) -> Call | None:
        if self.token is None:
            return None
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self.token}"})

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        self.stale.append(stale.headers.get("Authorization"))
        self.token = send(LOGIN).answered().content.decode()


class Door:
    """Knows one good token; hands it out at the log-in, or refuses to."""

    def __init__(self, good: str = "new", login_status: int = 200) -> None:
        self.good = good
        self.login_status = login_status
        self.logins = 0
        self.let_in = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/login":
            self.logins += 1
            return httpx.Response(self.login_status, content=b"new")
        if request.headers.get("authorization") != f"Bearer {self.good}":
            return httpx.Response(401)
        self.let_in += 1
        return httpx.Response(200)


def test_many_calls_that_expire_together_log_in_once():
    """Every log-in may end the session before it, so twenty at once would throw each other out."""
    door, session = Door(), Session()
    with client_of(door, credentials=session, concurrency=20) as client:
        settled = client.send_all([a_write() for _ in range(20)])

    assert (1, 20, {Standing.ANSWERED}) == (door.logins, door.let_in, {one.standing for one in settled})


def test_the_first_call_logs_in_where_there_is_no_session_yet():
    """Nothing is sent without credentials."""
    door, session = Door(), Session(token=None)
    with client_of(door, credentials=session) as client:
        standing = client.send(a_write()).standing

    assert (Standing.ANSWERED, 1, [None]) == (standing, door.logins, session.stale)


def test_the_log_in_is_told_which_token_went_stale():
    """So that a token that another run has renewed meanwhile can be taken instead."""
    session = Session()
    with client_of(Door(), credentials=session) as client:
        client.send(a_write())

    assert ["Bearer old"] == session.stale


def test_a_call_refused_again_after_logging_in_is_denied():
    """One replay, no loop."""
    door, session = Door(good="never"), Session()
    with client_of(door, credentials=session) as client:
        settled = client.send(a_write())

    assert (1, Standing.DENIED) == (door.logins, settled.standing)


def test_a_refused_log_in_denies_every_call_and_is_not_tried_again_for_a_minute():
    """Vendors lock accounts that knock with the wrong password."""
    clock, door = SleptClock(), Door(login_status=403)
    with client_of(door, credentials=Session(), clock=clock, concurrency=4) as client:
        settled = client.send_all([a_write() for _ in range(12)])
        logins_at_first = door.logins
        clock.pass_by(timedelta(seconds=61).total_seconds())
        client.send(a_write())

    assert ({Standing.DENIED}, 1, 2) == ({one.standing for one in settled}, logins_at_first, door.logins)


def test_a_log_in_that_the_vendor_cannot_take_now_is_tried_later():
    """A vendor that is down has not refused the credentials."""
    with client_of(Door(login_status=503), credentials=Session()) as client:
        settled = client.send(a_write())

    assert Standing.NOT_DONE == settled.standing


def test_a_log_in_that_breaks_for_our_own_fault_leaves_the_call_not_done():
    """The other calls of the batch keep their results."""

    class Broken(Session):
        def renew(self, stale, send):
            raise KeyError("session")

    with client_of(Door(), credentials=Broken()) as client:
        settled = client.send_all([a_write(), a_write()])

    assert [Standing.NOT_DONE] * 2 == [one.standing for one in settled]


def test_neither_token_nor_password_reaches_the_evidence_or_the_reply():
    """What is stored and what is handed back know the call, not the credentials."""
    evidence = MemoryEvidence()
    with client_of(Vendor(), credentials=Session(token="s3cr3t"), evidence=evidence) as client:
        settled = client.send(a_write())

    assert b"s3cr3t" not in evidence.exchanges[0].request
    assert b"Authorization: [redacted]" in evidence.exchanges[0].request
    assert {} == settled.reply.call.headers
