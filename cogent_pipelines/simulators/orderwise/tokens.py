"""Who may call: a name and a password for a token, the token for all else (four integrations, read 2026-11)."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.orderwise.refusals import Unauthorised
from cogent_pipelines.simulators.orderwise.switches import Switches


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    password: str


class Tokens:
    def __init__(self, account: Account, *, clock: Clock, switches: Switches, seed: int) -> None:
        self.account = account
        self.issued = 0
        self._clock = clock
        self._switches = switches
        self._random = Random(f"tokens {seed}")
        self._ends: dict[str, datetime] = {}

    def issue(self, authorization: str) -> str:
        """Give a token for Basic credentials.

        Raises:
            Unauthorised: they are not the user's.
        """
        self._check_basic(authorization)
        if self._switches.single_token:
            self._ends.clear()
        token = f"{self._random.getrandbits(256):064x}"
        self._ends[token] = self._clock.now() + timedelta(seconds=self._switches.token_seconds)
        self.issued += 1
        return token

    def check(self, authorization: str) -> None:
        """Let a call in.

        Raises:
            Unauthorised: it brings no token, an unknown one, or one that has run out.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() == "basic" and self._switches.basic_on_data:
            self._check_basic(authorization)
        elif scheme.casefold() != "bearer" or token not in self._ends or self._ends[token] <= self._clock.now():
            raise Unauthorised

    def revoke(self, authorization: str) -> None:
        self._ends.pop(authorization.partition(" ")[2], None)

    def revoke_all(self) -> None:
        self._ends.clear()

    def _check_basic(self, authorization: str) -> None:
        scheme, _, encoded = authorization.partition(" ")
        try:
            told = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Unauthorised from None
        if scheme.casefold() != "basic" or told != f"{self.account.username}:{self.account.password}":
            raise Unauthorised
