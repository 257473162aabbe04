"""Several resources worked on side by side: each a script that yields one call at a time and is sent what came of it."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from cogent_pipelines.adapters.storefronts.commercetools.client import Api
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.outcomes import Unknown

T = TypeVar("T")

Script = Generator[Call, Settled, T]


def run_together(scripts: Sequence[Script[T]], api: Api) -> list[T | Unknown]:
    """Run scripts side by side: one call of each at a time, all of a round together.

    A script that stumbles over an answer nobody foresaw ends as unknown, and takes no other with it.

    Raises:
        AuthenticationFailed: nothing at all was accepted.
    """
    results: dict[int, T | Unknown] = {}
    waiting: dict[int, Call] = {}
    for index, script in enumerate(scripts):
        _advance(script, None, index, waiting, results)
    denied: list[Settled] = []
    others = 0
    while waiting:
        indices = list(waiting)
        settled_calls = api.send_all([waiting.pop(index) for index in indices])
        for index, settled in zip(indices, settled_calls, strict=True):
            if settled.standing is Standing.DENIED:
                denied.append(settled)
            else:
                others += 1
            _advance(scripts[index], settled, index, waiting, results)
    if denied and not others:
        raise AuthenticationFailed(denied[0].reason, operation=denied[0].reply.call.operation)
    return [results[index] for index in range(len(scripts))]


def _advance(
    script: Script[T], settled: Settled | None, index: int, waiting: dict[int, Call], results: dict[int, T | Unknown]
) -> None:
    try:
        waiting[index] = next(script) if settled is None else script.send(settled)
    except StopIteration as end:
        results[index] = end.value
    except UNFORESEEN as error:
        results[index] = Unknown(why(error))
