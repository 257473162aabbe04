"""What a person calls an order or a parcel, as the ledger knows it; or an error that says what there is."""

from typing import TYPE_CHECKING

import click

from cogent_pipelines.cli.deployment import connections_here

if TYPE_CHECKING:
    from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.ledger.judged_parcels import KnownParcel


def orders_called(ledger: "Ledger", connection: "ConnectionName", order: str) -> "list[OrderRef]":
    """By what a customer quotes, with or without its #, or by the storefront's own reference.

    Raises:
        click.ClickException: there is no such order.
    """
    from cogent_pipelines.canonical.identity import OrderRef

    find = ledger.orders.find_by_name
    refs = find(connection, order) or find(connection, f"#{order}") or [OrderRef(order)]
    if not ledger.orders.get(connection, refs):
        hint = _among_connections(connection) or "a new one is captured by itself within a minute"
        raise click.ClickException(f"{connection} has no order {order}; {hint}")
    return refs


def parcel_called(ledger: "Ledger", connection: "ConnectionName", parcel: str) -> "KnownParcel":
    """By the warehouse's reference, as a case has it, or by its tracking number.

    Raises:
        click.ClickException: there is no such parcel, or several bear the number.
    """
    found = ledger.judged_parcels.find(connection, parcel)
    if not found:
        lost = ", ".join(ledger.judged_parcels.waiting_for_a_word(connection))
        hint = _among_connections(connection) or (
            f"without an order are: {lost}" if lost else "every parcel that is known here has its order"
        )
        raise click.ClickException(f"{connection} has no parcel {parcel}; {hint}")
    if len(found) > 1 and found[0].ref != parcel:
        refs = ", ".join(each.ref for each in found)
        raise click.ClickException(f"several parcels bear the number {parcel}; name one of {refs}")
    return found[0]


def _among_connections(connection: str) -> str:
    """Which connections there are, where this is none of them."""
    try:
        known = connections_here()
    except click.ClickException:
        return ""
    return "" if connection in known else f"the connections here are: {', '.join(sorted(known)) or 'none'}"
