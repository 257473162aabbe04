"""Work on many orders at once, on each of them one step after the other. Calls are made through the API handed in.

Two parcels of one order must not be sent together: both would take the same items. Parcels of different orders may.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TypeVar

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled

T = TypeVar("T")

Script = Generator[Call, Settled, T]
"""Yields a call, is given what came of it, and returns its result at the end."""


def run_together(scripts: Sequence[Script[T]], api: AdminApi) -> list[T]:
    """Advance all scripts round by round; each round's calls go out together."""
    results: dict[int, T] = {}
    waiting: dict[int, Call] = {}

    def advance(index: int, step: Callable[[], Call]) -> None:
        try:
            waiting[index] = step()
        except StopIteration as end:
            results[index] = end.value

    for index, script in enumerate(scripts):
        advance(index, partial(next, script))
    while waiting:
        indices = list(waiting)
        settled = api.send_all([waiting.pop(index) for index in indices])
        for index, one in zip(indices, settled, strict=True):
            advance(index, partial(scripts[index].send, one))
    return [results[index] for index in range(len(scripts))]
