"""That every write left its evidence and every event is there once: judged from the wire and the ledger, for any vendors."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.router import Sent


def without_evidence(world: MortalWorld) -> Iterator[str]:
    """Every write that left is kept as it went; only a death before the answers came may have taken the last ones along."""
    kept = Counter(at for (at,) in world.asked("select sent_at from exchange"))
    for life in range(1, world.router.life + 1):
        lost = list(_unkept(world, kept, life))
        written = [sent.at for sent in world.router.sent if sent.life == life and sent.writes and sent not in lost]
        for sent in lost:
            if life == world.router.life or any(at > sent.at for at in written):
                yield f"{sent.operation} at {sent.at:%X} left no evidence"


def _unkept(world: MortalWorld, kept: Counter[datetime], life: int) -> Iterator[Sent]:
    for sent in world.router.sent:
        if sent.writes and sent.life == life:
            if kept[sent.at] > 0:
                kept[sent.at] -= 1
            else:
                yield sent


def events_once(world: MortalWorld) -> Iterator[str]:
    rows = world.asked("select event_id, min(subject), count(*) from inbox group by source, event_id having count(*) > 1")
    for event, subject, times in rows:
        yield f"event {event} about {subject} is in the inbox {times} times"


JUDGES: dict[str, Callable[[Any], Iterator[str]]] = {
    "evidence of every write": without_evidence,
    "each event once": events_once,
}
