"""One GraphQL request from text to answer: parse and validate (once per text), read variables, cost, throttle, run."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
)

from cogent_pipelines.simulators.shopify import routing
from cogent_pipelines.simulators.shopify.cancelling import finish_due
from cogent_pipelines.simulators.shopify.graph.cost import Bucket
from cogent_pipelines.simulators.shopify.graph.faults import FieldError, RequestRefused
from cogent_pipelines.simulators.shopify.graph.fields import all_fields
from cogent_pipelines.simulators.shopify.graph.plan import Binder
from cogent_pipelines.simulators.shopify.graph.registry import Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.schema import elsewhere, schema_of
from cogent_pipelines.simulators.shopify.graph.validation import check, parse_document
from cogent_pipelines.simulators.shopify.graph.variables import read_variables

REMEMBERED = 500
LARGEST_QUERY = 50_000
LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


@dataclass(frozen=True, slots=True)
class Parsed:
    document: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]


class Engine:
    """Answers requests against one shop; remembers the documents it has seen."""

    def __init__(self) -> None:
        self.registry: Registry = all_fields()
        self._shared: dict[tuple[str, str], dict[Any, dict[str, Any]]] = {}
        self._seen: OrderedDict[tuple[str, str], Parsed] = OrderedDict()

    def parsed(self, text: str, version: str) -> Parsed:
        """Parse and validate, or raise `RequestRefused`."""
        key = (version, text)
        known = self._seen.get(key)
        if known is not None:
            self._seen.move_to_end(key)
            return known
        document = parse_document(text)
        check(schema_of(version), document, elsewhere())
        operations = {
            node.name.value if node.name else None: node
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        known = self._seen[key] = Parsed(document, operations)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return known

    def operation(self, text: str, name: str | None, version: str) -> OperationDefinitionNode:
        """Choose the operation a request asks for."""
        operations = self.parsed(text, version).operations
        if name:
            if name not in operations:
                raise RequestRefused([{"message": f'No operation named "{name}"'}])
            return operations[name]
        if len(operations) != 1:
            raise RequestRefused([{"message": "An operation name is required"}])
        return next(iter(operations.values()))

    def answer(
        self,
        text: str,
        variables: Mapping[str, Any],
        name: str | None,
        *,
        context: RequestContext,
        bucket: Bucket,
    ) -> dict[str, Any]:
        """Answer one request in the vendor's envelope."""
        shop = context.shop
        context.shared = self._shared
        try:
            operation = self.operation(text, name, context.version)
            schema = schema_of(context.version)
            coerced = read_variables(schema, operation, variables)
            if asks_about_itself(operation):
                return _introspection(schema, self.parsed(text, context.version).document, operation, coerced)
            document = self.parsed(text, context.version).document
            bound = Binder(schema, self.registry, document, coerced, context).bind(operation)
        except RequestRefused as refused:
            return {"errors": refused.errors}
        except FieldError as error:
            return {"errors": [error.as_json()]}
        requested = bound.cost.requested()
        if refusal := self._too_dear(requested, context, bucket):
            return refusal
        routing.route_due(shop)
        finish_due(shop)
        data = bound.run(context)
        actual = min(requested, bound.cost.actual(context.rows_seen))
        if shop.switches.throttle:
            bucket.give_back(requested - actual)
        return self._envelope(data, context, requested=requested, actual=actual, bucket=bucket)

    def _too_dear(self, requested: int, context: RequestContext, bucket: Bucket) -> dict[str, Any] | None:
        switches = context.shop.switches
        if requested > switches.maximum_query_cost:
            limit = switches.maximum_query_cost
            text = f"Query cost is {requested}, which exceeds the single query max cost limit ({limit})."
            extensions = {
                "code": "MAX_COST_EXCEEDED",
                "cost": requested,
                "maxCost": limit,
                "documentation": LIMITS_PAGE,
            }
            return {"errors": [{"message": text, "extensions": extensions}]}
        if switches.throttle:
            if requested > self._level(context, bucket):
                return self.throttled(requested, context, bucket)
            bucket.take(requested)
        return None

    def throttled(self, requested: int | None, context: RequestContext, bucket: Bucket) -> dict[str, Any]:
        """Word "too fast": HTTP 200, no data."""
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMITS_PAGE}}
        cost = self._cost(context, bucket, requested=requested, actual=None)
        return {"errors": [error], "extensions": {"cost": cost}}

    @staticmethod
    def _level(context: RequestContext, bucket: Bucket) -> int:
        switches = context.shop.switches
        now = context.shop.clock.now().timestamp()
        return bucket.level(now, size=switches.bucket_size, rate=switches.restore_rate)

    def _cost(self, context: RequestContext, bucket: Bucket, *, requested: int | None, actual: int | None) -> dict[str, Any]:
        switches = context.shop.switches
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": float(switches.bucket_size),
                "currentlyAvailable": self._level(context, bucket),
                "restoreRate": float(switches.restore_rate),
            },
        }

    def _envelope(
        self, data: dict[str, Any] | None, context: RequestContext, *, requested: int, actual: int, bucket: Bucket
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {"data": data}
        if context.errors:
            answer["errors"] = [error.as_json() for error in context.errors]
        extensions: dict[str, Any] = {"cost": self._cost(context, bucket, requested=requested, actual=actual)}
        if context.search:
            extensions["search"] = context.search
        answer["extensions"] = extensions
        return answer


def asks_about_itself(operation: OperationDefinitionNode) -> bool:
    return any(
        isinstance(node, FieldNode) and node.name.value in {"__schema", "__type"}
        for node in operation.selection_set.selections
    )


def _introspection(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> dict[str, Any]:
    """Answer questions about the schema itself with the library's own executor."""
    name = operation.name.value if operation.name else None
    result = execute_sync(schema, document, variable_values=variables, operation_name=name)
    return {"data": result.data} if not result.errors else {"data": result.data, "errors": _plainly(result)}


def _plainly(result: ExecutionResult) -> list[dict[str, Any]]:
    return [dict(error.formatted) for error in result.errors or ()]


def execute_generally(
    schema: GraphQLSchema,
    registry: Registry,
    document: DocumentNode,
    *,
    variables: dict[str, Any],
    context: RequestContext,
) -> ExecutionResult:
    """Answer with the GraphQL library's own executor over the same fields: the measure of what a plan must give."""

    def resolve(row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        type_name, field = info.parent_type.name, info.field_name
        resolver = registry.find_resolver(type_name, field)
        if resolver is not None:
            return resolver(row, arguments, context)
        getter = registry.find_plain(type_name, field)
        if getter is None:
            raise FieldError(f"{type_name}.{field} is not modelled", "NOT_MODELLED_BY_SIMULATOR")
        value = getter(row)
        return list(value) if isinstance(value, tuple) and field in TUPLE_LISTS else value

    return execute_sync(
        schema,
        document,
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=lambda row, _, __: str(row.gql),
    )


TUPLE_LISTS = frozenset({"customAttributes", "taxLines", "discountAllocations", "metafields"})
