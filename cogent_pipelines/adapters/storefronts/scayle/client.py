"""The Admin API over the shared transport: paths and values in, JSON out. What the JSON means is others' matter."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.reading import NOT_FOUND
from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.transport.call import Answer, Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

Json = dict[str, Any]

_ACCEPT = {"Accept": "application/json"}
_BODY = {"Content-Type": "application/json"}


class AdminApi:
    """One tenant's Admin API."""

    def __init__(self, client: VendorClient, settings: ScayleSettings, scopes: Scopes) -> None:
        self._client = client
        self._settings = settings
        self._scopes = scopes

    def get(
        self, operation: str, path: str, *, priority: Priority, query: Mapping[str, str] | None = None, subject: str = ""
    ) -> Call:
        """A read; `path` as it goes into the URL, `query` as plain text."""
        return self._call(operation, "GET", path + _query(query or {}), priority=priority, subjects=_subjects(subject))

    def write(
        self,
        operation: str,
        path: str,
        body: Any,
        *,
        priority: Priority,
        method: str = "POST",
        subjects: Sequence[str] = (),
        company: bool = False,
    ) -> Call:
        """A write; `company` names the legal entity with it, which fulfilments need where there are several."""
        headers = dict(_BODY)
        if company and self._settings.company_id is not None:
            headers["X-Company-Id"] = str(self._settings.company_id)
        return self._call(
            operation, method, path, priority=priority, subjects=tuple(subjects), headers=headers, content=orjson.dumps(body)
        )

    def _call(
        self, operation: str, method: str, path: str, *, priority: Priority, subjects: tuple[str, ...], **more: Any
    ) -> Call:
        headers = {**_ACCEPT, **more.pop("headers", {})}
        return Call(
            operation=operation,
            method=method,
            url=self._settings.api_url + path,
            headers=headers,
            writes=method != "GET",
            subjects=subjects,
            priority=priority,
            scope=self._scopes.of(operation),
            timeout=self._settings.timeout,
            **more,
        )

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send together; never raises for what came of them."""
        return self._client.send_all(calls)

    def read(self, call: Call) -> Node:
        """The object that the answer is.

        Raises:
            VendorError: there is none.
        """
        [settled] = self.send_all([call])
        settled.answered()
        try:
            return Node(body_of(settled))
        except Unreadable as fault:
            raise VendorRefused(f"the answer cannot be read: {fault}", operation=call.operation) from fault

    def pages(self, operation: str, path: str, query: Mapping[str, str], *, priority: Priority) -> Iterator[list[Any]]:
        """The entities of a collection, page by page; the cursor is taken as it comes and never built.

        Raises:
            VendorError: a page was not answered, or leads nowhere.
        """
        cursor, trail = "", Trail(operation)
        while True:
            more = {"cursor": cursor} if cursor else {}
            body = self.read(self.get(operation, path, priority=priority, query={**query, **more}))
            yield entities(body, operation)
            cursor = body.inner("cursor").text("next")
            if not cursor:
                return
            trail.on_to(cursor)


def entities(body: Node, operation: str) -> list[Any]:
    found = body.value.get("entities")
    if not isinstance(found, list):
        raise VendorRefused("the answer has no list of entities", operation=operation)
    return found


def body_of(settled: Settled) -> Any:
    """The body of an answer; None where it has none."""
    return settled.reading.parsed if settled.reading is not None else None


def is_not_found(settled: Settled) -> bool:
    """Whether SCAYLE says that there is no such thing."""
    return settled.standing is Standing.REFUSED and isinstance(settled.reply, Answer) and settled.reply.status == NOT_FOUND


def _query(query: Mapping[str, str]) -> str:
    """Lists are comma-separated, names have brackets, and a `+` must be encoded (scayle.dev, "List orders")."""
    if not query:
        return ""
    return "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())


def _subjects(subject: str) -> tuple[str, ...]:
    return (subject,) if subject else ()
