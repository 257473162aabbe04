"""Who may call: keys, and for each what resources it may read or write (authentication page, read 2026-11).

Writing implies reading. Limits by company, shop or address are not modelled.
"""

from collections.abc import Mapping

READ, WRITE = "read", "write"
EVERYTHING = "*"


class Access:
    """The tenant's keys."""

    def __init__(self, full: str, read_only: str) -> None:
        self.full = full
        self.read_only = read_only
        self._keys: dict[str, dict[str, str]] = {full: {EVERYTHING: WRITE}, read_only: {EVERYTHING: READ}}

    def grant(self, key: str, resources: Mapping[str, str]) -> None:
        """Make a key with `read` or `write` for each resource."""
        if wrong := set(resources.values()) - {READ, WRITE}:
            raise ValueError(f"a key may read or write, not {', '.join(sorted(wrong))}")
        self._keys[key] = dict(resources)

    def revoke(self, key: str) -> bool:
        return self._keys.pop(key, None) is not None

    def knows(self, key: str | None) -> bool:
        return key is not None and key in self._keys

    def allows(self, key: str, resource: str, method: str) -> bool:
        allowed = self._keys[key].get(resource, self._keys[key].get(EVERYTHING))
        return allowed == WRITE or (allowed == READ and method == "GET")
