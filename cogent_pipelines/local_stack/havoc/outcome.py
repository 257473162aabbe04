"""What came of the havoc: the one line of JSON, and the same in words."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Outcome:
    """Counts are those of the stand-ins' own books; `violations` says each thing that must not be, in words."""

    kills: dict[str, int] = field(default_factory=dict)
    orders: int = 0
    refused: int = 0
    lost: int = 0
    duplicated: int = 0
    unfulfilled: int = 0
    oversold_units: int = 0
    longest_recovery_seconds: dict[str, float] = field(default_factory=dict)
    median_recovery_seconds: dict[str, float] = field(default_factory=dict)
    scenarios: dict[str, Any] = field(default_factory=dict)
    started_again: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    load_average: float = 0.0
    """Of the machine over five minutes, at the end: recoveries on a busy machine are slower."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not (self.lost or self.duplicated or self.unfulfilled or self.oversold_units or self.violations)

    def as_json(self) -> dict[str, Any]:
        # A counter is copied by `asdict` as if it were any list of pairs.
        return {**asdict(self), "started_again": dict(self.started_again)}

    def in_words(self) -> str:
        killed = ", ".join(f"{victim} {count} times" for victim, count in self.kills.items())
        slowest = ", ".join(f"{victim} {seconds:.1f} s" for victim, seconds in self.longest_recovery_seconds.items())
        lines = [
            f"Killed: {killed or 'nothing'}. Slowest recoveries: {slowest or 'none'}.",
            f"{self.orders} orders ({self.refused} more were refused at the checkout for want of stock).",
            f"Lost {self.lost}, duplicated {self.duplicated}, unfulfilled {self.unfulfilled}.",
            f"Units oversold: {self.oversold_units}.",
            *self.violations,
        ]
        return "\n".join(lines)
