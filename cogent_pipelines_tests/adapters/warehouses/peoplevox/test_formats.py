"""Promises about the vendor's CSV, dates and search clauses."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.peoplevox import csv_table, dates, search
from cogent_pipelines.adapters.warehouses.peoplevox.dates import UnreadableDate, parsed
from cogent_pipelines.adapters.warehouses.peoplevox.settings import USUAL_FORM, DateOrder

TODAY = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001 - the vendor's dates carry no zone
LONDON = ZoneInfo("Europe/London")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_what_is_written_is_read_again(rows):
    """Commas, quotes, breaks, anything; once it is one line."""
    lines = [(csv_table.one_line(a) or "x", csv_table.one_line(b)) for a, b in rows]

    table = csv_table.read(csv_table.written(["A", "B"], lines))

    assert [list(line) for line in lines] == table.rows


@given(st.lists(st.tuples(st.text(), st.text('",\n a')), max_size=5))
def test_a_table_is_written_with_every_value_quoted(rows):
    """Quotation marks inside of a value are doubled, and nothing else is."""
    quoted = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)

    assert f"A,B\n{quoted}" == csv_table.written(["A", "B"], rows)


@given(st.lists(st.text() | st.text(" |a\t"), max_size=4))
def test_many_texts_become_one_line_each_as_one_does(texts):
    """Whether or not one look tells that nothing is to be done."""
    assert [csv_table.one_line(text) for text in texts] == list(csv_table.one_lines(texts))


@given(st.text())
def test_one_line_holds_nothing_that_breaks_a_cell_or_xml(text):
    """Whatever a customer typed."""
    cleaned = csv_table.one_line(text)

    assert not set(cleaned) & set("\r\n\t\x00\x0b\x1f\ufffe")


@pytest.mark.parametrize(
    "detail",
    ["A,B\n1,2\n", "A,B\r\n1,2", "\nA,B\n1,2\n\n", '"A","B"\n"1","2"\n', "\ufeffa , b\n1,2\n"],
)
def test_every_form_of_a_table_is_read(detail):
    """Quoted or not, with or without a blank line before and a newline after."""
    table = csv_table.read(detail)

    assert [["1", "2"]] == table.rows
    assert (0, 1) == (table.column("A"), table.column("B"))


@pytest.mark.parametrize("detail", ["", "\n", "A,B", "A,B\n", "A,B\r\n"])
def test_every_form_of_nothing_is_nothing(detail):
    """A heading line alone, or not even that."""
    assert [] == csv_table.read(detail).rows


def test_a_short_row_is_filled_up():
    """So that every column can be looked at."""
    assert [["1", "", ""]] == csv_table.read("A,B,C\n1\n").rows


def test_headings_come_on_one_line_or_one_to_a_line():
    """Bracketed or not."""
    assert ("Item code", "Available") == csv_table.headings_in("[Item code],[Available]\n")
    assert ("Item code", "Available") == csv_table.headings_in("Item code\nAvailable\n")


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("'04/07/2017 23:00'", DateOrder.DAY_FIRST, (2017, 7, 4, 23, 0)),
        ("04/07/2017 23:00:09", DateOrder.DAY_FIRST, (2017, 7, 4, 23, 0, 9)),
        ("04/07/2017 11:05:00 PM", DateOrder.MONTH_FIRST, (2017, 4, 7, 23, 5)),
        ("04/07/2017 12:05:00 AM", DateOrder.MONTH_FIRST, (2017, 4, 7, 0, 5)),
        ("2017-07-04 23:00:00", DateOrder.DAY_FIRST, (2017, 7, 4, 23, 0)),
        ("2017-07-04T23:00:00.123Z", DateOrder.YEAR_FIRST, (2017, 7, 4, 23, 0)),
        ("04 Jul 2017 23:00", DateOrder.MONTH_FIRST, (2017, 7, 4, 23, 0)),
        ("04/07/17", DateOrder.DAY_FIRST, (2017, 7, 4)),
        ("01/03/YYYY 09:00", DateOrder.DAY_FIRST, (2026, 3, 1, 9, 0)),
        ("28/12/YYYY 09:00", DateOrder.DAY_FIRST, (2025, 12, 28, 9, 0)),
    ],
)
def test_dates_are_read_as_tenants_print_them(text, order, wanted):
    """Quotes, halves of the day, names of months, years that were not printed."""
    assert datetime(*wanted) == parsed(text, order=order, today=TODAY)  # noqa: DTZ001 - as above


@pytest.mark.parametrize("text", ["", "''", "yesterday", "31/02/2026 10:00", "13/13/2026"])
def test_what_is_no_date_is_an_error(text):
    """It is never taken for another day."""
    with pytest.raises(UnreadableDate):
        parsed(text, order=DateOrder.DAY_FIRST, today=TODAY)


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(LONDON)))  # noqa: DTZ001 - made aware
def test_the_usual_form_of_a_date_is_the_one_it_is_said_in(moment):
    """By the shorter way as by the long one."""
    assert moment.strftime(USUAL_FORM) == dates.printed(moment, USUAL_FORM)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_nothing_later_is_printed_before_the_bound(moment):
    """Across both changes of the clocks, for the day that follows."""
    bound = dates.earliest_print(moment, LONDON)

    later = [moment.timestamp() + minutes * 60 for minutes in range(0, 24 * 60, 10)]
    assert all(dates.to_vendor(datetime.fromtimestamp(at, UTC), LONDON) >= bound for at in later)


def test_no_quotation_mark_is_sent_in_a_search():
    """How it would be escaped is not known; the longest clean piece finds more, and is looked through."""
    assert 'ItemCode.Contains("FRAME 10")' == search.equals("ItemCode", 'FRAME 10"')
    assert 'ItemCode.Equals("MUG & CO")' == search.equals("ItemCode", "MUG & CO")


def test_clauses_are_put_together_in_the_vendors_dialect():
    """Parentheses around every part."""
    sites = search.either(search.equals(search.column("Site reference"), name) for name in ("A", "B"))
    since = search.at_or_after(search.column("Despatch date"), TODAY)

    assert '([Site reference].Equals("A")) OR ([Site reference].Equals("B"))' == sites
    assert "([Despatch date] >= DateTime(2026,3,2,12,0,0))" == search.both(since, "")
