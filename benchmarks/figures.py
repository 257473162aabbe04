"""What a figure is: what was measured, beside what, and what it should come to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cogent_pipelines.local_stack.home import Home


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how much to measure. Less than the usual makes a quick look, not a figure."""

    seconds: float = 180.0
    orders: int = 3000
    skus: int = 100_000
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a figure is measured with; `say` tells a person what happens."""

    home: Home
    environ: Mapping[str, str]
    options: Options
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a measure, ours, and the baseline's."""

    what: str
    ours: str
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` is what a program reads; `met` None where the bar was not judged, such as for want of the input."""

    name: str
    bar: str
    met: bool | None
    rows: tuple[Row, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"bar": self.bar, "met": self.met, **self.values, "notes": list(self.notes)}
