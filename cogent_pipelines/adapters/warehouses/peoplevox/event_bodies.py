"""The bodies of events: we write the template, the vendor puts values in, we take them out again.

There is no fixed form of an event: the vendor posts the text that was registered, with placeholders replaced, and it may
put values in as they are. So fields are parted by marks that no value holds, every body says its kind first and ends with a
mark, and what stands between two marks is the value, whatever signs are in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

_KIND, _END = "cogent_event", "cogent_end"


@dataclass(frozen=True, slots=True)
class EventKind:
    """One type of event: the vendor's name, and our field names to its placeholders.

    `subject` names the field that the event is about; `identity` the fields that make it itself. Where no field tells two
    occurrences apart, `recurs` is True and the time of arrival has to.
    """

    name: str
    fields: Mapping[str, str]
    subject: str
    identity: tuple[str, ...]
    recurs: bool = False

    @property
    def template(self) -> str:
        """What is registered as `postParams`."""
        parts = [f"{_KIND}={self.name}"]
        parts += [f"cogent_{name}={{{placeholder}}}" for name, placeholder in self.fields.items()]
        return "&".join([*parts, f"{_END}=1"])


AVAILABILITY = EventKind(
    "AvailabilityChanges",
    {"available": "Available", "item": "ItemCode"},
    subject="item",
    identity=("item", "available"),
    recurs=True,
)
STATUS = EventKind(
    "SalesOrderStatusChanges",
    {"time": "LastModificationTime", "status": "SalesOrderStatu.Name", "order": "SalesOrderNumber"},
    subject="order",
    identity=("order", "status", "time"),
)
TRACKING = EventKind(
    "TrackingNumberReceived",
    {
        "despatch": "DespatchNumber",
        "tracking": "TrackingNumber",
        "service": "ServiceType.Name",
        "order": "Picks.SalesOrder.SalesOrderNumber",
    },
    subject="order",
    identity=("despatch", "tracking", "order"),
)
KINDS = (AVAILABILITY, STATUS, TRACKING)
"""The events that we subscribe to, with the placeholders that clients in use rely on."""

# The vendor may un-escape the ampersands of a template once more, or not at all.
_MARKS = {
    kind.name: [re.compile(rf"(?:&amp;|&)cogent_{name}=") for name in kind.fields] + [re.compile(rf"(?:&amp;|&){_END}=1$")]
    for kind in KINDS
}


@dataclass(frozen=True, slots=True)
class EventBody:
    kind: EventKind
    values: Mapping[str, str]

    @property
    def subject(self) -> str:
        return self.values[self.kind.subject]


def read(body: bytes, *, encoded: bool) -> EventBody | None:
    """What an event says; None where it is none of ours. `encoded` says whether values come percent-encoded."""
    text = body.decode("utf-8", errors="replace")
    for kind in KINDS:
        found = _between_marks(text.strip(), kind)
        if found:
            values = {name: _plain(value, encoded=encoded) for name, value in zip(kind.fields, found, strict=True)}
            return EventBody(kind, values)
    return None


def _between_marks(text: str, kind: EventKind) -> list[str]:
    """What stands between one mark and the next, from left to right and never back; nothing where a mark is missing."""
    beginning = f"{_KIND}={kind.name}"
    if not text.startswith(beginning):
        return []
    first, *others = _MARKS[kind.name]
    mark = first.match(text, len(beginning))
    values = []
    for other in others:
        following = other.search(text, mark.end()) if mark else None
        if mark is None or following is None:
            return []
        values.append(text[mark.end() : following.start()])
        mark = following
    return values


def _plain(value: str, *, encoded: bool) -> str:
    return (unquote_plus(value) if encoded else value).strip()
