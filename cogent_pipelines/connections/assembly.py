"""Put a connection's two sides together: settings and named secrets in, a storefront and a warehouse out.

Which adapter a block of the YAML means is the block's own affair (`vendors`). The environment is handed in; a variable
that is missing is named, its value never is.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse

__all__ = ["MissingVariables", "VendorServices", "build_storefront", "build_warehouse"]


def build_storefront(
    settings: ConnectionSettings, *, services: VendorServices, environment: Mapping[str, str]
) -> AbstractContextManager[Storefront]:
    """The connection's storefront; its wire closes with the block.

    Raises:
        MissingVariables: the environment lacks what the YAML names.
    """
    return settings.storefront.open(services, environment)


def build_warehouse(
    settings: ConnectionSettings, *, services: VendorServices, environment: Mapping[str, str]
) -> AbstractContextManager[Warehouse]:
    """The connection's warehouse; its wire closes with the block.

    Raises:
        MissingVariables: the environment lacks what the YAML names.
    """
    return settings.warehouse.open(services, environment)
