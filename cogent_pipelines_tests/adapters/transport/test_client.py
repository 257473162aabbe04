"""What the client promises about repeating, about order, and about where it goes."""

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from cogent_pipelines.adapters.transport.call import Answer, NoAnswer, Reading, Silence, Verdict
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.ports.errors import AuthenticationFailed, OutcomeUnknown, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.vendor_account import Priority
from cogent_pipelines_tests.adapters.transport.wire import SleptClock, Vendor, a_read, a_write, client_of

FOUR_TIMES = 4
# A vendor that is busy, not broken: nothing was done, and its window moves on.
NINE_TIMES = 9
CONNECT_ERROR = httpx.ConnectError("refused")
READ_TIMEOUT = httpx.ReadTimeout("silence")


@pytest.mark.parametrize(
    ("reply", "sent", "standing"),
    [
        (200, 1, Standing.ANSWERED),
        (400, 1, Standing.REFUSED),
        (403, 1, Standing.DENIED),
        (429, NINE_TIMES, Standing.NOT_DONE),
        (503, FOUR_TIMES, Standing.NOT_DONE),
        (500, 1, Standing.UNSURE),
        (CONNECT_ERROR, FOUR_TIMES, Standing.NOT_DONE),
        (READ_TIMEOUT, 1, Standing.UNSURE),
        (httpx.ReadError("cut"), 1, Standing.UNSURE),
        (httpx.WriteTimeout("half sent"), 1, Standing.UNSURE),
        (httpx.RemoteProtocolError("hung up"), 1, Standing.UNSURE),
        (OSError("something else"), 1, Standing.UNSURE),
    ],
)
def test_a_write_is_repeated_only_where_it_was_certainly_not_carried_out(reply, sent, standing):
    """Whatever may have reached the vendor is never sent twice."""
    vendor = Vendor(reply)
    with client_of(vendor) as client:
        settled = client.send(a_write())

    assert (sent, standing) == (len(vendor.requests), settled.standing)


@pytest.mark.parametrize(
    ("reply", "sent", "error"),
    [
        (400, 1, VendorRefused),
        (403, 1, AuthenticationFailed),
        (429, NINE_TIMES, VendorUnavailable),
        (500, FOUR_TIMES, VendorUnavailable),
        (503, FOUR_TIMES, VendorUnavailable),
        (CONNECT_ERROR, FOUR_TIMES, VendorUnavailable),
        (READ_TIMEOUT, FOUR_TIMES, VendorUnavailable),
    ],
)
def test_a_read_is_repeated_wherever_waiting_may_help(reply, sent, error):
    """A read has no effect that could be doubled; what it raises tells the flow what to do."""
    vendor = Vendor(reply)
    with client_of(vendor) as client, pytest.raises(error):
        client.send(a_read()).answered()

    assert sent == len(vendor.requests)


def test_a_write_without_an_answer_raises_that_its_outcome_is_unknown():
    """An adapter that asks for the answer of a lost write is told to read back."""
    with client_of(Vendor(READ_TIMEOUT)) as client, pytest.raises(OutcomeUnknown):
        client.send(a_write()).answered()


def test_a_write_that_was_throttled_first_and_lost_then_is_unsure():
    """A repeat that is lost makes the whole call unsure, however certain the first refusal was."""
    vendor = Vendor(429, READ_TIMEOUT)
    with client_of(vendor) as client:
        settled = client.send(a_write())

    assert (2, Standing.UNSURE) == (len(vendor.requests), settled.standing)


def test_a_call_that_succeeds_on_a_repeat_gives_the_answer():
    """Short troubles are waited out inside the call."""
    with client_of(Vendor(503, 429, 200)) as client:
        answer = client.send(a_write()).answered()

    assert (200, b"as told") == (answer.status, answer.content)


def test_the_vendors_wish_to_wait_is_obeyed():
    """`Retry-After` is a lower bound of the wait."""
    clock = SleptClock()
    with client_of(Vendor(httpx.Response(429, headers={"retry-after": "7"}), 200), clock=clock) as client:
        client.send(a_write())

    assert [True] == [7.0 <= wait <= 8.0 for wait in clock.slept]


def test_a_long_wait_is_left_to_the_flow():
    """Longer than the patience: the reply comes back at once, with the wait in it."""
    clock, vendor = SleptClock(), Vendor(httpx.Response(503, headers={"retry-after": "90"}))
    with client_of(vendor, clock=clock) as client:
        settled = client.send(a_write())

    assert (1, [], 90.0) == (len(vendor.requests), clock.slept, settled.retry_after)


def test_waits_between_repeats_grow_no_longer_than_the_patience():
    """However many attempts are allowed, the total wait is bounded."""
    clock = SleptClock()
    patience = Patience(attempts=100, total=10.0)
    with client_of(Vendor(503), clock=clock, patience=patience) as client:
        client.send(a_write())

    assert 3 < len(clock.slept)
    assert sum(clock.slept) <= 10.0


def test_answers_come_in_the_order_of_the_calls():
    """However long each takes, and whatever their priority."""

    async def echo(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.02 if request.content in {b"0", b"1"} else 0)
        return httpx.Response(200, content=request.content)

    calls = [a_write(str(n).encode(), priority=Priority(n % 5)) for n in range(20)]
    with client_of(echo) as client:
        answers = [settled.answered().content for settled in client.send_all(calls)]

    assert [call.content for call in calls] == answers


def test_one_call_that_fails_leaves_the_others_alone():
    """Each call has its own fate."""

    async def picky(request: httpx.Request) -> httpx.Response:
        if request.content == b"3":
            raise httpx.ReadTimeout("only this one")
        return httpx.Response(200)

    with client_of(picky) as client:
        settled = client.send_all([a_write(str(n).encode()) for n in range(6)])

    assert [Standing.ANSWERED] * 3 + [Standing.UNSURE] + [Standing.ANSWERED] * 2 == [one.standing for one in settled]


def test_urgent_calls_leave_first():
    """Of one batch, the lower priority number goes out first."""
    vendor = Vendor()
    calls = [a_read(operation=p.name, url=f"https://vendor.example/{p.name}", priority=p) for p in reversed(Priority)]
    with client_of(vendor, concurrency=1) as client:
        client.send_all(calls)

    assert [f"/{priority.name}" for priority in Priority] == [request.url.path for request in vendor.requests]


def test_no_more_calls_are_under_way_than_allowed():
    """`concurrency` bounds the calls at the vendor, over all callers together."""
    under_way, most = 0, 0

    async def count(_request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.005)
        under_way -= 1
        return httpx.Response(200)

    with client_of(count, concurrency=3) as client:
        threads = [threading.Thread(target=client.send_all, args=([a_read()] * 6,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 3 == most


def test_the_client_works_inside_a_running_event_loop():
    """Callers stand where they stand, in another event loop included."""

    async def caller() -> int:
        with client_of(Vendor()) as client:
            return client.send(a_read()).answered().status

    assert 200 == asyncio.run(caller())


def test_an_answer_that_does_not_come_in_time_is_lost():
    """The time-out covers the whole call, and proves nothing."""

    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with client_of(never) as client:
        settled = client.send(a_write(timeout=0.02))

    assert isinstance(settled.reply, NoAnswer)
    assert (Silence.LOST, Standing.UNSURE) == (settled.reply.silence, settled.standing)


def test_an_answer_that_the_adapter_cannot_read_leaves_a_write_unsure():
    """A reader that stumbles over an answer has not proved that nothing happened."""

    def stumbling(_answer: Answer) -> Reading:
        raise KeyError("data")

    vendor = Vendor()
    with client_of(vendor, reader=stumbling) as client:
        settled = client.send(a_write())

    assert (1, Standing.UNSURE) == (len(vendor.requests), settled.standing)


def test_what_broke_is_logged_by_its_place_and_not_by_its_words(caplog):
    """An error may quote the answer that it stumbled over, and answers hold names and addresses."""

    def stumbling(answer: Answer) -> Reading:
        raise ValueError(answer.content.decode())

    with client_of(Vendor(httpx.Response(200, content=b"Jane Doe")), reader=stumbling) as client:
        client.send(a_write())

    assert ("ValueError in" in caplog.text, "test_client.py" in caplog.text, "Jane" in caplog.text) == (True, True, False)


def test_a_redirect_is_refused_and_never_followed():
    """The credentials go to the configured address and nowhere else."""
    vendor = Vendor(httpx.Response(307, headers={"location": "https://elsewhere.example/api"}))
    with client_of(vendor) as client:
        settled = client.send(a_write())

    assert (["vendor.example"], Standing.REFUSED) == ([r.url.host for r in vendor.requests], settled.standing)
    assert "elsewhere.example" in settled.reason


@pytest.mark.parametrize("location", ["http://[::", "//", "", "https://" + "x" * 70_000])
def test_a_redirect_to_nowhere_is_refused_as_well(location):
    """Whatever stands in the header."""
    with client_of(Vendor(httpx.Response(302, headers={"location": location}))) as client:
        assert Standing.REFUSED == client.send(a_write()).standing


def test_an_answer_that_unpacks_without_end_is_given_up(monkeypatch):
    """A few kilobytes over the wire must not become gigabytes here; whether a write was done is then unknown."""
    monkeypatch.setattr("cogent_pipelines.adapters.transport.client.LARGEST_ANSWER", 1024 * 1024)
    packed = gzip.compress(b"\x00" * (8 * 1024 * 1024))

    async def bomb(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))

    with client_of(bomb) as client:
        settled = client.send(a_write())

    assert (True, Standing.UNSURE) == (len(packed) < 10_000, settled.standing)
    assert "more than 1,048,576 bytes" in settled.reason


@pytest.mark.parametrize("wish", ["inf", "nan", "1e300", "-5"])
def test_a_wait_that_nobody_can_wait_is_not_granted(wish):
    """A vendor's header must not put off a connection for a thousand years, nor bring down who reckons with it."""
    with client_of(Vendor(httpx.Response(429, headers={"retry-after": wish}))) as client:
        settled = client.send(a_read())

    assert settled.retry_after is None or 0.0 <= settled.retry_after <= 6 * 3600


@pytest.mark.parametrize(
    "url", ["http://vendor.example/api", "ftp://vendor.example", "https://elsewhere.example/api", "no address"]
)
def test_an_address_that_must_not_be_called_is_refused_before_anything_is_sent(url):
    """TLS everywhere but on this machine, and only the account's own hosts."""
    vendor = Vendor()
    with client_of(vendor, hosts=frozenset({"vendor.example"})) as client, pytest.raises(VendorRefused):
        client.send(a_read(url=url)).answered()

    assert [] == vendor.requests


def test_plain_http_is_allowed_to_this_machine():
    """The simulators speak plain HTTP on loopback."""
    with client_of(Vendor()) as client:
        settled = client.send(a_read(url="http://127.0.0.1:8000/api"))

    assert Standing.ANSWERED == settled.standing


def test_an_address_reaches_the_vendor_as_it_was_written():
    """Through the real engine: what is percent-encoded stays so, for vendors that tell a `%3D` from a `=`."""
    received: list[bytes] = []
    path = "/variants/key%3DTEE%20S%2FM%2B/stocks?filters%5Bmin%5D=09%3A00%2B01%3A00&with=a%2Cb"
    with a_server_that_hangs_up_after_reading(received) as port, client_of(None, clock=SystemClock()) as client:
        client.send(a_write(url=f"http://127.0.0.1:{port}{path}"))

    assert path == received[0].split(b" ")[1].decode()


@contextmanager
def a_server_that_hangs_up_after_reading(received: list[bytes]) -> Iterator[int]:
    """Reads each request, then closes the connection without a word."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    request = b""
                    while b"<order/>" not in request:
                        request += connection.recv(65536)
                    received.append(request)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_a_connection_cut_after_the_request_is_lost_and_not_sent_again():
    """The real engine reports it as a failed connect; the vendor has the order all the same."""
    received: list[bytes] = []
    with a_server_that_hangs_up_after_reading(received) as port, client_of(None, clock=SystemClock()) as client:
        settled = client.send(a_write(url=f"http://127.0.0.1:{port}/"))

    assert (1, Standing.UNSURE) == (len(received), settled.standing)


def test_the_engine_sends_nothing_again_by_itself():
    """A PUT lost on a kept connection is lost, also where the vendor refuses connections right after."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.recv(65536)

    thread = threading.Thread(target=serve)
    thread.start()
    call = a_write(method="PUT", url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
    with client_of(None, clock=SystemClock(), patience=Patience(attempts=1)) as client:
        standings = [client.send(call).standing for _ in range(2)]
    thread.join()

    assert [Standing.ANSWERED, Standing.UNSURE] == standings


def test_a_refused_connection_is_not_sent():
    """The real engine, at a port where nobody listens: nothing was done, the flow may try later."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(None, clock=SystemClock(), patience=Patience(attempts=1)) as client:
        settled = client.send(a_write(url=f"http://127.0.0.1:{port}/"))

    assert Standing.NOT_DONE == settled.standing


def test_a_closed_client_says_so():
    """Closing is final."""
    with client_of(Vendor()) as client:
        client.send(a_read())

    with pytest.raises(RuntimeError):
        client.send(a_read())


def test_every_verdict_has_a_standing():
    """A new verdict cannot be forgotten."""
    from cogent_pipelines.adapters.transport.settled import Settled  # noqa: PLC0415

    answer = Answer(a_write(), 200, {}, b"", 0.0)
    assert len(Verdict) == len([Settled(answer, Reading(verdict)).standing for verdict in Verdict])
