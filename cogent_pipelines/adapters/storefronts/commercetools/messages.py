"""Messages: what happened to orders, in the vendor's own numbering, so that what was missed shows as a gap.

The feed of orders finds every order that still exists; messages say why one changed, and are the only trace of one that was
deleted. They are kept for some days only (15 unless the project says otherwise; API reference, `MessagesConfiguration`).
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.commercetools import predicates
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.moments import last_moment
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.times import text_of, time_of
from cogent_pipelines.adapters.storefronts.commercetools.values import LONGEST_NAME, fault, inner, short
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.extras import OrderNews
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

_LARGEST_NUMBER = 2**53


class MessageFeed:
    """Reads the messages about orders of one project."""

    def __init__(self, api: Api, settings: CommercetoolsSettings) -> None:
        self._api = api
        self._size = settings.pages.more

    def since(self, since: datetime) -> Iterator[list[OrderNews]]:
        """Page by page, oldest first; one that cannot be read is left out, and shows as a gap in its order's numbers.

        Raises:
            VendorError: messages cannot be read, for one because the project does not keep them.
        """
        for rows in self._pages(since):
            yield list(_readable(rows))

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
            moment, last = last_moment(rows, "createdAt")
            where = predicates.behind("createdAt", moment, trail.on_to(last))


def _readable(rows: Sequence[Json]) -> Iterator[OrderNews]:
    for row in rows:
        try:
            yield _news(row)
        except UNFORESEEN as error:
            _log.warning("message %s is left out: %s", row["id"][:LONGEST_NAME], fault(error))


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
