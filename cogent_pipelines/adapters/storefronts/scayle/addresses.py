"""Addresses and the company behind a trade order. Personal data: values never leave in messages."""

from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.scayle.countries import two_letters
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.order import B2BBuyer


def address_of(addresses: Node, kinds: Sequence[str], company: str) -> Address | None:
    """The first of these kinds that the order has."""
    node = next((addresses.inner(kind) for kind in kinds if addresses.has(kind)), None)
    if node is None or not node.value:
        return None
    recipient = node.inner("recipient")
    return Address(
        name=_joined(" ", *(recipient.text(part) for part in ("title", "firstName", "lastName"))),
        company=company,
        line1=_joined(" ", node.text("street"), node.text("houseNumber")),
        line2=_joined(", ", node.text("additional"), _collection_point(node.inner("collectionPoint"))),
        city=node.text("city"),
        region=node.text("state"),
        postcode=node.text("zipCode"),
        country_code=two_letters(node.text("countryCode")),
        phone=loose_text(node, "phone"),
    )


def buyer_of(customer: Node) -> B2BBuyer | None:
    """The customer's company; a consumer has none."""
    company = customer.inner("company")
    ref, name = company.text("id"), company.text("name")
    return B2BBuyer(ref, name) if ref or name else None


def loose_text(node: Node, name: str) -> str:
    """A text of a field whose kind is not published (`phone` is an object in the models): anything else is left alone."""
    value = node.value.get(name)
    return value if isinstance(value, str) else ""


def _collection_point(point: Node) -> str:
    """What a carrier needs to leave a parcel at a shop or locker: its description, and the customer's number there."""
    return _joined(", ", point.text("description"), point.text("customerKey"))


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)
