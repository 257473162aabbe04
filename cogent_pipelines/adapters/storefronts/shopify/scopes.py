"""The access scopes that the flows need, and what for (published schema, `requiredAccess` of each root)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """One of `any_of` is enough. `write_x` includes `read_x`."""

    any_of: tuple[str, ...]
    purpose: str
    vital: bool = True


NEEDS = (
    Need(("read_orders",), "to read orders"),
    Need(("read_all_orders",), "to read orders older than 60 days", vital=False),
    Need(("read_products",), "to read SKUs of variants"),
    Need(("write_inventory",), "to publish stock"),
    Need(("read_locations",), "to find the location whose stock is published"),
    Need(
        (
            "write_merchant_managed_fulfillment_orders",
            "write_assigned_fulfillment_orders",
            "write_third_party_fulfillment_orders",
        ),
        "to see what is to be shipped and to record parcels",
    ),
)

FULFILMENT_ORDER_SCOPES = {
    "merchant_managed_fulfillment_orders": "at the merchant's own locations",
    "assigned_fulfillment_orders": "at this app's own fulfilment-service locations",
    "third_party_fulfillment_orders": "at other fulfilment services' locations",
}
"""Without one of these the list of fulfilment orders is shorter and nothing says so (description of `FulfillmentOrder`)."""


def is_granted(scope: str, granted: Collection[str]) -> bool:
    return scope in granted or (scope.startswith("read_") and f"write_{scope.removeprefix('read_')}" in granted)
