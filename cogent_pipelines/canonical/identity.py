"""The names by which things are known on both sides. References are text; nothing here parses them."""

import re
from typing import NewType

from cogent_pipelines.canonical.values import value

ConnectionName = NewType("ConnectionName", str)
"""One storefront wired to one warehouse for one brand, such as `northwind_uk`."""

OrderRef = NewType("OrderRef", str)
"""The storefront's stable identity of an order (not the number that a customer reads)."""

LineRef = NewType("LineRef", str)
"""The storefront's stable identity of an order line."""

SalesOrderRef = NewType("SalesOrderRef", str)
"""The reference under which the warehouse knows the order; ours to choose, unique per connection."""

DespatchRef = NewType("DespatchRef", str)
"""The warehouse's identity of one parcel."""

Sku = NewType("Sku", str)
"""A stock keeping unit as the side that says it spells it; never case-folded, never stripped."""

_CONNECTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def connection_name(text: str) -> ConnectionName:
    """Check a connection's name: lower-case letters, digits and underscores, as Dagster's keys want it."""
    if not _CONNECTION_NAME.fullmatch(text):
        msg = f"connection name {text!r}: use lower-case letters, digits and underscores, beginning with a letter"
        raise ValueError(msg)
    return ConnectionName(text)


@value(frozen=True, slots=True)
class Attribute:
    """A free key and value that a merchant or an app put on an order or line; carried, never interpreted."""

    key: str
    value: str
