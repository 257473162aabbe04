"""Ids and moments as the vendor writes them: UUIDs in lower case, UTC with milliseconds and a Z."""

import random
import uuid
from datetime import UTC, datetime


def new_id(source: random.Random) -> str:
    """Give a random UUID that the seed decides."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


def iso(moment: datetime) -> str:
    """Write an aware moment: 2026-11-02T09:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """Read a moment; one without an offset is UTC.

    Raises:
        ValueError: the text is no moment.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def comparable(text: str) -> str:
    """Write a moment so that comparing texts compares moments: no offset, as many digits as it was given."""
    moment = moment_of(text).astimezone(UTC).replace(tzinfo=None)
    digits = "milliseconds" if moment.microsecond % 1000 == 0 else "microseconds"
    return moment.isoformat(timespec=digits)


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
