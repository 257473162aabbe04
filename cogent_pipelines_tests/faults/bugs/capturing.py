"""Mistakes on the way from the storefront's events and feed into the ledger."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.canonical import standing
from cogent_pipelines.flows.order_capture import _Capture
from cogent_pipelines.ledger.inbox import Inbox, WaitingEvent
from cogent_pipelines.ports.webhook import Arrival
from cogent_pipelines_tests.faults.bugs.mistake import Bug, both, replaced, without_constraint

_pages = AdminApi.pages
_take, _since = _Capture._take, _Capture.since


def _takes_the_event_first(capture: _Capture, events: Sequence[WaitingEvent]) -> Any:
    capture.ledger.inbox.take([event.id for event in events], now=capture.clock.now())
    return _take(capture, events)


def _moves_the_watermark_first(capture: _Capture, since: datetime, *, feed: str | None) -> Any:
    now = capture.clock.now()
    if feed is not None:
        capture.ledger.watermarks.move(capture.connection.name, feed, now, now=now)
    return _since(capture, since, feed=feed)


def _the_first_page(api: AdminApi, *given: Any, **named: Any) -> Any:
    return islice(_pages(api, *given, **named), 1)


def _stores_every_delivery(inbox: Inbox, arrivals: Sequence[Arrival]) -> list[bool]:
    with inbox.pool.transaction() as session:
        for arrival in arrivals:
            event = arrival.event
            session.execute(
                """
                insert into inbox (connection, source, event_id, topic, subject, occurred_at, received_at, body)
                values (%s, %s, %s, %s, %s, %s, %s, %s)
                """,
                [
                    arrival.connection,
                    arrival.source,
                    event.event_id,
                    event.topic,
                    event.subject,
                    event.occurred_at,
                    arrival.received_at,
                    event.body,
                ],
            )
    return [True] * len(arrivals)


BUGS = (
    Bug(
        "event_first",
        "the inbox's event is taken before its order is stored",
        replaced(_Capture, "_take", _takes_the_event_first),
    ),
    Bug(
        "watermark_early",
        "the watermark moves before what it passes is stored",
        replaced(_Capture, "since", _moves_the_watermark_first),
    ),
    Bug(
        "no_unique_key",
        "the inbox's unique key is dropped, each delivery is stored",
        both(
            without_constraint("inbox", "inbox_connection_source_event_id_key", "unique (connection, source, event_id)"),
            replaced(Inbox, "store_all", _stores_every_delivery),
        ),
    ),
    Bug(
        "first_page_of_orders",
        "only the first page of the orders is read",
        replaced(AdminApi, "pages", _the_first_page),
        ("scayle",),
    ),
    Bug(
        "ignore_hold", "an order is sent though it is unpaid or on hold", replaced(standing, "_by_payment", lambda *_: None)
    ),
)
