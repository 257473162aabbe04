"""The two addresses at which a connection's vendors tell of news: who proves an event genuine, and who asks for it.

The addresses themselves are the gateway's: `<public url>/webhooks/<connection>/<storefront|warehouse>`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import SECRET_PARAMETER, PeoplevoxWebhook
from cogent_pipelines.connections.assembly import peoplevox_settings, shopify_settings
from cogent_pipelines.connections.secrets import Variables
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ports.webhook import WebhookVerifier

STOREFRONT = "storefront"
WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class EventAddress:
    """One address of the gateway; `max_age` None where the vendor's clock is not ours."""

    connection: str
    source: str
    verifier: WebhookVerifier
    max_age: timedelta | None


def event_addresses(settings: ConnectionSettings, environment: Mapping[str, str]) -> list[EventAddress]:
    """Every address that the connection's secrets are there for; a side without a secret is polled instead.

    Raises:
        MissingVariables: a secret is named and not set.
    """
    return [*_storefront(settings, environment), *_warehouse(settings, environment)]


def callback_url(settings: ConnectionSettings, source: str, *, public_url: str, environment: Mapping[str, str]) -> str:
    """What the vendor is told to call; the warehouse's carries its secret."""
    url = f"{public_url.rstrip('/')}/webhooks/{settings.name}/{source}"
    if source == STOREFRONT:
        return url
    variables = Variables(environment)
    secret = variables.get(settings.warehouse.event_secret_env)
    variables.refuse_if_any_is_missing()
    return f"{url}?{urlencode({SECRET_PARAMETER: secret})}"


def _storefront(settings: ConnectionSettings, environment: Mapping[str, str]) -> Sequence[EventAddress]:
    block = settings.storefront
    if not block.webhook_secret_env:
        return []
    variables = Variables(environment)
    secrets = [variables.get(block.webhook_secret_env)]
    if block.previous_webhook_secret_env:
        # The old secret may already be gone from the environment once the rotation is over.
        secrets += [environment.get(block.previous_webhook_secret_env, "")]
    variables.refuse_if_any_is_missing()
    verifier = ShopifyWebhook([secret for secret in secrets if secret], shop=shopify_settings(block, environment).shop)
    return [EventAddress(settings.name, STOREFRONT, verifier, timedelta(hours=48))]


def _warehouse(settings: ConnectionSettings, environment: Mapping[str, str]) -> Sequence[EventAddress]:
    block = settings.warehouse
    if not block.event_secret_env:
        return []
    variables = Variables(environment)
    secret = variables.get(block.event_secret_env)
    variables.refuse_if_any_is_missing()
    verifier = PeoplevoxWebhook(peoplevox_settings(block, environment), secret)
    return [EventAddress(settings.name, WAREHOUSE, verifier, None)]
