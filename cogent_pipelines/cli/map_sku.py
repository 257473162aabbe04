"""`cogent map-sku`: a person's word on which warehouse item a storefront SKU is."""

import getpass
from typing import TYPE_CHECKING

import click

from cogent_pipelines.cli.deployment import connections_here

if TYPE_CHECKING:
    from cogent_pipelines.canonical.bundle import Bundles
    from cogent_pipelines.canonical.item import Item

RELEASED_REASONS = ("unknown_sku", "sku_variant", "inactive_sku")


@click.command()
@click.argument("connection")
@click.argument("storefront_sku")
@click.argument("warehouse_sku")
@click.option("--reject", is_flag=True, help="Say that they are NOT the same; the suggestion is not made again.")
@click.option("--reason", default="", help="Why, for whoever reads it next year.")
@click.option("--by", default="", help="Who decides; you, where it is not said.")
def command(*, connection: str, storefront_sku: str, warehouse_sku: str, reject: bool, reason: str, by: str) -> None:
    """Map STOREFRONT_SKU of CONNECTION to WAREHOUSE_SKU. Orders that were held for that SKU go out by themselves.

    Spelling counts, capitals and spaces included: nothing is folded, nothing is guessed.
    """
    from cogent_pipelines.canonical.identity import ConnectionName, Sku
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.ports.clock import SystemClock

    name, sold, picked = ConnectionName(connection), Sku(storefront_sku), Sku(warehouse_sku)
    bundles = _bundles_of(connection)
    if bundles.components_of(sold) and not reject:
        raise click.ClickException(f"{storefront_sku} is a bundle of {connection}; map its components, or change its YAML")
    state = MappingState.REJECTED if reject else MappingState.CONFIRMED
    now = SystemClock().now()
    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        if not reject and picked not in ledger.items.known(name, [picked]):
            raise click.ClickException(_unknown(warehouse_sku, ledger.items.nearly(name, [picked]).get(picked, [])))
        mapping = SkuMapping(sold, picked, state, reason, by or getpass.getuser())
        with ledger.transaction():
            ledger.mappings.decide(name, mapping, now=now)
            waiting = {sold, *bundles.holding([sold])}
            released = [] if reject else ledger.sales_orders.requeue_held(name, RELEASED_REASONS, waiting, now=now)
    verb = "is not" if reject else "is"
    click.echo(f"{storefront_sku} {verb} {warehouse_sku}. Orders that may go out now: {len(released)}.")


def _bundles_of(connection: str) -> "Bundles":
    """As the connection's YAML has them; none where it has no file here."""
    from cogent_pipelines.canonical.bundle import Bundles

    settings = connections_here().get(connection)
    return settings.connection().bundles if settings else Bundles()


def _unknown(sku: str, near: "list[Item]") -> str:
    spelt = ", ".join(item.sku for item in near)
    hint = f"It has {spelt}." if spelt else "Create it there first; `sku_audit` reads the catalogue again."
    return f"The warehouse has no item {sku}, as far as its catalogue was last read. {hint}"
