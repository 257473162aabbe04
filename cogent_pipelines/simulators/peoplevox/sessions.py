"""Sessions: who is logged in, and until when."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.peoplevox.switches import Switches

# Both texts are matched word for word by published clients.
INVALID = "System : Security - Invalid Session"
EXPIRED = "System : Security - Session Expired"


class NoSession(ValueError):
    """A call without a living session; the text is what the caller is told."""


@dataclass(frozen=True, slots=True)
class Account:
    """An API user of the tenant."""

    client_id: str
    username: str
    password: str


class Sessions:
    """The sessions of one tenant."""

    def __init__(self, account: Account, *, clock: Clock, switches: Switches, seed: int) -> None:
        self.account = account
        self.logins = 0
        self._clock = clock
        self._switches = switches
        self._random = Random(f"sessions {seed}")
        self._last_used: dict[str, datetime] = {}
        self._expired: set[str] = set()

    def log_in(self, client_id: str, username: str, password: str) -> str | None:
        """Give a new session; `None` where the credentials are wrong."""
        account = self.account
        if (client_id.casefold(), username) != (account.client_id.casefold(), account.username):
            return None
        if self._plain(password) != account.password:
            return None
        if self._switches.single_session:
            self.expire_all()
        session = f"{self._random.getrandbits(128):032x}"
        self._last_used[session] = self._clock.now()
        self.logins += 1
        return session

    def _plain(self, password: str) -> str | None:
        """Read a password as the region sends it: Base64, but plain in the US (a connector vendor's note)."""
        if self._switches.region == "us":
            return password
        try:
            return base64.b64decode(password, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None

    def use(self, session: str) -> None:
        """Prolong a session; raises where it is unknown or has been idle too long."""
        now, used = self._clock.now(), self._last_used.get(session)
        if used is not None and now - used > timedelta(minutes=self._switches.session_idle_minutes):
            self.expire(session)
            used = None
        if used is None:
            raise NoSession(EXPIRED if session in self._expired else INVALID)
        self._last_used[session] = now

    def expire(self, session: str) -> None:
        if self._last_used.pop(session, None) is not None:
            self._expired.add(session)

    def expire_all(self) -> None:
        for session in list(self._last_used):
            self.expire(session)
