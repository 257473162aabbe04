"""The token: fetched with name and password, kept for less than an hour, on every call. Answers are judged in `client`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.orderwise.client import TOKEN, token_call
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed

_BEARER = "bearer "


class OrderWiseToken:
    """One tenant's token in this process. Others may hold their own: a new one does not end an earlier one."""

    def __init__(self, settings: OrderWiseSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._token = ""
        self._good_until: datetime | None = None

    def apply(self, call: Call) -> Call | None:
        """The call with the token; None where there is none, or it is too old to be relied on."""
        if self._good_until is None or self._clock.now() >= self._good_until:
            return None
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self._token}"})

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Fetch a token.

        Raises:
            AuthenticationFailed: the vendor said no, or gave no token.
            VendorError: the question did not get through.
        """
        del stale
        asked_at = self._clock.now()
        settled = send(token_call(self._settings))
        settled.answered()
        token = token_in(settled.reading.parsed if settled.reading else None)
        if not token:
            raise AuthenticationFailed(f"no token in the answer to {self._settings.username}", operation=TOKEN)
        self._token = token
        self._good_until = asked_at + timedelta(seconds=self._settings.token_life_seconds)


def token_in(answer: Any) -> str:
    """The token of an answer: a bare text; also read are the objects that one public client expects. Empty: none."""
    match answer:
        case str(text):
            bare = text.strip().strip('"').strip()
            token = bare[len(_BEARER) :].strip() if bare.casefold().startswith(_BEARER) else bare
            # It goes into a header: a line break in it would be somebody's attempt at another header.
            return token if token.isascii() and token.isprintable() and " " not in token else ""
        case {"token": inner} | {"access_token": inner} | {"data": {"token": inner}} if isinstance(inner, str):
            return token_in(inner)
        case _:
            return ""
