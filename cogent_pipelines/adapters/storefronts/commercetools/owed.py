"""What has left of an order and what is still owed, line by line; read from deliveries, returns and line states. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.values import count, inner, rows, text
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef, OrderRef

Json = dict[str, Any]

CANCELLED = "Cancelled"
_GONE = frozenset({"Shipped", "Delivered", "Canceled"})


def shippings(order: Json) -> list[Json]:
    """Every `ShippingInfo`, of either shipping mode."""
    single = inner(order, "shippingInfo")
    return [
        *([single] if single else []),
        *(inner(each, "shippingInfo") for each in rows(order.get("shipping"), "shipping")),
    ]


def deliveries(order: Json) -> list[Json]:
    return [row for info in shippings(order) for row in rows(info.get("deliveries"), "deliveries")]


def units_of(delivery: Json) -> Counter[str]:
    units: Counter[str] = Counter()
    for item in rows(delivery.get("items"), "deliveries.items"):
        units[text(item.get("id"))] += count(item["quantity"], "deliveries.items.quantity")
    return units


def tracking_numbers(delivery: Json) -> tuple[str, ...]:
    """Of parcels that go to the customer; a label for the way back is no news of goods."""
    return tuple(_numbers(delivery))


def _numbers(delivery: Json) -> Iterator[str]:
    for parcel in rows(delivery.get("parcels"), "deliveries.parcels"):
        tracking = inner(parcel, "trackingData")
        number = text(tracking.get("trackingId"))
        if number and tracking.get("isReturn") is not True:
            yield number


def fulfilment_of(delivery: Json, order_ref: OrderRef) -> Fulfilment:
    """What was told of one parcel. A delivery cannot be cancelled, only removed."""
    lines = tuple(FulfilmentLine(LineRef(line), quantity) for line, quantity in units_of(delivery).items())
    return Fulfilment(text(delivery["id"]), order_ref, lines, tracking_numbers(delivery), cancelled=False)


def delivered(order: Json) -> Counter[str]:
    units: Counter[str] = Counter()
    for delivery in deliveries(order):
        units.update(units_of(delivery))
    return units


def return_items(order: Json) -> list[Json]:
    return [
        item for info in rows(order.get("returnInfo"), "returnInfo") for item in rows(info.get("items"), "returnInfo.items")
    ]


def line_of_return(item: Json) -> str:
    return text(item.get("lineItemId")) or text(item.get("customLineItemId"))


def came_back(order: Json, *, refunded_only: bool = False) -> Counter[str]:
    """Units that were returned; what is only announced has not come back.

    `refunded_only` counts those of which the money went back, too.
    """
    units: Counter[str] = Counter()
    for item in return_items(order):
        is_back = item.get("shipmentState") != "Advised"
        if is_back and (not refunded_only or item.get("paymentState") == "Refunded"):
            units[line_of_return(item)] += count(item["quantity"], "returnInfo.items.quantity")
    return units


def cancelled_units(line: Json, rules: ReadingRules) -> int:
    """Units in one of the project's own states that stand for cancelled."""
    if not rules.cancelled_line_states:
        return 0
    return sum(
        count(each["quantity"], "state.quantity")
        for each in rows(line.get("state"), "state")
        if text(inner(each, "state").get("id")) in rules.cancelled_line_states
    )


def goods_lines(order: Json, rules: ReadingRules) -> list[Json]:
    """The lines that hold something to ship."""
    lines = list(rows(order.get("lineItems"), "lineItems"))
    if rules.custom_lines is CustomLines.GOODS:
        lines += rows(order.get("customLineItems"), "customLineItems")
    return lines


def is_over(order: Json, rules: ReadingRules) -> bool:
    """Whether nothing may leave any more, whatever its lines say."""
    return (
        order.get("orderState") == CANCELLED
        or order.get("orderState") in rules.finished_order_states
        or order.get("shipmentState") in _GONE
    )


def outstanding(order: Json, rules: ReadingRules) -> Counter[str]:
    """Units by line that have neither left, nor been cancelled, nor come back; what came back had left.

    Every line counts here, whichever channel supplies it, and whatever the order's own states say.
    """
    gone, back = delivered(order), came_back(order)
    left: Counter[str] = Counter()
    for line in goods_lines(order, rules):
        ref = text(line["id"])
        wanted = count(line["quantity"], "quantity") - cancelled_units(line, rules)
        left[ref] = max(0, wanted - max(gone[ref], back[ref]))
    return left


def is_ours(line: Json, rules: ReadingRules) -> bool:
    """Whether this warehouse supplies the line. A custom line has no supply channel: nobody else would send its goods."""
    if not rules.supply_channels or "variant" not in line:
        return True
    return text(inner(line, "supplyChannel").get("id")) in rules.supply_channels
