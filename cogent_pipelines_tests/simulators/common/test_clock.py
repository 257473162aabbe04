"""The vendor's time."""

import asyncio
from datetime import UTC, datetime

import pytest

from cogent_pipelines.simulators.common.clock import SystemClock, VirtualClock


def test_a_virtual_clock_moves_only_when_told() -> None:
    """It stands, it is advanced, a sleep in it passes at once."""
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))

    standing = clock.now()
    clock.advance(60)
    asyncio.run(clock.sleep(30))

    assert standing == datetime(2026, 1, 1, tzinfo=UTC)
    assert datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC) == clock.now()


def test_time_never_goes_back() -> None:
    """Moving back is a mistake of the test that tries."""
    clock = VirtualClock()

    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(to=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_clock_needs_a_speed_and_a_zone() -> None:
    """No standing system clock, no naive start."""
    with pytest.raises(ValueError, match="scale"):
        SystemClock(scale=0)
    with pytest.raises(ValueError, match="aware"):
        VirtualClock(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive time is the point


def test_a_fast_clock_starts_where_it_is_told() -> None:
    """start and scale are independent."""
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert start <= SystemClock(scale=60, start=start).now()
