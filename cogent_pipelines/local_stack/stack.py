"""A whole stack on this machine: databases, gateway, Dagster; for the demo the stand-in vendors before them.

The order in which things start, and what each is told about the others, is here. What a service's command is, is
`services`; what happens in the demo's day, is `demo`.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.dagster_api import DagsterApi
from cogent_pipelines.local_stack.dagster_home import prepare_dagster_home, variables, write_workspace
from cogent_pipelines.local_stack.databases import Databases, Kept, open_databases
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.ports import HOST, free_port
from cogent_pipelines.local_stack.processes import ProcessDied
from cogent_pipelines.local_stack.supervisor import Supervisor

DAGSTER_PORT = 3000
GATEWAY_PORT = 8600
_PATIENCE_AT_THE_END = 5.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the two servers with a face listen; None chooses the usual one, or any that is free."""

    dagster: int | None = None
    gateway: int | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is up."""

    supervisor: Supervisor
    databases: Databases
    dagster_url: str
    gateway_url: str
    started_at: float

    def refuse_broken_code(self) -> None:
        """Fail where Dagster could not load the definitions: nothing would ever carry an order."""
        trouble = DagsterApi(self.dagster_url).load_error()
        if trouble:
            raise ProcessDied(f"Dagster could not load the project's definitions:\n{trouble}")

    def seconds(self) -> float:
        return time.monotonic() - self.started_at


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    # Every process of a stack imports the same code; compiled once, the next one starts sooner.
    return {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Given:
    """What a stack is started with. `say` tells a person what happens, `show` what a service wrote."""

    home: Home
    say: Callable[[str], None]
    show: Callable[[str, str], None] | None = None
    ports: Ports = Ports()
    environ: Mapping[str, str] = field(default_factory=lambda: _inherited(os.environ), repr=False)

    def supervisor(self) -> Supervisor:
        return Supervisor(self.home) if self.show is None else Supervisor(self.home, self.show)


def run_stack(given: Given) -> None:
    """Start everything but stand-in vendors, for the connections that the deployment has; until interrupted."""
    started_at = time.monotonic()
    with given.supervisor() as supervisor:
        databases = open_ledger(supervisor, given)
        stack = start_stack(supervisor, databases, given, more={}, started_at=started_at)
        given.say(f"Up after {stack.seconds():.0f} s.")
        given.say(addresses(stack))
        trouble = DagsterApi(stack.dagster_url).load_error()
        if trouble:
            # Somebody may be at work on a connection: correct the file, and reload the code location in the UI.
            given.say(f"Dagster could not load the project's definitions:\n{trouble}")
        supervisor.watch()


def addresses(stack: Stack) -> str:
    """Say where everything is."""
    return (
        f"  Dagster   {stack.dagster_url}\n"
        f"  gateway   {stack.gateway_url}   (webhooks in, the desk, /metrics)\n"
        f"  logs      {stack.supervisor.home.logs}\n"
        "Ctrl-C ends everything."
    )


def open_ledger(supervisor: Supervisor, given: Given, *, kept: Kept = Kept.FOR_EVER) -> Databases:
    """Have PostgreSQL running and the ledger's tables up to date."""
    databases, server = open_databases(given.home, given.environ, kept=kept)
    supervisor.owns(server, ledger=databases.ledger)
    migrate_ledger(databases)
    return databases


def migrate_ledger(databases: Databases) -> None:
    from cogent_pipelines.ledger.database import migrate  # noqa: PLC0415 - Alembic is heavy; `cogent env` needs it once

    migrate(databases.ledger)


def start_stack(
    supervisor: Supervisor, databases: Databases, given: Given, *, more: Mapping[str, str], started_at: float
) -> Stack:
    """Start the gateway and Dagster. `more` adds to the environment: a demo's credentials."""
    home = given.home
    environment = {**given.environ, **variables(home, databases), **more}
    prepare_dagster_home(home)
    gateway_port = given.ports.gateway or free_port(GATEWAY_PORT)
    dagster_port = given.ports.dagster or free_port(DAGSTER_PORT)
    code_port = free_port()
    dagster_url = f"http://{HOST}:{dagster_port}"
    workspace = write_workspace(home, code_server_port=code_port)

    code = supervisor.start(services.code_server(home=home, environment=environment, port=code_port))
    gateway = supervisor.start(
        services.gateway(home=home, environment=environment, port=gateway_port, dagster_url=dagster_url)
    )
    supervisor.wait_for(code)
    # The daemon first: its sensors are what an order waits for; a person's page may come a moment later.
    daemon = supervisor.start(services.daemon(home=home, environment=environment, workspace=workspace))
    webserver = supervisor.start(
        services.webserver(home=home, environment=environment, port=dagster_port, workspace=workspace)
    )
    supervisor.wait_for(gateway, daemon, webserver)
    supervisor.farewells.append(partial(DagsterApi(dagster_url).cancel_live_runs, seconds=_PATIENCE_AT_THE_END))
    return Stack(supervisor, databases, dagster_url, f"http://{HOST}:{gateway_port}", started_at)
