"""What strangers try, tried at every kind of door with its own verifier: nothing gets in but what its own vendor sent."""

import asyncio
import gzip
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.gateway.reception import LARGEST_BODY, Endpoint, Limits
from cogent_pipelines_tests.gateway.door import ADDRESS, NORTHWIND, NOW, MemoryInbox, gateway, post, visit
from cogent_pipelines_tests.gateway.doors import DOORS, Door, Shown

SOUTHWIND = ConnectionName("southwind_de")
SECRETS = {NORTHWIND: "northwind's own secret", SOUTHWIND: "southwind's own secret"}


@pytest.fixture(params=DOORS, ids=lambda door: door.name)
def door(request: pytest.FixtureRequest) -> Door:
    found: Door = request.param
    return found


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


def opened(door: Door, inbox: MemoryInbox) -> Any:
    endpoints = [Endpoint(name, "storefront", door.verifier(secret)) for name, secret in SECRETS.items()]
    # Patient: how long a commit takes on a busy machine is not what is asked here.
    return gateway(inbox, endpoints=endpoints, limits=Limits(reading=60.0, storing=60.0))


def knock(door: Door, inbox: MemoryInbox, body: bytes, shown: Shown, *, headers: dict[str, str] | None = None) -> int:
    query = f"?{urlencode(shown.query)}" if shown.query else ""
    what = {"content": body, "headers": {**shown.headers, **(headers or {})}}
    return post(opened(door, inbox), what, ADDRESS + query).status_code


def proved(door: Door, body: bytes, *, secret: str = SECRETS[NORTHWIND], at: datetime = NOW) -> Shown:
    return door.prove(body, secret, at)


def test_what_its_vendor_sent_is_taken(door, inbox):
    """Else the refusals below would prove nothing."""
    body = door.body(NOW)

    assert (True, 1) == (knock(door, inbox, body, proved(door, body)) < 300, len(inbox.events))


def test_without_a_proof_nothing_is_taken(door, inbox):
    """None at all, one that is empty, and one of the right form with another content."""
    body = door.body(NOW)
    shown = proved(door, body)
    secrets = ("X-Shopify-Hmac-Sha256", "X-Bridge-Signature", "X-Bridge-Secret", "Authorization", "X-Sign")
    for change in (lambda _: "", lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), lambda text: text + "A"):
        headers = {name: change(value) if name in secrets else value for name, value in shown.headers.items()}
        query = {name: change(value) for name, value in shown.query.items()}
        assert 401 == knock(door, inbox, body, Shown(headers, query))

    assert 401 == knock(door, inbox, body, Shown())
    assert {} == inbox.events


def test_the_proof_of_another_connection_opens_nothing(door, inbox):
    """Right in itself, and at the wrong address."""
    body = door.body(NOW)

    assert 401 == knock(door, inbox, body, proved(door, body, secret=SECRETS[SOUTHWIND]))
    assert {} == inbox.events


def test_a_proof_of_one_body_is_none_of_another(door, inbox):
    """Where the vendor signs. Where it only shows a secret, what is taken says no more than which order to look at."""
    shown = proved(door, door.body(NOW))
    changed = door.body(NOW).replace(b"5", b"6").replace(b"1", b"2")

    status = knock(door, inbox, changed, shown)

    assert (401 if door.covers_body else True) == (status if door.covers_body else status in (200, 201, 400))


def test_a_delivery_that_was_recorded_days_ago_is_known_or_refused(door, inbox):
    """By its time where it bears one; by its name where it does not."""
    then = NOW - timedelta(days=3)
    body = door.body(then)
    first = knock(door, inbox, body, proved(door, body, at=then))
    again = knock(door, inbox, body, proved(door, body, at=then))

    assert (({400, 401}, 0) if door.ages else ({first}, 1)) == (
        ({400, 401}, len(inbox.events)) if {first, again} <= {400, 401} else ({again}, len(inbox.events))
    )


def test_sixty_four_at_once_are_one_event(door, inbox):
    """And each is told that it is stored."""
    body = door.body(NOW)
    shown = proved(door, body)
    query = f"?{urlencode(shown.query)}" if shown.query else ""

    async def all_at_once(client: httpx.AsyncClient) -> set[int]:
        calls = (client.post(ADDRESS + query, content=body, headers=dict(shown.headers)) for _ in range(64))
        return {answer.status_code for answer in await asyncio.gather(*calls)}

    statuses = visit(opened(door, inbox), all_at_once)

    assert (True, 1) == (statuses in ({200}, {201}, {202}), len(inbox.events))


def test_what_is_too_large_is_not_read(door, inbox):
    """Proved or not."""
    body = door.body(NOW) + b" " * LARGEST_BODY

    assert (413, {}) == (knock(door, inbox, body, proved(door, body)), inbox.events)


def test_what_is_packed_is_not_unpacked(door, inbox):
    """A few kilobytes that would be many megabytes stay what they are, and are no event."""
    bomb = gzip.compress(b"[" * 50_000_000, 9)

    assert (400, {}) == (
        knock(door, inbox, bomb, proved(door, bomb), headers={"Content-Encoding": "gzip"}),
        inbox.events,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"\xff\xfe{}",
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"9" * 100_000,
        b'{"items": [',
        b"\x00",
    ],
    ids=["lists", "objects", "no text", "nothing", "null", "a list", "a text", "a number", "half", "nul"],
)
def test_what_is_no_event_wakes_nobody_though_it_is_proved(door, inbox, body):
    """At once, and in words that are no error of ours; where the headers alone say what it is, it is about no order."""
    assert knock(door, inbox, body, proved(door, body)) in (200, 400, 401)
    assert {""} >= {arrival.event.subject for arrival in inbox.events.values()}


def test_of_a_field_that_stands_twice_one_counts(door, inbox):
    """Whichever it is: the event only says where to look."""
    body = door.body(NOW)
    twice = body[:-1] + b"," + body[1:] if door.is_json else body + b"&" + body

    assert knock(door, inbox, twice, proved(door, twice)) in (200, 201, 400)
    assert len(inbox.events) <= 1


@pytest.mark.parametrize("nasty", ["\\u0000", "'; drop table inbox; --", "\\u202eEDOC", "🧦", "9" * 3_000, "=1+1"])
def test_nothing_in_a_field_brings_the_door_down(door, inbox, nasty):
    """Every text of the body in turn; what is kept has names that the database can hold."""
    body = door.body(NOW)
    for part in {each for each in body.replace(b"&", b'"').split(b'"') if each.isalnum()}:
        spoilt = body.replace(part, nasty.encode(), 1)
        assert knock(door, inbox, spoilt, proved(door, spoilt)) in (200, 201, 400, 401)
    for arrival in inbox.events.values():
        names = (arrival.event.event_id, arrival.event.delivery_id, arrival.event.topic, arrival.event.subject)
        assert all(len(name) <= 500 and "\x00" not in name for name in names)
