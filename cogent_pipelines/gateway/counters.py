"""What came in at the door since this process started, and how it is told to Prometheus (text format 0.0.4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What became of one request."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNVERIFIED = "unverified"
    MALFORMED = "malformed"
    STALE = "stale"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    NOT_STORED = "not_stored"


UNKNOWN = "unknown"
"""Label for addresses that are nobody's; what a stranger wrote there never becomes a label."""

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Counters:
    """Used from one event loop."""

    received: Counter[tuple[str, str]] = field(default_factory=Counter)
    fates: Counter[tuple[str, str, Fate]] = field(default_factory=Counter)
    _at_most: Counter[float] = field(default_factory=Counter)
    _answered: int = 0
    _seconds: float = 0.0

    def receive(self, connection: str, source: str) -> None:
        self.received[connection, source] += 1

    def settle(self, connection: str, source: str, fate: Fate, seconds: float) -> None:
        self.fates[connection, source, fate] += 1
        self._answered += 1
        self._seconds += seconds
        for bucket in _BUCKETS:
            if seconds <= bucket:
                self._at_most[bucket] += 1

    def lines(self) -> Iterable[str]:
        yield from metric(
            "cogent_webhooks_received_total",
            "counter",
            "Requests at a webhook address.",
            {(("connection", c), ("source", s)): n for (c, s), n in self.received.items()},
        )
        yield from metric(
            "cogent_webhooks_settled_total",
            "counter",
            "Requests at a webhook address by what became of them.",
            {(("connection", c), ("source", s), ("fate", f.value)): n for (c, s, f), n in self.fates.items()},
        )
        yield from self._latency()

    def _latency(self) -> Iterable[str]:
        name = "cogent_webhook_seconds"
        yield f"# HELP {name} Time from the request to its answer."
        yield f"# TYPE {name} histogram"
        for bucket in _BUCKETS:
            yield f'{name}_bucket{{le="{bucket}"}} {self._at_most[bucket]}'
        yield f'{name}_bucket{{le="+Inf"}} {self._answered}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {self._answered}"


def metric(name: str, kind: str, help_text: str, values: Mapping[Labels, float]) -> Iterable[str]:
    """One metric with its header, its samples in the order of their labels."""
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in sorted(values.items()):
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
