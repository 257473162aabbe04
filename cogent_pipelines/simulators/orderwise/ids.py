"""Ids as they stand in a path or a query: whole numbers, or nothing that anybody has."""

_LONGEST = 18


def number_in(text: str | None) -> int | None:
    """Read an id; None where the text is none, or longer than any."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None
