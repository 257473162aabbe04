"""What the gateway answered, as the shop's stand-in wrote it down."""

import psycopg

from cogent_pipelines.local_stack.havoc.deliveries import Deliveries, deliveries


class Shop:
    def ask(self, path: str):
        outcomes = {"e1": "delivered", "e2": "failed (503)", "e3": "failed (no answer)", "e4": "failed (401)"}
        return {"log": [{"event_id": event, "outcome": outcome} for event, outcome in outcomes.items()]}


def test_each_answer_is_counted_by_its_status():
    found = deliveries(Shop())

    assert ({"e1"}, {503: 1, 401: 1}, 1) == (found.taken, found.refused, found.server_errors)


def test_an_event_that_was_taken_and_is_not_stored_is_found(ledger_url):
    with psycopg.connect(ledger_url) as session:
        session.execute(
            "insert into inbox (connection, source, event_id, topic, received_at) "
            "values ('x', 'storefront', 'e1', 't', now())"
        )

    assert {"e2"} == Deliveries(frozenset({"e1", "e2"})).not_stored(ledger_url)
