"""The two addresses at which a connection's vendors tell of news: who proves an event genuine, and who asks for it.

The addresses themselves are the gateway's: `<public url>/webhooks/<connection>/<storefront|warehouse>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.side import EventSource
from cogent_pipelines.ports.webhook import WebhookVerifier

STOREFRONT = "storefront"
WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class EventAddress:
    """One address of the gateway; `max_age` None where the vendor's clock is not ours, `largest_body` None as for others."""

    connection: str
    source: str
    verifier: WebhookVerifier
    max_age: timedelta | None
    largest_body: int | None = None


def event_addresses(settings: ConnectionSettings, environment: Mapping[str, str]) -> list[EventAddress]:
    """Every address that the connection's secrets are there for; a side without a secret is polled instead.

    Raises:
        MissingVariables: a secret is named and not set.
    """
    sources = {source: event_source(settings, source, environment) for source in (STOREFRONT, WAREHOUSE)}
    return [
        EventAddress(settings.name, source, found.verifier, found.max_age, found.largest_body)
        for source, found in sources.items()
        if found
    ]


def event_source(settings: ConnectionSettings, source: str, environment: Mapping[str, str]) -> EventSource | None:
    """Who vouches for the events of one side; None where that side is polled.

    Raises:
        MissingVariables: a secret is named and not set.
    """
    return (settings.storefront if source == STOREFRONT else settings.warehouse).event_source(environment)


def callback_url(settings: ConnectionSettings, source: str, *, public_url: str, environment: Mapping[str, str]) -> str:
    """What the vendor is told to call; where a vendor signs nothing, the address carries its secret.

    Raises:
        MissingVariables: a secret is named and not set.
    """
    url = f"{public_url.rstrip('/')}/webhooks/{settings.name}/{source}"
    found = event_source(settings, source, environment)
    if found and found.login:
        scheme, _, rest = url.partition("://")
        url = f"{scheme}://{':'.join(quote(part, safe='') for part in found.login)}@{rest}"
    return f"{url}?{urlencode(found.query)}" if found and found.query else url


def without_secrets(url: str) -> str:
    """The same address for people to read: no login, no query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
