"""Having both vendors tell us of news: subscribing the gateway's public addresses, once.

What is there already stays. Peoplevox will not list its subscriptions, so the ledger remembers their ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from cogent_pipelines.canonical.identity import ConnectionName, connection_name
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.events import STOREFRONT, WAREHOUSE, callback_url, event_source, without_secrets
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.event_subscriptions import Subscription
from cogent_pipelines.ports.clock import Clock


@runtime_checkable
class TakesWebhooks(Protocol):
    """A vendor that lists what it was asked to tell."""

    def ensure_webhooks(self, callback_url: str) -> object: ...


@runtime_checkable
class TakesSubscriptions(Protocol):
    """A vendor that does not, and gives an id for each instead."""

    def ensure_subscriptions(self, callback_url: str, known_ids: Sequence[int]) -> tuple[int, ...]: ...


def subscribe(
    settings: ConnectionSettings, *, public_url: str, ledger: Ledger, environment: Mapping[str, str], clock: Clock
) -> Iterator[str]:
    """Subscribe both sides of a connection to the gateway at `public_url`, and say what was done.

    Raises:
        VendorError: a vendor did not take a subscription.
    """
    services = VendorServices.in_memory(clock)
    if event_source(settings, STOREFRONT, environment):
        url = callback_url(settings, STOREFRONT, public_url=public_url, environment=environment)
        with build_storefront(settings, services=services, environment=environment) as storefront:
            if isinstance(storefront, TakesWebhooks):
                storefront.ensure_webhooks(url)
                yield f"{settings.storefront.vendor} tells of orders at {without_secrets(url)}"
    if event_source(settings, WAREHOUSE, environment):
        url = callback_url(settings, WAREHOUSE, public_url=public_url, environment=environment)
        with build_warehouse(settings, services=services, environment=environment) as warehouse:
            if isinstance(warehouse, TakesSubscriptions):
                name = connection_name(settings.name)
                ids = warehouse.ensure_subscriptions(url, _known_ids(ledger, name))
                _remember(ledger, name, ids, clock)
                yield f"{settings.warehouse.vendor} tells of stock and parcels at {without_secrets(url)}"


def _known_ids(ledger: Ledger, name: ConnectionName) -> list[int]:
    return [int(known.vendor_id) for known in ledger.subscriptions.of(name, WAREHOUSE)]


def _remember(ledger: Ledger, name: ConnectionName, ids: Sequence[int], clock: Clock) -> None:
    now = clock.now()
    with ledger.transaction():
        ledger.subscriptions.forget(name, WAREHOUSE, [known.topic for known in ledger.subscriptions.of(name, WAREHOUSE)])
        for number in ids:
            ledger.subscriptions.remember(name, Subscription(WAREHOUSE, f"id {number}", str(number), address=""), now=now)
