"""What an order bears besides, carried and never interpreted: keys, vouchers, custom data.

Nothing here names the customer: what custom data hold is the tenant's own matter, and is kept as it is.
"""

from collections.abc import Iterator

import orjson

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.units import Unit
from cogent_pipelines.canonical.identity import Attribute

_KEYS = ("referenceKey", "publicKey", "basketKey", "campaignKey")


def attributes_of(order: Node) -> tuple[Attribute, ...]:
    return tuple(Attribute(key, value) for key, value in _pairs(order) if value)


def line_attributes(unit: Unit) -> tuple[Attribute, ...]:
    """What makes the units of a line different from others of their variant."""
    custom = orjson.loads(unit.custom) if unit.custom else {}
    pairs = [("variantId", unit.variant), ("itemGroup", unit.set_ref), *_custom("customData", custom)]
    return tuple(Attribute(key, value) for key, value in pairs if value)


def _pairs(order: Node) -> Iterator[tuple[str, str]]:
    for name in _KEYS:
        yield name, order.text(name)
    country = order.inner("shopCountry")
    yield "shopKey", country.text("shopKey")
    yield "countryCode", country.text("countryCode")
    yield "channel", order.inner("channel").text("key")
    yield "customer.referenceKey", order.inner("customer").text("referenceKey")
    yield from (("voucher", code) for code in _vouchers(order))
    yield from _payments(order)
    yield "costCapture", order.inner("cost").text("costCapture")
    yield "membershipDiscount", order.inner("membershipDiscount").text("reductionValue")
    point = order.inner("address").inner("shipping").inner("collectionPoint")
    yield "collectionPoint.type", point.text("type")
    yield "collectionPoint.key", point.text("key")
    yield from _custom("customData", order.value.get("legacyCustomData"))
    yield from _custom("customer.customData", order.inner("customer").value.get("legacyCustomData"))


def _vouchers(order: Node) -> list[str]:
    """Codes of the list, and of the single one that older answers have instead."""
    codes = [voucher.text("code") for voucher in order.each("vouchers")]
    return list(dict.fromkeys([*codes, order.inner("voucher").text("code")]))


def _payments(order: Node) -> Iterator[tuple[str, str]]:
    """Which ways it was paid by, and how much of it by gift cards; an order may have several payments."""
    gift = 0
    for payment in order.each("payment"):
        yield "payment", payment.text("key")
        gift += (payment.number("amount") or 0) if payment.truth("isGiftCard") else 0
    yield "giftCards", str(gift) if gift else ""


def _custom(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    """A map, entry by entry; anything else as one text."""
    if not value:
        return
    if not isinstance(value, dict):
        yield prefix, _text(value)
        return
    for key, entry in value.items():
        yield f"{prefix}.{key}", _text(entry)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
