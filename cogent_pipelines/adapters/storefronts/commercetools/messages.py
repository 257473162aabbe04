"""Messages: what happened to orders, in the vendor's own numbering, so that what was missed shows as a gap.

The feed of orders finds every order that still exists; messages say why one changed, and are the only trace of one that was
deleted. They are kept for some days only (15 unless the project says otherwise; API reference, `MessagesConfiguration`).
"""

from collections.abc import Iterator
from datetime import datetime

from cogent_pipelines.adapters.storefronts.commercetools import predicates
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.times import text_of, time_of
from cogent_pipelines.adapters.storefronts.commercetools.values import inner, short, text
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.extras import OrderNews
from cogent_pipelines.ports.vendor_account import Priority

_LARGEST_NUMBER = 2**53


class MessageFeed:
    """Reads the messages about orders of one project."""

    def __init__(self, api: Api, settings: CommercetoolsSettings) -> None:
        self._api = api
        self._size = settings.pages.more

    def since(self, since: datetime) -> Iterator[list[OrderNews]]:
        """Page by page, oldest first; one that cannot be read ends the feed, as nobody would know what was missed.

        Raises:
            VendorError: messages cannot be read, for one because the project does not keep them.
        """
        for rows in self._pages(since):
            yield [_news(row) for row in rows]

    def _pages(self, since: datetime) -> Iterator[list[Json]]:
        where = predicates.at_or_after("createdAt", text_of(since))
        about = f"resource({predicates.equal('typeId', 'order')})"
        trail = Trail("messages")
        while True:
            query = [("where", about), ("where", where), *paging(self._size, "createdAt asc", "id asc")]
            rows = results_in(
                self._api.read(self._api.get("messages", "/messages", query, priority=Priority.CAPTURE)), "messages"
            )
            if rows:
                yield rows
            if len(rows) < self._size:
                return
            moment = text(rows[-1]["createdAt"])
            last = trail.on_to(rows[-1]["id"])
            where = predicates.behind("createdAt", moment, last)


def _news(row: Json) -> OrderNews:
    sequence = row["sequenceNumber"]
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 < sequence < _LARGEST_NUMBER:
        raise TypeError("field sequenceNumber is no number")
    return OrderNews(
        ref=OrderRef(short(inner(row, "resource").get("id"), "resource.id")),
        event_id=row["id"],
        kind=short(row.get("type"), "type"),
        sequence=sequence,
        at=time_of(row["createdAt"]),
    )
