"""The pictures: drawn from the ledger, on a full day and an empty one, without a warning."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.chart_questions import latencies, order_flow
from cogent_pipelines.reports.charts import injection_latency, lasting, orders_per_hour
from cogent_pipelines_tests.reports.books import CONNECTION, NOW, Books, ago


def size(png: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(png)).size


def test_pictures_are_small_and_drawn_on_an_empty_day_as_well(ledger: Ledger, books: Books) -> None:
    """A picture must never be the reason why a run fails."""
    empty = [orders_per_hour(ledger, CONNECTION, now=NOW), injection_latency(ledger, CONNECTION)]
    books.both(1001)
    full = [
        orders_per_hour(ledger, CONNECTION, now=NOW, timezone="Europe/London"),
        injection_latency(ledger, CONNECTION, now=NOW),
    ]

    assert [(640, 240)] * 4 == [size(png) for png in (*empty, *full)]
    assert all(before != after for before, after in zip(empty, full, strict=True))


def test_orders_are_counted_by_the_step_in_which_they_came(ledger: Ledger, books: Books) -> None:
    """Captured when first seen, at the warehouse when acknowledged; steps without any are there, with nothing."""
    books.order(1001, captured_at=ago(hours=3))
    books.sales_order(1001, captured_at=ago(hours=3), acknowledged_at=ago(hours=1))
    books.order(1002, captured_at=ago(days=2))

    flow = order_flow(ledger, CONNECTION, now=NOW)

    assert timedelta(minutes=5) == flow.step
    assert 37 == len(flow.counts)
    assert [(ago(hours=3), 1, 0), (ago(hours=1), 0, 1)] == [
        (row.at, row.captured, row.acknowledged) for row in flow.counts.itertuples() if row.captured or row.acknowledged
    ]


def test_latencies_are_those_of_the_last_day(ledger: Ledger, books: Books) -> None:
    """An order acknowledged two days ago says nothing of today."""
    books.both(1001, captured_at=ago(hours=2), acknowledged_at=ago(hours=1))
    books.both(1002, captured_at=ago(days=3), acknowledged_at=ago(days=2))

    assert [3600.0] == list(latencies(ledger, CONNECTION, now=NOW))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0123, "12.3 ms"), (1, "1 s"), (59, "59 s"), (60, "1 min"), (5400, "1.5 h")]
)
def test_durations_are_said_shortly(seconds: float, words: str) -> None:
    """The axis of a small picture has room for few characters."""
    assert words == lasting(seconds)
