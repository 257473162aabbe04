"""How a token gets onto a call, and how the token of a client-credentials grant is fetched again before it runs out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.settings import ClientGrant, ShopifySettings, StaticToken
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.credentials import Credentials
from cogent_pipelines.adapters.transport.granting import grant_in
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.vendor_account import Priority

LOG_IN = "access token"

_HEADER = "X-Shopify-Access-Token"
_EARLY = timedelta(minutes=10)


def credentials_of(settings: ShopifySettings, clock: Clock) -> Credentials:
    match settings.login:
        case StaticToken(access_token):
            return StaticCredentials(access_token)
        case ClientGrant() as grant:
            return GrantedCredentials(grant, settings.token_url, clock, timeout=settings.timeout)


class StaticCredentials:
    """A token made once by the merchant; when it is refused, nothing but a new one helps."""

    def __init__(self, access_token: str) -> None:
        self._token = access_token

    def apply(self, call: Call) -> Call | None:
        return _with_token(call, self._token)

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        del stale, send
        raise AuthenticationFailed("Shopify does not accept the access token; install the app again and renew the secret")


class GrantedCredentials:
    """A token that lives for a day, fetched with the app's id and secret."""

    def __init__(self, grant: ClientGrant, url: str, clock: Clock, *, timeout: float) -> None:
        self._grant = grant
        self._url = url
        self._clock = clock
        self._timeout = timeout
        self._token = ""
        self._good_until: datetime | None = None

    def apply(self, call: Call) -> Call | None:
        if self._good_until is None or self._clock.now() >= self._good_until:
            return None
        return _with_token(call, self._token)

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        del stale
        asked_at = self._clock.now()
        settled = send(self._log_in())
        error = settled.error()
        if error is not None:
            raise error
        grant = grant_in(settled.answered().content, usual_seconds=version.TOKEN_LIFE_SECONDS, operation=LOG_IN)
        self._token = grant.token
        # Never later than half its life, so that a very short-lived token is used at all.
        self._good_until = asked_at + max(grant.life - _EARLY, grant.life / 2)

    def _log_in(self) -> Call:
        grant = {
            "client_id": self._grant.client_id,
            "client_secret": self._grant.client_secret,
            "grant_type": "client_credentials",
        }
        return Call(
            operation=LOG_IN,
            method="POST",
            url=self._url,
            content=orjson.dumps(grant),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            # A second token does not take the first one away: asking again after a lost answer doubles nothing.
            writes=False,
            priority=Priority.INJECTION,
            cost=0.0,
            timeout=self._timeout,
        )


def _with_token(call: Call, token: str) -> Call:
    return replace(call, headers={**call.headers, _HEADER: token})
