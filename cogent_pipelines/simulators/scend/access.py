"""Who may call: a token handed over by hand, a key, a name and password, or a token that is exchanged for these."""

import base64
import binascii
import hashlib
from datetime import datetime, timedelta
from random import Random
from typing import Any

from starlette.requests import Request

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.door import Call, Refused
from cogent_pipelines.simulators.common.depot.fields import Fields
from cogent_pipelines.simulators.scend.switches import Switches

_KEY = "x-api-key"


class Access:
    """The account's secrets and what is good of them."""

    def __init__(self, *, clock: Clock, switches: Switches, seed: int) -> None:
        self.username = "northwind"
        self.password = _secret(seed, "password")
        self.token = _secret(seed, "token")
        self._clock = clock
        self._switches = switches
        self._random = Random(f"tokens {seed}")
        self._until: dict[str, datetime] = {}
        self._revoked: set[str] = set()

    def exchange(self, call: Call) -> Any:
        """Give a token for name and password."""
        fields = Fields(call.body)
        if (fields.text("Username"), fields.text("Password")) != (self.username, self.password):
            raise Refused(self._switches.refused_status, "Unknown user or wrong password", code="UNAUTHORISED")
        token = f"{self._random.getrandbits(160):040x}"
        self._until[token] = self._clock.now() + timedelta(minutes=self._switches.token_minutes)
        return {"Token": token, "ExpiresIn": int(self._switches.token_minutes * 60)}

    def admit(self, request: Request) -> None:
        if not self._good(self._shown(request)):
            raise Refused(self._switches.refused_status, "No valid credentials", code="UNAUTHORISED")

    def _shown(self, request: Request) -> str:
        if self._switches.auth_kind == "api_key":
            return request.headers.get(_KEY, "")
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        wanted = "basic" if self._switches.auth_kind == "basic" else "bearer"
        return secret.strip() if kind.casefold() == wanted else ""

    def _good(self, shown: str) -> bool:
        match self._switches.auth_kind:
            case "none":
                return True
            case "basic":
                return _decoded(shown) == f"{self.username}:{self.password}"
            case "token_exchange":
                return shown in self._until and self._clock.now() < self._until[shown]
            case _:
                return shown == self.token and shown not in self._revoked

    def forget(self, request: Request) -> None:
        shown = self._shown(request)
        self._until.pop(shown, None)
        self._revoked.add(shown)

    def forget_all(self) -> None:
        self._until.clear()
        self._revoked.add(self.token)


def _decoded(shown: str) -> str:
    try:
        return base64.b64decode(shown, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _secret(seed: int, what: str) -> str:
    return hashlib.sha256(f"scend {what} {seed}".encode()).hexdigest()[:40]
