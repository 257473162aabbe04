"""What a file of invoice lines is read as."""

from decimal import Decimal
from pathlib import Path

import pytest

from cogent_pipelines.local_stack.replay.invoices import (
    FileReport,
    InvoiceFileError,
    InvoiceLine,
    Nature,
    read_invoices,
)

HEADER = "invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,country\n"


def _file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "invoices.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def test_rows_of_one_invoice_that_stand_apart_are_one_order(tmp_path):
    """An invoice is known by its number, not by where its rows stand."""
    path = _file(
        tmp_path,
        "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
        "536366,22633,WARMER,6,2010-12-01 08:28:00,1.85,17850,United Kingdom",
        "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850,United Kingdom",
    )
    report = FileReport()

    found = list(read_invoices(path, report=report))

    assert ["536365", "536366"] == [invoice.number for invoice in found]
    assert ["85123A", "71053"] == [line.sku for line in found[0].lines]
    assert (2, 2, 3) == (report.invoices, report.orders, report.lines)


def test_credits_and_write_offs_are_counted_and_are_no_orders(tmp_path):
    """A credit has a C before its number; a write-off has only negative quantities."""
    path = _file(
        tmp_path,
        "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527,United Kingdom",
        "536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom",
    )
    report = FileReport()

    assert [] == list(read_invoices(path, report=report))
    assert (1, Decimal("-27.5"), 1, 10) == (report.credits, report.credit_value, report.write_offs, report.write_off_units)


def test_two_spellings_of_one_code_are_both_kept(tmp_path):
    """Which of them is right is for a person to say."""
    path = _file(
        tmp_path,
        "1,85123A,HOLDER,1,2010-12-01 08:26:00,2.55,,United Kingdom",
        "2,85123a,HOLDER,1,2010-12-01 08:26:00,2.55,,United Kingdom",
    )
    report = FileReport()

    list(read_invoices(path, report=report))

    assert {"85123A": {"85123A": 1, "85123a": 1}} == report.spellings


@pytest.mark.parametrize(
    ("code", "nature"),
    [
        ("85123A", Nature.GOODS),
        ("DCGSSGIRL", Nature.GOODS),
        ("POST", Nature.CHARGE),
        ("m", Nature.CHARGE),
        ("gift_0001_20", Nature.VOUCHER),
    ],
)
def test_a_code_says_whether_there_are_goods_behind_it(code, nature):
    assert nature is InvoiceLine(code, "", 1, Decimal(1)).nature


def test_a_row_that_cannot_be_read_is_named(tmp_path):
    """Nothing is guessed and nothing is skipped silently."""
    path = _file(tmp_path, "1,85123A,HOLDER,1,2010-12-01 08:26:00,free,,United Kingdom")

    with pytest.raises(InvoiceFileError, match=r"row 2 \(invoice 1\).*'free'"):
        list(read_invoices(path, report=FileReport()))


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_text("invoice,stock_code\n")

    with pytest.raises(InvoiceFileError, match="columns missing: description, quantity"):
        list(read_invoices(path, report=FileReport()))


@pytest.mark.shared
def test_the_real_file_holds_what_its_description_says(reference_material):
    """10,031 orders among 12,795 invoices; the source's own figures."""
    report = FileReport()

    orders = sum(
        1 for _ in read_invoices(reference_material / "data" / "online_retail_2010-12_to_2011-06.csv.xz", report=report)
    )

    assert (10_031, 12_795, 2_006, 758) == (orders, report.invoices, report.credits, report.write_offs)
