"""What a connection's assets are called, which flow keeps each, and how they depend on one another."""

from dataclasses import dataclass

import dagster as dg

FLOW_TAG = "cogent/flow"
CONNECTION_TAG = "cogent/connection"
TRIGGER_TAG = "cogent/trigger"
DRAINED_TAG = "cogent/drained"
# In place of a connection's name, where a run is of more than one; no connection is called so.
SEVERAL = "several connections"
SWEEP = "sweep"
RELIEF = "relief"
TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Noun:
    """One table that people look at. `table` is its name in the ledger, `frame` in `canonical.frames` and `reports`."""

    name: str
    flow: str
    side: str
    table: str
    description: str
    upstream: tuple[str, ...] = ()


LIVE_NOUNS = (
    Noun(
        "storefront_orders",
        "order_capture",
        "storefront",
        "storefront_order",
        "Every order as the storefront has it, latest version, with what it is worth and what is still to be shipped.",
        ("{storefront}_orders",),
    ),
    Noun(
        "wms_sales_orders",
        "order_injection",
        "warehouse",
        "sales_order",
        "Every order on its way into the warehouse: state, why it waits, when it is tried again, when it was acknowledged.",
        ("storefront_orders", "wms_items"),
    ),
    Noun(
        "wms_stock",
        "stock_publication",
        "warehouse",
        "stock_level",
        "What the warehouse says it has, per SKU and site, with the time at which the figure was true.",
        ("{warehouse}_stock",),
    ),
    Noun(
        "storefront_stock",
        "stock_publication",
        "storefront",
        "stock_publication",
        "What the storefront was told it can sell, per SKU, and why: available, less unshipped demand, less buffer.",
        ("wms_stock", "storefront_orders", "storefront_products"),
    ),
    Noun(
        "wms_despatches",
        "despatch_to_fulfilment",
        "warehouse",
        "despatch",
        "Every parcel that left the warehouse, the order it belongs to, and its tracking.",
        ("{warehouse}_despatches", "wms_sales_orders"),
    ),
    Noun(
        "storefront_fulfilments",
        "despatch_to_fulfilment",
        "storefront",
        "fulfilment",
        "Every parcel as the storefront was told of it: one fulfilment per parcel, with its lines and tracking.",
        ("wms_despatches",),
    ),
)

CATALOGUE_NOUNS = (
    Noun(
        "storefront_products",
        "sku_audit",
        "storefront",
        "storefront_product",
        "Every sellable variant at the storefront.",
        ("{storefront}_products",),
    ),
    Noun(
        "wms_items",
        "sku_audit",
        "warehouse",
        "warehouse_item",
        "Every item at the warehouse, deactivated ones included.",
        ("{warehouse}_items",),
    ),
    Noun(
        "sku_audit",
        "sku_audit",
        "both",
        "sku_mapping",
        "SKUs that the two catalogues disagree on: unknown, spelt differently, duplicate, inactive; with suggestions.",
        ("storefront_products", "wms_items"),
    ),
)

EXCEPTIONS = Noun(
    "exceptions",
    "exceptions",
    "both",
    "exception_case",
    "Everything that is wrong now: what, since when, why, who must act, and what to do first.",
    ("wms_sales_orders", "storefront_stock", "storefront_fulfilments", "sku_audit"),
)

DAILY_NOUNS = (
    Noun(
        "order_value_reconciliation",
        "reconciliation",
        "both",
        "order_value_difference",
        "Where the value of an order differs between the two sides, line by line, with the cause of every penny.",
        ("storefront_orders", "wms_sales_orders"),
    ),
    Noun(
        "despatch_reconciliation",
        "reconciliation",
        "both",
        "despatch",
        "Parcels against fulfilments: unmatched, missing, late, with other quantities, without tracking.",
        ("wms_despatches", "storefront_fulfilments"),
    ),
)

ALL_NOUNS = (*LIVE_NOUNS, *CATALOGUE_NOUNS, EXCEPTIONS, *DAILY_NOUNS)

LIVE_FLOWS = tuple(dict.fromkeys(noun.flow for noun in LIVE_NOUNS))


def key(connection: str, noun: str) -> dg.AssetKey:
    """The asset key of one noun of one connection."""
    return dg.AssetKey([connection, noun])


def keys_of_flow(connection: str, flow: str) -> list[dg.AssetKey]:
    """The assets that one flow keeps, in order."""
    return [key(connection, noun.name) for noun in ALL_NOUNS if noun.flow == flow]
