"""Evaluates an hour's worth of every sensor's ticks in this process, or as many as are asked for; prints what came of it.

Runs that were asked for are counted, not started.

A sensor that looks more seldom than it ticks, and keeps in its cursor when it looked at whom, is told that this was
long ago: every tick really looks, at those who waited longest.
"""

import json
import os
import statistics
import sys
import time
import warnings

import dagster as dg
from dagster._core.definitions.sensor_definition import SensorExecutionData

_HOUR = 3600
_LOOKS_SELDOM = frozenset({"feeds"})


def main(arguments: list[str] | None = None) -> None:
    asked = sys.argv[1:] if arguments is None else arguments
    count = int(asked[0]) if asked else None
    warnings.simplefilter("ignore")
    from cogent_pipelines.definitions import defs  # noqa: PLC0415 - reads the environment that the caller made

    definitions = defs() if callable(defs) else defs
    repository = definitions.get_repository_def()
    with dg.DagsterInstance.get() as instance:
        print(json.dumps({sensor.name: _looked(sensor, repository, instance, count) for sensor in repository.sensor_defs}))
    # Looks at silent vendors go on for minutes, and nobody waits for them.
    sys.stdout.flush()
    os._exit(0)


def _looked(
    sensor: dg.SensorDefinition, repository: dg.RepositoryDefinition, instance: dg.DagsterInstance, count: int | None
) -> dict[str, float]:
    count = count or _HOUR // (sensor.minimum_interval_seconds or 30)
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

    def kept(looked: SensorExecutionData) -> str | None:
        return _long_ago(looked.cursor) if sensor.name in _LOOKS_SELDOM else looked.cursor

    # The stack's own sensor has looked before; the first tick here learns what that one remembers.
    cursor = kept(tick(None))
    asked, seconds = 0, []
    for _ in range(count):
        began = time.perf_counter()
        looked = tick(cursor)
        seconds.append(time.perf_counter() - began)
        asked += len(looked.run_requests or ())
        cursor = kept(looked)
    return {
        "ticks": count,
        "run_requests": asked,
        "seconds": round(sum(seconds), 2),
        "median_ms": round(1000 * statistics.median(seconds), 1),
        "slowest_ms": round(1000 * max(seconds), 1),
    }


def _long_ago(cursor: str | None) -> str:
    looked: dict[str, float] = json.loads(cursor or "{}")
    return json.dumps({name: at - _HOUR for name, at in looked.items()})


if __name__ == "__main__":
    main()
