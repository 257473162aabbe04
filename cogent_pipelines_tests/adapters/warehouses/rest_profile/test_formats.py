"""Dates, amounts and nothing, both ways."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cogent_pipelines.adapters.warehouses.rest_profile import formats
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import ProfileFunctions, compiled
from cogent_pipelines.adapters.warehouses.rest_profile.model import Formats

NINE = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pattern", "zone"),
    [
        ("2026-07-02T09:00:00Z", "iso8601", "Europe/London"),
        ("2026-07-02T10:00:00", "iso8601", "Europe/London"),
        ("2026-07-02T10:00:00.1234567", "iso8601", "Europe/London"),
        ("2026-07-02T05:00:00-04:00", "iso8601", "UTC"),
        ("02/07/2026 10:00", "%d/%m/%Y %H:%M", "Europe/London"),
        (1782982800, "epoch_s", "UTC"),
        ("1782982800000", "epoch_ms", "UTC"),
    ],
)
def test_a_date_is_read_in_the_zone_it_means(value, pattern, zone):
    assert NINE == formats.moment(value, ["%Y", pattern], zone, "when").replace(microsecond=0)


@pytest.mark.parametrize("value", [None, "", "soon", {}, "2026-13-01"])
def test_what_is_no_date_is_said_to_be_none(value):
    with pytest.raises(formats.Unreadable, match=r"^when: .* is no date"):
        formats.moment(value, ["iso8601", "epoch_s"], "UTC", "when")


def test_a_date_is_written_as_the_vendor_reads_it():
    """With an offset where its zone is UTC, and without where it has its own."""
    assert ["2026-07-02T09:00:00Z", "2026-07-02T10:00:00", "02.07.2026"] == [
        formats.written(NINE, Formats(), "UTC"),
        formats.written(NINE, Formats(), "Europe/London"),
        formats.written(NINE, Formats(dates_out="%d.%m.%Y"), "Europe/London"),
    ]


def test_a_bound_misses_nothing_in_the_hour_that_comes_twice():
    """Prints go back by an hour while we look forward: the bound does too."""
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert datetime(2026, 10, 24, 23, 30, tzinfo=UTC) == formats.earliest(before, "Europe/London")
    assert NINE == formats.earliest(NINE, "Europe/London")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, Decimal(1)),
        ("1.50", Decimal("1.50")),
        (None, None),
        (True, None),
        ("x", None),
        ("NaN", None),
        ([], None),
        ("1e99", None),
    ],
)
def test_a_number_is_read_or_is_none(value, read):
    assert read == formats.number(value)


@pytest.mark.parametrize("value", ["1.5", None, "x", True])
def test_a_count_is_whole(value):
    with pytest.raises(formats.Unreadable, match="the count is no whole number"):
        formats.whole(value, "the count")


@pytest.mark.parametrize(
    ("nulls", "sent"), [("omit", '{"p":12.35}'), ("empty", '{"p":12.35,"n":""}'), ("send", '{"p":12.35,"n":null}')]
)
def test_nothing_is_sent_as_the_vendor_wants_it(nulls, sent):
    """And amounts are rounded once, exactly."""
    tree = {"p": compiled("=price"), "n": compiled("=note")}
    ways = Formats(nulls=nulls)

    made = formats.rendered(tree, {"price": Decimal("12.345"), "note": None}, ProfileFunctions(), ways)

    assert sent == formats.as_json(made).decode()


def test_amounts_may_be_text():
    made = formats.rendered([compiled("=p")], {"p": Decimal(3)}, ProfileFunctions(), Formats(decimals="text"))

    assert ["3.00"] == made


def test_what_cannot_be_said_names_its_expression():
    with pytest.raises(formats.Unwritable, match="decimal_add"):
        formats.rendered(compiled("=decimal_add(a, b)"), {"a": "x", "b": 1}, ProfileFunctions(), Formats())
