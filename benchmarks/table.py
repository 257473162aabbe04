"""The figures as docs/benchmarks.md has them."""

import os
import platform
from collections.abc import Sequence
from datetime import date

from benchmarks.figures import Figure

_HEAD = """# Benchmarks

Written by `make bench`. Each figure stands beside its baseline, measured in the same run on the same machine; they say how
the parts compare, and promise nothing about another machine.

{machine}, {day}.

| figure | measure | here | baseline |
| --- | --- | --- | --- |
"""
_WORDS = {None: "not judged", True: "met", False: "not met"}


def table(figures: Sequence[Figure], *, day: date) -> str:
    """Write the whole document."""
    rows = [
        f"| {figure.name if place == 0 else ''} | {row.what} | {row.ours} | {row.baseline} |"
        for figure in figures
        for place, row in enumerate(figure.rows)
    ]
    return _HEAD.format(machine=machine(), day=f"{day:%-d %B %Y}") + "\n".join(rows) + "\n\n" + _bars(figures)


def machine() -> str:
    """Say what was measured on, in general words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.system()}, Python {platform.python_version()}"


def _bars(figures: Sequence[Figure]) -> str:
    lines = []
    for figure in figures:
        lines.append(f"- **{figure.name}**: {figure.bar}: {_WORDS[figure.met]}.")
        lines += [f"  {note[:1].upper()}{note[1:]}." for note in figure.notes]
    return "\n".join(lines) + "\n"
