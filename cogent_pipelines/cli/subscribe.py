"""`cogent subscribe`: have the vendors tell us of news."""

import click

from cogent_pipelines.cli.deployment import connection_called


@click.command()
@click.argument("name")
@click.option(
    "--public-url", required=True, help="Where the gateway is reached from outside, such as https://hooks.example.com"
)
def command(*, name: str, public_url: str) -> None:
    """Subscribe both vendors of the connection NAME to the gateway's addresses. Safe to repeat.

    Without it nothing is lost: what no event tells, the polls find, a minute later.
    """
    import os

    from cogent_pipelines.connections.secrets import MissingVariables
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.local_stack.subscribing import subscribe
    from cogent_pipelines.ports.clock import SystemClock
    from cogent_pipelines.ports.errors import VendorError

    settings = connection_called(name)
    try:
        with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
            told = subscribe(
                settings, public_url=public_url, ledger=ledger, environment=dict(os.environ), clock=SystemClock()
            )
            for line in told:
                click.echo(line)
    except (MissingVariables, VendorError) as error:
        raise click.ClickException(str(error)) from None
