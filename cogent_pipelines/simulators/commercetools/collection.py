"""All resources of one kind: found by id and by their keys, and seen by queries as late as the switch says."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import duplicate_field, not_found

MOST_EARLIER = 50_000


class Collection:
    """Resources of one type. `keys` are the fields that no two may share."""

    def __init__(self, type_id: str, *, keys: Iterable[str] = ("key",)) -> None:
        self.type_id = type_id
        self._rows: dict[str, Document] = {}
        self._by_key: dict[str, dict[str, str]] = {name: {} for name in keys}
        self._changes: deque[tuple[datetime, str, Document | None]] = deque(maxlen=MOST_EARLIER)
        """What a resource was before each change, oldest first; None: it did not exist."""

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._rows.values())

    def get(self, resource_id: str) -> Document | None:
        return self._rows.get(resource_id)

    def find(self, key: str, field: str = "key") -> Document | None:
        found = self._by_key[field].get(key)
        return self._rows[found] if found is not None else None

    def need(self, value: str, field: str = "id") -> Document:
        """Give one resource by its id or another unique field.

        Raises:
            Refused: 404.
        """
        document = self.get(value) if field == "id" else self.find(value, field)
        if document is None:
            raise not_found(value)
        return document

    def check_unique(self, document: Document) -> None:
        """Refuse a document whose key another resource has.

        Raises:
            Refused: 400 DuplicateField.
        """
        for field, known in self._by_key.items():
            key = document.get(field)
            if key is not None and known.get(key, document["id"]) != document["id"]:
                raise duplicate_field(field, key)

    def put(self, document: Document, *, now: datetime, lag: float = 0.0) -> None:
        """Keep a document, new or in the place of the one with its id."""
        before = self._rows.get(document["id"])
        self._remember(document["id"], before, now, lag)
        for field, known in self._by_key.items():
            if before is not None and before.get(field) is not None:
                known.pop(before[field], None)
            if document.get(field) is not None:
                known[document[field]] = document["id"]
        self._rows[document["id"]] = document

    def drop(self, document: Document, *, now: datetime, lag: float = 0.0) -> None:
        self._remember(document["id"], document, now, lag)
        for field, known in self._by_key.items():
            if document.get(field) is not None:
                known.pop(document[field], None)
        del self._rows[document["id"]]

    def _remember(self, resource_id: str, before: Document | None, now: datetime, lag: float) -> None:
        if lag > 0:
            self._changes.append((now, resource_id, before))

    def seen_by_queries(self, *, now: datetime, lag: float) -> list[Document]:
        """Give all resources as they were `lag` seconds ago."""
        if lag <= 0:
            return list(self._rows.values())
        since = now - timedelta(seconds=lag)
        while self._changes and self._changes[0][0] <= since:
            self._changes.popleft()
        earlier: dict[str, Document | None] = {}
        for _, resource_id, before in self._changes:
            earlier.setdefault(resource_id, before)
        rows = [earlier.get(row["id"], row) if row["id"] in earlier else row for row in self._rows.values()]
        rows += [before for resource_id, before in earlier.items() if resource_id not in self._rows]
        return [row for row in rows if row is not None]
