"""`cogent retry-order`: once a person has removed the cause, send the order again."""

import click


@click.command()
@click.argument("connection")
@click.argument("order")
def command(*, connection: str, order: str) -> None:
    """Give ORDER of CONNECTION a fresh start: one that failed, is held, waits for its next attempt, or was never seen there.

    ORDER is what a customer quotes (#1001) or the storefront's own reference. Nothing is sent twice: what may have arrived
    is read back first.
    """
    from cogent_pipelines.canonical.identity import ConnectionName
    from cogent_pipelines.cli.naming import orders_called
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.ports.clock import SystemClock

    name = ConnectionName(connection)
    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        refs = orders_called(ledger, name, order)
        moved = ledger.sales_orders.requeue(name, refs, now=SystemClock().now())
    if not moved:
        raise click.ClickException(
            f"{order} is not waiting for anybody: it is at the warehouse, on its way there, or not to be sent as it stands"
        )
    click.echo(f"{order} is in the queue again.")
