"""A report as metadata: figures as they are, and other people's names as text."""

from dataclasses import dataclass

from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.flows.measures import Latencies


@dataclass(frozen=True)
class _Report:
    events: int
    latency: Latencies


def test_an_order_that_is_named_by_its_storefront_cannot_break_the_table_or_fetch_a_picture():
    """A reference key is the vendor's word, and Dagster's pages show Markdown."""
    shown = report_metadata(_Report(2, Latencies.of([("a|b ![x](https://elsewhere.example/x)\n<img src=x>", 1.5)])))

    assert 2 == shown["events"]
    assert (
        "| what | seconds |\n| --- | ---: |\n| a\\|b !\\[x](https://elsewhere.example/x) &lt;img src=x&gt; | 1.50 |"
        == shown["latency, slowest"].value
    )
