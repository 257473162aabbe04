"""What is on its way leaves when it is due, in its order, and as the fault book has it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from cogent_pipelines.simulators.common.clock import SystemClock, VirtualClock
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import AT_ONCE, LONGEST_HOLD_BACK, Fate, Outbox, fate_of, in_background


@pytest.fixture
def outbox(clock: VirtualClock) -> Outbox[str]:
    return Outbox(clock)


def test_what_is_due_leaves_earliest_first(outbox: Outbox[str], clock: VirtualClock) -> None:
    """Of the same moment, what was put in first; what is not due stays."""
    outbox.schedule("late", 2)
    outbox.schedule("first", 1)
    outbox.schedule("second", 1)
    outbox.schedule("later still", 60)
    clock.advance(2)

    assert ["first", "second", "late"] == outbox.take()
    assert (1, clock.now() + timedelta(seconds=58)) == (outbox.waiting, outbox.next_due)


def test_no_more_are_taken_than_are_sent_at_once(outbox: Outbox[str]) -> None:
    for number in range(AT_ONCE + 1):
        outbox.schedule(f"event {number}", 0)

    assert [AT_ONCE, 1, 0] == [len(outbox.take()) for _ in range(3)]


def test_only_what_is_alike_is_taken_together(outbox: Outbox[str]) -> None:
    for item in ("a1", "a2", "b1", "a3"):
        outbox.schedule(item, 0)

    assert [["a1", "a2"], ["b1"], ["a3"]] == [outbox.take(alike=lambda item: item[0]) for _ in range(3)]


class WholeSeconds(Outbox[str]):
    def now(self) -> datetime:
        return super().now().replace(microsecond=0)

    def later(self, seconds: float) -> datetime:
        return super().later(int(seconds))


def test_moments_are_as_coarse_as_the_vendors_time(clock: VirtualClock) -> None:
    """Both what is due and the moment at which it is looked for: nothing waits for a part of a second."""
    outbox, start = WholeSeconds(clock), clock.now()
    clock.advance(0.4)
    outbox.schedule("event", 11.7)

    assert start + timedelta(seconds=11) == outbox.next_due
    clock.advance(to=start + timedelta(seconds=10.9))
    assert [] == outbox.take()
    clock.advance(to=start + timedelta(seconds=11))
    assert ["event"] == outbox.take()


def test_an_event_takes_its_usual_time_and_its_delay(clock: VirtualClock) -> None:
    """The usual time is asked anew for each: a switch may have been changed."""
    usual = [1.0]
    outbox: Outbox[str] = Outbox(clock, delay=lambda: usual[0])
    outbox.put("plain", Fate())
    usual[0] = 5.0
    outbox.put("delayed", Fate(delay=10))

    assert clock.now() + timedelta(seconds=1) == outbox.next_due
    clock.advance(14.9)
    assert ["plain"] == outbox.take()
    clock.advance(0.1)
    assert ["delayed"] == outbox.take()


def test_one_that_is_held_back_follows_those_behind_it(outbox: Outbox[str]) -> None:
    outbox.put("held", Fate(behind=2))
    outbox.put("one", Fate())
    assert (["one"], 1) == (outbox.take(), outbox.waiting)

    outbox.put("two", Fate())

    assert (["two", "held"], 0) == (outbox.take(), outbox.waiting)


def test_one_that_is_held_back_leaves_by_itself_in_the_end(outbox: Outbox[str], clock: VirtualClock) -> None:
    outbox.put("held", Fate(behind=1, longest=30))
    assert clock.now() + timedelta(seconds=30) == outbox.held_until

    outbox.let_go(passed=0)
    before = outbox.take()
    clock.advance(30)
    outbox.let_go(passed=0)

    assert ([], ["held"]) == (before, outbox.take())


def test_one_without_a_longest_time_waits_for_another(outbox: Outbox[str], clock: VirtualClock) -> None:
    """Until somebody lets everything go."""
    outbox.hold_back("held", Fate(behind=1, longest=None))
    clock.advance(10 * LONGEST_HOLD_BACK)
    outbox.let_go(passed=0)
    assert ([], None, 1) == (outbox.take(), outbox.held_until, outbox.waiting)

    outbox.let_all_go()

    assert ["held"] == outbox.take()


def test_who_follows_may_follow_later(outbox: Outbox[str], clock: VirtualClock) -> None:
    outbox.hold_back("held", Fate(behind=1))
    outbox.let_go(passed=1, seconds=7)

    assert clock.now() + timedelta(seconds=7) == outbox.next_due


def test_what_nobody_wants_any_more_is_dropped(outbox: Outbox[str], clock: VirtualClock) -> None:
    for seconds, item in enumerate(("theirs 1", "ours 1", "theirs 2", "ours 2")):
        outbox.schedule(item, seconds)
    clock.advance(10)

    assert ["theirs 1", "theirs 2"] == sorted(outbox.drop(lambda item: item.startswith("theirs")))
    assert ["ours 1", "ours 2"] == outbox.take()


def test_without_a_rule_nothing_happens_to_an_event() -> None:
    assert Fate() == fate_of(FaultBook(1), "orders/create")


@pytest.mark.parametrize(
    ("kind", "settings", "fate"),
    [
        ("lose_event", {}, Fate(lost=True)),
        ("forge_event", {}, Fate(forged=True)),
        ("duplicate_event", {}, Fate(copies=2)),
        ("duplicate_event", {"copies": 3}, Fate(copies=3)),
        ("delay_event", {}, Fate(delay=60)),
        ("delay_event", {"seconds": 5}, Fate(delay=5)),
        ("reorder_event", {}, Fate(behind=1)),
        ("reorder_event", {"behind": 2, "seconds": 9}, Fate(behind=2, longest=9)),
    ],
)
def test_a_rule_of_the_fault_book_is_an_events_fate(kind: str, settings: dict[str, int], fate: Fate) -> None:
    """Of events that it names, as often as it says."""
    faults = FaultBook(1)
    faults.add(kind, operation="orders/*", **settings)

    assert [Fate(), fate, Fate()] == [
        fate_of(faults, name) for name in ("products/update", "orders/create", "orders/create")
    ]


def test_the_loop_sends_what_is_put_in_while_it_waits() -> None:
    """Nobody has to call, and what is due in the future leaves when its time has come."""
    outbox: Outbox[str] = Outbox(SystemClock(scale=1000))
    sent: list[str] = []

    async def day() -> None:
        arrived = asyncio.Event()

        async def pump() -> int:
            batch = outbox.take()
            sent.extend(batch)
            if "later" in sent:
                arrived.set()
            return len(batch)

        async with in_background(lambda: outbox.run(pump, lambda: outbox.next_due)):
            await asyncio.sleep(0)
            outbox.schedule("later", 20)
            outbox.schedule("now", 0)
            await asyncio.wait_for(arrived.wait(), timeout=30)

    asyncio.run(day())

    assert ["now", "later"] == sent


def test_the_loop_ends_with_its_block() -> None:
    outbox: Outbox[str] = Outbox(SystemClock())
    ended: list[str] = []

    async def day() -> None:
        pumped = asyncio.Event()

        async def pump() -> int:
            pumped.set()
            return 0

        async def run() -> None:
            try:
                await outbox.run(pump, lambda: None)
            finally:
                ended.append("ended")

        async with in_background(run):
            await pumped.wait()

    asyncio.run(day())

    assert ["ended"] == ended
