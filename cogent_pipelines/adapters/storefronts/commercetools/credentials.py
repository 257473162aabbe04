"""The token of a client-credentials grant: fetched, put on calls, fetched again before it runs out or once it is refused."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cogent_pipelines.adapters.storefronts.commercetools import version
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.granting import grant_in
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.vendor_account import Priority

LOG_IN = "access token"

_EARLY = timedelta(minutes=10)


class GrantedCredentials:
    """A bearer token that lives for hours."""

    def __init__(self, settings: CommercetoolsSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._token = ""
        self._good_until: datetime | None = None
        self.granted: frozenset[str] = frozenset()
        """Scopes of the token as the vendor said them, project included; empty before the first log-in."""

    def apply(self, call: Call) -> Call | None:
        if self._good_until is None or self._clock.now() >= self._good_until:
            return None
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self._token}"})

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Fetch a token; also one that the vendor refuses early (withdrawn) is replaced so, once per refused call."""
        del stale
        asked_at = self._clock.now()
        # Whatever comes of it, the old token is not tried again.
        self._good_until = None
        settled = send(self._log_in())
        error = settled.error()
        if error is not None:
            raise error
        grant = grant_in(settled.answered().content, usual_seconds=version.TOKEN_LIFE_SECONDS, operation=LOG_IN)
        self._token = grant.token
        self.granted = frozenset(grant.scope.split())
        # Never later than half its life, so that a very short-lived token is used at all.
        self._good_until = asked_at + max(grant.life - _EARLY, grant.life / 2)

    def _log_in(self) -> Call:
        login = self._settings.login
        form = {"grant_type": "client_credentials"}
        if self._settings.scopes:
            form["scope"] = " ".join(self._settings.whole_scopes)
        secret = base64.b64encode(f"{login.client_id}:{login.client_secret}".encode()).decode()
        return Call(
            operation=LOG_IN,
            method="POST",
            url=self._settings.token_url,
            content=urlencode(form).encode(),
            headers={
                "Authorization": f"Basic {secret}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            # A second token does not take the first one away: asking again after a lost answer doubles nothing.
            writes=False,
            priority=Priority.INJECTION,
            timeout=self._settings.timeout,
        )
