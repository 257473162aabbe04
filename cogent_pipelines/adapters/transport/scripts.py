"""Several resources worked on side by side: each a script that yields one call at a time and is sent what came of it.

Within one resource a step is done with before the next begins; two parcels of one order that were sent together would draw
on the same items. What is sent, and what an answer means, is each vendor's.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.errors import AuthenticationFailed

T = TypeVar("T")

Script = Generator[Call, Settled, T]
"""Yields a call, is given what came of it, and returns its result at the end."""


class SendsTogether(Protocol):
    """A vendor's client, as far as scripts need one."""

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send together; what came of each, in order."""
        ...


def run_together(scripts: Sequence[Script[T]], api: SendsTogether) -> list[T]:
    """Advance all scripts round by round, and send the calls of a round together; gives the results in order."""
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
        settled_calls = api.send_all([waiting.pop(index) for index in indices])
        for index, settled in zip(indices, settled_calls, strict=True):
            advance(index, partial(scripts[index].send, settled))
    return [results[index] for index in range(len(scripts))]


def run_together_if_let_in(scripts: Sequence[Script[T]], api: SendsTogether) -> list[T]:
    """The same for a vendor of whom a denial is everybody's trouble as long as nobody at all is let in.

    Raises:
        AuthenticationFailed: calls were made, and every one was denied.
    """
    gate = _Gate(api)
    results = run_together(scripts, gate)
    gate.raise_where_nobody_was_let_in()
    return results


class _Gate:
    """Passes calls on, and remembers who was turned away."""

    def __init__(self, api: SendsTogether) -> None:
        self._api = api
        self._denied: list[Settled] = []
        self._let_in = 0

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        settled_calls = self._api.send_all(calls)
        denied = [settled for settled in settled_calls if settled.standing is Standing.DENIED]
        self._denied += denied
        self._let_in += len(settled_calls) - len(denied)
        return settled_calls

    def raise_where_nobody_was_let_in(self) -> None:
        if self._denied and not self._let_in:
            first = self._denied[0]
            raise AuthenticationFailed(first.reason, operation=first.reply.call.operation)
