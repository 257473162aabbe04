"""What an expression will be given, as a shape: enough to find a misspelt name before anything is sent.

Only names are checked, never types: a vendor's quirk is the profile's business, a name of ours that does not exist is a
mistake. Whatever is made by a function or a literal is of no known shape, and asks no questions.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

Shape = Union[Mapping[str, "Shape"], list["Shape"], None]  # noqa: UP007 - it names itself, which only text can
"""An object by its names, a list by its one element, or None: a plain value, or nothing is known of it."""


@dataclass(slots=True)
class _Looker:
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def of(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        """The shape of what a node answers; names that are not there are collected."""
        handler = getattr(self, f"_{node['type']}", None)
        if handler is not None:
            found: Shape = handler(node, shape)
            return found
        for child in node["children"]:
            if isinstance(child, dict):
                self.of(child, shape)
        return None

    def _field(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        name = node["value"]
        if not isinstance(shape, Mapping):
            return None
        if name not in shape:
            near = difflib.get_close_matches(name, shape, 1)
            known = f"write {near[0]}, if that is meant" if near else f"there are {', '.join(sorted(shape)) or 'none'}"
            self.unknown.append((name, known))
            return None
        return shape[name]

    def _subexpression(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        for child in node["children"]:
            shape = self.of(child, shape)
        return shape

    _pipe = _subexpression
    _index_expression = _subexpression

    def _current(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        del node
        return shape

    _identity = _current

    def _index(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        del node
        return shape[0] if isinstance(shape, list) else None

    def _flatten(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        return self.of(node["children"][0], shape)

    def _slice(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        del node
        return shape

    def _projection(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        left = self.of(node["children"][0], shape)
        return [self.of(node["children"][1], left[0] if isinstance(left, list) else None)]

    def _filter_projection(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        left = self.of(node["children"][0], shape)
        element = left[0] if isinstance(left, list) else None
        self.of(node["children"][2], element)
        return [self.of(node["children"][1], element)]

    def _value_projection(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        self.of(node["children"][0], shape)
        return None

    def _multi_select_dict(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        return {child["value"]: self.of(child["children"][0], shape) for child in node["children"]}

    def _or_expression(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        first, second = (self.of(child, shape) for child in node["children"])
        return first if first is not None else second

    def _expref(self, node: Mapping[str, Any], shape: Shape) -> Shape:
        """What a function hands to it is not known here."""
        del node, shape
        return None


def unknown_names(parsed: Mapping[str, Any], given: Shape) -> list[tuple[str, str]]:
    """The names that an expression asks for and will not be given, each with what there is instead."""
    looker = _Looker()
    looker.of(parsed, given)
    return looker.unknown
