"""The document that the benchmarks write."""

from datetime import date

import pytest

from benchmarks.__main__ import FIGURES, main
from benchmarks.figures import Figure, Row
from benchmarks.latency import Measured
from benchmarks.table import table

FOUND = [
    Figure(
        "latency",
        "p50 within 1 s",
        True,
        (Row("median", "0.2 s", "4.1 s"), Row("slowest", "0.7 s")),
        notes=("five a second",),
    ),
    Figure("replay", "150 orders a second", None, notes=("skipped: no file of invoices",)),
]


def test_every_figure_stands_beside_its_baseline_with_date_and_machine():
    """A figure without its baseline, its day or its machine says nothing."""
    text = table(FOUND, day=date(2026, 11, 5))

    assert "| latency | median | 0.2 s | 4.1 s |\n|  | slowest | 0.7 s |  |" in text
    assert ("5 November 2026" in text, "cores, " in text, "Python 3." in text) == (True, True, True)


def test_a_bar_that_was_not_judged_is_not_called_met():
    text = table(FOUND, day=date(2026, 11, 5))

    assert "- **latency**: p50 within 1 s: met.\n  Five a second." in text
    assert "- **replay**: 150 orders a second: not judged.\n  Skipped: no file of invoices." in text


def test_quantiles_are_those_of_the_orders_themselves():
    """No value is made up between two orders."""
    found = Measured(tuple(float(second) for second in range(1, 101))).as_json()

    assert {"orders": 100, "p50": 51.0, "p90": 91.0, "p99": 100.0, "max": 100.0} == found


def test_a_figure_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "latency,speed"])

    said = capsys.readouterr().err
    assert [] == [name for name in FIGURES if name not in said]
