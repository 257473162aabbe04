"""`cogent link-parcel`: a person's word on whose parcel it is, or that it is nobody's."""

import getpass

import click


@click.command()
@click.argument("connection")
@click.argument("parcel")
@click.argument("order", required=False)
@click.option("--none", "nobodys", is_flag=True, help="It belongs to no order of ours, or was told with another parcel.")
@click.option("--by", default="", help="Who says so; you, where it is not said.")
def command(*, connection: str, parcel: str, order: str | None, nobodys: bool, by: str) -> None:
    """Tie PARCEL of CONNECTION to ORDER, or say with --none that nothing is to be told of it. The case closes.

    PARCEL is named as its case names it, or by its tracking number; ORDER is what a customer quotes (#1001) or the
    storefront's own reference. A parcel that is tied is told by itself, where it fits the order.
    """
    from cogent_pipelines.canonical.identity import ConnectionName
    from cogent_pipelines.cli.naming import orders_called, parcel_called
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.ports.clock import SystemClock

    if nobodys == bool(order):
        raise click.UsageError("say whose parcel it is: either an ORDER, or --none")
    name, who, now = ConnectionName(connection), by or getpass.getuser(), SystemClock().now()
    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        known = parcel_called(ledger, name, parcel)
        told_as = f"{known.ref} was told to the storefront as a parcel of {known.order_name}"
        if not order:
            if not ledger.judged_parcels.belongs_to_nobody(name, known.ref, by=who, now=now):
                raise click.ClickException(f"{told_as}; cancel that fulfilment at the storefront if it is wrong")
            click.echo(f"Nothing is told of {known.ref}, says {who}.")
            return
        refs = orders_called(ledger, name, order)
        if len(refs) > 1:
            raise click.ClickException(f"several orders are called {order}; name one of {', '.join(refs)}")
        if not ledger.judged_parcels.belongs_to(name, known.ref, refs[0], by=who, now=now):
            raise click.ClickException(f"{told_as}; cancel that fulfilment at the storefront and tell it of {order} there")
    stands = known.told and known.order_ref == refs[0]
    click.echo(f"{known.ref} stands as it was told." if stands else f"{known.ref} belongs to {order}; it is told by itself.")
