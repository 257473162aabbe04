"""What a run of order injection did, in the size of a run's metadata."""

from dataclasses import dataclass, field

from cogent_pipelines.flows.measures import Latencies


@dataclass(frozen=True, slots=True)
class InjectionReport:
    """`latency` runs from capture to acknowledgement. `trouble` is the vendor's own words where it stopped the flow.

    `exported` counts those that the storefront now shows as handed over; `settled` counts orders in doubt that were proven
    to be there or not; `moved_on` those that changed while they were claimed and wait again as they are now.
    """

    acknowledged: int = 0
    already_there: int = 0
    held: int = 0
    retrying: int = 0
    failed: int = 0
    in_doubt: int = 0
    settled: int = 0
    moved_on: int = 0
    batches: int = 0
    exported: int = 0
    latency: Latencies = field(default_factory=Latencies)
    trouble: str = ""

    @property
    def worked(self) -> bool:
        """Whether anything became of an order; where the vendor is in trouble, waiting longer is nothing."""
        waiting = not self.trouble and (self.retrying or self.in_doubt)
        return bool(waiting) or any((self.acknowledged, self.held, self.failed, self.settled, self.moved_on))

    def __add__(self, other: "InjectionReport") -> "InjectionReport":
        return InjectionReport(
            acknowledged=self.acknowledged + other.acknowledged,
            already_there=self.already_there + other.already_there,
            held=self.held + other.held,
            retrying=self.retrying + other.retrying,
            failed=self.failed + other.failed,
            in_doubt=self.in_doubt + other.in_doubt,
            settled=self.settled + other.settled,
            moved_on=self.moved_on + other.moved_on,
            batches=self.batches + other.batches,
            exported=self.exported + other.exported,
            latency=self.latency + other.latency,
            trouble=other.trouble or self.trouble,
        )
