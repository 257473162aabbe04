"""Frames as Markdown: readable, and safe against what vendors write."""

import pandas as pd
import pytest

from cogent_pipelines.canonical.frames import MODELS
from cogent_pipelines.reports.markdown import as_markdown, column_schema


def rows_of(markdown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in markdown.splitlines()]


def test_money_is_shown_as_people_write_it() -> None:
    """In major units with its currency, by the decimals that the currency has."""
    frame = pd.DataFrame({"total_minor": [123456, 500, None], "currency": ["GBP", "JPY", "GBP"], "n": [1, 2, 3]})

    assert [["total", "n"], ["---:", "---:"], ["1,234.56 GBP", "1"], ["500 JPY", "2"], ["", "3"]] == rows_of(
        as_markdown(frame)
    )


def test_values_are_short_and_nothing_is_empty_rather_than_nan() -> None:
    """Times to the minute in UTC, numbers without noise, yes and no."""
    frame = pd.DataFrame(
        {
            "opened_at": pd.to_datetime(["2026-11-02T10:00:59Z", None]),
            "age_hours": pd.Series([2.0, 1234.56], dtype="Float64"),
            "units": pd.Series([None, 12000], dtype="Int64"),
            "active": pd.Series([True, False], dtype="boolean"),
            "name": pd.Series(["a", None], dtype="string"),
        }
    )

    assert [
        ["opened at (UTC)", "age hours", "units", "active", "name"],
        ["---", "---:", "---:", "---", "---"],
        ["2026-11-02 10:00", "2", "", "yes", "a"],
        ["", "1,234.6", "12,000", "no", ""],
    ] == rows_of(as_markdown(frame))


def test_a_vendors_words_cannot_break_the_table() -> None:
    """Pipes, line breaks, tags and links stay text; commands in back-ticks stay commands."""
    frame = pd.DataFrame({"why": ["a|b\nc <img src=x> [x](y) *z* `cogent map-sku`"]})

    assert "| a\\|b c &lt;img src=x&gt; \\[x](y) \\*z\\* `cogent map-sku` |" == as_markdown(frame).splitlines()[-1]


def test_long_texts_and_long_tables_are_cut_and_say_so() -> None:
    """A page of one vendor's HTML would push everything else away."""
    frame = pd.DataFrame({"why": ["x" * 1000] * 30})

    lines = as_markdown(frame, limit=2).splitlines()

    assert ["… and 28 more."] == lines[-1:]
    assert 240 == len(lines[2].strip("| "))


def test_columns_without_any_value_are_left_out() -> None:
    """Fifteen columns of which ten are empty are not read."""
    frame = pd.DataFrame({"sku": ["A"], "reason": [""], "next_attempt_at": [None]})

    assert ["sku"] == rows_of(as_markdown(frame))[0]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"sku": []}), pd.DataFrame({"sku": [""]})])
def test_nothing_is_said_to_be_nothing(frame: pd.DataFrame) -> None:
    """An empty table would look like a fault of the page."""
    assert "Nothing." == as_markdown(frame)


@pytest.mark.parametrize("noun", MODELS)
def test_the_column_schema_speaks_plainly(noun: str) -> None:
    """Types as people say them, a description for each."""
    schema = column_schema(noun)

    assert {kind for _, kind, _, _ in schema} <= {"text", "integer", "number", "yes or no", "time (UTC)"}
    assert all(description for _, _, description, _ in schema)


def test_the_column_schema_names_the_values_of_a_closed_set() -> None:
    """What a state can be stands beside it, and whether a column can be empty."""
    schema = {name: (kind, description, nullable) for name, kind, description, nullable in column_schema("exceptions")}

    assert (
        "text",
        "Severity: Transient heals by waiting, critical waits for a person. One of: critical, transient.",
        False,
    ) == schema["severity"]
    assert schema["acknowledged_by"][2]
