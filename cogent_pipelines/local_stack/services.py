"""The services of a stack, one function each: the command, and how to tell that it is ready.

Every command is this interpreter by its absolute path, so that no activated environment and no PATH decides what runs.
"""

import sys
from collections.abc import Mapping
from functools import partial

from cogent_pipelines.local_stack.dagster_home import LOCATION, MODULE
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.ports import HOST, answers, listens
from cogent_pipelines.local_stack.processes import Service


def simulator(vendor: str, *, home: Home, environment: Mapping[str, str], options: list[str]) -> Service:
    """Start a stand-in vendor; its first line says where it is and with which credentials."""
    command = _cogent("simulate", vendor, *options)
    return Service(vendor, command, environment, home.checkout, ready_seconds=60)


def gateway(*, home: Home, environment: Mapping[str, str], port: int, dagster_url: str) -> Service:
    command = _cogent("gateway", "--port", str(port), "--dagster-url", dagster_url)
    ready = partial(answers, f"http://{HOST}:{port}/health")
    return Service("gateway", command, environment, home.checkout, ready, ready_seconds=60)


def code_server(*, home: Home, environment: Mapping[str, str], port: int) -> Service:
    command = [
        *_dagster("code-server", "start", "-h", HOST, "-p", str(port), "-m", MODULE),
        *("-d", str(home.checkout), "--location-name", LOCATION),
    ]
    return Service("code_server", command, environment, home.checkout, partial(listens, port))


def webserver(*, home: Home, environment: Mapping[str, str], port: int, workspace: str) -> Service:
    command = [sys.executable, "-m", "dagster_webserver", "-h", HOST, "-p", str(port), "-w", workspace]
    ready = partial(answers, f"http://{HOST}:{port}/server_info")
    return Service("dagster_webserver", command, environment, home.checkout, ready)


def daemon(*, home: Home, environment: Mapping[str, str], workspace: str) -> Service:
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", workspace]
    return Service("dagster_daemon", command, environment, home.checkout)


def _cogent(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cogent_pipelines.cli.main", *arguments]


def _dagster(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dagster", *arguments]
