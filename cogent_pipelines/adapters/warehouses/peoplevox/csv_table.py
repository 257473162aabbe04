"""The vendor's CSV, both ways: rows to text for `CsvData`, `Detail` to rows. What columns mean is in `headings`.

Written with every value quoted, which the vendor takes and which keeps commas, quotes and leading zeros whole. Read with
the csv module, because values come quoted or bare and dates wear single quotes inside the double ones.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cogent_pipelines.ports.errors import VendorRefused

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BAR = "|"
_BREAKS = re.compile(r"[\t\r\n\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Free text as one CSV cell can carry it: breaks become spaces, characters that XML forbids are dropped."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _NOT_XML.sub("", _BREAKS.sub(" ", text)).strip()


def one_lines(texts: Sequence[str]) -> Sequence[str]:
    """The same for the texts of one order: where all are as they should be, one look tells so."""
    whole = _BAR.join(texts)
    if whole.isascii() and whole.isprintable() and whole == whole.strip() and not (" |" in whole or "| " in whole):
        return texts
    return [one_line(text) for text in texts]


def is_plain(text: str) -> bool:
    """Whether an identity travels through CSV, XML and a search clause unchanged."""
    if text != text.strip():
        return False
    return (text.isascii() and text.isprintable()) or not (_NOT_XML.search(text) or _BREAKS.search(text))


def written(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A heading line and one line per row, ending with a newline. Every row has as many cells as there are headings.

    Putting the quotation marks between the cells takes a third of the time of the csv module, which looks at every
    character; where there are more of them than were put, the cells hold some, and the csv module doubles those.
    """
    head = ",".join(headings) + "\n"
    if not rows:
        return head
    lines = '"\n"'.join(['","'.join(row) for row in rows])
    if lines.count('"') == 2 * (len(rows) * len(headings) - 1):
        return f'{head}"{lines}"\n'
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return head + out.getvalue()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as read, and where each column is. Headings are found whatever their case and surrounding spaces."""

    positions: dict[str, int]
    rows: list[list[str]]

    def has(self, heading: str) -> bool:
        return heading.strip().casefold() in self.positions

    def column(self, heading: str) -> int:
        """The position of a column.

        Raises:
            KeyError: the answer has no such column.
        """
        return self.positions[heading.strip().casefold()]


def read(detail: str) -> Table:
    """Read a `Detail`: with or without a leading blank line, a final newline, or any rows at all.

    Rows shorter than the heading line are filled up with empty cells; blank lines are nothing.

    Raises:
        VendorRefused: it is no CSV, such as where a cell is longer than any cell can be.
    """
    lines = _lines(detail.lstrip("\ufeff\r\n"))
    headings = next(lines, [])
    width = len(headings)
    rows = []
    for row in lines:
        if len(row) >= width:
            rows.append(row)
        elif any(row):
            rows.append(row + [""] * (width - len(row)))
    positions: dict[str, int] = {}
    for at, heading in enumerate(headings):
        positions.setdefault(heading.strip().casefold(), at)
    return Table(positions if any(positions) else {}, rows)


def _lines(text: str) -> Iterator[list[str]]:
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from lines
    except csv.Error as error:
        raise VendorRefused(f"line {lines.line_num} of the answer's table is no CSV: {error}") from error


def headings_in(detail: str) -> tuple[str, ...]:
    """A heading line as `GetSaveTemplate` and `GetReportColumns` give it: on one line, or one heading to a line."""
    cells = (cell.strip().strip("[]").strip() for line in _lines(detail.lstrip("\ufeff")) for cell in line)
    return tuple(cell for cell in cells if cell)
