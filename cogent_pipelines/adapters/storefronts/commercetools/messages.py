"""Messages: what happened to orders, in the vendor's own numbering, so that what was missed shows as a gap.

The feed of orders finds every order that still exists; messages say why one changed, and are the only trace of one that was
deleted. They are kept for some days only (15 unless the project says otherwise; API reference, `MessagesConfiguration`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.adapters.storefronts.commercetools import predicates
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.times import text_of, time_of
from cogent_pipelines.adapters.storefronts.commercetools.values import inner, short, text
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.vendor_account import Priority


@dataclass(frozen=True, slots=True)
class OrderNews:
    """One message about an order; `sequence` grows by one with every message of that order."""

    ref: OrderRef
    message_id: str
    kind: str
    sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SequenceGap:
    """Messages of an order that never came, from `first` to `last`: the order must be read again."""

    ref: OrderRef
    first: int
    last: int


class SequenceWatch:
    """Notices what is missing between the numbers of one order's messages; they may come in any order, and twice."""

    def __init__(self, known: Mapping[OrderRef, int] | None = None) -> None:
        """`known` is the highest number seen before of each order; of an order that is new, the first one seen counts."""
        self._upto: dict[OrderRef, int] = dict(known or {})
        self._ahead: dict[OrderRef, set[int]] = {}

    def note(self, ref: OrderRef, sequence: int) -> None:
        upto = self._upto.get(ref)
        if upto is None:
            # Numbers below it may still come; they are no gap.
            self._upto[ref] = sequence
        elif sequence > upto:
            self._ahead.setdefault(ref, set()).add(sequence)
            self._close_up(ref)

    def gaps(self) -> list[SequenceGap]:
        """What is missing by now, in the order of the numbers."""
        return [gap for ref, ahead in self._ahead.items() for gap in _between(ref, self._upto[ref], sorted(ahead))]

    def _close_up(self, ref: OrderRef) -> None:
        ahead = self._ahead[ref]
        while self._upto[ref] + 1 in ahead:
            self._upto[ref] += 1
            ahead.remove(self._upto[ref])
        if not ahead:
            del self._ahead[ref]


class MessageFeed:
    """Reads the messages about orders of one project."""

    def __init__(self, api: Api, settings: CommercetoolsSettings) -> None:
        self._api = api
        self._size = settings.pages.more

    def since(self, since: datetime, known: Mapping[OrderRef, int] | None = None) -> Iterator[list[OrderNews | SequenceGap]]:
        """Page by page, oldest first; what was missed comes last, once everything there is has been read.

        Raises:
            VendorError: messages cannot be read, for one because the project does not keep them.
        """
        watch = SequenceWatch(known)
        for rows in self._pages(since):
            page: list[OrderNews | SequenceGap] = [_news(row) for row in rows]
            for news in page:
                if isinstance(news, OrderNews):
                    watch.note(news.ref, news.sequence)
            yield page
        missed = watch.gaps()
        if missed:
            yield list(missed)

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
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        raise TypeError("field sequenceNumber is no number")
    return OrderNews(
        ref=OrderRef(short(inner(row, "resource").get("id"), "resource.id")),
        message_id=row["id"],
        kind=short(row.get("type"), "type"),
        sequence=sequence,
        at=time_of(row["createdAt"]),
    )


def _between(ref: OrderRef, upto: int, ahead: list[int]) -> Iterator[SequenceGap]:
    for sequence in ahead:
        if sequence > upto + 1:
            yield SequenceGap(ref, upto + 1, sequence - 1)
        upto = sequence
