"""The search clause, from text to tree to the keys it names."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cogent_pipelines.simulators.peoplevox.search import And, BadSearch, Compare, Narrowing, Not, Or, parse

GMT = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('Status.Equals("New")', Compare("Status", "==", "New")),
        ('Status == "New"', Compare("Status", "==", "New")),
        ('Status = "New"', Compare("Status", "==", "New")),
        ('Status != "New"', Compare("Status", "!=", "New")),
        ("Status.Equals(5)", Compare("Status", "==", Decimal(5))),
        ("IsPartialShipment == true", Compare("IsPartialShipment", "==", True)),
        ('!ItemCode.Contains("~D~")', Not(Compare("ItemCode", "contains", "~D~"))),
        ('[Item code].StartsWith("A")', Compare("Item code", "startswith", "A")),
        ('([Site reference].EndsWith("x"))', Compare("Site reference", "endswith", "x")),
        ('Site.Reference = "PrimarySite"', Compare("Site.Reference", "==", "PrimarySite")),
        (r'Name == "a ""b"" \"c\""', Compare("Name", "==", 'a "b" "c"')),
        (
            "[Despatch date] >= DateTime(2026,11,2,8,30,0)",
            Compare("Despatch date", ">=", datetime(2026, 11, 2, 8, 30, tzinfo=UTC)),
        ),
        (
            'A == "1" OR B == "2" AND C == "3"',
            Or((Compare("A", "==", "1"), And((Compare("B", "==", "2"), Compare("C", "==", "3"))))),
        ),
        (
            '(A == "1" or B == "2") and C == "3"',
            And((Or((Compare("A", "==", "1"), Compare("B", "==", "2"))), Compare("C", "==", "3"))),
        ),
    ],
)
def test_every_published_form_is_understood(text, tree):
    """The forms that known clients send mean what they mean there."""
    assert tree == parse(text, GMT)


@pytest.mark.parametrize("text", ["A ==", 'A.Like("x")', "A", '"x" == A', '(A == "1"', 'A == "1" B', "A >= DateTime(2026)"])
def test_nonsense_is_refused(text):
    """What is not a clause is an error and never matches everything."""
    with pytest.raises(BadSearch):
        parse(text, GMT)


def test_dates_are_read_in_the_tenants_zone():
    """A literal without a zone is meant in the tenant's."""
    clause = parse("At > DateTime(2026,7,1,1,0,0)", ZoneInfo("Europe/London"))
    assert Compare("At", ">", datetime(2026, 7, 1, 0, 0, tzinfo=UTC)) == clause


def test_a_hundred_ored_numbers_are_found_by_key():
    """An OR of equalities on one column names all rows that can match; anything else beside it opens the search."""
    clause = " OR ".join(f'SalesOrderNumber.Equals("SO-{n}")' for n in range(150))
    assert {f"SO-{n}" for n in range(150)} == Narrowing(parse(clause, GMT)).keys("SalesOrderNumber")
    assert None is Narrowing(parse(clause + ' OR Email == "x"', GMT)).keys("SalesOrderNumber")
    assert {"SO-1"} == Narrowing(parse('Email == "x" AND SalesOrderNumber == "SO-1"', GMT)).keys("salesordernumber")
    assert None is Narrowing(parse('!SalesOrderNumber.Equals("SO-1")', GMT)).keys("SalesOrderNumber")


def test_a_window_of_dates_is_read_off():
    """Both ends of a window are known before a row is looked at."""
    clause = parse("[D] >= DateTime(2026,11,2) AND ([D] < DateTime(2026,11,3))", GMT)
    expected = (datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))
    assert expected == Narrowing(clause).span("d")


def test_deep_nesting_is_refused_and_long_chains_are_not():
    """A clause cannot exhaust the stack."""
    with pytest.raises(BadSearch):
        parse("(" * 500 + 'A == "1"' + ")" * 500, GMT)
    clause = parse(" OR ".join(['A == "1"'] * 2000), GMT)
    assert isinstance(clause, Or)
    assert 2000 == len(clause.clauses)
