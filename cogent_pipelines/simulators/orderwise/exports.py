"""API Export Definitions: SELECTs that an administrator installs, each under a number, run for whoever names the number.

`POST /system/export-definition/{id}` takes `[{"name": "@since", "value": …}]` and answers with bare rows, keyed by the
SELECT's own aliases (four integrations, read 2026-11). The SQL is run for real, against `picture`.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from cogent_pipelines.simulators.orderwise.ids import number_in
from cogent_pipelines.simulators.orderwise.refusals import EXPORT_FAILED, Refused
from cogent_pipelines.simulators.orderwise.switches import Switches
from cogent_pipelines.simulators.orderwise.times import as_sql
from cogent_pipelines.simulators.orderwise.tsql import Query, translate

_FIRST_ID = 101


@dataclass(frozen=True, slots=True)
class Definition:
    id: int
    name: str
    text: str
    query: Query


class Definitions:
    """What one company has installed."""

    def __init__(self, connection: sqlite3.Connection, switches: Switches) -> None:
        self._connection = connection
        self._switches = switches
        self.by_id: dict[int, Definition] = {}
        self._numbers = count(_FIRST_ID)

    def install(self, texts: Mapping[str, str]) -> dict[str, int]:
        """Install definitions by name, or change those that are there under their number; gives the numbers.

        Raises:
            NotUnderstood: this simulator cannot run one of them as it is meant; then none is installed.
            sqlite3.Error: one names a table or a column that nobody has seen.
        """
        queries = {name: translate(text) for name, text in texts.items()}
        for query in queries.values():
            self._connection.execute(f"EXPLAIN {query.sql}", dict.fromkeys(_bare(query.parameters)))
        known = {definition.name: number for number, definition in self.by_id.items()}
        for name, query in queries.items():
            number = known.get(name) or next(self._numbers)
            self.by_id[number] = Definition(number, name, texts[name], query)
            known[name] = number
        return {name: known[name] for name in texts}

    def remove(self, name: str) -> bool:
        found = [number for number, definition in self.by_id.items() if definition.name == name]
        for number in found:
            # The number is not given to another: it stays in nobody's hands.
            del self.by_id[number]
        return bool(found)

    def name_of(self, number: str) -> str:
        definition = self._found(number)
        return definition.name if definition else number

    def run(self, number: str, asked: Any) -> list[dict[str, Any]]:
        definition = self._found(number)
        if definition is None:
            raise Refused(self._switches.unknown_definition_status, f"Export definition {number} does not exist")
        values = self._values(definition.query, asked)
        try:
            cursor = self._connection.execute(definition.query.sql, values)
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
        except (sqlite3.Error, OverflowError):
            raise Refused(400, EXPORT_FAILED) from None
        if self._switches.bit_columns == "boolean":
            for name in definition.query.bits & set(names):
                for row in rows:
                    row[name] = None if row[name] is None else bool(row[name])
        return rows

    def _found(self, number: str) -> Definition | None:
        return self.by_id.get(number_in(number) or 0)

    def _values(self, query: Query, asked: Any) -> dict[str, Any]:
        given = _given(asked)
        if not query.parameters and self._switches.no_parameters == "dummy" and len(asked) != 1:
            raise Refused(400, EXPORT_FAILED)
        missing = query.parameters - set(given)
        strange = set(given) - query.parameters
        if missing or (strange and self._switches.unknown_parameter == "refuse"):
            raise Refused(400, EXPORT_FAILED)
        return {name[1:]: _value(given[name], is_date=name in query.dates) for name in query.parameters}


def _bare(names: frozenset[str]) -> list[str]:
    return [name[1:] for name in names]


def _given(asked: Any) -> dict[str, Any]:
    """Read the parameters; a dummy element has no name."""
    if not isinstance(asked, list):
        raise Refused(400, EXPORT_FAILED)
    given: dict[str, Any] = {}
    for each in asked:
        if not isinstance(each, dict) or not {"name", "value"} <= set(each) or not isinstance(each["name"], str):
            raise Refused(400, EXPORT_FAILED)
        if each["name"] in given or isinstance(each["value"], list | dict):
            raise Refused(400, EXPORT_FAILED)
        if each["name"]:
            given[each["name"]] = each["value"]
    return given


def _value(value: Any, *, is_date: bool) -> Any:
    if not is_date or value is None:
        return value
    try:
        return as_sql(str(value))
    except ValueError:
        raise Refused(400, EXPORT_FAILED) from None
