"""Validating a document against the published schema, with the vendor's wording and codes for what is wrong.

The rules are the GraphQL library's; its messages are put into the vendor's words here. What the vendor has and the
subset has not is told apart from what does not exist anywhere.
"""

import re
from collections.abc import Callable
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    parse,
    print_ast,
    validate,
)
from graphql.language import Node, Visitor, visit
from graphql.utilities import TypeInfo, TypeInfoVisitor

from cogent_pipelines.simulators.shopify.graph.faults import RequestRefused, not_modelled
from cogent_pipelines.simulators.shopify.graph.schema import Elsewhere

Words = tuple[str, dict[str, Any]]
Reword = Callable[[re.Match[str]], Words]


def parse_document(text: str) -> DocumentNode:
    """Parse, or refuse with PARSE_ERROR."""
    try:
        return parse(text)
    except GraphQLError as error:
        at = error.locations[0] if error.locations else None
        place = f" at [{at.line}, {at.column}]" if at else ""
        message = f"syntax error, {_syntax_words(error.message)}{place}"
        answer: dict[str, Any] = {"message": message}
        if at:
            answer["locations"] = [{"line": at.line, "column": at.column}]
        raise RequestRefused([{**answer, "extensions": {"code": "PARSE_ERROR"}}]) from None


def _syntax_words(message: str) -> str:
    text = message.removeprefix("Syntax Error: ")
    if "<EOF>" in text:
        return "unexpected end of file"
    return text[:1].lower() + text[1:].rstrip(".")


def check(schema: GraphQLSchema, document: DocumentNode, elsewhere: Elsewhere) -> None:
    """Raise `RequestRefused` with every error of a document; return when there is none."""
    found = validate(schema, document)
    if not found:
        return
    places = _Places(schema)
    visit(document, TypeInfoVisitor(places.types, places))
    errors = [_reworded(error, places, elsewhere) for error in found]
    # "Not modelled here" stands above what follows from it.
    errors.sort(key=lambda error: error["extensions"].get("code") != "NOT_MODELLED_BY_SIMULATOR")
    raise RequestRefused(errors)


class _Places(Visitor):
    """Where every node of a document is: the names on the way down to it, and the argument a value belongs to."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.path: list[str] = []
        self.paths: dict[int, list[str]] = {}
        self.owners: dict[int, tuple[Node, Any, str]] = {}
        self.stack: list[tuple[Node, Any, str]] = []
        self.index: list[int] = []
        self.parents: dict[int, str] = {}

    def enter(self, node: Node, key: Any, parent: Any, *_: Any) -> None:
        name = self._name(node)
        if name is None and isinstance(key, int) and self.stack and isinstance(parent, tuple | list):
            name = str(key) if type(node).__name__.endswith("ValueNode") else None
        if name is not None:
            self.path.append(name)
        self.index.append(0 if name is None else 1)
        if isinstance(node, ArgumentNode):
            self.stack.append((node, self.types.get_input_type(), f"Argument '{node.name.value}' on Field"))
        elif isinstance(node, ObjectFieldNode):
            self.parents[id(node)] = str(self.types.get_parent_input_type() or "").strip("[]!")
            self.stack.append((node, self.types.get_input_type(), f"Argument '{node.name.value}' on InputObject"))
        self.paths[id(node)] = list(self.path)
        if self.stack:
            self.owners[id(node)] = self.stack[-1]

    def leave(self, node: Node, *_: Any) -> None:
        if self.index.pop():
            self.path.pop()
        if isinstance(node, ArgumentNode | ObjectFieldNode):
            self.stack.pop()

    @staticmethod
    def _name(node: Node) -> str | None:
        if isinstance(node, OperationDefinitionNode):
            return f"{node.operation.value} {node.name.value}" if node.name else node.operation.value
        if isinstance(node, FragmentDefinitionNode):
            return f"fragment {node.name.value}"
        if isinstance(node, FieldNode):
            return node.alias.value if node.alias else node.name.value
        if isinstance(node, InlineFragmentNode):
            return f"... on {node.type_condition.name.value}" if node.type_condition else "..."
        if isinstance(node, ArgumentNode | ObjectFieldNode):
            return node.name.value
        return None


def _reworded(error: GraphQLError, places: _Places, elsewhere: Elsewhere) -> dict[str, Any]:
    node = error.nodes[0] if error.nodes else None
    path = places.paths.get(id(node), []) if node is not None else []
    answer: dict[str, Any] = {"message": error.message}
    missing = _elsewhere(error.message, elsewhere)
    if missing:
        answer = not_modelled(missing)
    else:
        message, extensions = _words(error, node, places)
        answer = {"message": message, "extensions": extensions}
    if error.locations:
        answer["locations"] = [{"line": at.line, "column": at.column} for at in error.locations[:1]]
    extensions = answer.get("extensions", {})
    if extensions.get("code") == "missingRequiredInputObjectAttribute" or (
        extensions.get("code") == "argumentNotAccepted" and extensions["argumentName"] not in path
    ):
        path = [*path, extensions["argumentName"]]
    answer["path"] = path
    return {key: answer[key] for key in ("message", "locations", "path", "extensions") if key in answer}


def _elsewhere(message: str, elsewhere: Elsewhere) -> str | None:
    field = re.match(r"Cannot query field '(\w+)' on type '(\w+)'", message)
    if field and elsewhere.has_field(field[2], field[1]):
        return f"{field[2]}.{field[1]}"
    kind = re.match(r"Unknown type '(\w+)'", message)
    return kind[1] if kind and kind[1] in elsewhere.types else None


def _code(code: str, **extensions: Any) -> dict[str, Any]:
    return {"code": code, **extensions}


REWORDED: list[tuple[str, Reword]] = [
    (
        r"Cannot query field '(\w+)' on type '(\w+)'",
        lambda m: (
            f"Field '{m[1]}' doesn't exist on type '{m[2]}'",
            _code("undefinedField", typeName=m[2], fieldName=m[1]),
        ),
    ),
    (
        r"Unknown argument '(\w+)' on field '\w+\.(\w+)'",
        lambda m: (
            f"Field '{m[2]}' doesn't accept argument '{m[1]}'",
            _code("argumentNotAccepted", name=m[2], typeName="Field", argumentName=m[1]),
        ),
    ),
    (
        r"Field '(\w+)' is not defined by type '(\w+)'",
        lambda m: (
            f"InputObject '{m[2]}' doesn't accept argument '{m[1]}'",
            _code("argumentNotAccepted", name=m[2], typeName="InputObject", argumentName=m[1]),
        ),
    ),
    (
        r"Unknown directive '@(\w+)'",
        lambda m: (f"Directive @{m[1]} is not defined", _code("undefinedDirective", directiveName=m[1])),
    ),
    (
        r"Field '(\w+)' argument '(\w+)' of type '.*' is required",
        lambda m: (
            f"Field '{m[1]}' is missing required arguments: {m[2]}",
            _code("missingRequiredArguments", className="Field", name=m[1], arguments=m[2]),
        ),
    ),
    (
        r"Directive '@(\w+)' argument '(\w+)' of type '.*' is required",
        lambda m: (
            f"Directive '{m[1]}' is missing required arguments: {m[2]}",
            _code("missingRequiredArguments", className="Directive", name=m[1], arguments=m[2]),
        ),
    ),
    (
        r"Field '(\w+)\.(\w+)' of required type '(.*)' was not provided",
        lambda m: (
            f"Argument '{m[2]}' on InputObject '{m[1]}' is required. Expected type {m[3]}",
            _code(
                "missingRequiredInputObjectAttribute",
                argumentName=m[2],
                argumentType=m[3],
                inputObjectType=m[1],
            ),
        ),
    ),
    (
        r"Variable '\$(\w+)' is never used in operation '(\w+)'",
        lambda m: (
            f"Variable ${m[1]} is declared by {m[2]} but not used",
            _code("variableNotUsed", variableName=m[1]),
        ),
    ),
    (
        r"Variable '\$(\w+)' is never used",
        lambda m: (
            f"Variable ${m[1]} is declared by anonymous query but not used",
            _code("variableNotUsed", variableName=m[1]),
        ),
    ),
    (
        r"Variable '\$(\w+)' is not defined(?: by operation '(\w+)')?",
        lambda m: (
            f"Variable ${m[1]} is used by {m[2] or 'anonymous query'} but not declared",
            _code("variableNotDefined", variableName=m[1]),
        ),
    ),
    (
        r"Variable '\$(\w+)' of type '(.*)' used in position expecting type '(.*)'",
        lambda m: (
            f"Type mismatch on variable ${m[1]} ({m[2]} / {m[3]})",
            _code("variableMismatch", variableName=m[1], typeName=m[2], errorMessage="Type mismatch"),
        ),
    ),
    (
        r"Field '(\w+)' of type '(.*)' must have a selection of subfields",
        lambda m: (
            (
                f"Field must have selections (field '{m[1]}' returns {m[2].strip('[]!')} but has no selections. "
                f"Did you mean '{m[1]} {{ ... }}'?)"
            ),
            _code("selectionMismatch", nodeName=f"field '{m[1]}'", typeName=m[2].strip("[]!")),
        ),
    ),
    (
        r"Field '(\w+)' must not have a selection since type '(.*)' has no subfields",
        lambda m: (
            f"Selections can't be made on scalars (field '{m[1]}' returns {m[2].strip('[]!')} but has selections)",
            _code("selectionMismatch", nodeName=f"field '{m[1]}'", typeName=m[2].strip("[]!")),
        ),
    ),
    (
        r"Unknown type '(\w+)'",
        lambda m: (f"No such type {m[1]}, so it can't be a fragment condition", _code("undefinedType", typeName=m[1])),
    ),
    (
        r"Unknown fragment '(\w+)'",
        lambda m: (
            f"Fragment {m[1]} was used, but not defined",
            _code("useAndDefineFragment", fragmentName=m[1]),
        ),
    ),
    (
        r"Fragment '(\w+)' is never used",
        lambda m: (
            f"Fragment {m[1]} was defined, but not used",
            _code("useAndDefineFragment", fragmentName=m[1]),
        ),
    ),
    (
        r"Fragment '?(\w*)'? ?cannot be spread here as objects of type '(\w+)' can never be of type '(\w+)'",
        lambda m: (
            f"Fragment on {m[3]} can't be spread inside {m[2]}",
            _code("cannotSpreadFragment", typeName=m[3], fragmentName=m[1] or "unknown", parentName=m[2]),
        ),
    ),
    (
        r"Fields '(\w+)' conflict",
        lambda m: (
            f"Field '{m[1]}' has a field conflict. Use aliases to tell them apart.",
            _code("fieldConflict", name=m[1]),
        ),
    ),
    (
        r"This anonymous operation must be the only defined operation",
        lambda _: ("An operation name is required", {}),
    ),
]

WRONG_VALUE = re.compile(
    r"Expected value of type|Value '.*' does not exist in|Enum '.*' cannot represent|Expected type|"
    r"\w+ cannot represent|Value .* does not exist in '.*' enum"
)


def _words(error: GraphQLError, node: Node | None, places: _Places) -> Words:
    if WRONG_VALUE.match(error.message) and node is not None and id(node) in places.owners:
        return _wrong_value(node, *places.owners[id(node)], places)
    for pattern, reword in REWORDED:
        match = re.match(pattern, error.message)
        if match:
            return reword(match)
    return error.message, {}


def _wrong_value(node: Node, owner: Node, kind: Any, lead: str, places: _Places) -> Words:
    path = places.paths.get(id(owner), [])
    holder = path[-2] if len(path) > 1 else ""
    kind_name = "Field" if isinstance(owner, ArgumentNode) else "InputObject"
    if kind_name == "InputObject":
        holder = _input_object_of(owner, places)
    value = print_ast(owner.value) if isinstance(owner, ArgumentNode | ObjectFieldNode) else print_ast(node)
    text = f"{lead} '{holder}' has an invalid value ({value}). Expected type '{kind}'."
    name = owner.name.value if isinstance(owner, ArgumentNode | ObjectFieldNode) else ""
    return text, _code("argumentLiteralsIncompatible", typeName=kind_name, argumentName=name)


def _input_object_of(owner: Node, places: _Places) -> str:
    return places.parents.get(id(owner), "")
