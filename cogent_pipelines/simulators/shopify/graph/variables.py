"""Reading a request's variables against their declared types, with the vendor's wording for what does not fit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_location,
    type_from_ast,
    value_from_ast,
)

from cogent_pipelines.simulators.shopify.graph.faults import FieldError, RequestRefused

Problem = dict[str, Any]
LARGEST_INPUT = 250
INT_LIMIT = 2**31


def read_variables(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    """Coerce the variables of one operation; raises `RequestRefused` (INVALID_VARIABLE) for what does not fit."""
    values: dict[str, Any] = {}
    errors = []
    for definition in operation.variable_definitions:
        name = definition.variable.name.value
        kind: Any = type_from_ast(schema, definition.type)
        if name not in given:
            if definition.default_value is not None:
                values[name] = value_from_ast(definition.default_value, kind)
            elif isinstance(kind, GraphQLNonNull):
                errors.append(_error(definition, name, kind, None, [_expected_not_null([])]))
            continue
        problems: list[Problem] = []
        values[name] = _read(kind, given[name], [], problems)
        if problems:
            errors.append(_error(definition, name, kind, given[name], problems))
    if errors:
        raise RequestRefused(errors)
    return values


def _expected_not_null(path: list[str | int]) -> Problem:
    return {"path": path, "explanation": "Expected value to not be null"}


def _error(definition: Any, name: str, kind: Any, value: Any, problems: list[Problem]) -> dict[str, Any]:
    where = ", ".join(f"{'.'.join(map(str, p['path']))} ({p['explanation']})" for p in problems if p["path"])
    text = f"Variable ${name} of type {kind} was provided invalid value" + (f" for {where}" if where else "")
    error: dict[str, Any] = {"message": text}
    if definition.loc is not None:
        at = get_location(definition.loc.source, definition.loc.start)
        error["locations"] = [{"line": at.line, "column": at.column}]
    error["extensions"] = {"code": "INVALID_VARIABLE", "value": value, "problems": problems}
    return error


def _read(  # noqa: PLR0911 - one way out per kind of type
    kind: Any, value: Any, path: list[str | int], problems: list[Problem]
) -> Any:
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            problems.append(_expected_not_null(path))
            return None
        return _read(kind.of_type, value, path, problems)
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        rows = value if isinstance(value, list) else [value]
        return [_read(kind.of_type, row, [*path, index], problems) for index, row in enumerate(rows)]
    if isinstance(kind, GraphQLInputObjectType):
        return _read_object(kind, value, path, problems)
    if isinstance(kind, GraphQLEnumType):
        return _read_word(kind, value, path, problems)
    return _read_scalar(kind.name, value, path, problems)


def _read_word(kind: GraphQLEnumType, value: Any, path: list[str | int], problems: list[Problem]) -> Any:
    if value not in kind.values:
        listed = ", ".join(kind.values)
        problems.append({"path": path, "explanation": f'Expected "{value}" to be one of: {listed}'})
    return value


def _read_object(kind: GraphQLInputObjectType, value: Any, path: list[str | int], problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append({"path": path, "explanation": f"Expected {value!r} to be a key-value object."})
        return None
    unknown = [name for name in value if name not in kind.fields]
    text = f"Field is not defined on {kind.name}"
    problems.extend({"path": [*path, name], "explanation": text} for name in unknown)
    result = {}
    for name, field in kind.fields.items():
        if name in value:
            result[name] = _read(field.type, value[name], [*path, name], problems)
        elif field.default_value is not Undefined:
            result[name] = field.default_value
        elif isinstance(field.type, GraphQLNonNull):
            problems.append(_expected_not_null([*path, name]))
    return result


def _read_scalar(name: str, value: Any, path: list[str | int], problems: list[Problem]) -> Any:
    fits = {
        "String": lambda: isinstance(value, str),
        "Int": lambda: isinstance(value, int) and not isinstance(value, bool) and -INT_LIMIT <= value < INT_LIMIT,
        "Float": lambda: isinstance(value, int | float) and not isinstance(value, bool),
        "Boolean": lambda: isinstance(value, bool),
        "ID": lambda: isinstance(value, str | int) and not isinstance(value, bool),
    }.get(name)
    if fits is not None and not fits():
        problems.append({"path": path, "explanation": f"Could not coerce value {value!r} to {name}"})
        return None
    if name in READABLE and not _readable(name, value):
        problems.append({"path": path, "explanation": f"invalid value for {name}: {value!r}"})
        return None
    if name == "ID":
        text = str(value)
        if not text.startswith("gid://shopify/") and not text.isdecimal():
            problems.append(
                {"path": path, "explanation": f"Invalid global id '{text}'", "message": f"Invalid global id '{text}'"}
            )
        return text
    return value


READABLE = frozenset({"DateTime", "Decimal", "Money", "UnsignedInt64"})


def _readable(name: str, value: Any) -> bool:
    """Say whether a scalar the GraphQL language does not know can be read as what it is called."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        if name == "DateTime":
            datetime.fromisoformat(str(value))
        else:
            Decimal(str(value))
    except (ValueError, InvalidOperation):
        return False
    return True


def must_be_short(arguments: Mapping[str, Any]) -> None:
    """Refuse arguments that hold an array of more than 250 items, naming the way to it."""
    found = _long_array(arguments, [])
    if found is not None:
        path, size = found
        text = f"The input array size of {size} is greater than the maximum allowed of {LARGEST_INPUT}."
        error = FieldError(text, "MAX_INPUT_SIZE_EXCEEDED")
        error.path = path
        raise error


def _long_array(value: Any, path: list[str | int]) -> tuple[list[str | int], int] | None:
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, list):
        # Lines of one parcel have a limit of their own.
        if len(value) > LARGEST_INPUT and path[-1:] != ["fulfillmentOrderLineItems"]:
            return path, len(value)
        items = enumerate(value)
    elif isinstance(value, Mapping):
        items = value.items()
    for key, item in items:
        if isinstance(item, list | Mapping) and (found := _long_array(item, [*path, key])):
            return found
    return None


def arguments_of(node: FieldNode | DirectiveNode, known: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments of a field as the resolver gets them, defaults included."""
    written = {argument.name.value: argument.value for argument in node.arguments}
    values: dict[str, Any] = {}
    for name, argument in known.items():
        if name in written:
            value = _from_literal(written[name], argument.type, variables)
            if value is not Undefined:
                values[name] = value
                continue
        if argument.default_value is not Undefined:
            values[name] = argument.default_value
    return values


def _from_literal(node: Any, kind: GraphQLInputType, variables: Mapping[str, Any]) -> Any:
    return value_from_ast(node, kind, dict(variables))
