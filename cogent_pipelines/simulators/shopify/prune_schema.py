"""Derive the simulator's subset of the published Admin schema.

Run it by hand when the vendor publishes a version:

    python -m cogent_pipelines.simulators.shopify.prune_schema ADMIN.introspection.json.gz

It keeps the names and types (facts) of what the simulator may model, without the vendor's prose, in
`published/admin.graphql`; the names of all that was left out go to `published/elsewhere.txt`, so that a client asking
for them is told "not modelled here" instead of "no such field". Nothing imports this module.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    build_client_schema,
    get_named_type,
)
from graphql.language import print_ast
from graphql.utilities import ast_from_value

from cogent_pipelines.simulators.shopify.kept_types import KEPT_ROOTS, KEPT_TYPES

PUBLISHED = Path(__file__).parent / "published"
Shaped = GraphQLObjectType | GraphQLInterfaceType


def main(source: str) -> None:
    with gzip.open(source) as stream:
        document = json.load(stream)
    schema = build_client_schema(document.get("data", document), assume_valid=True)
    pruned = _Pruning(schema)
    (PUBLISHED / "admin.graphql").write_text(pruned.sdl(), encoding="utf-8")
    (PUBLISHED / "elsewhere.txt").write_text(pruned.elsewhere(), encoding="utf-8")


class _Pruning:
    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        if schema.query_type is None or schema.mutation_type is None:
            raise SystemExit("the schema has no query or no mutation type")
        self.query: GraphQLObjectType = schema.query_type
        self.mutation: GraphQLObjectType = schema.mutation_type
        self.shaped = self._shaped_types()
        self.simple = self._simple_types()

    def _shaped_types(self) -> set[str]:
        """Kept types, the connections and edges over them, and the payloads of the kept mutations."""
        kept = {name for name in KEPT_TYPES if name in self.schema.type_map}
        missing = [name for name in KEPT_TYPES if name not in self.schema.type_map]
        if missing:
            raise SystemExit(f"not in the published schema: {missing}")
        for name in list(kept):
            kept |= {f"{name}{end}" for end in ("Connection", "Edge") if f"{name}{end}" in self.schema.type_map}
        for root in KEPT_ROOTS:
            payload: Any = get_named_type(self.mutation.fields[root].type)
            kept.add(payload.name)
            kept |= {get_named_type(f.type).name for n, f in payload.fields.items() if n.lower().endswith("usererrors")}
        return kept | {self.query.name, self.mutation.name, "PageInfo"}

    def _keeps(self, owner: Shaped, name: str) -> bool:
        field = owner.fields[name]
        if owner is self.mutation:
            return name in KEPT_ROOTS
        named = get_named_type(field.type)
        return isinstance(named, GraphQLScalarType | GraphQLEnumType) or named.name in self.shaped

    def _simple_types(self) -> dict[str, GraphQLNamedType]:
        """Enums, scalars and inputs that the kept fields reach."""
        found: dict[str, GraphQLNamedType] = {}

        def reach(named: GraphQLNamedType) -> None:
            if named.name in found or isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                return
            found[named.name] = named
            if isinstance(named, GraphQLInputObjectType):
                for item in named.fields.values():
                    reach(get_named_type(item.type))

        for name in self.shaped:
            owner: Any = self.schema.type_map[name]
            if isinstance(owner, GraphQLUnionType):
                continue
            for field_name, field in owner.fields.items():
                if self._keeps(owner, field_name):
                    reach(get_named_type(field.type))
                    for argument in field.args.values():
                        reach(get_named_type(argument.type))
        return found

    def sdl(self) -> str:
        parts = [
            f"schema {{\n  query: {self.query.name}\n  mutation: {self.mutation.name}\n}}",
            "directive @idempotent(key: String!) on FIELD",
        ]
        named = {name: self.schema.type_map[name] for name in self.shaped} | self.simple
        builtin = {"String", "Int", "Float", "Boolean", "ID"}
        parts += [self._definition(named[name]) for name in sorted(named) if name not in builtin]
        return "\n".join(parts) + "\n"

    def _definition(self, named: Any) -> str:
        if isinstance(named, GraphQLScalarType):
            return f"scalar {named.name}"
        if isinstance(named, GraphQLEnumType):
            return f"enum {named.name} {{ {' '.join(named.values)} }}"
        if isinstance(named, GraphQLUnionType):
            members = [member.name for member in named.types if member.name in self.shaped]
            return f"union {named.name} = {' | '.join(members)}"
        if isinstance(named, GraphQLInputObjectType):
            rows = "".join(f"  {n}: {f.type}{_default(f)}\n" for n, f in named.fields.items())
            return f"input {named.name} {{\n{rows}}}"
        word = "interface" if isinstance(named, GraphQLInterfaceType) else "type"
        interfaces = [i.name for i in named.interfaces if i.name in self.shaped]
        implements = f" implements {' & '.join(interfaces)}" if interfaces else ""
        rows = "".join(self._field(named, name) for name in named.fields if self._keeps(named, name))
        return f"{word} {named.name}{implements} {{\n{rows}}}"

    def _field(self, owner: Shaped, name: str) -> str:
        field = owner.fields[name]
        arguments = ", ".join(f"{n}: {a.type}{_default(a)}" for n, a in field.args.items())
        deprecated = " @deprecated" if field.deprecation_reason else ""
        return f"  {name}{f'({arguments})' if arguments else ''}: {field.type}{deprecated}\n"

    def elsewhere(self) -> str:
        rows = []
        for name in sorted(self.shaped):
            owner: Any = self.schema.type_map[name]
            if isinstance(owner, GraphQLUnionType):
                continue
            dropped = [field for field in owner.fields if not self._keeps(owner, field)]
            if dropped:
                rows.append(f"{name}: {' '.join(dropped)}")
        gone = [n for n in self.schema.type_map if n not in self.shaped and n not in self.simple and n[:2] != "__"]
        return "\n".join([*rows, f"*: {' '.join(sorted(gone))}"]) + "\n"


def _default(item: object) -> str:
    value = getattr(item, "default_value", None)
    kind = getattr(item, "type", None)
    node = ast_from_value(value, kind) if kind is not None and value is not Undefined else None
    return f" = {print_ast(node)}" if node is not None else ""


if __name__ == "__main__":
    main(sys.argv[1])
