"""Measure what is asked for, print one JSON object, and write docs/benchmarks.md when everything was measured."""

import argparse
import importlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, Given, Options
from benchmarks.table import machine, table
from cogent_pipelines.cli.voice import interruptible
from cogent_pipelines.local_stack.home import find_home

# In this order: what needs a quiet machine first.
FIGURES = ("latency", "gateway", "injection", "replay", "stock", "idle", "many", "burst")
_MODULES = {"replay": "replayed"}
# The reference material, where it is there, lies beside the checkout.
_USUAL_FILE = Path("shared", "data", "online_retail_2010-12_to_2011-06.csv.xz")


def main(arguments: list[str] | None = None) -> int:
    asked, home, usual = _parser().parse_args(arguments), find_home(), Options()
    names = [name for name in FIGURES if name in (asked.only or FIGURES)]
    file = asked.file or home.checkout.parent / _USUAL_FILE
    options = Options(asked.seconds or usual.seconds, asked.orders or usual.orders, asked.skus or usual.skus, file)
    given = Given(home, dict(os.environ), options, say)
    figures = [measured(name, given) for name in names]
    document = {"machine": machine(), "date": f"{datetime.now(UTC):%Y-%m-%d}"}
    print(json.dumps({**document, **{figure.name: figure.as_json() for figure in figures}}))
    if asked.write or (names == list(FIGURES) and options == Options(file=file)):
        path = given.home.checkout / "docs" / "benchmarks.md"
        path.write_text(table(figures, day=datetime.now(UTC).date()), encoding="utf-8")
        say(f"written: {path}")
    return 1 if any(figure.met is False for figure in figures) else 0


def measured(name: str, given: Given) -> Figure:
    given.say(f"{name} …")
    figure: Figure = importlib.import_module(f"benchmarks.{_MODULES.get(name, name)}").measure(given)
    for row in figure.rows:
        given.say(f"  {row.what}: {row.ours}" + (f"   (beside {row.baseline})" if row.baseline else ""))
    return figure


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _names(text: str) -> frozenset[str]:
    names = frozenset(text.replace(",", " ").split())
    if not names or names - set(FIGURES):
        raise argparse.ArgumentTypeError(f"{text!r}: there are {', '.join(FIGURES)}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cogent bench", description=__doc__)
    parser.add_argument("--only", type=_names, help=f"some of: {', '.join(FIGURES)}")
    parser.add_argument("--seconds", type=float, help="how long orders come in for the latency")
    parser.add_argument("--orders", type=int, help="how many orders for the injection throughput")
    parser.add_argument("--skus", type=int, help="how many SKUs for the stock")
    parser.add_argument("--file", type=Path, help="the invoices to replay")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after a shortened run")
    return parser


if __name__ == "__main__":
    with interruptible():
        sys.exit(main())
