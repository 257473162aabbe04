"""What runs of despatch-to-fulfilment did, in the size of a run's metadata."""

from dataclasses import dataclass, field

from cogent_pipelines.flows.measures import Latencies


@dataclass(frozen=True, slots=True)
class DespatchReadReport:
    """`read` parcels came, `new` ones for the first time; `matched` found their order later than they came.

    `planned` parcels are to be told; `unmatched` and `misfits` stand open, whoever found them.
    `put_aside` orders have a new case.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    matched: int = 0
    planned: int = 0
    unmatched: int = 0
    misfits: int = 0
    put_aside: int = 0
    events: int = 0
    polled: bool = False
    trouble: str = ""

    @property
    def worked(self) -> bool:
        return any((self.new, self.changed, self.matched, self.planned, self.events, self.put_aside))

    def __add__(self, other: "DespatchReadReport") -> "DespatchReadReport":
        return DespatchReadReport(
            read=self.read + other.read,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            matched=self.matched + other.matched,
            planned=self.planned + other.planned,
            unmatched=other.unmatched or self.unmatched,
            misfits=other.misfits or self.misfits,
            put_aside=self.put_aside + other.put_aside,
            events=self.events + other.events,
            polled=self.polled or other.polled,
            trouble=other.trouble or self.trouble,
        )


@dataclass(frozen=True, slots=True)
class FulfilmentReport:
    """`latency` runs from the parcel's capture to the storefront's answer, for parcels told for the first time.

    `settled` counts parcels in doubt that were proven to be there or not; `unsent` orders whose rest is never sent.
    """

    created: int = 0
    already_there: int = 0
    tracking_added: int = 0
    without_tracking: int = 0
    rejected: int = 0
    retrying: int = 0
    in_doubt: int = 0
    settled: int = 0
    unsent: int = 0
    batches: int = 0
    latency: Latencies = field(default_factory=Latencies)
    trouble: str = ""

    @property
    def worked(self) -> bool:
        """Whether anything became of a parcel; where the vendor is in trouble, waiting longer is nothing."""
        waiting = not self.trouble and (self.retrying or self.in_doubt)
        told = (self.created, self.already_there, self.tracking_added, self.rejected, self.settled, self.unsent)
        return bool(waiting) or any(told)

    def __add__(self, other: "FulfilmentReport") -> "FulfilmentReport":
        return FulfilmentReport(
            created=self.created + other.created,
            already_there=self.already_there + other.already_there,
            tracking_added=self.tracking_added + other.tracking_added,
            without_tracking=self.without_tracking + other.without_tracking,
            rejected=self.rejected + other.rejected,
            retrying=self.retrying + other.retrying,
            in_doubt=self.in_doubt + other.in_doubt,
            settled=self.settled + other.settled,
            unsent=self.unsent + other.unsent,
            batches=self.batches + other.batches,
            latency=self.latency + other.latency,
            trouble=other.trouble or self.trouble,
        )
