"""Reading books that are too large for memory."""

import json

import pytest

from cogent_pipelines.local_stack.replay.streamed import Cut, Members

BOOKS = {
    "now": "2026-11-20T10:00:00",
    "sold": 12,
    "share": -1.5,
    "orders": {"1001": {"lines": [{"sku": 'Ü-"}[,:'}]}, "1002": {}},
    "despatches": [{"number": "D1"}, {"number": "D2"}],
    "returns": [],
    "last": None,
}
MEMBERS = [
    ("now", "", "2026-11-20T10:00:00"),
    ("sold", "", 12),
    ("share", "", -1.5),
    ("orders", "1001", {"lines": [{"sku": 'Ü-"}[,:'}]}),
    ("orders", "1002", {}),
    ("despatches", "", {"number": "D1"}),
    ("despatches", "", {"number": "D2"}),
    ("last", "", None),
]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_members_come_one_by_one_wherever_the_text_was_cut(size):
    """Between any two bytes, also within a letter or a number."""
    text = json.dumps(BOOKS, ensure_ascii=False).encode()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]

    assert MEMBERS == list(Members(pieces))


def test_a_text_that_ends_too_early_is_refused():
    """Half a book must not pass for a whole one."""
    with pytest.raises(Cut, match="ends too early"):
        list(Members([b'{"orders": {"1001": {}}, "despatches": [{"number"']))


def test_what_is_no_object_is_refused():
    with pytest.raises(Cut, match=r"expected \{"):
        list(Members([b"[1, 2]"]))
