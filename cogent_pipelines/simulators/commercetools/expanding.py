"""Expansion: `expand=syncInfo[*].channel` puts the referenced resource beside its reference, under `obj`.

What cannot be expanded is left as it is, as the vendor leaves it.
"""

import re
from collections.abc import Sequence
from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document, copied
from cogent_pipelines.simulators.commercetools.project import Project

_STEP = re.compile(r"([A-Za-z_][\w-]*)(?:\[(\*|\d+)\])?")


def expanded(project: Project, document: Document, paths: Sequence[str]) -> Document:
    """Give a document with the references at `paths` expanded."""
    if not paths:
        return document
    result: Document = copied(document)
    for path in paths:
        steps = [_STEP.fullmatch(step) for step in path.split(".")]
        if all(steps):
            _expand(project, result, [(step.group(1), step.group(2)) for step in steps if step])
    return result


def _expand(project: Project, node: Any, steps: list[tuple[str, str | None]]) -> None:
    if not isinstance(node, dict):
        return
    if not steps:
        _fill(project, node)
        return
    (name, index), rest = steps[0], steps[1:]
    if "obj" in node and name not in node:
        node = node["obj"]
    if name == "obj":
        _expand(project, node, rest)
        return
    value = node.get(name)
    if isinstance(value, list):
        wanted = value if index in {None, "*"} else value[int(index or 0) :][:1]
        for item in wanted:
            _expand(project, item, rest)
    else:
        _fill(project, value)
        _expand(project, value, rest)


def _fill(project: Project, node: Any) -> None:
    if not isinstance(node, dict) or "typeId" not in node or "id" not in node or "obj" in node:
        return
    for collection in project.collections:
        if collection.type_id == node["typeId"]:
            found = collection.get(node["id"])
            if found is not None:
                node["obj"] = copied(found)
