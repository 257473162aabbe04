"""What a replay came to: the figures that are promised, and beside them what explains them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from cogent_pipelines.local_stack.replay.books import Judged
from cogent_pipelines.local_stack.replay.costs import Costs
from cogent_pipelines.local_stack.replay.invoices import FileReport
from cogent_pipelines.local_stack.replay.standing import Standing


@dataclass(frozen=True, slots=True)
class Outcome:
    """`moved_seconds` runs from the first order placed until the last one is settled and its parcel told to the storefront.

    `cpu_seconds` is the processor time of that while, by process: what the wall clock says depends on who else is about.
    """

    file: FileReport
    judged: Judged
    standing: Standing
    moved_seconds: float
    explained_minor: int
    variants_suggested: int
    timings: Mapping[str, float]
    flows: Mapping[str, Any]
    cpu_seconds: Mapping[str, float]
    peak_rss_mb: float = 0.0
    peak_rss_mb_by_process: Mapping[str, float] | None = None
    seconds: float = 0.0

    def with_costs(self, *, costs: Costs, seconds: float) -> "Outcome":
        return replace(
            self,
            peak_rss_mb=costs.megabytes,
            peak_rss_mb_by_process=costs.megabytes_by_name(),
            seconds=round(seconds, 1),
        )

    @property
    def difference_minor(self) -> int:
        return self.judged.storefront_value_minor - self.judged.warehouse_value_minor

    @property
    def settled(self) -> int:
        return self.standing.acknowledged + sum(self.standing.held.values())

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, every penny explained, every order acknowledged or held with a reason."""
        wrong = self.judged.lost or self.judged.duplicated or self.difference_minor != self.explained_minor
        return not wrong and self.settled == self.file.orders and "" not in self.standing.held

    def as_json(self) -> dict[str, Any]:
        file, judged = self.file, self.judged
        return {
            "invoices": file.invoices,
            "orders": file.orders,
            "lines": file.lines,
            "acknowledged": self.standing.acknowledged,
            "held": dict(sorted(self.standing.held.items())),
            "storefront_value_minor": judged.storefront_value_minor,
            "warehouse_value_minor": judged.warehouse_value_minor,
            "difference_minor": self.difference_minor,
            "explained_minor": self.explained_minor,
            "lost": judged.lost,
            "duplicated": judged.duplicated,
            "orders_per_second": round(self.settled / self.moved_seconds, 1),
            "peak_rss_mb": self.peak_rss_mb,
            "seconds": self.seconds,
            "fulfilments": judged.fulfilments,
            "orders_fulfilled": judged.fulfilled,
            "credits": {"invoices": file.credits, "lines": file.credit_lines, "value_minor": _minor(file.credit_value)},
            "write_offs": {"invoices": file.write_offs, "units": file.write_off_units},
            "charges_as_shipping": file.charges,
            "sku_variants_suggested": self.variants_suggested,
            "moved_seconds": round(self.moved_seconds, 1),
            "cpu_seconds": {name: round(seconds, 1) for name, seconds in self.cpu_seconds.items()},
            "cpu_milliseconds_per_order": round(1000 * sum(self.cpu_seconds.values()) / self.settled, 2),
            "phases": dict(self.timings),
            "flows": dict(self.flows),
            "peak_rss_mb_by_process": dict(self.peak_rss_mb_by_process or {}),
            **({"named": judged.named} if judged.named else {}),
        }

    def in_words(self) -> str:
        """The same for a person."""
        judged, file = self.judged, self.file
        held = ", ".join(f"{count} {reason}" for reason, count in sorted(self.standing.held.items())) or "none"
        pounds = {side: _pounds(getattr(judged, f"{side}_value_minor")) for side in ("storefront", "warehouse")}
        left_out = f"{file.credits} credits and {file.write_offs} write-offs left out"
        explained = f"difference {_pounds(self.difference_minor)}, of which explained {_pounds(self.explained_minor)}"
        speed = f"{self.settled / self.moved_seconds:.0f} orders a second over {self.moved_seconds:.0f} s"
        lines = [
            f"{file.orders} orders with {file.lines} lines; {left_out}.",
            f"Acknowledged {self.standing.acknowledged}; held: {held}.",
            f"Parcels told to the storefront: {judged.fulfilments}.",
            f"Storefront {pounds['storefront']}, warehouse {pounds['warehouse']}; {explained}.",
            f"Spellings found that differ in case only, and suggested as mappings: {self.variants_suggested}.",
            f"Lost {judged.lost}, duplicated {judged.duplicated}, by the vendors' own books.",
            f"{speed}; the largest process had {self.peak_rss_mb:.0f} MB; {self.seconds:.0f} s in all.",
        ]
        lines += [f"{what}: {', '.join(names)}" for what, names in judged.named.items()]
        return "\n".join(lines)


def _minor(pounds: Decimal) -> int:
    return int((pounds * 100).to_integral_value())


def _pounds(minor: int) -> str:
    return f"{Decimal(minor).scaleb(-2):,.2f}"
