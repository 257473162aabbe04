"""The two sides of any connection as one Dagster resource, `both_sides`, for runs and sensors alike.

A resource per connection would be bound to each of the other connections' assets in turn whenever definitions are loaded,
which a hundred of them pay for in every run. Secrets are looked up at every opening, so that a missing one is one
connection's trouble.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import dagster as dg

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.resources.environment import environment


class BothSides(Protocol):
    """Opens the two sides of any connection."""

    def opened(self, settings: ConnectionSettings, ledger: Ledger) -> AbstractContextManager[tuple[Storefront, Warehouse]]:
        """Open both; they close with the block.

        Raises:
            MissingVariables: the environment lacks what the YAML names.
        """
        ...


class VendorsSides:
    """The vendors themselves, their secrets looked up at every opening."""

    @contextmanager
    def opened(self, settings: ConnectionSettings, ledger: Ledger) -> Iterator[tuple[Storefront, Warehouse]]:
        services, variables = VendorServices.shared(ledger, connection_name(settings.name)), environment()
        with (
            build_storefront(settings, services=services, environment=variables) as storefront,
            build_warehouse(settings, services=services, environment=variables) as warehouse,
        ):
            yield storefront, warehouse


def both_sides_resource() -> dg.ResourceDefinition:
    """Opens both sides of any connection, ready to call; what was opened closes with the block."""
    return dg.ResourceDefinition.hardcoded_resource(VendorsSides(), description="Opens both sides of any connection.")
