"""Logging in, and the session header on every call. What an expired session looks like is in `client`."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.redaction import Secret
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.adapters.warehouses.peoplevox.client import SESSION_PLACE, call, parse, text_element
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings, Region
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.vendor_account import Priority

# The log-in answers with the tenant and the session, parted by a comma.
SESSION_IN_ANSWER = Secret(
    re.compile(rb"(<(?:\w+:)?AuthenticateResult\b.*?<(?:\w+:)?Detail>[^,<]*,)[^<]+", re.DOTALL), (b"authenticateresult",)
)
"""What evidence must not keep, besides what the transport redacts by itself."""


class PeoplevoxSession:
    """One tenant's session in this process. Others may hold their own: a log-in does not end an earlier one."""

    def __init__(self, settings: PeoplevoxSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._header: bytes | None = None
        self._used_at: datetime | None = None

    def apply(self, call: Call) -> Call | None:
        """The call with the session header; None where there is no session, or it was silent for too long to be alive."""
        if self._header is None or self._is_stale():
            return None
        self._used_at = self._clock.now()
        return replace(call, content=call.content.replace(SESSION_PLACE, self._header, 1))

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Log in.

        Raises:
            AuthenticationFailed: the vendor said no, or gave no session.
            VendorError: the log-in did not get through.
        """
        del stale
        response = parse(send(self._login()).answered().content)
        _, _, session_id = response.detail.strip().rpartition(",")
        if not response.ok or not session_id:
            raise AuthenticationFailed(
                f"no session in the answer to the log-in of {self._settings.username}", operation="Authenticate"
            )
        self._header = self._session_header(session_id.strip())
        self._used_at = self._clock.now()

    def _login(self) -> Call:
        settings = self._settings
        plain = settings.password
        password = plain if settings.region is Region.US else base64.b64encode(plain.encode()).decode()
        body = (
            text_element("clientId", settings.client_id)
            + text_element("username", settings.username)
            + text_element("password", password)
        )
        return call(settings, "Authenticate", body, priority=Priority.INJECTION)

    def _is_stale(self) -> bool:
        if self._used_at is None:
            return True
        silence = (self._clock.now() - self._used_at).total_seconds() * self._settings.time_scale
        return silence >= self._settings.session_idle_seconds

    def _session_header(self, session_id: str) -> bytes:
        inner = (
            "<UserId>0</UserId>" + text_element("ClientId", self._settings.client_id) + text_element("SessionId", session_id)
        )
        element = f'<UserSessionCredentials xmlns="{version.NAMESPACE}">{inner}</UserSessionCredentials>'
        return f"<soap:Header>{element}</soap:Header>".encode()
