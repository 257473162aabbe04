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
    shared: dict[tuple[str, str], dict[Any, dict[str, Any]]] = field(default_factory=dict)
    """Answers for immutable values, by type and selection; an engine keeps them from one request to the next."""


Arguments = Mapping[str, Any]
Resolver = Callable[[Any, Arguments, RequestContext], Any]


class Registry:
    def __init__(self) -> None:
        self._plain: dict[tuple[str, str], Getter] = {}
        self._resolvers: dict[tuple[str, str], Resolver] = {}
        self._never_met: set[str] = set()

    def plain(self, type_name: str, **getters: Getter) -> None:
        for name, getter in getters.items():
            self._plain[type_name, name.rstrip("_")] = getter

    def never_met(self, *type_names: str) -> None:
        """Name types of which the shop never holds a record, so that asking for their fields is no mistake."""
        self._never_met.update(type_names)

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
        if found is None and type_name in self._never_met:
            return lambda _: None
        if found is None and type_name.endswith(("Payload", "UserError", "CancelError")):
            # Payloads and their errors are plain mappings with the schema's own names.
            return lambda row: row.get(name)
        return found

    def find_resolver(self, type_name: str, name: str) -> Resolver | None:
        return self._resolvers.get((type_name, name))

    def names(self) -> list[tuple[str, str]]:
        """Give every (type, field) that is modelled."""
        return sorted({*self._plain, *self._resolvers})


PAGE_FIELDS: dict[str, Getter] = {
    "nodes": lambda page: page.rows,
    "edges": lambda page: page.edges,
    "pageInfo": lambda page: page,
}
EDGE_FIELDS: dict[str, Getter] = {"node": lambda edge: edge[0], "cursor": lambda edge: edge[1]}
