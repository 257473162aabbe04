"""CSV as it stands inside the messages: in (headings and rows of cells) and out.

Only the text form is known here; which headings mean what is `templates` and `reports`.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from cogent_pipelines.simulators.peoplevox.switches import Switches


class BadCsv(ValueError):
    """CSV that cannot be read."""


def read_csv(text: str) -> tuple[list[str], list[list[str]]]:
    """Read headings and rows.

    A blank line before the headings is tolerated (two published clients send one), blank lines elsewhere are skipped,
    and a row shorter than the headings is an error of that row, told to the caller by its length.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True) if row]
    except csv.Error as error:
        raise BadCsv(f"The CSV data cannot be read: {error}") from None
    if not rows:
        raise BadCsv("The CSV data has no heading line")
    return [heading.strip() for heading in rows[0]], rows[1:]


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str]], switches: Switches) -> str:
    """Write a page: the heading line, then each row's values in double quotes (or only where needed)."""
    lines = [",".join(_quoted_if_needed(heading) for heading in headings)]
    if switches.quote_values:
        lines.extend('"' + '","'.join([v.replace('"', '""') if '"' in v else v for v in row]) + '"' for row in rows)
    else:
        lines.extend(",".join(_quoted_if_needed(value) for value in row) for row in rows)
    if len(lines) == 1 and switches.empty_result != "header":
        return "" if switches.empty_result == "empty" else lines[0]
    return "\n".join(lines) + ("\n" if switches.trailing_newline else "")


def _quoted_if_needed(value: str) -> str:
    if any(mark in value for mark in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value
