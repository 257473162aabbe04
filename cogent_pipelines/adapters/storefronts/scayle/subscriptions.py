"""Which events SCAYLE posts to us; makes those that are missing and leaves all others alone.

Event names drift between pages of the documents, so the tenant's own list decides how each is spelt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.ports.vendor_account import Priority

WANTED: tuple[tuple[str, ...], ...] = (
    ("order-confirmed",),
    ("order-delegated",),
    ("order-cancelled", "order-canceled"),
    ("order-item-cancelled", "order-item-canceled"),
    ("order-item-out-of-stock", "item-out-of-stock"),
    ("order-item-unshippable", "item-unshippable"),
    ("order-package-shipped", "package-shipped"),
    ("order-invoiced",),
    ("order-item-returned", "item-returned"),
)
"""What a change of an order may be called, spelling by spelling (scayle.dev, "Order events")."""


@dataclass(frozen=True, slots=True)
class Event:
    """One that the tenant offers: the newest version of it that is not on its way out."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What `ensure` found and did, by event; `not_offered` are those that the tenant does not have."""

    created: tuple[str, ...]
    present: tuple[str, ...]
    not_offered: tuple[str, ...]


class Subscriptions:
    """Admin webhooks of one tenant, which hold for all its shop countries."""

    def __init__(self, api: AdminApi) -> None:
        self._api = api

    def ensure(self, callback_url: str) -> Subscribed:
        """Subscribe to every wanted event at this address, which carries user and password; safe to repeat.

        Raises:
            VendorError: an event could not be subscribed to; `OutcomeUnknown` where it may have been.
        """
        offered = self.offered()
        present = self.subscribed_at(callback_url)
        missing = [event for event in offered if event.name not in present]
        calls = [
            self._api.write(
                "subscribe",
                "/webhooks/subscriptions",
                {"event": event.name, "version": event.version, "url": callback_url},
                priority=Priority.CAPTURE,
            )
            for event in missing
        ]
        for settled in self._api.send_all(calls):
            settled.answered()
        return Subscribed(
            created=tuple(event.name for event in missing),
            present=tuple(event.name for event in offered if event.name in present),
            not_offered=self.not_offered(offered),
        )

    def offered(self) -> list[Event]:
        """Of each wanted event the spelling that the tenant has."""
        found: dict[str, int] = {}
        for page in self._api.pages("webhook events", "/webhooks/events", {}, priority=Priority.SWEEP):
            for entity in page:
                event = Node(entity)
                if not event.truth("isDeprecated") and not event.truth("isBlocking"):
                    name = event.text("event")
                    found[name] = max(found.get(name, 0), event.number("version") or 0)
        spelt = (next((name for name in names if name in found), "") for names in WANTED)
        return [Event(name, found[name]) for name in spelt if name]

    def not_offered(self, offered: Sequence[Event]) -> tuple[str, ...]:
        names = {event.name for event in offered}
        return tuple(wanted[0] for wanted in WANTED if not names.intersection(wanted))

    def subscribed_at(self, callback_url: str) -> set[str]:
        """Events that go to this address; the login in it is masked when it is read back."""
        return {event for event, address in self.all() if address == _address(callback_url)}

    def all(self) -> list[tuple[str, str]]:
        """Event and address of every subscription, without the login."""
        pages = self._api.pages("webhook subscriptions", "/webhooks/subscriptions", {}, priority=Priority.SWEEP)
        nodes = [Node(entity) for page in pages for entity in page]
        return [(node.text("event"), _address(node.text("url"))) for node in nodes]


def _address(url: str) -> str:
    """Scheme, host and path: what stays when the login in front of the host is masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}{parts.path}"
