"""How lists of texts, of whole numbers and of UUIDs are written for PostgreSQL: joined at once, not element by element.

Hundreds of rows go into one statement as a list per column. What PostgreSQL cannot keep in a text is the same as in
`pool`, which uses this.
"""

from typing import Any
from uuid import UUID

from psycopg.abc import Buffer
from psycopg.types.array import ListDumper

_NOTHING = type(None)
_TEXTS = ({str}, {str, _NOTHING})
_NUMBERS = ({int}, {int, _NOTHING})
_UUIDS = {UUID}


def keepable(text: str) -> bytes:
    """A text as PostgreSQL can keep it: without NUL, which a vendor's message may quote from what somebody pasted."""
    return (text.replace("\0", "") if "\0" in text else text).encode("utf-8", "replace")


class QuickList(ListDumper):
    """Writes lists of one kind faster; of everything else what psycopg makes of it."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        kinds = set(map(type, obj))
        if kinds in _TEXTS:
            return keepable("{" + ",".join(_quoted(obj)) + "}")
        if kinds in _NUMBERS:
            return ("{" + ",".join(["NULL" if each is None else str(each) for each in obj]) + "}").encode()
        if kinds == _UUIDS:
            return ("{" + ",".join([each.hex for each in obj]) + "}").encode()
        return super().dump(obj)


def _quoted(texts: list[str | None]) -> list[str]:
    # Looked for once in all of them: hardly any list has one.
    plain = not any('"' in text or "\\" in text for text in texts if text)
    if plain:
        return ["NULL" if text is None else f'"{text}"' for text in texts]
    return ["NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
