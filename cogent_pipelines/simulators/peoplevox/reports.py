"""What GetReportData gives: the reports, their rows and their column headings.

The headings are the vendor's as seen by several connectors, inconsistent from report to report, and are meant to be.
Some reports are known by name only; their columns are assumed from their neighbours'. A report may lag behind
the books, and may cover only a window of days.
"""

from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.peoplevox.entities import Stage
from cogent_pipelines.simulators.peoplevox.report_columns import Items, Report
from cogent_pipelines.simulators.peoplevox.report_goods import (
    goods_in_columns,
    goods_in_rows,
    return_columns,
    return_rows,
)
from cogent_pipelines.simulators.peoplevox.report_orders import (
    despatch_columns,
    despatch_rows,
    order_columns,
    order_rows,
)
from cogent_pipelines.simulators.peoplevox.report_stock import (
    incremental_columns,
    incremental_rows,
    inventory_columns,
    inventory_rows,
    location_columns,
    movement_columns,
    movement_rows,
    reconciliation_columns,
    reconciliation_rows,
)
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


class Reports:
    """The reports of one warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._reports = {report.name.casefold(): report for report in _all(warehouse)}
        # The same report under the other names by which connectors call it.
        for alias, name in (("return summary", "returns summary"),):
            self._reports[alias] = self._reports[name]

    def named(self, name: str) -> Report | None:
        return self._reports.get(name.strip().casefold())

    def names(self) -> list[str]:
        return [report.name for report in self._reports.values()]

    def rows(self, report: Report, narrowing: Narrowing) -> list[Any]:
        """Give the rows that can match, as old as the lag and as young as the window make them."""
        switches, now = self._warehouse.switches, self._warehouse.clock.now()
        rows = list(report.rows(self._warehouse, narrowing, now - timedelta(seconds=switches.report_lag_seconds)))
        days = switches.report_window_days.get(report.name)
        if days is None or not report.dated:
            return rows
        dated, start = report.view().column(report.dated).get, now - timedelta(days=days)
        return [row for row in rows if isinstance(at := dated(row), datetime) and at >= start]


def _all(warehouse: Warehouse) -> list[Report]:
    item = Items(warehouse)
    return [
        Report("Despatch summary", despatch_columns(item), despatch_rows, "Despatch date"),
        Report("Item inventory summary", inventory_columns(item), inventory_rows),
        Report("Item inventory by location", location_columns(item), inventory_rows),
        Report("Item availability latest reconciliation", reconciliation_columns(item), reconciliation_rows, "Date time"),
        Report("Incremental Changes Report v1", incremental_columns(item), incremental_rows, "Timestamp"),
        Report("Item movement history", movement_columns(item), movement_rows, "Date timestamp"),
        Report("Returns summary", return_columns(item), return_rows, "Return date"),
        Report("Goods in summary", goods_in_columns(item), goods_in_rows, "Reconciled date"),
        *(
            Report(name, order_columns(warehouse), order_rows(chosen), "Date")
            for name, chosen in (
                ("Sales orders by status", None),
                ("Sales order summary", None),
                ("Outstanding sales orders", lambda order: order.open),
                ("Sales orders allocated", lambda order: order.stage is Stage.ALLOCATED),
            )
        ),
    ]
