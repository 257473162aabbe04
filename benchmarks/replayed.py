"""Replay of a real retailer's orders, the vendors' limits lifted."""

from benchmarks import bed
from benchmarks.figures import Figure, Given, Row
from cogent_pipelines.connections.yaml_files import connection_settings, shipped_folder
from cogent_pipelines.local_stack.replay.run import Wanted, run_replay

NAME = "replay"
BAR = "150 orders a second or more, no process above 600 MB"
_ORDERS_PER_SECOND = 150
_MEGABYTES = 600


def measure(given: Given) -> Figure:
    file = given.options.file
    if file is None or not file.exists():
        return Figure(NAME, BAR, None, notes=("skipped: no file of invoices; name one with --file",))
    outcome = run_replay(
        Wanted(file, connection_settings(bed.CONNECTION, shipped_folder())), given.home, say=given.say, environ=given.environ
    )
    said = outcome.as_json()
    met = outcome.good and said["orders_per_second"] >= _ORDERS_PER_SECOND and said["peak_rss_mb"] < _MEGABYTES
    return Figure(
        NAME,
        BAR,
        met,
        (
            Row("orders a second, placed to told", f"{said['orders_per_second']:.0f}", f"{_ORDERS_PER_SECOND} (the bar)"),
            Row("orders, lines", f"{said['orders']:,}, {said['lines']:,}"),
            Row("lost, duplicated", f"{said['lost']}, {said['duplicated']}", "0, 0"),
            Row("peak memory of the largest process", f"{said['peak_rss_mb']:.0f} MB", f"{_MEGABYTES} MB (the bar)"),
            Row("processor time per order, all processes", f"{said['cpu_milliseconds_per_order']:.1f} ms"),
        ),
        said,
        ("real orders of a UK online gift retailer: Online Retail, D. Chen, UCI, doi 10.24432/C5BW33, CC BY 4.0",),
    )
