"""Which events Shopify posts to us; makes those that are missing and leaves all others alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_EDITED",
    "ORDERS_CANCELLED",
    "ORDERS_DELETE",
    "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE",
    "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
    "FULFILLMENT_ORDERS_HOLD_RELEASED",
)

_TAKEN = "has already been taken"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What `ensure` found and did, by topic."""

    created: tuple[str, ...]
    present: tuple[str, ...]


class Subscriptions:
    """The app's webhook subscriptions of one store; those that its configuration file makes are not visible here."""

    def __init__(self, graphql: GraphQL) -> None:
        self._graphql = graphql

    def ensure(self, callback_url: str) -> Subscribed:
        """Subscribe to every topic at this address; what is there already stays as it is.

        Raises:
            VendorError: a topic could not be subscribed to.
        """
        present = self.topics_at(callback_url)
        missing = [topic for topic in TOPICS if topic not in present]
        calls = [
            self._graphql.call("subscribe", _subscription(topic, callback_url), priority=Priority.CAPTURE, writes=True)
            for topic in missing
        ]
        unsure: VendorError | None = None
        for topic, settled in zip(missing, self._graphql.send_all(calls), strict=True):
            if settled.standing is Standing.UNSURE:
                unsure = settled.error()
                continue
            payload = self._graphql.data(settled).get("webhookSubscriptionCreate") or {}
            errors = [str(error["message"]) for error in payload.get("userErrors") or ()]
            if errors and not all(_TAKEN in error for error in errors):
                raise VendorRefused(f"{topic}: {'; '.join(errors)}", operation="subscribe")
        if unsure is not None and set(missing) - self.topics_at(callback_url):
            raise unsure
        return Subscribed(created=tuple(missing), present=tuple(topic for topic in TOPICS if topic in present))

    def topics_at(self, callback_url: str) -> set[str]:
        return {node["topic"] for node in self.all() if node["uri"] == callback_url}

    def all(self) -> Sequence[Json]:
        pages = self._graphql.pages(
            "webhooks", ["webhookSubscriptions"], {"first": version.LARGEST_PAGE}, priority=Priority.SWEEP
        )
        return [node for page in pages for node in page]


def _subscription(topic: str, callback_url: str) -> Json:
    return {"topic": topic, "webhookSubscription": {"uri": callback_url, "format": "JSON"}}
