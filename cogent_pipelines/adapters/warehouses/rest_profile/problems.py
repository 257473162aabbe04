"""What is wrong with a profile, where, and what to do about it; in words for the person who wrote the file."""

import difflib
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cogent_pipelines.adapters.warehouses.rest_profile.model import ProfileModel


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake; `line` counts from 1, `place` names the field from the top of the file."""

    line: int
    place: str
    finding: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.finding}. {self.remedy[:1].upper()}{self.remedy[1:]}."


class ProfileFault(ValueError):
    """The profile cannot be used; `problems` are all that is wrong with it, from the top of the file."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each.line))
        super().__init__(f"profile {name}: " + " ".join(map(str, self.problems)))


def of_form(error: ErrorDetails) -> tuple[str, str]:
    """Finding and remedy for a mistake that pydantic found."""
    place, name = error["loc"], str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            known = sorted(_fields_at(place[:-1]))
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"write {near[0]}, if that is meant" if near else f"take it out; there are {', '.join(known)}"
            return f"{name} is no field of this section", remedy
        case "missing":
            says = _fields_at(place[:-1]).get(name, "")
            return (
                f"{name} is missing",
                f"add `{name}:` ({says[:1].lower()}{says[1:].rstrip('.')})" if says else f"add {name}",
            )
        case "union_tag_invalid" | "union_tag_not_found":
            return "the kind is missing or unknown", f"give `kind:` one of {error.get('ctx', {}).get('expected_tags', '')}"
        case "literal_error" | "enum":
            return "this is no value that can stand here", f"use one of {error.get('ctx', {}).get('expected', '')}"
        case "string_pattern_mismatch":
            return "the text has not the form it must have", f"it must fit {error.get('ctx', {}).get('pattern', '')}"
    return error["msg"][:1].lower() + error["msg"][1:], "correct the value"


def _fields_at(place: Sequence[str | int]) -> dict[str, str]:
    """The fields that a section may have, with what they are for; none where the place is no section."""
    found: list[Any] = [ProfileModel]
    for part in place:
        # The name of a kind, which is put in between, leads no further down.
        found = [below for each in found for below in _below(each, part)] or found
    fields: dict[str, str] = {}
    for each in found:
        if isinstance(each, type) and issubclass(each, BaseModel):
            fields |= {info.alias or name: info.description or "" for name, info in each.model_fields.items()}
    return fields


def _below(kind: Any, part: str | int) -> Iterator[Any]:
    if isinstance(kind, _Element):
        yield kind.kind
        return
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return
    for name, info in kind.model_fields.items():
        if part in {name, info.alias}:
            yield from _kinds(info.annotation)
    tag = kind.model_fields.get("kind")
    if tag is not None and part in get_args(tag.annotation):
        yield kind


def _kinds(annotation: Any) -> Iterator[Any]:
    """The classes behind an annotation; of lists and mappings those of their elements, which the next part names."""
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType, Annotated}:
        for each in get_args(annotation):
            yield from _kinds(each)
    elif origin in {dict, list}:
        for each in get_args(annotation)[-1:]:
            yield from (_Element(kind) for kind in _kinds(each))
    else:
        yield annotation


class _Element:
    """Something one step further down: the index in a list, or the key in a mapping, comes before it."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
