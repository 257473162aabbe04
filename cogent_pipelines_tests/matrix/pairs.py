"""Which storefronts and warehouses there are, and every pair of them."""

from collections.abc import Mapping

from cogent_pipelines_tests.matrix import (
    commercetools_side,
    orderwise_side,
    peoplevox_side,
    profile_sides,
    scayle_side,
    shopify_side,
)
from cogent_pipelines_tests.matrix.sides import OpenSide

STOREFRONTS: Mapping[str, OpenSide] = {
    "shopify": shopify_side.open_side,
    "commercetools": commercetools_side.open_side,
    "scayle": scayle_side.open_side,
}
WAREHOUSES: Mapping[str, OpenSide] = {
    "peoplevox": peoplevox_side.open_side,
    "orderwise": orderwise_side.open_side,
    "mintsoft": profile_sides.open_mintsoft,
    "scend": profile_sides.open_scend,
}

PAIRS = tuple(f"{storefront}-{warehouse}" for storefront in STOREFRONTS for warehouse in WAREHOUSES)

EACH_VENDOR_ONCE = ("shopify-peoplevox", "commercetools-orderwise", "scayle-mintsoft", "shopify-scend")
"""Few pairs in which every vendor is, for tests that have not the time for all."""


def sides_of(pair: str) -> tuple[OpenSide, OpenSide]:
    """The two sides that `storefront-warehouse` names."""
    storefront, _, warehouse = pair.partition("-")
    return STOREFRONTS[storefront], WAREHOUSES[warehouse]
