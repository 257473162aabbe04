"""Where an order goes to: one place, or it cannot be read. Pure.

An order says it three times over: its own address, one for each shipping method, and one for the units of a line, by the key
of one of its `itemShippingAddresses` (OpenAPI document, `ItemShippingTarget`).
"""

from collections.abc import Iterator

from cogent_pipelines.adapters.storefronts.commercetools.addresses import same_place
from cogent_pipelines.adapters.storefronts.commercetools.values import Json, count, inner, rows, text


def destination(order: Json) -> Json | None:
    """The order's address; None where it says none.

    Raises:
        ValueError: its units go to several places, which one sales order cannot say, or to one that is not in the order.
    """
    places = list(_places(order))
    if any(not same_place(places[0], place) for place in places[1:]):
        raise ValueError("field shipping holds several addresses, and a sales order goes to one")
    targets = list(_targets(order))
    places = places or targets
    if any(not same_place(places[0], target) for target in targets):
        raise ValueError("field shippingDetails names several addresses, and a sales order goes to one")
    return places[0] if places else None


def _places(order: Json) -> Iterator[Json]:
    """Of the shipping methods, or else of the order."""
    several = [inner(each, "shippingAddress") for each in rows(order.get("shipping"), "shipping")]
    found = [place for place in several if place]
    yield from found or filter(None, [inner(order, "shippingAddress")])


def _targets(order: Json) -> Iterator[Json]:
    filed = {text(place.get("key")): place for place in rows(order.get("itemShippingAddresses"), "itemShippingAddresses")}
    for field in ("lineItems", "customLineItems"):
        for line in rows(order.get(field), field):
            for target in rows(inner(line, "shippingDetails").get("targets"), "shippingDetails.targets"):
                if not count(target["quantity"], "shippingDetails.targets.quantity"):
                    continue
                place = filed.get(text(target["addressKey"]))
                if not place:
                    raise ValueError("field shippingDetails names an address that the order does not hold")
                yield place
