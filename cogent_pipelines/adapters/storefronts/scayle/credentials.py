"""How the API key gets onto a call. It is made in SCAYLE's panel and does not run out."""

from collections.abc import Callable
from dataclasses import replace

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.errors import AuthenticationFailed

HEADER = "X-Access-Token"
"""scayle.dev, "Authentication"; official clients."""


class ApiKey:
    """A key as it is; when it is refused, nothing but another one helps."""

    def __init__(self, access_token: str) -> None:
        self._token = access_token

    def apply(self, call: Call) -> Call | None:
        return replace(call, headers={**call.headers, HEADER: self._token})

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        del stale, send
        raise AuthenticationFailed("SCAYLE does not accept the API key; make a new one in the panel and renew the secret")
