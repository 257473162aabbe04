"""Countries, times, identifiers: how SCAYLE writes them, and how it wants them written."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.scayle import countries
from cogent_pipelines.adapters.storefronts.scayle.countries import two_letters
from cogent_pipelines.adapters.storefronts.scayle.identifiers import by_key, segment
from cogent_pipelines.adapters.storefronts.scayle.times import time_of, written, written_without_offset


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        ("DEU", "DE"),
        ("AUT", "AT"),
        ("CHE", "CH"),
        ("GBR", "GB"),
        ("dnk", "DK"),
        ("DE", "DE"),
        ("at", "AT"),
        ("XYZ", "XYZ"),
        ("", ""),
    ],
)
def test_a_country_has_two_letters(given_code, code):
    """What is no country is left for a person to see."""
    assert code == two_letters(given_code)


def test_every_country_is_there_once():
    """249 officially assigned codes, each of its own."""
    pairs = countries._TWO_LETTERS

    assert (249, 249) == (len(pairs), len(set(pairs.values())))
    assert all(re.fullmatch("[A-Z]{5}", three + two) for three, two in pairs.items())


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2018-01-20T09:30:15+00:00", datetime(2018, 1, 20, 9, 30, 15, tzinfo=UTC)),
        ("2018-01-20T09:30:15Z", datetime(2018, 1, 20, 9, 30, 15, tzinfo=UTC)),
        ("2018-07-20T09:30:15+02:00", datetime(2018, 7, 20, 7, 30, 15, tzinfo=UTC)),
        ("2018-07-20 09:30:15", datetime(2018, 7, 20, 7, 30, 15, tzinfo=UTC)),
        ("2018-07-20", datetime(2018, 7, 19, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_every_form_that_scayle_has(text, when):
    """Without an offset it is of the tenant's zone."""
    assert when == time_of(text, "Europe/Berlin")


@pytest.mark.parametrize(
    "text", ["", "soon", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "0000-00-00 00:00:00"]
)
def test_what_is_no_time_is_refused(text):
    """Nor what no database could keep in every zone."""
    with pytest.raises(ValueError, match=r"."):
        time_of(text)


def test_a_time_is_written_as_each_call_wants_it():
    """Never later than it is: a later one would release what SCAYLE keeps for orders."""
    when = datetime(2026, 7, 2, 8, 39, 12, 999_999, tzinfo=UTC)

    assert ("2026-07-02T08:39:12+00:00", "2026-07-02 10:39:12") == (
        written(when),
        written_without_offset(when, "Europe/Berlin"),
    )


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("901", "901"),
        ("key=A-1_b.c", "key%3DA-1_b.c"),
        ("key=A B/1+", "key%3DA%20B%2F1%2B"),
        ("0", None),
        ("-1", None),
        ("901/../1", None),
        ("key=", None),
        ("", None),
        ("\u0669\u0660\u0661", None),
        ("9" * 30, None),
    ],
)
def test_a_reference_is_a_segment_of_a_path_or_nothing(ref, expected):
    """What SCAYLE cannot have is not asked for."""
    assert expected == segment(ref)


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
def test_no_key_can_leave_its_segment(key):
    """Whatever somebody called it: no slash, no question mark, no space."""
    assert re.fullmatch(r"key%3D[A-Za-z0-9_.~%-]+", by_key(key))
