"""What every report is made of: a name, columns, rows, and columns that come from an item's own record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.peoplevox.entities import Record
from cogent_pipelines.simulators.peoplevox.query import Column, Get, View
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.values import Kind, Value
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

Rows = Callable[[Warehouse, Narrowing, datetime], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `dated` is the column that a window of days applies to."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows
    dated: str = ""

    def view(self) -> View:
        return View({column.name.casefold(): column for column in self.columns}, self.columns, report=True)


def text_column(name: str, get: Get) -> Column:
    return Column(name, get, "text")


class Items:
    """Columns that come from an item's own record."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._records = warehouse.items
        self.switches = warehouse.switches

    def units(self, get: Callable[[Any], Decimal | int]) -> Get:
        """Write whole units without decimals; a fraction is cut off unless the switch lets it show."""

        def shown(row: Any) -> Value:
            units = get(row)
            whole = int(units // 1)
            return whole if units == whole or not self.switches.fractional_available else Decimal(units)

        return shown

    def columns(self, code: Callable[[Any], str], fields: Sequence[tuple[str, str, Kind]]) -> list[Column]:
        return [Column(heading, self._get(code, field), kind) for heading, field, kind in fields]

    def _get(self, code: Callable[[Any], str], field: str) -> Get:
        records: dict[tuple[str, ...], Record] = self._records

        def get(row: Any) -> Value:
            record = records.get((code(row),))
            return record.values.get(field) if record else None

        return get


def attributes(pattern: str) -> list[tuple[str, str, Kind]]:
    return [(pattern.format(number), f"Attribute{number}", "text") for number in range(1, 16)]
