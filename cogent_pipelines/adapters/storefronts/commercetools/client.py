"""The HTTP API over the shared transport: paths and queries in, JSON objects out. What they mean is others' matter."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from cogent_pipelines.adapters.storefronts.commercetools.predicates import after
from cogent_pipelines.adapters.storefronts.commercetools.reading import codes_in, judge
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.transport.call import Answer, Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

__all__ = ["Api", "Json", "codes_of", "is_conflict", "is_missing", "judge", "results_in"]

Json = dict[str, Any]
Query = Sequence[tuple[str, str]]

_HEADERS = {"Accept": "application/json"}
_JSON = {**_HEADERS, "Content-Type": "application/json"}


class Api:
    """One project's HTTP API and Import API."""

    def __init__(self, client: VendorClient, settings: CommercetoolsSettings) -> None:
        self._client = client
        self._settings = settings

    def get(
        self,
        operation: str,
        path: str,
        query: Query = (),
        *,
        priority: Priority,
        subjects: Sequence[str] = (),
    ) -> Call:
        """A read of the project; `path` begins with a slash, is empty for the project itself, and is encoded."""
        return self._call(operation, "GET", self._settings.project_url + path, query, priority=priority, subjects=subjects)

    def post(
        self, operation: str, path: str, body: Json, *, priority: Priority, subjects: Sequence[str] = (), writes: bool = True
    ) -> Call:
        url = self._settings.project_url + path
        return self._call(operation, "POST", url, (), body=body, priority=priority, subjects=subjects, writes=writes)

    def get_import(self, operation: str, path: str, query: Query = (), *, priority: Priority) -> Call:
        """The same at the Import API."""
        return self._call(operation, "GET", self._settings.import_project_url + path, query, priority=priority)

    def post_import(
        self, operation: str, path: str, body: Json, *, priority: Priority, subjects: Sequence[str] = ()
    ) -> Call:
        url = self._settings.import_project_url + path
        return self._call(operation, "POST", url, (), body=body, priority=priority, subjects=subjects, writes=True)

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send together; never raises for what came of them."""
        return self._client.send_all(calls)

    def read_all(self, calls: Sequence[Call]) -> list[Json]:
        """The object of each, in order.

        Raises:
            VendorError: one of them was not answered.
        """
        return [self.body(settled) for settled in self.send_all(calls)]

    def read(self, call: Call) -> Json:
        """The object.

        Raises:
            VendorError: there is none.
        """
        return self.read_all([call])[0]

    def body(self, settled: Settled) -> Json:
        """The object of one answer.

        Raises:
            VendorError: it was not answered.
        """
        settled.answered()
        parsed = settled.reading.parsed if settled.reading is not None else None
        if not isinstance(parsed, dict):
            raise VendorRefused("the answer is no JSON object", operation=settled.reply.call.operation)
        return parsed

    def pages_by_id(
        self, operation: str, path: str, where: Sequence[str], *, size: int, priority: Priority, query: Query = ()
    ) -> Iterator[list[Json]]:
        """Every row in the order of ids, by keyset: an offset ends at 10,000, and what comes or goes would shift it."""
        last, trail = "", Trail(operation)
        while True:
            conditions = [*where, *([after("id", last)] if last else [])]
            asked = [
                *query,
                *(("where", each) for each in conditions),
                *paging(size, "id asc"),
            ]
            rows = results_in(self.read(self.get(operation, path, asked, priority=priority)), operation)
            if rows:
                yield rows
            if len(rows) < size:
                return
            last = trail.on_to(rows[-1]["id"])

    def _call(
        self,
        operation: str,
        method: str,
        url: str,
        query: Query,
        *,
        priority: Priority,
        body: Json | None = None,
        subjects: Sequence[str] = (),
        writes: bool = False,
    ) -> Call:
        return Call(
            operation=operation,
            method=method,
            url=f"{url}?{urlencode(query)}" if query else url,
            content=b"" if body is None else orjson.dumps(body),
            headers=_HEADERS if body is None else _JSON,
            writes=writes,
            subjects=tuple(subjects),
            priority=priority,
            timeout=self._settings.timeout,
        )


def paging(size: int, *sort: str) -> list[tuple[str, str]]:
    """A page's query; the total is not asked for, as it costs and is capped."""
    return [*(("sort", each) for each in sort), ("limit", str(size)), ("withTotal", "false")]


def results_in(body: Mapping[str, Any], operation: str) -> list[Json]:
    """The rows of a page, each an object with an id.

    Raises:
        VendorRefused: it is no such page; the text names what is wrong where.
    """
    rows = body.get("results")
    if not isinstance(rows, list):
        raise VendorRefused("field results is no list", operation=operation)
    for place, row in enumerate(rows):
        if not (isinstance(row, dict) and isinstance(row.get("id"), str)):
            raise VendorRefused(f"field results[{place}] is no object with an id", operation=operation)
    return rows


def _refusal(settled: Settled) -> tuple[int, Any]:
    if settled.standing is not Standing.REFUSED or not isinstance(settled.reply, Answer):
        return 0, None
    return settled.reply.status, settled.reading.parsed if settled.reading is not None else None


def is_conflict(settled: Settled) -> bool:
    """Somebody changed the resource since it was read; nothing was written."""
    status, body = _refusal(settled)
    return status == 409 and (not codes_in(body) or "ConcurrentModification" in codes_in(body))  # noqa: PLR2004


def is_missing(settled: Settled) -> bool:
    return _refusal(settled)[0] == 404  # noqa: PLR2004


def codes_of(settled: Settled) -> frozenset[str]:
    """The error codes of a refusal; empty for everything else."""
    return codes_in(_refusal(settled)[1])
