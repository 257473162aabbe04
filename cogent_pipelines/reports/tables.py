"""The tables that people look at, by noun, as `canonical.frames` describes them. Their statements are beside this."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pandas as pd

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.ledger.bundle_parts import as_json
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.case_tables import exceptions
from cogent_pipelines.reports.catalogue_tables import DISAGREEMENTS, sku_audit, storefront_products, wms_items
from cogent_pipelines.reports.daily_tables import (
    PARCEL_DIFFERENCES,
    despatch_reconciliation,
    every_day,
    order_value_reconciliation,
)
from cogent_pipelines.reports.order_tables import storefront_orders, wms_sales_orders
from cogent_pipelines.reports.parcel_tables import storefront_fulfilments, wms_despatches
from cogent_pipelines.reports.reading import number_of
from cogent_pipelines.reports.stock_tables import storefront_stock, wms_stock

_TABLES: Mapping[str, Callable[[Asking], pd.DataFrame]] = {
    table.__name__: table
    for table in (
        storefront_orders,
        wms_sales_orders,
        wms_stock,
        storefront_stock,
        wms_despatches,
        storefront_fulfilments,
        storefront_products,
        wms_items,
        sku_audit,
        exceptions,
    )
}

_DAILY_TABLES = {table.__name__: table for table in (order_value_reconciliation, despatch_reconciliation)}

_COUNTS = {
    "storefront_orders": "select count(*) from storefront_order where connection = %(connection)s",
    "wms_sales_orders": "select count(*) from sales_order where connection = %(connection)s",
    "wms_stock": "select count(*) from stock_level where connection = %(connection)s",
    "storefront_stock": "select count(*) from stock_publication where connection = %(connection)s",
    "wms_despatches": "select count(*) from despatch where connection = %(connection)s",
    "storefront_fulfilments": "select count(*) from fulfilment where connection = %(connection)s",
    "storefront_products": "select count(*) from storefront_product where connection = %(connection)s",
    "wms_items": "select count(*) from warehouse_item where connection = %(connection)s",
    "sku_audit": f"with {DISAGREEMENTS} select count(*) from disagreement",  # noqa: S608 - our own text
    "exceptions": "select count(*) from exception_case where connection = %(connection)s and resolved_at is null",
    "order_value_reconciliation": "select count(*) from order_value_difference where connection = %(connection)s",
    "despatch_reconciliation": f"with {PARCEL_DIFFERENCES} select count(*) from parcel_difference",  # noqa: S608 - as above
}


_NO_BUNDLES = Bundles()


def table_of(
    ledger: Ledger,
    connection: str,
    noun: str,
    *,
    limit: int = 1000,
    now: datetime | None = None,
    bundles: Bundles = _NO_BUNDLES,
) -> pd.DataFrame:
    """The most urgent or most recent rows of a live table; `now` is what ages are counted to, by default the database's."""
    return _TABLES[noun](Asking(ledger, connection, limit, now, bundles))


def daily_table_of(ledger: Ledger, connection: str, noun: str, day: date, *, timezone: str) -> pd.DataFrame:
    """One day of a daily table, whole."""
    return _DAILY_TABLES[noun](ledger, connection, day, timezone=timezone)


def row_count(ledger: Ledger, connection: str, noun: str, *, bundles: Bundles = _NO_BUNDLES) -> int:
    """How many rows the table has in all; of a daily table, over all days."""
    return number_of(ledger, _COUNTS[noun], {**every_day(connection), "bundles": as_json(bundles)})
