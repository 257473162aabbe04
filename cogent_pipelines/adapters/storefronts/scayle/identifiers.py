"""How things are named in paths: by number, or by `key=` and the reference key, whose `=` is percent-encoded.

Documented patterns: `[1-9][0-9]*` and `key%3D[a-zA-Z0-9-_%+. ]*` (scayle.dev, "Update product state"; official clients).
"""

import re
from urllib.parse import quote

KEY = "key="
"""Begins an order reference that is the tenant's own reference key instead of SCAYLE's number."""

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_HARMLESS = re.compile(r"[A-Za-z0-9_.-]+")


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def is_harmless(key: str) -> bool:
    """Whether the official clients and the documents agree how this key is written in a path."""
    return bool(_HARMLESS.fullmatch(key))


def by_key(key: str) -> str:
    """The path segment for a reference key."""
    return f"key%3D{quote(key, safe='')}"


def segment(ref: str) -> str | None:
    """The path segment for a reference of ours; None where SCAYLE can have no such thing."""
    if ref.startswith(KEY) and len(ref) > len(KEY):
        return by_key(ref.removeprefix(KEY))
    return ref if is_number(ref) else None
