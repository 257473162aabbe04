"""Values of which thousands are made a second: frozen for whoever writes code, not for Python.

To the type checker `@value(frozen=True, slots=True)` is a dataclass like any other, and it refuses whatever would change
one. At run time nobody watches: a frozen dataclass is made through a guard for each of its fields, which takes three to six
times as long. Equality, hash and `replace` are the same. For what is made per order or line; all else is a frozen dataclass.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen: bool, slots: bool) -> Any:
        """Give the decorator that makes such a class; both must be said, as for a dataclass."""
        if not (frozen and slots):
            raise TypeError("a value is frozen, and has slots")
        return dataclass(slots=True, unsafe_hash=True)


__all__ = ["value"]
