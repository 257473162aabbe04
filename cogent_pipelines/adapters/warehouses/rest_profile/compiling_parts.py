"""The parts of a profile that expressions are made of, compiled one by one; whatever is wrong is collected with its line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cogent_pipelines.adapters.warehouses.rest_profile import compiled, expressions, model, shapes
from cogent_pipelines.adapters.warehouses.rest_profile.contract import Rows
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression
from cogent_pipelines.adapters.warehouses.rest_profile.problems import Problem
from cogent_pipelines.adapters.warehouses.rest_profile.shapes import Shape
from cogent_pipelines.adapters.warehouses.rest_profile.yaml_lines import Document, Place

_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")


@dataclass(slots=True)
class Parts:
    """Compiles what stands at a place. `tables` are the profile's maps by name; `config` is the shape of its parameters."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    tables: frozenset[str] = frozenset()
    config: Shape = None
    unjudged: list[Place] = field(default_factory=list)
    """Where something was taken out for its form: what seems to be amiss there now need not be."""

    def fault(self, place: Place, finding: str, remedy: str) -> None:
        """Collect a mistake; in a value with an anchor, which several places use, it is one."""
        if any(_is_of_what_was_taken(place, taken) for taken in self.unjudged):
            return
        problem = Problem(self.document.line(place), ".".join(map(str, place)) or "file", finding, remedy)
        if not any(_is_same(problem, known) for known in self.problems):
            self.problems.append(problem)

    def request(
        self,
        place: Place,
        label: str,
        part: model.RequestPart,
        given: Shape,
        used: list[Expression],
    ) -> compiled.Request:
        if part.json_body is not None and part.form is not None:
            self.fault(place, "it has a json body and a form", "keep one of them")
        tree = partial(self.tree, given=given, used=used)
        return compiled.Request(
            label,
            part.method,
            self.template((*place, "path"), part.path, given, used),
            query={name: tree((*place, "query", name), value) for name, value in part.query.items()},
            headers=part.headers,
            json=tree((*place, "json"), part.json_body),
            form={name: tree((*place, "form", name), value) for name, value in part.form.items()} if part.form else None,
        )

    def template(self, place: Place, text: str, given: Shape, used: list[Expression]) -> compiled.Template:
        parts = _HOLE.split(text)
        places = [self.expression(place, f"={name}", given) for name in parts[1::2]]
        found = tuple(each for each in places if each is not None)
        used += found
        if len(found) < len(places):
            return compiled.Template((text,), ())
        return compiled.Template(tuple(parts[::2]), found)

    def tree(self, place: Place, value: Any, *, given: Shape, used: list[Expression]) -> Any:
        """Compile the leaves of what is sent."""
        if isinstance(value, dict):
            return {str(name): self.tree((*place, name), below, given=given, used=used) for name, below in value.items()}
        if isinstance(value, list):
            return [self.tree((*place, at), below, given=given, used=used) for at, below in enumerate(value)]
        if not isinstance(value, str):
            return value
        if not expressions.is_expression(value):
            return expressions.literal(value)
        expression = self.expression(place, value, given)
        if expression is not None:
            used.append(expression)
        return expression

    def response(self, place: Place, part: model.ResponsePart, answers: Rows) -> compiled.Response:
        root = self.expression((*place, "root"), part.root, None)
        if part.only_states and "status" not in part.fields:
            self.fault((*place, "only_states"), "it cannot be told which rows those are", "add `status:` to the fields")
        return compiled.Response(
            root or expressions.compiled("=@"),
            self.rows(place, part.items, part.fields, answers),
            ok_when=self.optional((*place, "ok_when"), part.ok_when),
            message=self.optional((*place, "message"), part.message),
            only_states=frozenset(part.only_states),
            empty_when_not_found=part.empty_when_not_found,
        )

    def rows(self, place: Place, items: str, fields: Mapping[str, str | model.RowPart], answers: Rows) -> compiled.RowMap:
        flat: dict[str, Expression] = {}
        nested: dict[str, compiled.RowMap] = {}
        for name, written in fields.items():
            where = (*place, "fields", name)
            if name not in answers.names:
                known = ", ".join(sorted(answers.names)) or "none"
                self.fault(where, f"{name} is no field that is read here", f"there are {known}")
            elif isinstance(written, model.RowPart) != (name in answers.nested):
                remedy = "give `items:` and `fields:`" if name in answers.nested else "give one expression"
                self.fault(where, f"{name} is {'a list of rows' if name in answers.nested else 'one value'}", remedy)
            elif isinstance(written, model.RowPart):
                nested[name] = self.rows(where, written.items, written.fields, answers.nested[name])
            elif (expression := self.expression(where, written, None)) is not None:
                flat[name] = expression
        for name in sorted(answers.required - set(fields)):
            self.fault((*place, "fields"), f"{name} is missing", f"add `{name}:` with an expression over one row")
        return compiled.RowMap(self.optional((*place, "items"), items), flat, nested)

    def optional(self, place: Place, text: str) -> Expression | None:
        return self.expression(place, text, None) if text else None

    def expression(self, place: Place, text: str, given: Shape) -> Expression | None:
        if not expressions.is_expression(text):
            self.fault(
                place, f"{text!r} is no expression", f"begin it with `{expressions.MARK}`, or quote a plain text: \"='…'\""
            )
            return None
        try:
            made = expressions.compiled(text)
        except expressions.ExpressionFault as error:
            self.fault(place, str(error), "correct the JMESPath expression")
            return None
        for name, known in shapes.unknown_names(made.compiled.parsed, given):
            self.fault(place, f"nothing is called {name} here", known)
        for table in sorted(made.lookups - self.tables):
            self.fault(
                place, f"there is no table {table}", f"add it under `maps:`, or use one of {', '.join(sorted(self.tables))}"
            )
        return made

    def regex(self, place: Place, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            self.fault(place, f"no regular expression: {error}", "correct it")
            return re.compile("")


def _is_of_what_was_taken(place: Place, taken: Place) -> bool:
    """It is in it, or what it was in lacks it now."""
    return place[: len(taken)] == taken or place == taken[:-1]


def _is_same(one: Problem, other: Problem) -> bool:
    field, known = (each.place.rpartition(".")[2] for each in (one, other))
    return (one.line, field, one.finding) == (other.line, known, other.finding)
