"""Canonical values as GraphQL variables."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cogent_pipelines.adapters.storefronts.shopify.allocation import Portion
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import Parcel


def fulfilment_input(parcel: Parcel, portion: Portion) -> dict[str, Any]:
    """`FulfillmentInput` for the part of the parcel that left from one location."""
    fulfilment: dict[str, Any] = {
        "lineItemsByFulfillmentOrder": portion.by_fulfilment_order(),
        "notifyCustomer": parcel.notify_customer,
    }
    tracking = tracking_input(parcel.tracking)
    if tracking:
        fulfilment["trackingInfo"] = tracking
    return fulfilment


def tracking_input(tracking: Tracking) -> dict[str, Any]:
    """`FulfillmentTrackingInput`; empty where there is nothing that a customer could follow.

    A URL that Shopify would refuse is left out: it would refuse the parcel with it.
    """
    given: dict[str, Any] = {}
    if tracking.number:
        given["number"] = tracking.number
    if _is_web_address(tracking.url):
        given["url"] = tracking.url
    if given and tracking.carrier:
        given["company"] = tracking.carrier
    return given


def idempotency_key(parts: Sequence[str], *, attempt: int = 0) -> str:
    """The same for the same parts, in the form that Shopify's examples have; `attempt` makes a new one after a failure."""
    text = "\x1f".join([*parts, str(attempt)])
    return str(UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isascii() and not any(c.isspace() for c in url)
