"""What runs of stock publication did, in the size of a run's metadata."""

from dataclasses import dataclass, field

from cogent_pipelines.flows.measures import Latencies


@dataclass(frozen=True, slots=True)
class StockReadReport:
    """`read` figures came, `newer` SKUs have a newer one, `changed` figures differ, `queued` SKUs are to be published."""

    read: int = 0
    newer: int = 0
    changed: int = 0
    queued: int = 0
    events: int = 0
    trouble: str = ""

    @property
    def worked(self) -> bool:
        return bool(self.events or self.changed or self.queued)

    def __add__(self, other: "StockReadReport") -> "StockReadReport":
        return StockReadReport(
            read=self.read + other.read,
            newer=self.newer + other.newer,
            changed=self.changed + other.changed,
            queued=self.queued + other.queued,
            events=self.events + other.events,
            trouble=other.trouble or self.trouble,
        )


@dataclass(frozen=True, slots=True)
class StockPublicationReport:
    """`latency` runs from the moment the warehouse's figure was true to the storefront's answer.

    `asked` SKUs had the storefront's own figure read first, `compared` ones once a day. `superseded` counts figures that the
    storefront did not take because it believed something else than we did.
    """

    published: int = 0
    superseded: int = 0
    unknown: int = 0
    refused: int = 0
    retrying: int = 0
    in_doubt: int = 0
    asked: int = 0
    compared: int = 0
    queued: int = 0
    calls: int = 0
    oversold: int = 0
    latency: Latencies = field(default_factory=Latencies)
    trouble: str = ""

    @property
    def worked(self) -> bool:
        """Whether anything became of a figure; where the vendor is in trouble, waiting longer is nothing."""
        waiting = not self.trouble and (self.retrying or self.in_doubt)
        told = (self.published, self.superseded, self.unknown, self.refused, self.asked, self.compared)
        return bool(waiting) or any(told)

    def __add__(self, other: "StockPublicationReport") -> "StockPublicationReport":
        return StockPublicationReport(
            published=self.published + other.published,
            superseded=self.superseded + other.superseded,
            unknown=self.unknown + other.unknown,
            refused=self.refused + other.refused,
            retrying=self.retrying + other.retrying,
            in_doubt=self.in_doubt + other.in_doubt,
            asked=self.asked + other.asked,
            compared=self.compared + other.compared,
            queued=self.queued + other.queued,
            calls=self.calls + other.calls,
            oversold=max(self.oversold, other.oversold),
            latency=self.latency + other.latency,
            trouble=other.trouble or self.trouble,
        )
