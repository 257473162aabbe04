"""A profile's operations, compiled: each held against what it is for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cogent_pipelines.adapters.warehouses.rest_profile import compiled, model
from cogent_pipelines.adapters.warehouses.rest_profile.compiling_parts import Parts
from cogent_pipelines.adapters.warehouses.rest_profile.contract import OPERATIONS, OperationContract, Rows
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression
from cogent_pipelines.adapters.warehouses.rest_profile.shapes import Shape
from cogent_pipelines.adapters.warehouses.rest_profile.yaml_lines import Place

_NAME = re.compile(r"[A-Za-z_]\w*")


def operation(parts: Parts, name: str, part: model.OperationPart) -> compiled.Operation | None:
    place: Place = ("operations", name)
    contract = OPERATIONS.get(name)
    if contract is None or name == "list_words":
        known = ", ".join(each for each in OPERATIONS if each != "list_words")
        parts.fault(place, f"there is no operation {name}", f"use one of {known}")
        return None
    if (part.request is None) == (not part.steps):
        parts.fault(place, "it has neither one request nor steps, or both", "give `request:`, or `steps:` for several")
        return None
    return made(parts, name, part, contract, place)


def made(
    parts: Parts, name: str, part: model.OperationPart, contract: OperationContract, place: Place
) -> compiled.Operation:
    given = {**contract.given, "config": parts.config}
    used: list[Expression] = []
    if part.request is not None:
        step = model.Step(request=part.request, response=part.response)
        steps = [_step(parts, place, name, step, given, contract.answers, used)]
    else:
        steps = [
            _step(
                parts, (*place, "steps", at), f"{name} {at + 1}", each, given, contract.answers if at == 0 else Rows(), used
            )
            for at, each in enumerate(part.steps)
        ]
    return compiled.Operation(
        name,
        contract,
        tuple(steps),
        paging=_paging(parts, (*place, "paging"), part.paging) if part.paging else None,
        cursor=part.cursor,
        precheck=part.precheck,
        confirm=part.confirm,
        strategy=part.idempotency.strategy if part.idempotency else "lookup_first",
        shows_within_s=part.idempotency.shows_within_s if part.idempotency else 0.0,
        cost=part.cost,
        asks_for=frozenset(name for expression in used for name in _NAME.findall(expression.source)),
        tables=frozenset(table for step in steps for each in expressions_of(step) for table in each.lookups),
    )


def _step(
    parts: Parts,
    place: Place,
    label: str,
    step: model.Step,
    given: Mapping[str, Shape],
    answers: Rows,
    used: list[Expression],
) -> compiled.Step:
    request = parts.request((*place, "request"), label, step.request, given, used)
    response = parts.response((*place, "response"), step.response, answers)
    return compiled.Step(request, response, step.for_each)


def _paging(parts: Parts, place: Place, part: model.Paging) -> compiled.Paging:
    if part.style == "cursor" and not part.next:
        parts.fault(place, "a cursor needs to be told where it is", "add `next:`, an expression for the next cursor")
    return compiled.Paging(part, parts.optional((*place, "total"), part.total), parts.optional((*place, "next"), part.next))


def expressions_of(step: compiled.Step) -> Iterator[Expression]:
    for tree in (step.request.query, step.request.json, step.request.form):
        yield from _leaves(tree)
    yield from step.request.path.places
    response = step.response
    yield from (each for each in (response.root, response.ok_when, response.message) if each is not None)
    yield from _row_expressions(response.rows)


def _row_expressions(rows: compiled.RowMap) -> Iterator[Expression]:
    if rows.items is not None:
        yield rows.items
    yield from rows.fields.values()
    for below in rows.nested.values():
        yield from _row_expressions(below)


def _leaves(tree: Any) -> Iterator[Expression]:
    if isinstance(tree, Expression):
        yield tree
    elif isinstance(tree, dict):
        for below in tree.values():
            yield from _leaves(below)
    elif isinstance(tree, list):
        for below in tree:
            yield from _leaves(below)
