"""What a predicate means: a tree and the fields that a resource has become a test over documents.

An object in a list matches when one element matches the whole of what is inside the brackets. What is absent equals
nothing, lies below and above nothing; whether it is *unequal* to a value is a switch.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import malformed_parameter
from cogent_pipelines.simulators.commercetools.fields import OPEN, Fields
from cogent_pipelines.simulators.commercetools.ids import comparable
from cogent_pipelines.simulators.commercetools.predicate_text import (
    Among,
    Both,
    Compare,
    Either,
    Field,
    Given,
    Is,
    Node,
    Not,
    read_predicate,
)
from cogent_pipelines.simulators.commercetools.switches import Switches

Test = Callable[[Document], bool]
_NOTHING: Document = {}


def test_for(
    predicates: Sequence[str], variables: Mapping[str, Sequence[str]], *, fields: Fields, switches: Switches
) -> Test | None:
    """Give the test that all predicates together are; None where there are none.

    Raises:
        Refused: 400 InvalidInput, as the vendor words it.
    """
    if not predicates:
        return None
    compiler = _Compiler(switches)
    tests = [compiler.test(read_predicate(text, variables), fields) for text in predicates]
    return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)


class _Compiler:
    def __init__(self, switches: Switches) -> None:
        self._absent_is_unequal = switches.unequal_matches_absent

    def test(self, node: Node, fields: Fields) -> Test:
        if isinstance(node, Both):
            both = tuple(self.test(part, fields) for part in node.parts)
            return lambda document: all(test(document) for test in both)
        if isinstance(node, Either):
            either = tuple(self.test(part, fields) for part in node.parts)
            return lambda document: any(test(document) for test in either)
        if isinstance(node, Not):
            inner = self.test(node.part, fields)
            return lambda document: not inner(document)
        return self._field(node, fields)

    def _field(self, node: Field, fields: Fields) -> Test:
        kind = fields.kind(node.name)
        if kind is None:
            # Wording recorded (commercetools-php-sdk, issue 385).
            raise malformed_parameter("where", f"The field '{node.name}' does not exist.")
        condition = node.condition
        if isinstance(condition, Compare):
            return self._compare(node.name, kind, condition)
        if isinstance(condition, Among):
            return self._among(node.name, kind, condition)
        if isinstance(condition, Is):
            return _is(node.name, condition.what)
        if kind == "any":
            return _nested(node.name, self.test(condition, OPEN))
        if not isinstance(kind, Fields):
            raise malformed_parameter("where", f"The field '{node.name}' is not an object.")
        return _nested(node.name, self.test(condition, kind))

    def _compare(self, name: str, kind: "str | Fields", condition: Compare) -> Test:
        wanted = _literal(name, kind, condition.value)
        if condition.operator == "!=":
            absent = self._absent_is_unequal
            return lambda document: _none_equal(_values(document, name, kind), wanted, absent=absent)
        compare = _COMPARISONS[condition.operator]
        return lambda document: any(compare(value, wanted) for value in _values(document, name, kind))

    def _among(self, name: str, kind: "str | Fields", condition: Among) -> Test:
        wanted = tuple(_literal(name, kind, value) for value in condition.values)
        among = _membership(kind, wanted)
        if condition.how == "contains all":
            return lambda document: all(any(_equal(v, each) for v in _values(document, name, kind)) for each in wanted)
        if condition.how == "not in":
            absent = self._absent_is_unequal

            def outside(document: Document) -> bool:
                values = _values(document, name, kind)
                return not any(among(value) for value in values) if values else absent

            return outside
        return lambda document: any(among(value) for value in _values(document, name, kind))


def _membership(kind: "str | Fields", wanted: tuple[Any, ...]) -> Callable[[Any], bool]:
    if kind in {"any", "flag"}:
        return lambda value: any(_equal(value, each) for each in wanted)
    known = frozenset(wanted)
    return lambda value: value in known


def _none_equal(values: list[Any], wanted: Any, *, absent: bool) -> bool:
    return absent if not values else all(not _equal(value, wanted) for value in values)


def _equal(value: Any, wanted: Any) -> bool:
    # True is 1 in Python and not in JSON.
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, wanted: Any) -> bool:
        if isinstance(value, str) != isinstance(wanted, str):
            return False
        return compare(value, wanted)

    return test


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": _equal,
    "<": _ordered(lambda value, wanted: bool(value < wanted)),
    ">": _ordered(lambda value, wanted: bool(value > wanted)),
    "<=": _ordered(lambda value, wanted: bool(value <= wanted)),
    ">=": _ordered(lambda value, wanted: bool(value >= wanted)),
}


def _values(document: Document, name: str, kind: "str | Fields") -> list[Any]:
    """Give the simple values of a field: none, one, or those of a list."""
    value = document.get(name)
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    # A stored moment ends in Z; without it texts compare as moments do.
    return [item[:-1] for item in values] if kind == "moment" else values


def _is(name: str, what: str) -> Test:
    if what == "defined":
        return lambda document: document.get(name) is not None
    if what == "not defined":
        return lambda document: document.get(name) is None
    if what == "empty":
        return lambda document: document.get(name) == []
    return lambda document: bool(document.get(name))


def _nested(name: str, inner: Test) -> Test:
    def test(document: Document) -> bool:
        value = document.get(name)
        if isinstance(value, list) and value:
            return any(inner(item) for item in value)
        # Where there is nothing, the inside is asked about nothing: only what holds of the absent holds there.
        return inner(value if isinstance(value, dict) else _NOTHING)

    return test


def _literal(name: str, kind: "str | Fields", value: Any) -> Any:
    """Bring a literal or an input variable to what the field holds; one that cannot be is refused."""
    if isinstance(kind, Fields):
        raise malformed_parameter("where", f"The field '{name}' is an object and cannot be compared with a value.")
    told = value.text if isinstance(value, Given) else value
    if isinstance(value, Given):
        told = _read(kind, told)
    if kind == "moment":
        return _moment(name, told)
    if kind.startswith("enum:"):
        return _enumerated(kind, told)
    if not _fits(kind, told):
        raise malformed_parameter("where", f"The value '{told}' does not fit the field '{name}', which is a {kind}.")
    return told


def _fits(kind: str, told: Any) -> bool:
    if kind == "text":
        return isinstance(told, str)
    if kind == "flag":
        return isinstance(told, bool)
    return kind == "any" or (isinstance(told, int | float) and not isinstance(told, bool))


def _read(kind: str, told: str) -> Any:
    if kind in {"flag", "any"} and told in {"true", "false"}:
        return told == "true"
    if kind in {"number", "any"}:
        try:
            return float(told) if "." in told else int(told)
        except ValueError:
            return told
    return told


def _moment(name: str, told: Any) -> str:
    try:
        return comparable(told)
    except (TypeError, ValueError):
        raise malformed_parameter("where", f"The value '{told}' of the field '{name}' is not a date and time.") from None


def _enumerated(kind: str, told: Any) -> Any:
    _, name, allowed = kind.split(":")
    if told not in allowed.split("|"):
        raise malformed_parameter("where", f"Invalid enum value for {name}: {told}")
    return told
