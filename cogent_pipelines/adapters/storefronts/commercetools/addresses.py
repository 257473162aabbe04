"""Addresses: the vendor's many fields as lines that fit a label. Pure."""

from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.values import Json, text
from cogent_pipelines.canonical.address import Address

_BOOK_KEEPING = frozenset({"id", "key", "externalId", "custom"})


def address_of(node: Any, *, number_first: frozenset[str]) -> Address | None:
    """`number_first` holds the countries that write `12 High Street`; elsewhere it is `Hauptstraße 12`."""
    if node is None:
        return None
    if not isinstance(node, dict):
        raise TypeError(f"an address is a {type(node).__name__}")
    country = text(node.get("country"))
    street, number = text(node.get("streetName")), text(node.get("streetNumber"))
    line1 = _joined(" ", number, street) if country in number_first else _joined(" ", street, number)
    line2 = _joined(", ", *(text(node.get(name)) for name in _SECOND_LINE))
    return Address(
        name=_joined(" ", text(node.get("firstName")), text(node.get("lastName"))),
        company=text(node.get("company")),
        line1=line1 or line2,
        line2=line2 if line1 else "",
        city=text(node.get("city")),
        region=text(node.get("state")) or text(node.get("region")),
        postcode=text(node.get("postalCode")),
        country_code=country,
        phone=text(node.get("phone")) or text(node.get("mobile")),
    )


_SECOND_LINE = ("additionalStreetInfo", "apartment", "building", "pOBox", "department", "additionalAddressInfo")


def same_place(one: Json, other: Json) -> bool:
    """Whether two addresses say the same, whatever they are filed under."""
    return _said(one) == _said(other)


def _said(node: Json) -> Json:
    return {name: value for name, value in node.items() if name not in _BOOK_KEEPING and value not in (None, "")}


def _joined(sign: str, *parts: str) -> str:
    return sign.join(part.strip() for part in parts if part.strip())
