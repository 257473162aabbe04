"""Which sales commercetools takes off the entries that we publish to by itself. Pure.

It is the order's inventory mode that says so, or a line's where that is another, and the line's supply channel says of which
entry; a line without one is taken off the entry that has none (OpenAPI document, `InventoryMode`, `LineItem`).
"""

from cogent_pipelines.adapters.storefronts.commercetools.settings import ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.values import Json, inner, text

_COUNTING = frozenset({"TrackOnly", "ReserveOnOrder", "ReserveOnCart"})
"""`None`, which is what an order is in unless somebody chose, counts nothing. A mode that is new is taken for it: telling a
figure that is there already costs a call, and not telling one that is not sells units twice."""


def takes_stock(line: Json, order: Json, rules: ReadingRules) -> bool:
    """Whether the units of a line were taken off our entry when it was ordered; custom lines have no entry."""
    if "variant" not in line:
        return False
    mode = text(line.get("inventoryMode")) or text(order.get("inventoryMode"))
    return mode in _COUNTING and text(inner(line, "supplyChannel").get("id")) == rules.stock_channel
