"""The account's user and the keys that are given out for it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.mintsoft.switches import Switches


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    password: str


class Keys:
    """Which keys are good, and until when."""

    def __init__(self, account: Account, *, clock: Clock, switches: Switches, seed: int) -> None:
        self.account = account
        self._clock = clock
        self._switches = switches
        self._random = Random(f"keys {seed}")
        self._until: dict[str, datetime] = {}

    def give(self, username: str, password: str) -> str | None:
        """Give a key to who knows the password."""
        if (username, password) != (self.account.username, self.account.password):
            return None
        if self._switches.one_key_at_a_time:
            self._until.clear()
        key = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        self._until[key] = self._clock.now() + timedelta(hours=self._switches.key_hours)
        return key

    def good(self, key: str) -> bool:
        return key in self._until and self._clock.now() < self._until[key]

    def forget(self, key: str | None = None) -> None:
        """Forget one key, or all."""
        if key is None:
            self._until.clear()
        else:
            self._until.pop(key, None)
