"""The component that turns one YAML file into everything Dagster shows of one connection."""

from typing import Self

import dagster as dg
from pydantic import BaseModel

from cogent_pipelines.components.business_checks import business_checks
from cogent_pipelines.components.catalogue_assets import catalogue_assets
from cogent_pipelines.components.daily_assets import daily_assets
from cogent_pipelines.components.exceptions_asset import exceptions_asset
from cogent_pipelines.components.external_assets import external_assets
from cogent_pipelines.components.live_assets import live_assets
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.wanted import is_wanted
from cogent_pipelines.connections.yaml_files import folder_elsewhere
from cogent_pipelines.resources.environment import environment


class StorefrontWarehouseConnection(dg.Component):
    """One storefront wired to one warehouse for one brand: assets and checks."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        return ConnectionSettings

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        """Take the YAML's fields as they stand: they name secrets and hold no templates."""
        del context
        if not isinstance(attributes, ConnectionSettings):
            msg = "a connection needs its attributes; see the fields of ConnectionSettings"
            raise TypeError(msg)
        return cls(attributes)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Everything of the connection.

        Nothing where the deployment keeps its connections in a folder elsewhere, or where this process is a run of others.
        """
        del context
        variables = environment()
        here = folder_elsewhere(variables) is None and is_wanted(self.settings.name, environment=variables)
        return connection_of(self.settings) if here else dg.Definitions()


def connection_of(settings: ConnectionSettings) -> dg.Definitions:
    """All that Dagster shows of a connection, wherever its file is kept."""
    return dg.Definitions(
        assets=[
            *external_assets(settings),
            *live_assets(settings),
            *catalogue_assets(settings),
            exceptions_asset(settings),
            *daily_assets(settings),
        ],
        asset_checks=business_checks(settings),
    )
