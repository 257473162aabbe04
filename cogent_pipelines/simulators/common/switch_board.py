"""What every vendor's switches can do: be shown, and be changed by name with a check. Which there are is the vendor's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo


@dataclass(slots=True, kw_only=True)
class SwitchBoard:
    """A base for a vendor's switches; the object is changed in place, so that a running simulator can be told."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, **changes: Any) -> None:
        """Change switches by name; an unknown name or an impossible value changes nothing and says so.

        A mapping is laid over the one that is there: what it leaves out stays.
        """
        hints = get_type_hints(type(self))
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"no switch is called {name!r}; there are: " + ", ".join(f.name for f in fields(self)))
            _check(name, value, hints[name])
        for name, value in changes.items():
            now = getattr(self, name)
            setattr(self, name, {**now, **value} if isinstance(now, dict) else value)


def _check(name: str, value: object, hint: Any) -> None:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{name} is one of {get_args(hint)}, not {value!r}")
        return
    if name == "zone":
        ZoneInfo(str(value))
    expected = get_origin(hint) or hint
    numeric = expected is float and isinstance(value, int | float) and not isinstance(value, bool)
    whole = expected is int and isinstance(value, int) and not isinstance(value, bool)
    container = expected is dict and isinstance(value, Mapping)
    if not (numeric or whole or container or (expected not in (int, float) and isinstance(value, expected))):
        raise ValueError(f"{name} is a {getattr(expected, '__name__', expected)}, not {value!r}")
