"""GraphQL over the shared transport: documents and variables in, `data` out. What the data mean is others' matter."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.documents import document
from cogent_pipelines.adapters.storefronts.shopify.reading import TOO_EXPENSIVE, judge, requested_cost
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.transport.call import Answer, Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

__all__ = ["GraphQL", "Json", "QueryTooExpensive", "judge", "next_cursor", "rows", "smaller"]

_log = logging.getLogger(__name__)

Json = dict[str, Any]

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_MUTATION_COST = 10.0
_FIRST_GUESS = 50.0


class QueryTooExpensive(VendorRefused):
    """The query asked for more than one query may cost; `times` says how much too much, 2 where Shopify does not say."""

    def __init__(self, message: str, *, operation: str, times: float) -> None:
        super().__init__(message, operation=operation)
        self.times = times


class GraphQL:
    """One store's GraphQL endpoint."""

    def __init__(self, client: VendorClient, settings: ShopifySettings) -> None:
        self._client = client
        self._settings = settings
        self._learned_costs: dict[str, float] = {}
        self._deprecations: set[str] = set()

    def call(
        self,
        name: str,
        variables: Mapping[str, Any],
        *,
        priority: Priority,
        writes: bool = False,
        subjects: Sequence[str] = (),
    ) -> Call:
        """The document of that name as a call; its cost is what Shopify reserved for it the last time."""
        return Call(
            operation=name,
            method="POST",
            url=self._settings.graphql_url,
            content=orjson.dumps({"query": document(name), "variables": variables}),
            headers=_HEADERS,
            writes=writes,
            subjects=tuple(subjects),
            priority=priority,
            cost=self._learned_costs.get(name, _MUTATION_COST if writes else _FIRST_GUESS),
            timeout=self._settings.timeout,
        )

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send together; never raises for what came of them."""
        return self._client.send_all(calls)

    def read(self, name: str, variables: Mapping[str, Any], *, priority: Priority, subjects: Sequence[str] = ()) -> Json:
        """The answer's `data`.

        Raises:
            VendorError: there is none.
        """
        return self.read_all([self.call(name, variables, priority=priority, subjects=subjects)])[0]

    def read_all(self, calls: Sequence[Call]) -> list[Json]:
        """The `data` of each, in order.

        Raises:
            VendorError: one of them was not answered.
        """
        return [self.data(settled) for settled in self.send_all(calls)]

    def data(self, settled: Settled) -> Json:
        """The `data` of one answer.

        Raises:
            QueryTooExpensive: ask for less at once.
            VendorError: it was not answered.
        """
        body = self._body(settled)
        if settled.standing is not Standing.ANSWERED and TOO_EXPENSIVE in settled.reason:
            raise QueryTooExpensive(settled.reason, operation=settled.reply.call.operation, times=_times_too_expensive(body))
        settled.answered()
        self._learn(settled.reply.call.operation, body)
        data: Json = body["data"]
        return data

    def pages(
        self, name: str, path: Sequence[str], variables: Mapping[str, Any], *, priority: Priority
    ) -> Iterator[list[Json]]:
        """Every page of the connection at `path`, until there is no more."""
        after: str | None = None
        trail = Trail(name)
        while True:
            data = self.read(name, {**variables, "after": after}, priority=priority)
            connection: Any = data
            for step in path:
                connection = connection.get(step) if isinstance(connection, dict) else None
            if not isinstance(connection, dict) or not isinstance(connection.get("nodes"), list):
                raise VendorRefused(f"the answer has no {'.'.join(path)}.nodes", operation=name)
            yield connection["nodes"]
            after = next_cursor(connection, name)
            if after is None:
                return
            trail.on_to(after)

    def _learn(self, name: str, body: Json) -> None:
        """What is reserved for a query depends on its sizes, which differ little from one time to the next."""
        requested = requested_cost(body)
        if requested is not None:
            self._learned_costs[name] = max(1.0, min(requested, version.COST_CEILING))

    def _body(self, settled: Settled) -> Json:
        if not isinstance(settled.reply, Answer):
            return {}
        self._notice_deprecation(settled.reply)
        if settled.reading is not None and isinstance(settled.reading.parsed, dict):
            return settled.reading.parsed
        try:
            body = orjson.loads(settled.reply.content)
        except orjson.JSONDecodeError:
            return {}
        return body if isinstance(body, dict) else {}

    def _notice_deprecation(self, answer: Answer) -> None:
        reason = answer.headers.get("x-shopify-api-deprecated-reason")
        if reason and answer.call.operation not in self._deprecations:
            self._deprecations.add(answer.call.operation)
            _log.warning("Shopify calls %s deprecated: %s", answer.call.operation, reason)


def rows(data: Json, field: str, operation: str) -> list[Json]:
    """The objects of a list that may hold nulls, each with an id.

    Raises:
        VendorRefused: it is no such list; the text names what is wrong where.
    """
    nodes = data.get(field)
    if not isinstance(nodes, list):
        raise VendorRefused(f"field {field} is no list", operation=operation)
    for place, node in enumerate(nodes):
        if node and not (isinstance(node, dict) and isinstance(node.get("id"), str)):
            raise VendorRefused(f"field {field}[{place}] is no object with an id", operation=operation)
    return [node for node in nodes if node]


def next_cursor(connection: Json, name: str) -> str | None:
    """Where the next page begins; None at the end."""
    page = connection.get("pageInfo") or {}
    if not page.get("hasNextPage"):
        return None
    cursor = page.get("endCursor")
    if not cursor:
        raise VendorRefused("there is a next page, and no cursor to it", operation=name)
    return str(cursor)


def smaller(size: int, times: float) -> int:
    """A page so many times cheaper, with a little to spare; never the same size again."""
    return max(1, min(size - 1, int(size / (times * 1.1))))


def _times_too_expensive(body: Json) -> float:
    for error in body.get("errors") or ():
        extensions = error.get("extensions") if isinstance(error, dict) else None
        if not isinstance(extensions, dict):
            continue
        cost, most = extensions.get("cost"), extensions.get("maxCost") or version.COST_CEILING
        if isinstance(cost, int | float) and isinstance(most, int | float):
            return max(1.0, float(cost) / float(most))
    return 2.0
