"""Which function answers which field.

A *plain* field is a function of the object alone; a *resolver* is also given the field's arguments and the request.
Connections and edges need no entry: every `…Connection` type is answered from a `Page`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.shop import Shop

Getter = Callable[[Any], Any]


@dataclass(slots=True)
class RequestContext:
    """What one request knows beyond its document."""

    shop: Shop
    version: str
    scopes: frozenset[str]
    app: Any
    errors: list[FieldError] = field(default_factory=list)
    search: list[dict[str, Any]] = field(default_factory=list)
    rows_seen: dict[int, int] = field(default_factory=dict)
    idempotency_key: str | None = None
    path_root: str = ""


Arguments = Mapping[str, Any]
Resolver = Callable[[Any, Arguments, RequestContext], Any]


class Registry:
    def __init__(self) -> None:
        self._plain: dict[tuple[str, str], Getter] = {}
        self._resolvers: dict[tuple[str, str], Resolver] = {}

    def plain(self, type_name: str, **getters: Getter) -> None:
        for name, getter in getters.items():
            self._plain[type_name, name.rstrip("_")] = getter

    def resolver(self, type_name: str, *names: str) -> Callable[[Resolver], Resolver]:
        def register(function: Resolver) -> Resolver:
            for name in names:
                self._resolvers[type_name, name] = function
            return function

        return register

    def find_plain(self, type_name: str, name: str) -> Getter | None:
        found = self._plain.get((type_name, name))
        if found is None and type_name.endswith("Connection"):
            return PAGE_FIELDS.get(name)
        if found is None and type_name.endswith("Edge"):
            return EDGE_FIELDS.get(name)
        if found is None and type_name.endswith(("Payload", "UserError")):
            # Payloads and their errors are plain mappings with the schema's own names.
            return lambda row: row.get(name)
        return found

    def find_resolver(self, type_name: str, name: str) -> Resolver | None:
        return self._resolvers.get((type_name, name))

    def knows(self, type_name: str, name: str) -> bool:
        return self.find_resolver(type_name, name) is not None or self.find_plain(type_name, name) is not None


PAGE_FIELDS: dict[str, Getter] = {
    "nodes": lambda page: page.rows,
    "edges": lambda page: page.edges,
    "pageInfo": lambda page: page,
}
EDGE_FIELDS: dict[str, Getter] = {"node": lambda edge: edge[0], "cursor": lambda edge: edge[1]}
