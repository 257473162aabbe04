"""Webhooks: what is stored, what is refused, and that nothing is called stored that is not."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from cogent_pipelines.gateway.reception import Endpoint, Limits
from cogent_pipelines_tests.gateway.door import ADDRESS, NORTHWIND, NOW, MemoryInbox, Signed, event, gateway, post, visit


def test_a_genuine_event_is_stored_with_its_raw_body():
    """The very bytes that were signed, and when they came."""
    inbox = MemoryInbox()
    answer = post(gateway(inbox), event(body=b'{"id": 1001,\n "note": "\xc3\xa9"}'))

    assert 200 == answer.status_code
    (arrival,) = inbox.events.values()
    assert (NORTHWIND, "storefront", NOW) == (arrival.connection, arrival.source, arrival.received_at)
    assert b'{"id": 1001,\n "note": "\xc3\xa9"}' == arrival.event.body


def test_a_repeated_delivery_is_welcome_and_stored_once():
    """Vendors deliver at least once; a duplicate answered with an error would come for ever."""
    inbox = MemoryInbox()

    async def four_times(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(client.post(ADDRESS, **event()) for _ in range(4)))

    answers = visit(gateway(inbox), four_times)

    assert ([200] * 4, 1) == ([answer.status_code for answer in answers], len(inbox.events))
    assert ["known already"] * 3 + ["stored"] == sorted(answer.text for answer in answers)


def test_an_event_that_wants_an_answer_of_its_own_gets_it_every_time():
    """Status and body as the verifier has them, for the first delivery and for its repetition."""
    inbox = MemoryInbox()

    async def twice(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.post(ADDRESS, **event(x_wants_answer='{"taken":true}')) for _ in range(2)]

    answers = visit(gateway(inbox), twice)

    assert [(201, {"taken": True}, "application/json")] * 2 == [
        (answer.status_code, answer.json(), answer.headers["content-type"]) for answer in answers
    ]
    assert 1 == len(inbox.events)


@pytest.mark.parametrize(
    ("status", "headers", "away"),
    [
        (401, {"x_signature": "forged"}, False),
        (400, {"x_age_hours": "49"}, False),
        (400, {"event_id": "e" * 501}, False),
        (503, {}, True),
    ],
)
def test_an_answer_is_only_given_for_what_is_kept(status, headers, away):
    """It says that the order was taken, which only the inbox can make true."""
    inbox = MemoryInbox()
    inbox.away = away

    answer = post(gateway(inbox), event(x_wants_answer='{"taken":true}', **headers))

    assert (status, False) == (answer.status_code, "taken" in answer.text)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (event(x_signature="forged"), 401),
        (event() | {"content": b'{"id":1002}'}, 401),
        ({"content": b""}, 401),
        (event(x_topic=""), 400),
        (event(event_id=""), 400),
        (event(event_id="e\\x00"), 400),
        (event(event_id="e" * 501), 400),
        (event(x_age_hours="49"), 400),
        (event(x_age_hours="-49"), 400),
        (event(body=b"x" * (1024 * 1024 + 1)), 413),
    ],
    ids=[
        "forged",
        "other body",
        "nothing",
        "no topic",
        "no id",
        "zero byte",
        "endless id",
        "too old",
        "from the future",
        "too large",
    ],
)
def test_what_is_not_acceptable_is_refused_and_not_stored(what, status):
    """Each with a status that the vendor understands."""
    inbox = MemoryInbox()
    answer = post(gateway(inbox), what)

    assert (status, {}) == (answer.status_code, inbox.events)


@pytest.mark.parametrize("what", [event(x_age_hours="47"), event(body=b"x" * 1024 * 1024)], ids=["late", "large"])
def test_what_is_just_within_the_limits_is_stored(what):
    """Vendors retry for hours, and large orders are large."""
    assert 200 == post(gateway(), what).status_code


@pytest.mark.parametrize(("size", "status"), [(3000, 200), (3001, 413)])
def test_an_address_may_take_more_or_less_than_the_others(size, status):
    """A vendor whose orders come whole must be able to bring its largest; nobody else may."""
    app = gateway(endpoints=[Endpoint(NORTHWIND, "storefront", Signed(), largest_body=3000)], limits=Limits(body=1000))

    assert status == post(app, event(body=b"x" * size)).status_code
    assert 413 == post(gateway(limits=Limits(body=1000)), event(body=b"x" * size)).status_code


def test_age_does_not_matter_where_the_vendors_clock_is_not_ours():
    """An endpoint may say that its times cannot be compared."""
    app = gateway(endpoints=[Endpoint(NORTHWIND, "storefront", Signed(), max_age=None)])

    assert 200 == post(app, event(x_age_hours="9000")).status_code


def test_an_unannounced_body_is_cut_off_where_it_becomes_too_large():
    """Nobody can fill the memory by not saying how much is coming."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 1024

    assert 413 == post(gateway(), {"content": endless()}).status_code


def test_a_body_that_does_not_come_is_not_waited_for():
    """A slow sender holds no place for ever."""

    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = post(gateway(limits=Limits(reading=0.01)), {"content": stuck()})

    assert 408 == answer.status_code


@pytest.mark.parametrize("path", ["/webhooks/nobody/storefront", "/webhooks/northwind_uk/warehouse"])
def test_an_address_that_is_nobodys_is_not_found(path):
    """Whatever the signature."""
    assert 404 == post(gateway(), event(), path).status_code


def test_only_post_is_answered():
    """A browser that looks at the address gets nothing."""
    assert 405 == visit(gateway(), lambda client: client.get(ADDRESS)).status_code


def test_while_the_ledger_is_away_the_vendor_is_asked_to_send_again():
    """Never 200 for something that is not stored."""
    inbox = MemoryInbox()
    inbox.away = True

    assert 503 == post(gateway(inbox), event()).status_code


def test_a_ledger_that_does_not_answer_in_time_counts_as_away():
    """The vendor gives up after seconds; better that it hears 503 than nothing."""
    inbox = MemoryInbox()
    inbox.open.clear()

    async def knock(client: httpx.AsyncClient) -> httpx.Response:
        try:
            return await client.post(ADDRESS, **event())
        finally:
            inbox.open.set()

    assert 503 == visit(gateway(inbox, limits=Limits(storing=0.02)), knock).status_code


def test_many_events_at_once_share_their_commits():
    """A burst costs a few commits, not one each, and every event is stored."""
    inbox = MemoryInbox()
    inbox.open.clear()

    async def burst(client: httpx.AsyncClient) -> list[httpx.Response]:
        knocks = [asyncio.create_task(client.post(ADDRESS, **event(f"e{n}"))) for n in range(150)]
        await asyncio.sleep(0.05)
        inbox.open.set()
        return await asyncio.gather(*knocks)

    answers = visit(gateway(inbox), burst)

    assert ({200}, 150) == ({answer.status_code for answer in answers}, len(inbox.events))
    assert len(inbox.batches) < 50


def test_one_event_that_cannot_be_stored_does_not_keep_the_others_out():
    """A batch that fails is taken apart."""
    inbox = MemoryInbox()
    inbox.open.clear()
    inbox.stumbles_over = "e7"

    async def burst(client: httpx.AsyncClient) -> list[httpx.Response]:
        knocks = [asyncio.create_task(client.post(ADDRESS, **event(f"e{n}"))) for n in range(20)]
        await asyncio.sleep(0.05)
        inbox.open.set()
        return await asyncio.gather(*knocks)

    answers = visit(gateway(inbox), burst)

    assert [503 if n == 7 else 200 for n in range(20)] == [answer.status_code for answer in answers]
    assert 19 == len(inbox.events)


def test_neither_bodies_nor_secrets_reach_the_log(caplog):
    """What is refused or fails may hold a customer's address, and the query a secret."""
    inbox = MemoryInbox()
    inbox.away = True
    with caplog.at_level(logging.DEBUG, logger="cogent_pipelines"):
        post(gateway(inbox), event(body=b"Jane Doe"), f"{ADDRESS}?secret=s3cr3t")
        post(gateway(inbox), event(x_signature="forged", body=b"Jane Doe"), f"{ADDRESS}?secret=s3cr3t")

    assert "signature does not match" in caplog.text
    assert (False, False) == ("Jane" in caplog.text, "s3cr3t" in caplog.text)


def test_two_endpoints_with_one_address_are_a_mistake():
    """The second would silently win."""
    twice = [Endpoint(NORTHWIND, "storefront", Signed(), timedelta(hours=hours)) for hours in (1, 2)]
    with pytest.raises(ValueError, match="same connection"):
        gateway(endpoints=twice)
