"""The two sides of one connection as Dagster resources, named `<connection>_storefront` and `<connection>_warehouse`."""

from collections.abc import Iterator

import dagster as dg

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.resources.environment import environment


def storefront_key(connection: str) -> str:
    return f"{connection}_storefront"


def warehouse_key(connection: str) -> str:
    return f"{connection}_warehouse"


def storefront_resource(settings: ConnectionSettings) -> dg.ResourceDefinition:
    """The storefront, ready to call; its secrets are looked up when a run needs them, and it is closed with the run."""

    def opened(context: dg.InitResourceContext) -> Iterator[Storefront]:
        with build_storefront(settings, services=_services(context, settings), environment=environment()) as storefront:
            yield storefront

    return dg.ResourceDefinition(
        opened,
        required_resource_keys={"ledger"},
        description=f"{settings.storefront.vendor} of {settings.name}",
    )


def warehouse_resource(settings: ConnectionSettings) -> dg.ResourceDefinition:
    """The warehouse, likewise."""

    def opened(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with build_warehouse(settings, services=_services(context, settings), environment=environment()) as warehouse:
            yield warehouse

    return dg.ResourceDefinition(
        opened,
        required_resource_keys={"ledger"},
        description=f"{settings.warehouse.vendor} of {settings.name}",
    )


def _services(context: dg.InitResourceContext, settings: ConnectionSettings) -> VendorServices:
    ledger: Ledger = context.resources.ledger
    return VendorServices.shared(ledger, connection_name(settings.name))
