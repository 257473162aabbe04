"""A resource is its JSON document here: predicates, sorting, expansion and update actions all address it by path.

A kept document is never changed in place: an update works on a copy and puts it in the old one's place. That makes an
update all or nothing, and lets messages and lagging views share what they show.
"""

from typing import Any

Document = dict[str, Any]


def copied(node: Any) -> Any:
    """Copy all containers of a JSON value; texts and numbers are shared."""
    if isinstance(node, dict):
        return {key: copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [copied(value) for value in node]
    return node


def without_null(node: Any) -> Any:
    """Leave out every field that is null, at any depth: the vendor reads null as absent."""
    if isinstance(node, dict):
        return {name: without_null(value) for name, value in node.items() if value is not None}
    if isinstance(node, list):
        return [without_null(value) for value in node]
    return node


def without_nothing(**fields: Any) -> Document:
    """Leave out what is None: the vendor does not write absent fields."""
    return {key: value for key, value in fields.items() if value is not None}
