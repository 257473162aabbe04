"""Events at the door, each kept once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent

CONNECTION = ConnectionName("northwind_uk")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def arrival(event_id: str, *, source: str = "storefront", topic: str = "orders/create", subject: str = "o-1") -> Arrival:
    event = VerifiedEvent(event_id, f"delivery of {event_id}", topic, subject, NOW, b"{}")
    return Arrival(CONNECTION, source, event, NOW)


def test_an_event_delivered_four_times_at_once_is_kept_once(ledger):
    """Repeats inside one batch and from many threads count as deliveries of one event."""
    batches = [[arrival("e-1"), arrival("e-1"), arrival(f"other {n}")] for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ledger.inbox.store_all, batches))

    assert 1 == sum(answer[0] for answer in answers)
    assert [False] * 8 == [answer[1] for answer in answers]
    assert 9 == len(ledger.inbox.waiting(CONNECTION, "storefront"))
    with ledger.pool.session() as session:
        assert (16,) == session.execute("select deliveries from inbox where event_id = 'e-1'").fetchone()


def test_a_taken_event_stays_a_duplicate_memory_after_its_body_is_gone(ledger):
    """The vendor may deliver again after weeks."""
    assert [True] == ledger.inbox.store_all([arrival("e-1")])
    [event] = ledger.inbox.waiting(CONNECTION, "storefront")
    ledger.inbox.take([event.id], now=NOW)

    assert 1 == ledger.inbox.prune_bodies(before=NOW + timedelta(days=1))

    assert [False] == ledger.inbox.store_all([arrival("e-1")])
    assert [] == ledger.inbox.waiting(CONNECTION, "storefront")


def test_events_are_handed_to_the_flow_they_wake(ledger):
    """A warehouse's stock events and its parcel events wait apart."""
    ledger.inbox.store_all(
        [
            arrival("e-1", source="warehouse", topic="AvailabilityChanges"),
            arrival("e-2", source="warehouse", topic="DespatchPackageTrackingNumberReceived"),
        ]
    )

    stock = ledger.inbox.waiting(CONNECTION, "warehouse", flow="stock_publication")
    parcels = ledger.inbox.waiting(CONNECTION, "warehouse", flow="despatch_to_fulfilment")
    by_topic = ledger.inbox.waiting(CONNECTION, "warehouse", topics=["AvailabilityChanges"])

    assert (["e-1"], ["e-2"]) == ([e.event_id for e in stock], [e.event_id for e in parcels])
    assert stock == by_topic


def test_word_of_a_new_event_is_heard_once_it_is_committed(ledger):
    """A waiting run wakes for its own flow, and not for a repeated delivery."""
    with ledger.listening() as listener:
        ledger.inbox.store_all([arrival("e-1"), arrival("e-2")])
        assert listener.wait(5, words=["northwind_uk:order_capture"])

        ledger.inbox.store_all([arrival("e-1")])
        assert not listener.wait(0.05)


def test_what_never_came_is_told_from_what_did(ledger):
    """Taken or not, of this side only."""
    ledger.inbox.store_all([arrival("e-1"), arrival("e-2", source="warehouse")])
    ledger.inbox.take([ledger.inbox.waiting(CONNECTION, "storefront")[0].id], now=NOW)

    assert {"e-2", "e-3"} == ledger.inbox.unknown(CONNECTION, "storefront", ["e-1", "e-2", "e-3"])
