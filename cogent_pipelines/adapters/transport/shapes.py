"""What a vendor's answer must look like to be read, so that a change on the vendor's side is named field by field.

Looked at only after reading failed: the quick path does not check what it reads. What an order of one vendor looks like is
in that vendor's `shape`; here is how a shape is written and how it is held against an answer.

A shape is a `dict` of fields, a `list` of the one kind that its entries have, a type (or a union of types) for a plain
value, `object` where any value will do, or one of these in `Maybe` or `Nullable`. Fields that a shape does not name are
not looked at.
"""

from dataclasses import dataclass
from typing import Any

Shape = dict[str, Any]

_TEXT_OR_NULL = str | None


@dataclass(frozen=True, slots=True)
class Maybe:
    """May be absent or null."""

    kind: Any


@dataclass(frozen=True, slots=True)
class Nullable:
    """Must be there, and may be null."""

    kind: Any


def fault_in(node: Any, shape: Any, path: str = "") -> str:
    """The first field that is not as published, in words; empty where all are."""
    if isinstance(shape, Maybe | Nullable):
        return "" if node is None else fault_in(node, shape.kind, path)
    if isinstance(shape, dict):
        return _fault_in_object(node, shape, path)
    if isinstance(shape, list):
        return _fault_in_list(node, shape[0], path)
    if shape is not object and not _is_a(node, shape):
        named = "a text or null" if shape == _TEXT_OR_NULL else shape.__name__
        return f"field {path} is {_said(node)}, not {named}"
    return ""


def _is_a(node: Any, kind: Any) -> bool:
    """Whether it is of the kind; true and false are no numbers here."""
    return isinstance(node, kind) and not (kind is int and isinstance(node, bool))


def _fault_in_object(node: Any, shape: Shape, path: str) -> str:
    if not isinstance(node, dict):
        return f"field {path or 'order'} is {_said(node)}, not an object"
    for name, kind in shape.items():
        where = f"{path}.{name}" if path else name
        if name not in node and not isinstance(kind, Maybe):
            return f"field {where} is missing"
        fault = fault_in(node.get(name), kind, where)
        if fault:
            return fault
    return ""


def _fault_in_list(node: Any, kind: Any, path: str) -> str:
    if not isinstance(node, list):
        return f"field {path} is {_said(node)}, not a list"
    faults = (fault_in(entry, kind, f"{path}[{index}]") for index, entry in enumerate(node))
    return next((fault for fault in faults if fault), "")


def _said(node: Any) -> str:
    """The kind of a value, never the value: it may be somebody's address."""
    return "null" if node is None else f"a {type(node).__name__}"
