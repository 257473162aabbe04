"""Evaluates an hour's worth of every sensor's ticks in this process, and prints how many runs they asked for.

A sensor that keeps a cursor to look more seldom than it ticks is given none, so that every tick really looks.
"""

import json
import time
import warnings

import dagster as dg
from dagster._core.definitions.sensor_definition import SensorExecutionData

_HOUR = 3600
_FORGETS = frozenset({"feeds"})


def main() -> None:
    warnings.simplefilter("ignore")
    from cogent_pipelines.definitions import defs  # noqa: PLC0415 - reads the environment that the caller made

    definitions = defs() if callable(defs) else defs
    repository = definitions.get_repository_def()
    with dg.DagsterInstance.get() as instance:
        print(json.dumps({sensor.name: _hour(sensor, repository, instance) for sensor in repository.sensor_defs}))


def _hour(
    sensor: dg.SensorDefinition, repository: dg.RepositoryDefinition, instance: dg.DagsterInstance
) -> dict[str, float]:
    count = _HOUR // (sensor.minimum_interval_seconds or 30)
    known = repository.get_top_level_resources()
    resources = {name: known[name] for name in sensor.required_resource_keys}

    def tick(cursor: str | None) -> SensorExecutionData:
        with dg.build_sensor_context(
            instance=instance,
            repository_def=repository,
            cursor=cursor,
            sensor_name=sensor.name,
            resources=resources,
        ) as context:
            return sensor.evaluate_tick(context)

    # The stack's own sensor has looked before; the first tick here learns what that one remembers.
    cursor = tick(None).cursor
    asked, began = 0, time.perf_counter()
    for _ in range(count):
        looked = tick(None if sensor.name in _FORGETS else cursor)
        asked += len(looked.run_requests or ())
        cursor = looked.cursor
    return {"ticks": count, "run_requests": asked, "seconds": round(time.perf_counter() - began, 2)}


if __name__ == "__main__":
    main()
