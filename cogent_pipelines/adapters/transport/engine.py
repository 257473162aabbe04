"""The HTTP engine, and what its errors prove.

The one question here: is it certain that the vendor never saw the request? Everything else is the client's matter.
"""

import ssl
from functools import cache

import aiohttp
import httpx
import yarl
from httpx_aiohttp import AiohttpTransport

from cogent_pipelines.adapters.transport.call import Silence

# Shorter than the five seconds after which many servers hang up: a write on a connection that is just being closed is lost.
_KEEP_ALIVE_SECONDS = 3.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
# The aiohttp transport reports every broken connection as a connect time-out, also one that broke after the request was
# written (httpx-aiohttp 0.2.0, `AIOHTTP_EXC_MAP`); what really happened is in the error's cause.
_NEVER_SENT_BY_AIOHTTP = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


@cache
def _verified() -> ssl.SSLContext:
    """Whom to believe, read once: it takes 24 ms, and a hundred connections are opened every minute, two vendors each."""
    return httpx.create_ssl_context(verify=True, trust_env=False)


def aiohttp_engine(concurrency: int) -> httpx.AsyncBaseTransport:
    """Connections kept alive for a few seconds, certificates verified, no cookies from one call to the next."""
    verify = _verified()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=max(concurrency, 1) + 4, keepalive_timeout=_KEEP_ALIVE_SECONDS, ssl=verify)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        # aiohttp sends a PUT or DELETE again by itself when a kept connection breaks, and then reports only what became of
        # the second: "connection refused" would look as if nothing had been sent.
        session._retry_connection = False  # noqa: SLF001 - there is no public switch
        # Nor does an address reach the vendor as it was written: aiohttp decodes characters that do not strictly
        # need it, and some vendors ask for `%3D` where it would send `=`.
        session._build_url = _as_written  # type: ignore[method-assign, assignment]  # noqa: SLF001 - likewise
        return session

    return AiohttpTransport(verify=verify, client=session)


def _as_written(url: str | yarl.URL) -> yarl.URL:
    return url if isinstance(url, yarl.URL) else yarl.URL(url, encoded=True)


def silence_of(error: Exception) -> Silence:
    """NOT_SENT only where the connection certainly never stood; in doubt the request may have been carried out."""
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientError):
        return Silence.NOT_SENT if isinstance(cause, _NEVER_SENT_BY_AIOHTTP) else Silence.LOST
    return Silence.NOT_SENT if isinstance(error, _NEVER_SENT) else Silence.LOST


def fault_of_url(url: httpx.URL, hosts: frozenset[str]) -> str:
    """Why this address must not be called; empty where it may be."""
    if hosts and url.host not in hosts:
        return f"{url.host} is not one of this account's hosts"
    if url.scheme == "https" or (url.scheme == "http" and url.host in _LOOPBACK):
        return ""
    return f"{url.scheme}://{url.host} is refused: use https (plain http only on this machine)"
