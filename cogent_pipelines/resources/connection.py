"""The two sides of a connection as Dagster resources.

A run asks for its connection's own, named `<connection>_storefront` and `<connection>_warehouse`. A sensor that looks at
every connection asks for `both_sides` and opens them one by one, so that a missing secret is one connection's trouble.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import dagster as dg

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.resources.environment import environment


def storefront_key(connection: str) -> str:
    return f"{connection}_storefront"


def warehouse_key(connection: str) -> str:
    return f"{connection}_warehouse"


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
    """Both sides of any connection, for a sensor that looks at all of them."""
    return dg.ResourceDefinition.hardcoded_resource(VendorsSides(), description="Opens both sides of any connection.")


def storefront_resource(settings: ConnectionSettings) -> dg.ResourceDefinition:
    """The storefront, ready to call; its secrets are looked up when a run needs them, and it is closed with the run."""

    def opened(context: dg.InitResourceContext) -> Iterator[Storefront]:
        with (
            _secrets_told(context, settings),
            build_storefront(settings, services=_services(context, settings), environment=environment()) as storefront,
        ):
            yield storefront

    return dg.ResourceDefinition(
        opened,
        required_resource_keys={"ledger"},
        description=f"{settings.storefront.vendor} of {settings.name}",
    )


def warehouse_resource(settings: ConnectionSettings) -> dg.ResourceDefinition:
    """The warehouse, likewise."""

    def opened(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with (
            _secrets_told(context, settings),
            build_warehouse(settings, services=_services(context, settings), environment=environment()) as warehouse,
        ):
            yield warehouse

    return dg.ResourceDefinition(
        opened,
        required_resource_keys={"ledger"},
        description=f"{settings.warehouse.vendor} of {settings.name}",
    )


def _services(context: dg.InitResourceContext, settings: ConnectionSettings) -> VendorServices:
    ledger: Ledger = context.resources.ledger
    return VendorServices.shared(ledger, connection_name(settings.name))


@contextmanager
def _secrets_told(context: dg.InitResourceContext, settings: ConnectionSettings) -> Iterator[None]:
    """Say which variable is missing, and that starting the run again will not set it."""
    try:
        yield
    except MissingVariables as missing:
        if context.instance is not None and context.run is not None:
            context.instance.add_run_tags(context.run.run_id, {"dagster/max_retries": "0"})
        msg = f"CRITICAL · engineering · {settings.name}: {missing}"
        raise dg.Failure(msg, allow_retries=False) from missing
