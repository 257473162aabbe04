"""From a validated document to a plan: which function gives each key of the answer.

The general executor of a GraphQL library asks, for every field of every row, what kind of thing it is. A plan asks once
per request: selections are merged, arguments read and types looked up while binding, and running it is then a matter of
calling one function per key. The answers are the same as the general executor's; a test holds the two side by side.

Values are on the wire's terms already: getters give strings for decimals and ids, so nothing is serialised here.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    print_ast,
)

from cogent_pipelines.simulators.shopify.graph.cost import MUTATION_POINTS, CostNode
from cogent_pipelines.simulators.shopify.graph.faults import FieldError, RequestRefused, not_modelled
from cogent_pipelines.simulators.shopify.graph.registry import Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.scopes import must_have_access
from cogent_pipelines.simulators.shopify.graph.variables import arguments_of, must_be_short

Run = Callable[[Any], Any]
SHARED_TYPES = frozenset({"MoneyBag", "TaxLine"})
"""Immutable values met again and again: what one of them looks like is worked out once per request."""
MOST_SHARED = 20_000
MOST_SIGNATURES = 200
SEQUENCE = itertools.count()
FREE_TYPES = frozenset({"PageInfo"})
ROOT_TYPES = frozenset({"QueryRoot", "Mutation"})
MONEY_TYPES = frozenset({"MoneyBag", "MoneyV2"})


class Bound:
    """A plan ready to run, and what it costs."""

    def __init__(self, entries: list[tuple[str, Run]], cost: CostNode) -> None:
        self.entries = entries
        self.cost = cost

    def run(self, context: RequestContext) -> dict[str, Any] | None:
        data: dict[str, Any] = {}
        try:
            for key, entry in self.entries:
                data[key] = entry(None)
        except FieldError as error:
            context.errors.append(error)
            return None
        return data


class Binder:
    """Binds one operation to one request's variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        registry: Registry,
        document: DocumentNode,
        variables: Mapping[str, Any],
        context: RequestContext,
    ) -> None:
        self.schema = schema
        self.registry = registry
        self.variables = variables
        self.context = context
        self.fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        switches = context.shop.switches
        self.object_points = switches.object_points
        self.money_points = switches.money_points

    def bind(self, operation: OperationDefinitionNode) -> Bound:
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            raise RequestRefused([{"message": f"Schema is not configured for {operation.operation.value}s"}])
        is_mutation = operation.operation.value == "mutation"
        cost = CostNode(0)
        entries = self._entries(root, [operation.selection_set], cost)
        if is_mutation:
            for child in cost.children:
                child.points = MUTATION_POINTS
        return Bound(entries, cost)

    # ---- selections

    def _entries(
        self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode], cost: CostNode
    ) -> list[tuple[str, Run]]:
        grouped: dict[str, list[FieldNode]] = {}
        for selection in selections:
            self._collect(parent, selection, grouped, set())
        return [(key, self._entry(parent, key, nodes, cost)) for key, nodes in grouped.items()]

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: SelectionSetNode,
        grouped: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                grouped.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or self._applies(parent, condition.name.value):
                    self._collect(parent, node.selection_set, grouped, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(parent, fragment.type_condition.name.value):
                    self._collect(parent, fragment.selection_set, grouped, visited)

    def _applies(self, parent: GraphQLObjectType, condition: str) -> bool:
        if condition == parent.name:
            return True
        kind = self.schema.type_map[condition]
        return is_abstract_type(kind) and self.schema.is_sub_type(kind, parent)  # type: ignore[arg-type]

    def _included(self, node: Any) -> bool:
        for directive in node.directives:
            name = directive.name.value
            if name in {"skip", "include"}:
                known = self.schema.get_directive(name)
                if known is None:
                    continue
                value = arguments_of(directive, known.args, self.variables)["if"]
                if value == (name == "skip"):
                    return False
        return True

    # ---- one field

    def _entry(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], cost: CostNode) -> Run:
        name = nodes[0].name.value
        if name == "__typename":
            type_name = parent.name
            return lambda _: type_name
        field = parent.fields[name]
        read = self._reader(parent.name, name, field, nodes[0])
        named = get_named_type(field.type)
        if is_leaf_type(named):
            return self._guarded(key, read, field) if self._may_refuse(parent.name, name) else read
        child_cost = self._cost_node(parent, name, named.name, nodes[0], field)
        cost.children.append(child_cost)
        return self._composite(key, read, field, nodes, child_cost)

    def _may_refuse(self, type_name: str, name: str) -> bool:
        return self.registry.find_resolver(type_name, name) is not None

    def _reader(self, type_name: str, name: str, field: GraphQLField, node: FieldNode) -> Run:
        plain = self.registry.find_plain(type_name, name)
        resolver = self.registry.find_resolver(type_name, name)
        if resolver is None:
            if plain is None:
                raise RequestRefused([not_modelled(f"{type_name}.{name}")])
            return plain
        arguments = arguments_of(node, field.args, self.variables)
        context = self.context
        if type_name not in ROOT_TYPES:
            return lambda row: resolver(row, arguments, context)
        key = self._key_in(node)

        def act(row: Any) -> Any:
            must_have_access(name, context)
            must_be_short(arguments)
            context.idempotency_key = key
            return resolver(row, arguments, context)

        return act

    def _key_in(self, node: FieldNode) -> str | None:
        known = self.schema.get_directive("idempotent")
        for directive in node.directives:
            if directive.name.value == "idempotent" and known is not None:
                key = arguments_of(directive, known.args, self.variables).get("key")
                return None if key is None else str(key)
        return None

    def _cost_node(
        self, parent: GraphQLObjectType, name: str, type_name: str, node: FieldNode, field: GraphQLField
    ) -> CostNode:
        if type_name.endswith("Connection"):
            arguments = arguments_of(node, field.args, self.variables)
            size = arguments.get("first") or arguments.get("last") or 0
            return CostNode(0, rows=min(int(size), 250), key=id(node))
        if type_name.endswith("Edge") or type_name in FREE_TYPES or name.lower().endswith("usererrors"):
            return CostNode(0)
        points = self.money_points if type_name in MONEY_TYPES else self.object_points
        del parent
        return CostNode(points)

    # ---- what a field holds

    def _composite(self, key: str, read: Run, field: GraphQLField, nodes: list[FieldNode], cost: CostNode) -> Run:
        complete = self._completer(field.type, nodes, cost)
        required = isinstance(field.type, GraphQLNonNull)
        errors = self.context.errors
        seen, seen_key = self.context.rows_seen, cost.key
        is_page = cost.rows is not None

        def entry(row: Any) -> Any:
            try:
                value = read(row)
                if value is None:
                    return None
                if is_page:
                    count = len(value.rows)
                    if count > seen.get(seen_key, 0):
                        seen[seen_key] = count
                return complete(value)
            except FieldError as error:
                error.path.insert(0, key)
                if required:
                    raise
                errors.append(error)
                return None

        return entry

    def _guarded(self, key: str, read: Run, field: GraphQLField) -> Run:
        required = isinstance(field.type, GraphQLNonNull)
        errors = self.context.errors

        def entry(row: Any) -> Any:
            try:
                return read(row)
            except FieldError as error:
                error.path.insert(0, key)
                if required:
                    raise
                errors.append(error)
                return None

        return entry

    def _completer(self, kind: Any, nodes: list[FieldNode], cost: CostNode) -> Run:
        if isinstance(kind, GraphQLNonNull):
            return self._completer(kind.of_type, nodes, cost)
        if isinstance(kind, GraphQLList):
            return self._rows(self._completer(kind.of_type, nodes, cost))
        selections = [node.selection_set for node in nodes if node.selection_set is not None]
        if is_abstract_type(kind):
            return self._abstract(selections, cost)
        return self._object(kind, selections, cost)

    @staticmethod
    def _rows(complete: Run) -> Run:
        def rows(values: Any) -> list[Any]:
            done: list[Any] = []
            add = done.append
            try:
                for value in values:
                    add(None if value is None else complete(value))
            except FieldError as error:
                error.path.insert(0, len(done))
                raise
            return done

        return rows

    def _object(self, kind: GraphQLObjectType, selections: list[SelectionSetNode], cost: CostNode) -> Run:
        entries = self._entries(kind, selections, cost)

        def run(row: Any) -> dict[str, Any]:
            return {key: entry(row) for key, entry in entries}

        if kind.name not in SHARED_TYPES:
            return run
        if len(self.context.shared) > MOST_SIGNATURES:
            self.context.shared.clear()
        known = self.context.shared.setdefault((kind.name, self._signature(selections)), {})

        def shared(row: Any) -> dict[str, Any]:
            answer = known.get(row)
            if answer is None:
                if len(known) >= MOST_SHARED:
                    known.clear()
                answer = known[row] = run(row)
            return answer

        return shared

    def _signature(self, selections: list[SelectionSetNode]) -> str:
        """Two selections with one signature give one answer for one value."""
        text = " ".join(print_ast(selection) for selection in selections)
        depends = "$" in text or "..." in text
        return f"{next(SEQUENCE)} {text}" if depends else text

    def _abstract(self, selections: list[SelectionSetNode], cost: CostNode) -> Run:
        runs: dict[str, Run] = {}
        for name in sorted(self._conditions(selections)):
            kind = self.schema.type_map.get(name)
            if isinstance(kind, GraphQLObjectType):
                branch = CostNode(0)
                runs[name] = self._object(kind, selections, branch)
                # The dearest kind of row is what the query may cost.
                if branch.requested() > sum(child.requested() for child in cost.children):
                    cost.children = branch.children

        def run(row: Any) -> Any:
            name = row.gql
            chosen = runs.get(name)
            if chosen is None:
                kind = self.schema.type_map[name]
                chosen = runs[name] = self._object(kind, selections, CostNode(0))  # type: ignore[arg-type]
            return chosen(row)

        return run

    def _conditions(self, selections: list[SelectionSetNode]) -> set[str]:
        """Give the types that fragments in these selections speak of."""
        names: set[str] = set()
        for selection in selections:
            for node in selection.selections:
                if isinstance(node, InlineFragmentNode):
                    if node.type_condition is not None:
                        names.add(node.type_condition.name.value)
                    names |= self._conditions([node.selection_set])
                elif isinstance(node, FragmentSpreadNode):
                    fragment = self.fragments[node.name.value]
                    names.add(fragment.type_condition.name.value)
                    names |= self._conditions([fragment.selection_set])
        return names
