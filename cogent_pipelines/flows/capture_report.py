"""What a run of order capture did, in the size of a run's metadata."""

from dataclasses import dataclass, field

from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.ledger.storefront_orders import StoredReport


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """`latency` runs from an event's arrival to its order being stored. `trouble` is the vendor's own words.

    `gone` orders were named by an event and are no longer at the storefront; `unreadable` ones have a case. `news` is what
    the storefront told of its orders besides, which waits with the events; `stopped` cancelled orders the warehouse gave up.
    """

    events: int = 0
    news: int = 0
    pages: int = 0
    received: int = 0
    new: int = 0
    newer: int = 0
    same: int = 0
    older: int = 0
    pending: int = 0
    changed_too_late: int = 0
    gone: int = 0
    unreadable: int = 0
    stopped: int = 0
    latency: Latencies = field(default_factory=Latencies)
    trouble: str = ""

    @classmethod
    def of(cls, stored: StoredReport) -> "CaptureReport":
        return cls(
            received=stored.received,
            new=stored.new,
            newer=stored.newer,
            same=stored.same,
            older=stored.older,
            pending=stored.pending,
            changed_too_late=stored.changed_too_late,
        )

    @property
    def worked(self) -> bool:
        """Whether an event was taken, or came, or an order changed; seeing the same again is no work."""
        return bool(self.events or self.news or self.new or self.newer)

    def __add__(self, other: "CaptureReport") -> "CaptureReport":
        return CaptureReport(
            events=self.events + other.events,
            news=self.news + other.news,
            pages=self.pages + other.pages,
            received=self.received + other.received,
            new=self.new + other.new,
            newer=self.newer + other.newer,
            same=self.same + other.same,
            older=self.older + other.older,
            pending=self.pending + other.pending,
            changed_too_late=self.changed_too_late + other.changed_too_late,
            gone=self.gone + other.gone,
            unreadable=self.unreadable + other.unreadable,
            stopped=self.stopped + other.stopped,
            latency=self.latency + other.latency,
            trouble=other.trouble or self.trouble,
        )
