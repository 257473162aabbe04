"""One run at a time per connection and flow."""

from datetime import UTC, datetime
from time import sleep

import pytest

from cogent_pipelines.canonical.identity import ConnectionName

NORTHWIND = ConnectionName("northwind_uk")


def test_a_flow_is_locked_per_connection_and_let_go_at_the_end(ledger):
    """A second run of the same work is turned away; other work is not."""
    with ledger.advisory_lock(NORTHWIND, "order_injection") as first:
        with ledger.advisory_lock(NORTHWIND, "order_injection") as second:
            assert (True, False) == (first, second)
        with ledger.advisory_lock(NORTHWIND, "order_injection", wait_seconds=0.05) as waited:
            assert not waited
        with ledger.advisory_lock(NORTHWIND, "order_capture") as other_flow:
            assert other_flow
    with ledger.advisory_lock(NORTHWIND, "order_injection", wait_seconds=5) as afterwards:
        assert afterwards


def test_a_lock_is_seen_from_outside_as_long_as_it_is_held(ledger):
    """Whether a run is at work is asked of the lock: it goes with the process that held it."""
    flows = [
        (NORTHWIND, "order_injection"),
        (NORTHWIND, "order_capture"),
        (ConnectionName("southwind_de"), "order_injection"),
    ]

    with ledger.advisory_lock(NORTHWIND, "order_injection"):
        assert {(NORTHWIND, "order_injection")} == ledger.held_locks(flows)
    # The server lets go when it has noticed that its client is gone; one that never does runs into the suite's time limit.
    while ledger.held_locks(flows):
        sleep(0.01)
    assert set() == ledger.held_locks([])


def test_nothing_of_a_transaction_that_failed_is_kept(ledger):
    """Nouns asked inside one transaction commit together, or not at all."""
    now = datetime(2026, 11, 2, tzinfo=UTC)

    def crash_half_way():
        with ledger.transaction():
            ledger.watermarks.move(NORTHWIND, "orders", now, now=now)
            assert now == ledger.watermarks.get(NORTHWIND, "orders")
            raise KeyError

    with pytest.raises(KeyError):
        crash_half_way()

    assert ledger.watermarks.get(NORTHWIND, "orders") is None
