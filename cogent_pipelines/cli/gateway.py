"""`cogent gateway`: the web process."""

import threading
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from cogent_pipelines.gateway.reception import Endpoint
    from cogent_pipelines.ledger.database import Ledger

POOL = 6


@click.command()
@click.option("--port", default=8600, show_default=True, help="Where it listens.")
@click.option("--host", default="127.0.0.1", show_default=True, help="On which address; what is outside, is before it.")
@click.option("--dagster-url", default="", help="Where a person finds Dagster; the desk links to it.")
@click.option(
    "--public-url",
    envvar="COGENT_PUBLIC_URL",
    default="",
    help="Where it is reached from outside; then vendors that are not subscribed yet are, at every start.",
)
def command(*, port: int, host: str, dagster_url: str, public_url: str) -> None:
    """Take webhooks in, and show the desk, health and metrics; until interrupted.

    The ledger is the one that COGENT_DATABASE_URL names. Only /webhooks/ may be reachable from outside.
    """
    import os

    from cogent_pipelines.gateway.server import serve
    from cogent_pipelines.ledger.database import Ledger

    url = os.environ.get("COGENT_DATABASE_URL")
    if not url:
        raise click.UsageError('COGENT_DATABASE_URL is not set: eval "$(cogent env)" sets it for this checkout')
    with Ledger.connect(url, largest_pool=POOL) as ledger:
        environment = dict(os.environ)
        if public_url:
            # A vendor that is slow or away must not keep the others' webhooks out.
            work = threading.Thread(target=subscribe_all, args=(ledger, environment, public_url), daemon=True)
            work.start()
        serve(gateway_app(ledger, environment, dagster_url), port, host=host)


def subscribe_all(ledger: "Ledger", environment: dict[str, str], public_url: str) -> None:
    """Subscribe every connection; one that cannot be is named, and keeps no other from it."""
    from cogent_pipelines.connections.secrets import MissingVariables
    from cogent_pipelines.connections.yaml_files import connections_folder, read_connections
    from cogent_pipelines.local_stack.subscribing import subscribe
    from cogent_pipelines.ports.clock import SystemClock
    from cogent_pipelines.ports.errors import VendorError

    for name, settings in read_connections(connections_folder(environment)).items():
        try:
            for line in subscribe(
                settings, public_url=public_url, ledger=ledger, environment=environment, clock=SystemClock()
            ):
                click.echo(f"{name}: {line}", err=True)
        except (MissingVariables, VendorError) as error:
            click.echo(f"{name}: not subscribed: {error}. To try again: cogent subscribe {name}", err=True)


def gateway_app(ledger: "Ledger", environment: dict[str, str], dagster_url: str) -> "Starlette":
    """Wire the gateway to a ledger and to every connection of the deployment."""
    from cogent_pipelines.gateway import ledger_view
    from cogent_pipelines.gateway.app import create_gateway

    return create_gateway(
        endpoints(environment),
        ledger.inbox,
        ping=partial(ledger_view.ping, ledger),
        read_desk=partial(ledger_view.read_desk, ledger),
        dagster_url=dagster_url,
    )


def endpoints(environment: dict[str, str]) -> "list[Endpoint]":
    """Give the addresses of every connection whose secrets are there; one that lacks some keeps no other out."""
    from cogent_pipelines.canonical.identity import connection_name
    from cogent_pipelines.connections.events import event_addresses
    from cogent_pipelines.connections.secrets import MissingVariables
    from cogent_pipelines.connections.yaml_files import connections_folder, read_connections
    from cogent_pipelines.gateway.reception import Endpoint

    found: list[Endpoint] = []
    for name, settings in read_connections(connections_folder(environment)).items():
        try:
            addresses = event_addresses(settings, environment)
        except MissingVariables as missing:
            click.echo(f"{name}: no webhooks are taken: {missing}", err=True)
            continue
        found += [
            Endpoint(connection_name(a.connection), a.source, a.verifier, a.max_age, a.largest_body) for a in addresses
        ]
    return found
