"""Reading request bodies as strictly as the published models allow, by name and type; what must be there the caller says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cogent_pipelines.simulators.scayle import times
from cogent_pipelines.simulators.scayle.refusals import KEYS, Complaint, Refused
from cogent_pipelines.simulators.scayle.switches import Switches

Shape = Mapping[str, str]
"""Field name → integer, string, boolean, moment, plain moment, any moment, date, list, list of strings or object."""


def read(
    document: Any, shape: Shape, switches: Switches, *, required: tuple[str, ...] = (), where: str = ""
) -> dict[str, Any]:
    """Give the fields that are there, moments and dates as such; null counts as left out.

    Raises:
        Refused: 400, with one entry for each fault found.
    """
    if not isinstance(document, dict):
        raise Refused(400, _complaint(where or "body", "must be an object"))
    found: dict[str, Any] = {}
    complaints: list[Complaint] = []
    for name, value in document.items():
        at = f"{where}.{name}" if where else name
        if name not in shape:
            if switches.unknown_fields == "refuse":
                complaints.append(_complaint(at, "is not a field of this body"))
        elif value is not None:
            read_value = _READERS[shape[name]](value, switches)
            if read_value is None:
                complaints.append(_complaint(at, f"must be: {shape[name]}"))
            found[name] = read_value
    missing = [name for name in required if name not in found]
    complaints += [_complaint(f"{where}.{name}" if where else name, "is required") for name in missing]
    if complaints:
        raise Refused(400, *complaints)
    return found


def _complaint(at: str, what: str) -> Complaint:
    return Complaint(KEYS[400], f"{at} {what}", {"field": at})


def _integer(value: Any, _: Switches) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _string(value: Any, _: Switches) -> str | None:
    return value if isinstance(value, str) else None


def _filled(value: Any, _: Switches) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _boolean(value: Any, _: Switches) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any, switches: Switches) -> datetime | None:
    return times.iso_moment(value, switches.naive_time_zone) if isinstance(value, str) else None


def _plain_moment(value: Any, switches: Switches) -> datetime | None:
    return times.plain_moment(value, switches.naive_time_zone) if isinstance(value, str) else None


def _any_moment(value: Any, switches: Switches) -> datetime | None:
    return _moment(value, switches) or _plain_moment(value, switches)


def _date(value: Any, _: Switches) -> Any:
    return times.day(value) if isinstance(value, str) else None


def _list(value: Any, _: Switches) -> Any:
    return value if isinstance(value, list) else None


def _strings(value: Any, _: Switches) -> Any:
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _object(value: Any, _: Switches) -> Any:
    return value if isinstance(value, dict) else None


_READERS = {
    "integer": _integer,
    "string": _string,
    "filled string": _filled,
    "boolean": _boolean,
    "moment": _moment,
    "plain moment": _plain_moment,
    "any moment": _any_moment,
    "date": _date,
    "list": _list,
    "list of strings": _strings,
    "object": _object,
}
