"""What is left of a document when its mistakes of form are taken out, so that the rest is looked at all the same.

Nothing ever works with what is left: a profile with mistakes is refused. It only says more of them at once.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cogent_pipelines.adapters.warehouses.rest_profile.model import ProfileModel
from cogent_pipelines.adapters.warehouses.rest_profile.yaml_lines import Place

_STAND_INS: Mapping[str, Any] = {
    "profile_version": 1,
    "name": "unnamed",
    "title": "Unnamed",
    "sources": ["none"],
    "transport": {},
    "auth": {"kind": "none"},
    "limits": {"max_per_s": 1},
    "operations": {},
    "capabilities": {
        "cancel": "manual",
        "manual_cancel": "none",
        "partial_shipment": "none",
        "returns": "none",
        "stock_delta": "none",
    },
}
"""For sections that there must be."""

_ROUNDS = 50


def remaining(document: Mapping[str, Any]) -> tuple[ProfileModel | None, list[Place]]:
    """What is left, and where something of meaning was taken out; None where nothing is left that has a form."""
    left = copy.deepcopy(dict(document))
    taken: list[Place] = []
    for _ in range(_ROUNDS):
        try:
            return ProfileModel.model_validate(left), taken
        except ValidationError as error:
            for each in error.errors(include_url=False):
                taken += _taken_out(left, as_written(each["loc"], left), strange=each["type"] == "extra_forbidden")
    return None, taken


def as_written(loc: Sequence[str | int], value: Any) -> Place:
    """A place as the file has it: without the names of kinds that are put in between."""
    place: list[str | int] = []
    for at, part in enumerate(loc):
        if isinstance(value, list) and isinstance(part, int):
            value = value[part] if part < len(value) else None
        elif isinstance(value, dict) and part in value:
            value = value[part]
        elif at < len(loc) - 1 or not isinstance(value, dict):
            continue
        place.append(part)
    return tuple(place)


def _taken_out(left: dict[str, Any], place: Place, *, strange: bool) -> Iterator[Place]:
    """Take out what stands at a place, or whatever lacks something there; where it must be, another stands in."""
    if not place:
        return
    holder = _at(left, place[:-1])
    if len(place) == 1:
        left.pop(str(place[0]), None)
        if place[0] in _STAND_INS:
            left[str(place[0])] = copy.deepcopy(_STAND_INS[str(place[0])])
    elif isinstance(holder, list) and place[:-1] == ("errors",):
        # The others keep their numbers, by which their lines are found.
        holder[int(place[1])] = {"class": "unknown"}
    elif isinstance(holder, dict) and place[-1] in holder:
        del holder[place[-1]]
    else:
        yield from _taken_out(left, place[:-1], strange=False)
        return
    if not strange:
        yield place


def _at(value: Any, place: Place) -> Any:
    for part in place:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value
