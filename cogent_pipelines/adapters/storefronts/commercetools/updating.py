"""Changing one versioned resource: decide on what was read, write for that version only, read again where it had moved on.

There is no idempotency key in this API. The version takes its place: a repetition for the same version either is the first
one or is refused, and whatever was read afresh shows what became of a call whose answer was lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cogent_pipelines.adapters.storefronts.commercetools.client import Json, is_conflict, is_missing
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.outcomes import Rejected, Unavailable, Unknown

T = TypeVar("T")

MOST_ATTEMPTS = 5
"""Writes for one decision: somebody who changes a resource four times in a row is left to it, and we come back later."""


@dataclass(frozen=True, slots=True)
class Change:
    """What must be written for the state that was looked at."""

    actions: Sequence[Json]


@dataclass(frozen=True, slots=True)
class Resource:
    """How one resource is read and written; `write` takes the version and the actions."""

    read: Callable[[], Call]
    write: Callable[[int, Sequence[Json]], Call]


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How it went; `state` is the resource as it is now, None where it is gone or not known.

    `doubted` says that an answer was lost on the way: what is found to be there already may be our own doing.
    """

    outcome: T
    state: Json | None
    doubted: bool = False


Decision = Callable[[Json | None], Change | T]
"""Looks at a state (None: there is no such resource) and says what to write, or that it is settled."""

Failure = Rejected | Unavailable | Unknown


def change(
    resource: Resource, state: Json | None, *, decide: Decision[T], accepted: Callable[[Json], T]
) -> Script[Ended[T | Failure]]:
    """Write what `decide` wants of the state; `accepted` says what it has come to once the vendor has taken it."""
    doubt = ""
    for _ in range(MOST_ATTEMPTS):
        decided = decide(state)
        if not isinstance(decided, Change):
            return Ended(decided, state, bool(doubt))
        if state is None:
            raise TypeError("a change of what does not exist")
        settled = yield resource.write(_version_of(state), decided.actions)
        if settled.standing is Standing.ANSWERED:
            state = _state_in(settled)
            return Ended(accepted(state), state)
        if settled.standing is Standing.UNSURE:
            doubt = settled.reason
        elif not is_conflict(settled):
            return Ended(_failed(settled), state)
        looked = yield resource.read()
        if looked.standing is not Standing.ANSWERED and not is_missing(looked):
            return Ended(_unread(looked, doubt), None)
        state = None if is_missing(looked) else _state_in(looked)
    return _given_up(decide, state, doubt)


def _given_up(decide: Decision[T], state: Json | None, doubt: str) -> Ended[T | Failure]:
    """The last thing read may show it done."""
    decided = decide(state)
    if not isinstance(decided, Change):
        return Ended(decided, state, bool(doubt))
    if doubt:
        return Ended(Unknown(f"{doubt}; read back, and it is not there"), state)
    return Ended(Unavailable("somebody else keeps changing it"), state)


def _failed(settled: Settled) -> Rejected | Unavailable:
    if settled.standing is Standing.REFUSED:
        return Rejected((settled.reason,))
    return Unavailable(settled.reason, settled.retry_after)


def _unread(looked: Settled, doubt: str) -> Unavailable | Unknown:
    if doubt:
        return Unknown(f"{doubt}; and it could not be read back: {looked.reason}")
    return Unavailable(f"it was changed by somebody else and cannot be read: {looked.reason}", looked.retry_after)


def _version_of(state: Json) -> int:
    version = state["version"]
    if not isinstance(version, int) or isinstance(version, bool):
        raise TypeError("field version is no number")
    return version


def _state_in(settled: Settled) -> Json:
    parsed = settled.reading.parsed if settled.reading is not None else None
    if not isinstance(parsed, dict):
        raise TypeError("the answer is no resource")
    return parsed
