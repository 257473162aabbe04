"""A deployment as Dagster would load it, with fakes for the vendors; and the means to carry out what it asks for."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from cogent_pipelines.components.operations import OperationsSettings, operations_of
from cogent_pipelines.components.run_requests import flow_run_request
from cogent_pipelines.components.storefront_warehouse_connection import StorefrontWarehouseConnection
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.storefront import FakeStorefront
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse

ATTRIBUTES: dict[str, Any] = {
    "name": "northwind_uk",
    "title": "Northwind",
    "owners": ["team:operations", "ada@example.com"],
    "first_day": "2026-10-01",
    "storefront": {"vendor": "shopify", "shop": "northwind.myshopify.com", "access_token_env": "NORTHWIND_TOKEN"},
    "warehouse": {
        "vendor": "peoplevox",
        "client_id_env": "NORTHWIND_CLIENT",
        "username_env": "NORTHWIND_USER",
        "password_env": "NORTHWIND_PASSWORD",
    },
    "runs": {"linger_seconds": 0},
}


def attributes(name: str = "northwind_uk", **changes: Any) -> dict[str, Any]:
    """What a connection's YAML says; `changes` replace whole blocks."""
    return {**ATTRIBUTES, "name": name, **changes}


def connection(name: str = "northwind_uk", **changes: Any) -> ConnectionSettings:
    return ConnectionSettings.model_validate(attributes(name, **changes))


def definitions(*connections: ConnectionSettings) -> dg.Definitions:
    """What Dagster knows of these connections, real resources and all."""
    return dg.Definitions.merge(
        *(StorefrontWarehouseConnection(each).build_defs(None) for each in connections),
        operations_of(OperationsSettings(), {each.name: each for each in connections}),
        dg.Definitions(executor=dg.in_process_executor),
    )


@dataclass
class FakeSides:
    """Both sides of every connection; `missing` raises for a connection, as a variable would that is not set."""

    storefronts: dict[str, FakeStorefront] = field(default_factory=dict)
    warehouses: dict[str, FakeWarehouse] = field(default_factory=dict)
    missing: dict[str, Exception] = field(default_factory=dict)
    opened_for: list[str] = field(default_factory=list)

    def of(self, name: str) -> tuple[FakeStorefront, FakeWarehouse]:
        return self.storefronts.setdefault(name, FakeStorefront()), self.warehouses.setdefault(name, FakeWarehouse())

    @contextmanager
    def opened(self, settings: ConnectionSettings, ledger: Ledger) -> Iterator[tuple[FakeStorefront, FakeWarehouse]]:
        self.opened_for.append(settings.name)
        if settings.name in self.missing:
            raise self.missing[settings.name]
        yield self.of(settings.name)


@dataclass
class Deployment:
    """Connections in Dagster, over a real ledger."""

    connections: list[ConnectionSettings]
    ledger: Ledger
    instance: dg.DagsterInstance
    sides: FakeSides = field(default_factory=FakeSides)
    alerts: Any = None
    asker: dict[str | None, str] = field(default_factory=dict)
    """Who asked for a run, by its key."""

    def __post_init__(self) -> None:
        known = definitions(*self.connections)
        self.definitions = dg.Definitions(
            assets=known.assets,
            asset_checks=known.asset_checks,
            sensors=known.sensors,
            jobs=known.jobs,
            schedules=known.schedules,
            executor=known.executor,
            resources={**known.resources, **self.resources()},
        )
        self.repository = self.definitions.get_repository_def()

    def resources(self) -> Mapping[str, Any]:
        fakes: dict[str, Any] = {"ledger": self.ledger, "both_sides": self.sides, "alerts": self.alerts}
        return {name: dg.ResourceDefinition.hardcoded_resource(fake) for name, fake in fakes.items()}

    def tick(self, sensor: str, cursor: str | None = None) -> Any:
        """Evaluate one sensor once, as the daemon would: requests are resolved against the assets there are."""
        with dg.build_sensor_context(
            instance=self.instance, repository_def=self.repository, cursor=cursor, resources=dict(self.resources())
        ) as context:
            return self._asked(sensor, self.repository.get_sensor_def(sensor).evaluate_tick(context))

    def scheduled(self, schedule: str, at: Any) -> Any:
        with dg.build_schedule_context(
            instance=self.instance,
            scheduled_execution_time=at,
            repository_def=self.repository,
            resources={},
        ) as context:
            return self._asked(schedule, self.repository.get_schedule_def(schedule).evaluate_tick(context))

    def _asked(self, asker: str, ticked: Any) -> Any:
        self.asker.update({request.run_key: asker for request in ticked.run_requests})
        return ticked

    def job_of(self, request: dg.RunRequest) -> dg.JobDefinition:
        """The part of the asker's job that a request selects, as the code server makes it; what does not fit fails."""
        return self.repository.get_job(self._job_of(self.asker[request.run_key])).get_subset(
            asset_selection=set(request.asset_selection or []),
            asset_check_selection=set(request.asset_check_keys or []),
        )

    def _job_of(self, asker: str) -> str:
        known = {each.name: each for each in (*self.repository.sensor_defs, *self.repository.schedule_defs)}
        return str(known[asker].job_name)

    def carry_out(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        return self.job_of(request).execute_in_process(
            instance=self.instance, tags=dict(request.tags), partition_key=request.partition_key, raise_on_error=False
        )

    def run(self, flow: str, *, trigger: str = "", name: str = "northwind_uk") -> dg.ExecuteInProcessResult:
        """Carry out what the sensor of the live flows would ask for."""
        request = flow_run_request(
            name, flow, work_key="by hand", now=datetime.now(UTC), longest=timedelta(minutes=10), trigger=trigger
        )
        self.asker[request.run_key] = "live_flows"
        return self.carry_out(request)

    def under_way(
        self,
        flow: str,
        connection: str = "northwind_uk",
        *,
        status: Any = dg.DagsterRunStatus.STARTED,
        selection: Sequence[dg.AssetKey] = (),
        **tags: str,
    ) -> dg.DagsterRun:
        """Put a run on record; of all there is, or of a selection."""
        every = {"cogent/connection": connection, "cogent/flow": flow, **tags}
        run = dg.DagsterRun(
            job_name="__ASSET_JOB", status=status, tags=every, asset_selection=frozenset(selection) if selection else None
        )
        self.instance.add_run(run)
        return run


def looked_at(name: str) -> None:
    """Wait until the look at a connection is over."""
    for thread in threading.enumerate():
        if thread.name == f"look at {name}":
            thread.join()
