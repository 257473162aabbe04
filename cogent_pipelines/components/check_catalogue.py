"""Every business check: its name, the asset it speaks of, the one claim it makes. How it is judged is in `reports`."""

from dataclasses import dataclass

import dagster as dg

from cogent_pipelines.components.nouns import ALL_NOUNS, key

SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Check:
    """One claim about one asset; `owner` must act when it fails."""

    name: str
    noun: str
    owner: str
    claim: str


CHECKS = (
    Check(
        "open_cases",
        "exceptions",
        "each row's team",
        "Nothing waits for a person.",
    ),
    Check(
        "sku_mismatches",
        "sku_audit",
        "merchandising",
        "Every SKU that is sold and shipped is known to the warehouse under exactly that spelling, or mapped.",
    ),
    Check(
        "value_discrepancies",
        "order_value_reconciliation",
        "finance",
        "Every acknowledged order is worth the same on both sides, line by line, shipping included.",
    ),
    Check(
        "unmatched_despatches",
        "wms_despatches",
        "warehouse",
        "Every parcel that the warehouse despatched belongs to an order that is known here.",
    ),
    Check(
        "stuck_orders",
        "wms_sales_orders",
        "operations",
        "No order is held, failed, in doubt, or waiting longer than its retry allows.",
    ),
    Check(
        "duplicate_sales_orders",
        "wms_sales_orders",
        "operations",
        "No order is at the warehouse under two references.",
    ),
    Check(
        "oversold_skus",
        "storefront_stock",
        "merchandising",
        "No SKU has more units ordered and not yet shipped than the warehouse has.",
    ),
    Check(
        "stock_drift",
        "storefront_stock",
        "operations",
        "What the storefront was last told is what the warehouse's latest figures give, for every SKU.",
    ),
    Check(
        "missing_tracking",
        "storefront_fulfilments",
        "warehouse",
        "Every parcel has a tracking number within the grace time.",
    ),
    Check(
        "late_fulfilments",
        "storefront_fulfilments",
        "operations",
        "Every parcel was told to the storefront soon after it left.",
    ),
    Check(
        "closing_orders",
        "storefront_fulfilments",
        "each row's team",
        "Everything that is to be sent has left days before the storefront closes its order by itself.",
    ),
    Check(
        "completeness",
        "storefront_orders",
        "operations",
        "Every order that was captured has its sales order, and every event that arrived is accounted for.",
    ),
)


def check_keys(connection: str) -> list[dg.AssetCheckKey]:
    """The business checks of one connection."""
    return [dg.AssetCheckKey(key(connection, check.noun), check.name) for check in CHECKS]


def schema_check_keys(connection: str, flow: str) -> list[dg.AssetCheckKey]:
    """The schema checks that belong to a run of that flow."""
    return [dg.AssetCheckKey(key(connection, noun.name), SCHEMA) for noun in ALL_NOUNS if noun.flow == flow]
