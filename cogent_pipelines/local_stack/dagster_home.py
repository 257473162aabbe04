"""Dagster's home of this checkout: its instance file, and where its processes find the code.

The instance file is the checkout's `dagster.yaml`, copied. In a stack one code server serves the webserver and the
daemon; the plain Dagster commands, with `workspace.yaml` of the checkout, start their own.
"""

import shutil
from collections.abc import Mapping

from cogent_pipelines.local_stack.databases import DAGSTER_VARIABLE, LEDGER_VARIABLE, Databases
from cogent_pipelines.local_stack.home import HOME_VARIABLE, Home
from cogent_pipelines.local_stack.ports import HOST

LOCATION = "cogent_pipelines"
MODULE = "cogent_pipelines.definitions"


def prepare_dagster_home(home: Home) -> None:
    home.dagster.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(home.checkout / "dagster.yaml", home.dagster / "dagster.yaml")


def write_workspace(home: Home, *, code_server_port: int) -> str:
    """Write the workspace of a stack, whose code server has its own port; give its path."""
    path = home.path / "workspace.yaml"
    path.write_text(
        "load_from:\n"
        "  - grpc_server:\n"
        f"      host: {HOST}\n"
        f"      port: {code_server_port}\n"
        f"      location_name: {LOCATION}\n"
    )
    return str(path)


def variables(home: Home, databases: Databases) -> Mapping[str, str]:
    """Give the variables under which every process of this checkout works, Dagster's own commands included."""
    return {
        HOME_VARIABLE: str(home.path),
        LEDGER_VARIABLE: databases.ledger,
        DAGSTER_VARIABLE: databases.dagster,
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "PYTHONUNBUFFERED": "1",
    }
