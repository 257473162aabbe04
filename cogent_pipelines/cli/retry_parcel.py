"""`cogent retry-parcel`: once a person has removed the cause, tell the storefront of a parcel again."""

import click


@click.command()
@click.argument("connection")
@click.argument("parcels", nargs=-1, required=True)
def command(*, connection: str, parcels: tuple[str, ...]) -> None:
    """Give PARCELS of CONNECTION a fresh start: those that the storefront refused, or that wait for their next attempt.

    A parcel is named as its case names it, or by its tracking number. Nothing is told twice: the storefront's own
    fulfilments are looked at first.
    """
    from cogent_pipelines.canonical.identity import ConnectionName
    from cogent_pipelines.cli.naming import parcel_called
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.ports.clock import SystemClock

    name = ConnectionName(connection)
    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        known = [parcel_called(ledger, name, parcel) for parcel in parcels]
        moved = ledger.fulfilments.requeue(name, [parcel.ref for parcel in known], now=SystemClock().now())
    for parcel in known:
        if parcel.ref in moved:
            click.echo(f"{parcel.ref} is in the queue again.")
        else:
            click.echo(f"{parcel.ref} is not tried again: {_WHY.get(parcel.state or '', _UNPLACED)}.", err=True)
    if len(moved) < len({parcel.ref for parcel in known}):
        raise SystemExit(1)


_UNPLACED = "it has no place on an order yet; say whose it is with cogent link-parcel"
_WHY = {
    "held": "it does not fit its order; correct it at the warehouse, or say whose it is with cogent link-parcel",
    "acknowledged": "the storefront has it",
    "pending": "it is in the queue",
    "sent": "it is on its way, and an answer is awaited",
    "waiting": "it waits for the rest of a bundle",
    "covered": "nothing is to be told of it",
}
