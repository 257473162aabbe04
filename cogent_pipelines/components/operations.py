"""The component that holds what a deployment has once, for all its connections: sensors, schedules, ledger, alerts."""

from functools import partial
from typing import Self

import dagster as dg
from pydantic import BaseModel, ConfigDict, Field

from cogent_pipelines.components.feeds_sensor import feeds_sensor
from cogent_pipelines.components.retention import daily_retention, ledger_retention
from cogent_pipelines.components.run_requests import flows_job
from cogent_pipelines.components.run_retention import daily_run_retention, run_retention
from cogent_pipelines.components.schedules import schedules
from cogent_pipelines.components.sensors import Connections, live_flows_sensor
from cogent_pipelines.components.standing_sensor import standing_sensor
from cogent_pipelines.components.storefront_warehouse_connection import StorefrontWarehouseConnection, connection_of
from cogent_pipelines.connections.wanted import is_wanted
from cogent_pipelines.connections.yaml_files import folder_elsewhere, read_connections
from cogent_pipelines.resources.alerts import AlertsResource
from cogent_pipelines.resources.connection import both_sides_resource
from cogent_pipelines.resources.environment import environment
from cogent_pipelines.resources.ledger import LedgerResource


class OperationsSettings(BaseModel):
    """Names of variables, and how much is judged at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url_env: str = Field(default="COGENT_DATABASE_URL", description="Holds the ledger's postgresql:// URL.")
    alert_urls_env: str = Field(default="COGENT_ALERT_URLS", description="Holds the alert channels' URLs.")
    judged_at_once: int = Field(
        default=8,
        ge=1,
        description="Changed connections that are judged in one half minute; the others wait their turn.",
    )
    runs_kept_days: int = Field(
        default=30, ge=1, description="Older runs leave Dagster's storage, with their events; those of partitions stay."
    )


class Operations(dg.Component):
    """Sensors and schedules over every connection, and the resources that they share."""

    def __init__(self, settings: OperationsSettings) -> None:
        self.settings = settings

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        return OperationsSettings

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        del context
        return cls(attributes if isinstance(attributes, OperationsSettings) else OperationsSettings())

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Over the connections that stand beside it; or over those of a folder elsewhere, which it brings in."""
        wanted = partial(is_wanted, environment=environment())
        folder = folder_elsewhere(environment())
        if folder is None:
            beside = context.component_tree.get_all_components(of_type=StorefrontWarehouseConnection)
            found = {each.settings.name: each.settings for each in beside if wanted(each.settings.name)}
            return operations_of(self.settings, found)
        connections = read_connections(folder, wanted=wanted)
        brought = [connection_of(settings) for settings in connections.values()]
        return dg.Definitions.merge(operations_of(self.settings, connections), *brought)


def operations_of(settings: OperationsSettings, connections: Connections) -> dg.Definitions:
    """What watches over these connections, whichever way they were declared."""
    flows = flows_job(connections)
    forget_runs = run_retention(settings.runs_kept_days)
    return dg.Definitions(
        sensors=[
            live_flows_sensor(connections, flows),
            feeds_sensor(connections, flows),
            standing_sensor(connections, flows, judged_at_once=settings.judged_at_once),
        ],
        jobs=[flows, ledger_retention, forget_runs],
        schedules=[*schedules(connections, flows), daily_retention(), daily_run_retention(forget_runs)],
        resources={
            "ledger": LedgerResource(database_url_env=settings.database_url_env),
            "both_sides": both_sides_resource(),
            "alerts": AlertsResource(urls_env=settings.alert_urls_env),
        },
    )
