"""Read a file of invoice lines: what is an order, what is a credit, what is no sale at all.

Columns: invoice, stock_code, description, quantity, invoice_date, unit_price, customer_id, country. Nothing is guessed:
a credit or a stock write-off is counted and left out, and a line that cannot be read names itself.
"""

import csv
import io
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path

COLUMNS = ("invoice", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country")

# Codes that the retailer books on invoices without any goods behind them.
_CARRIAGE = frozenset({"POST", "DOT", "C2"})
_OTHER_CHARGES = frozenset({"M", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS"})
_VOUCHER = re.compile(r"gift_\d+_\d+", re.IGNORECASE)


class Nature(Enum):
    """What a line's code stands for."""

    GOODS = "goods"
    CHARGE = "charge"
    VOUCHER = "voucher"


def nature_of(sku: str) -> Nature:
    """Tell by its code whether a line is goods."""
    if sku.upper() in _CARRIAGE or sku.upper() in _OTHER_CHARGES:
        return Nature.CHARGE
    return Nature.VOUCHER if _VOUCHER.fullmatch(sku) else Nature.GOODS


class InvoiceFileError(ValueError):
    """The file cannot be read as invoices; the message names the row and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`unit_price` in pounds as written; `sku` as typed."""

    sku: str
    title: str
    quantity: int
    unit_price: Decimal

    @property
    def nature(self) -> Nature:
        return nature_of(self.sku)

    @property
    def value(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice; `lines` are those with a positive quantity."""

    number: str
    at: datetime
    customer: str
    country: str
    lines: tuple[InvoiceLine, ...]


@dataclass(slots=True)
class FileReport:
    """What the file held besides orders. Values in pounds."""

    invoices: int = 0
    orders: int = 0
    lines: int = 0
    charges: int = 0
    credits: int = 0
    credit_lines: int = 0
    credit_value: Decimal = Decimal(0)
    write_offs: int = 0
    write_off_units: int = 0
    spellings: dict[str, dict[str, int]] = field(default_factory=dict)


def read_invoices(
    path: Path, *, report: FileReport, first: date | None = None, last: date | None = None
) -> Iterator[Invoice]:
    """Yield the orders of the file, oldest first as the file has them; everything else goes into `report`.

    Raises:
        InvoiceFileError: a column is missing or a row cannot be read.
    """
    # An invoice's rows do not always stand together in the file.
    by_number: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for row_number, row in _rows(path):
        by_number.setdefault(row["invoice"], []).append((row_number, row))
    while by_number:
        number = next(iter(by_number))
        lines = by_number.pop(number)
        at = _when(*lines[0])
        if (first and at.date() < first) or (last and at.date() > last):
            continue
        report.invoices += 1
        if number.upper().startswith("C"):
            _count_credit(report, lines)
            continue
        positive = tuple(_line(row_number, row) for row_number, row in lines if int(row["quantity"]) > 0)
        if not positive:
            report.write_offs += 1
            report.write_off_units += -sum(int(row["quantity"]) for _, row in lines)
            continue
        report.orders += 1
        report.lines += len(positive)
        report.charges += sum(line.nature is Nature.CHARGE for line in positive)
        _count_spellings(report, positive)
        yield Invoice(number, at, lines[0][1]["customer_id"], lines[0][1]["country"], positive)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with _opened(path) as stream:
        reader = csv.DictReader(stream)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            msg = f"{path.name}: columns missing: {', '.join(missing)}; expected {', '.join(COLUMNS)}"
            raise InvoiceFileError(msg)
        for number, row in enumerate(reader, start=2):
            if row["invoice"]:
                yield number, row


def _opened(path: Path) -> io.TextIOBase:
    if path.suffix == ".xz":
        return io.TextIOWrapper(lzma.open(path), encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _line(number: int, row: dict[str, str]) -> InvoiceLine:
    try:
        return InvoiceLine(row["stock_code"], row["description"].strip(), int(row["quantity"]), Decimal(row["unit_price"]))
    except (ValueError, InvalidOperation):
        msg = f"row {number} (invoice {row['invoice']}): {row['quantity']!r} or {row['unit_price']!r} is no number"
        raise InvoiceFileError(msg) from None


def _when(number: int, row: dict[str, str]) -> datetime:
    try:
        return datetime.strptime(row["invoice_date"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - local time, as the file says
    except ValueError:
        msg = f"row {number} (invoice {row['invoice']}): date {row['invoice_date']!r} is not YYYY-MM-DD HH:MM:SS"
        raise InvoiceFileError(msg) from None


def _count_credit(report: FileReport, lines: list[tuple[int, dict[str, str]]]) -> None:
    report.credits += 1
    report.credit_lines += len(lines)
    report.credit_value += sum((_line(number, row).value for number, row in lines), Decimal(0))


def _count_spellings(report: FileReport, lines: tuple[InvoiceLine, ...]) -> None:
    for line in lines:
        if line.nature is Nature.GOODS:
            counts = report.spellings.setdefault(line.sku.upper(), {})
            counts[line.sku] = counts.get(line.sku, 0) + 1
