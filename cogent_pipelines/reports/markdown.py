"""Frames as Markdown for the UI: short times, money as people write it, and nothing that a vendor's text could break.

What a column means comes from `canonical.frames`; which table is shown where is the components' matter.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from cogent_pipelines.canonical.frames import model_of
from cogent_pipelines.reports.escaping import escaped
from cogent_pipelines.reports.words import money

_MINOR = "_minor"
_CURRENCY = "currency"
_LONGEST_TEXT = 240
_ROUNDED_BELOW = 10

_TYPES = {"string": "text", "Int64": "integer", "Float64": "number", "boolean": "yes or no", "datetime64": "time (UTC)"}


def as_markdown(frame: pd.DataFrame, *, limit: int = 25) -> str:
    """Show the first rows as a table; columns that are empty in all of them are left out."""
    if frame.empty:
        return "Nothing."
    shown = frame.head(limit)
    columns = {heading: cells for heading, cells in _columns(shown) if any(cells)}
    if not columns:
        return "Nothing."
    right = {_heading(shown, str(name)) for name in shown.columns if _is_number(shown[name])}
    lines = [
        _line(list(columns)),
        _line(["---:" if heading in right else "---" for heading in columns]),
        *(_line(row) for row in zip(*columns.values(), strict=True)),
    ]
    if len(frame) > limit:
        lines.append(f"\n… and {len(frame) - limit:,} more.")
    return "\n".join(lines)


def column_schema(noun: str) -> list[tuple[str, str, str, bool]]:
    """Name, type, description and nullability of each column, as the model of the table says it."""
    return [
        (str(name), _type(str(column.dtype)), _described(column), bool(column.nullable))
        for name, column in model_of(noun).to_schema().columns.items()
    ]


def _type(dtype: str) -> str:
    return next((word for prefix, word in _TYPES.items() if dtype.startswith(prefix)), dtype)


def _described(column: Any) -> str:
    allowed = [check.statistics.get("allowed_values") for check in column.checks]
    values = next((values for values in allowed if values), None)
    choice = f" One of: {', '.join(sorted(values))}." if values else ""
    return f"{column.title}: {column.description}{choice}"


def _columns(frame: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    currencies = frame.get(_CURRENCY)
    for name in map(str, frame.columns):
        if name.endswith(_MINOR) and currencies is not None:
            amounts = zip(frame[name], currencies, strict=True)
            yield _heading(frame, name), ["" if pd.isna(minor) else money(int(minor), unit) for minor, unit in amounts]
        elif name != _CURRENCY or not _has_money(frame):
            yield _heading(frame, name), [_cell(value) for value in frame[name]]


def _has_money(frame: pd.DataFrame) -> bool:
    return any(str(name).endswith(_MINOR) for name in frame.columns)


def _heading(frame: pd.DataFrame, name: str) -> str:
    if name.endswith(_MINOR) and _CURRENCY in frame.columns:
        name = name.removesuffix(_MINOR)
    words = name.replace("_", " ")
    return f"{words} (UTC)" if isinstance(frame.dtypes.get(name), pd.DatetimeTZDtype) else words


def _is_number(column: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype)


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.{2 if abs(value) < _ROUNDED_BELOW else 1}f}".rstrip("0").rstrip(".")
    return f"{value:,}" if pd.api.types.is_integer(value) else _text(str(value))


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
    return escaped(cut)


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"
