"""The two sides of a step's connection, open for as long as the step works with them."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from cogent_pipelines.components.vendor_trouble import not_tried_again, told_to_dagster
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.resources.connection import BothSides

RESOURCES = frozenset({"ledger", "both_sides"})
"""What a step requires that opens its sides."""


@contextmanager
def sides_of(context: dg.AssetExecutionContext, settings: ConnectionSettings) -> Iterator[tuple[Storefront, Warehouse]]:
    """Open both; what a vendor refuses meanwhile is told to Dagster.

    Raises:
        dagster.Failure: a vendor refused, or a variable is missing, which starting the run again will not set.
    """
    both: BothSides = context.resources.both_sides
    try:
        with told_to_dagster(context), both.opened(settings, context.resources.ledger) as (storefront, warehouse):
            yield storefront, warehouse
    except MissingVariables as missing:
        not_tried_again(context)
        msg = f"CRITICAL · engineering · {settings.name}: {missing}"
        raise dg.Failure(msg, allow_retries=False) from missing
