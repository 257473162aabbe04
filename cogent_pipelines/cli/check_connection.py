"""`cogent check-connection`: is this connection fit to go live?"""

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cogent_pipelines.cli.deployment import connection_called, connections_here
from cogent_pipelines.cli.voice import plain

if TYPE_CHECKING:
    from cogent_pipelines.connections.settings import ConnectionSettings
    from cogent_pipelines.ports.check import CheckLine


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for another program.")
def command(*, name: str, as_json: bool) -> None:
    """Prove the connection NAME without writing anything: each line is ok, or says what to do.

    Credentials, scopes, API version, templates and headings, locations, carriers, a sample of SKUs. The exit code is 1 when
    anything must be done before the connection can carry orders.
    """
    fit = True
    settings = connection_called(name)
    for line in (*names_alone(settings), *check_lines(settings)):
        fit = fit and line.ok
        click.echo(json.dumps(dataclasses.asdict(line)) if as_json else in_words(line))
    if not fit:
        raise SystemExit(1)


def names_alone(settings: "ConnectionSettings") -> "Iterator[CheckLine]":
    """A line for each connection whose orders may have the same names at one warehouse; whether they have, people know."""
    import os

    from cogent_pipelines.connections.neighbours import named_alike
    from cogent_pipelines.ports.check import CheckLine

    for other in named_alike(settings, connections_here().values(), os.environ):
        prefix = settings.injection.sales_order_prefix
        alike = f"with the prefix {prefix} too" if prefix else "without a prefix too"
        yield CheckLine(
            "names of sales orders",
            ok=True,
            finding=f"{other} puts orders of another storefront into the same account of the warehouse, {alike}",
            remedy=f"Can both storefronts number an order alike? Then one is taken for the other and never sent: set "
            f"injection.sales_order_prefix in one of {settings.name} and {other}, before its first order.",
        )


def check_lines(settings: "ConnectionSettings") -> "Iterator[CheckLine]":
    """Ask the storefront, then the warehouse; whatever one of them does, the other is asked too."""
    import os

    from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
    from cogent_pipelines.connections.secrets import MissingVariables
    from cogent_pipelines.ports.check import CheckLine
    from cogent_pipelines.ports.errors import VendorError

    services, environment = VendorServices.in_memory(), dict(os.environ)
    for side, build in (("storefront", build_storefront), ("warehouse", build_warehouse)):
        try:
            with build(settings, services=services, environment=environment) as vendor:
                yield from vendor.check()
        except MissingVariables as missing:
            yield CheckLine(f"{side} credentials", ok=False, finding=str(missing), remedy="Set them, then run this again.")
        except VendorError as error:
            yield CheckLine(f"{side}", ok=False, finding=str(error), remedy="Is the address right, and the vendor up?")


def in_words(line: "CheckLine") -> str:
    mark = "ok  " if line.ok else "DO  "
    remedy = f"\n      → {plain(line.remedy)}" if line.remedy else ""
    return f"{mark}  {plain(line.subject)}: {plain(line.finding)}{remedy}"
