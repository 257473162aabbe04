"""A feed comes to an end, whatever its vendor answers."""

import pytest

from cogent_pipelines.adapters.transport import trail
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.ports.errors import VendorRefused


@pytest.mark.parametrize("round_trip", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"], ["", ""]])
def test_a_cursor_is_followed_once(round_trip):
    """A circle of one page or of many would be read for ever."""
    followed = Trail("orders")
    *way, back = round_trip
    assert way == [followed.on_to(cursor) for cursor in way]

    with pytest.raises(VendorRefused, match="begins where this one began, or one before it") as refusal:
        followed.on_to(back)
    assert "orders" == refusal.value.operation


def test_a_list_that_always_goes_on_is_given_up(monkeypatch):
    """New cursors without end are no circle, and no list either."""
    monkeypatch.setattr(trail, "MOST_PAGES", 3)
    followed = Trail("orders")
    for number in range(3):
        followed.on_to(str(number))

    with pytest.raises(VendorRefused, match="goes on after 3 pages"):
        followed.on_to("3")


def test_a_cursor_that_is_a_book_is_not_sent_back():
    with pytest.raises(VendorRefused, match="20000 characters"):
        Trail("orders").on_to("x" * 20_000)
