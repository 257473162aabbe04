"""The gateway over a real ledger."""

import asyncio
from collections.abc import Iterator
from functools import partial

import httpx
import psycopg
import pytest

from cogent_pipelines.canonical.exception_case import UNKNOWN_SKU, VENDOR_UNAVAILABLE, CaseFinding
from cogent_pipelines.gateway.desk import QueueDepth
from cogent_pipelines.gateway.ledger_view import ping, read_desk
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.gateway.door import ADDRESS, NORTHWIND, NOW, event, gateway, get, visit


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger


def test_a_webhook_is_in_the_ledger_once_and_stands_in_its_queue(ledger):
    """From the vendor's post to the queue that a flow drains."""

    async def twice(client: httpx.AsyncClient) -> list[str]:
        return [(await client.post(ADDRESS, **event())).text for _ in range(2)]

    answers = visit(gateway(ledger.inbox), twice)

    assert ["stored", "known already"] == answers
    assert [event()["content"]] == [waiting.body for waiting in ledger.inbox.waiting(NORTHWIND, "storefront")]
    assert (QueueDepth(NORTHWIND, "events to take in", 1, NOW),) == read_desk(ledger).queues


def test_the_desk_shows_the_ledgers_open_cases(ledger):
    """Critical first; a case that closed is gone."""
    findings = [CaseFinding(VENDOR_UNAVAILABLE, "peoplevox", "HTTP 503"), CaseFinding(UNKNOWN_SKU, "1", "no ABC", "#1")]
    ledger.cases.open_or_refresh(NORTHWIND, [*findings, CaseFinding(UNKNOWN_SKU, "2", "no DEF", "#2")], now=NOW)
    ledger.cases.close_absent(NORTHWIND, [UNKNOWN_SKU], {"1"}, now=NOW)

    cases = read_desk(ledger).cases

    assert [("unknown_sku", "#1", "no ABC"), ("vendor_unavailable", "", "HTTP 503")] == [
        (case.kind, case.order_name, case.message) for case in cases
    ]


def test_health_is_the_ledgers_own_answer(ledger):
    """A statement goes there and back."""
    assert 200 == get(gateway(ledger.inbox, ping=partial(ping, ledger)), "/healthz").status_code


def test_sixty_four_deliveries_of_one_event_at_once_are_one_row(ledger):
    """Every one is answered 200, one of them is new, and all are counted."""

    async def burst(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(client.post(ADDRESS, **event()) for _ in range(64)))

    answers = visit(gateway(ledger.inbox), burst)

    assert [200] * 64 == [answer.status_code for answer in answers]
    assert ["known already"] * 63 + ["stored"] == sorted(answer.text for answer in answers)
    with ledger.pool.session() as session:
        assert [(1, 64)] == session.execute("select count(*), sum(deliveries) from inbox").fetchall()


def test_what_is_answered_200_is_committed_before(ledger):
    """Whoever looks right after the answer finds it, from another connection."""

    async def knock(client: httpx.AsyncClient) -> int:
        found = 0
        for number in range(20):
            assert 200 == (await client.post(ADDRESS, **event(f"e{number}"))).status_code
            with psycopg.connect(ledger.pool.url) as other:
                found += other.execute("select 1 from inbox where event_id = %s", [f"e{number}"]).fetchone()[0]
        return found

    assert 20 == visit(gateway(ledger.inbox), knock)
