"""A YAML document with the line of everything in it, so that a mistake can be shown where it stands.

Plain values only: no tags build objects. A key that stands twice is a mistake here, because YAML would take the last one and
whoever reads the file perhaps the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

Place = tuple[str | int, ...]

# Twenty times as fast where the library was built with its C parts; both build plain values only.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotYaml(ValueError):
    """The text is no YAML document of one mapping; `line` counts from 1, `remedy` says what to do there."""

    def __init__(self, message: str, line: int, remedy: str = "correct the YAML there") -> None:
        super().__init__(message)
        self.line = line
        self.remedy = remedy


@dataclass(slots=True)
class Document:
    """`value` as written; `twice` are the keys that stand twice in one mapping, with their lines."""

    value: dict[str, Any]
    node: yaml.MappingNode = field(repr=False)
    twice: list[tuple[Place, int]]

    def line(self, place: Sequence[str | int]) -> int:
        """Where something stands, or where it would have to stand. Parts that the document does not know are passed over."""
        node: yaml.Node = self.node
        line = 1
        for part in place:
            found = _below(node, part)
            if found is None:
                continue
            line, node = found
        return line


def read(text: str) -> Document:
    """Read one document.

    Raises:
        NotYaml: it is none, or no mapping.
    """
    twice: list[tuple[Place, int]] = []
    try:
        loader = _LOADER(text)
        node = loader.get_single_node()
        if node is not None:
            # Before constructing, which puts merged keys among the others.
            _collect_twice(node, (), twice, set())
        value = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotYaml(f"no YAML: {error.problem or 'cannot be read'}", line, _remedy(error, text)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotYaml(f"no YAML: {type(error).__name__}", 1) from None
    if not isinstance(value, dict) or not isinstance(node, yaml.MappingNode):
        raise NotYaml("no mapping of sections", 1, "write `section: …` lines, as a profile that is shipped has them")
    return Document(value, node, twice)


def _remedy(error: yaml.MarkedYAMLError, text: str) -> str:
    """What usually brings about a fault of the form."""
    problem, mark = error.problem or "", error.problem_mark
    lines = text.splitlines()
    rest = lines[mark.line][mark.column :] if mark is not None and mark.line < len(lines) else ""
    if rest.startswith("\t"):
        return "indent with spaces; YAML takes no tabs"
    if "undefined alias" in problem:
        name = rest[1:].split()[0].strip(",]}") if rest[1:].split() else "name"
        return f"write `&{name}` before the value that is meant, above this line"
    if rest[:1] in {"@", "`", "%"} or "mapping values" in problem:
        return "put the text in quotes; or, where it is none, correct the indentation"
    begun = f"line {error.context_mark.line + 1}" if error.context_mark is not None else "a line above"
    if "quoted" in (error.context or ""):
        return f"close the quotes that are opened in {begun}"
    if "flow" in (error.context or ""):
        return f"close the bracket that is opened in {begun}, or put a comma between its parts"
    return "correct the indentation or the quotes of this line and the one above"


def _below(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        child = node.value[part]
        return child.start_mark.line + 1, child
    if isinstance(node, yaml.MappingNode):
        # The last one counts: what is merged in comes before what is written.
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                # What stands before its own name stands where an anchor is, and is only named here.
                line = min(key.start_mark.line, value.start_mark.line)
                return line + 1, value
    return None


def _collect_twice(node: yaml.Node, place: Place, found: list[tuple[Place, int]], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for at, child in enumerate(node.value):
            _collect_twice(child, (*place, at), found, seen)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in names and name != "<<":
                found.append(((*place, name), key.start_mark.line + 1))
            names.add(name)
            _collect_twice(value, (*place, name), found, seen)
