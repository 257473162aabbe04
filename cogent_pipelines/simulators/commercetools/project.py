"""The project: all that the simulator knows to be true.

Keeps the resources of every kind, hands out ids and moments, and tells its listeners what became of them. What changes
them lives beside it, one module per noun.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from cogent_pipelines.simulators.commercetools.collection import Collection
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import reference_not_found
from cogent_pipelines.simulators.commercetools.ids import iso, new_id
from cogent_pipelines.simulators.commercetools.switches import Switches
from cogent_pipelines.simulators.common.clock import Clock

Listener = Callable[[str, Document, int | None], None]
"""Called with what happened (created, updated, deleted), the resource, and its version before."""
_FIRST_STATE = "Initial"


class Project:
    """One project's state. Hold `lock` while changing it from outside the server's own thread."""

    def __init__(self, *, key: str, clock: Clock, switches: Switches, seed: int, currency: str, country: str) -> None:
        self.key = key
        self.clock = clock
        self.switches = switches
        self.random = random.Random(seed)
        self.currency = currency
        self.country = country
        self.language = "en-GB"
        self.lock = threading.RLock()
        self.created_at = iso(clock.now())
        self.orders = Collection("order", keys=("orderNumber",))
        self.order_edits = Collection("order-edit")
        self.inventory = Collection("inventory-entry")
        self.channels = Collection("channel")
        self.products = Collection("product")
        self.projections = Collection("product-projection")
        self.stores = Collection("store")
        self.business_units = Collection("business-unit")
        self.subscriptions = Collection("subscription")
        self.types = Collection("type")
        self.states = Collection("state")
        self.messages = Collection("message", keys=())
        self.listeners: list[tuple[str, Listener]] = []
        self.created: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        """How often each kind of write was accepted, by action or by resource."""
        self.unknown_fields: Counter[str] = Counter()
        self.first_state = self.add_state()

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self) -> str:
        return iso(self.clock.now())

    def new_id(self) -> str:
        return new_id(self.random)

    @property
    def collections(self) -> tuple[Collection, ...]:
        return (
            self.orders,
            self.order_edits,
            self.inventory,
            self.channels,
            self.products,
            self.stores,
            self.business_units,
            self.subscriptions,
            self.types,
            self.states,
        )

    # ---- keeping

    def fresh(self, client: str | None = None) -> Document:
        """Give what every new resource begins with."""
        stamp = self.stamp()
        by: Document = {"clientId": client, "isPlatformClient": False} if client else {"isPlatformClient": True}
        return {
            "id": self.new_id(),
            "version": 1,
            "createdAt": stamp,
            "lastModifiedAt": stamp,
            "createdBy": by,
            "lastModifiedBy": by,
        }

    def keep_new(self, collection: Collection, document: Document) -> Document:
        collection.check_unique(document)
        collection.put(document, now=self.now(), lag=self.switches.query_lag_seconds)
        self.created[collection.type_id] += 1
        self._tell("created", collection, document, None)
        return document

    def keep_changed(self, collection: Collection, document: Document, *, old_version: int) -> None:
        collection.put(document, now=self.now(), lag=self.switches.query_lag_seconds)
        self._tell("updated", collection, document, old_version)

    def drop(self, collection: Collection, document: Document) -> None:
        collection.drop(document, now=self.now(), lag=self.switches.query_lag_seconds)
        self._tell("deleted", collection, document, document["version"])

    def _tell(self, what: str, collection: Collection, document: Document, old_version: int | None) -> None:
        for type_id, listener in self.listeners:
            if type_id in {"*", collection.type_id}:
                listener(what, {"typeId": collection.type_id, **document}, old_version)

    # ---- references

    def resolved(self, collection: Collection, identifier: Document) -> Document:
        """Give the resource that a resource identifier (id or key) names.

        Raises:
            Refused: 400 ReferencedResourceNotFound.
        """
        for how in ("id", "key"):
            value = identifier.get(how)
            if value is not None:
                found = collection.get(value) if how == "id" else collection.find(value)
                if found is None:
                    raise reference_not_found(collection.type_id, how, value)
                return found
        raise reference_not_found(collection.type_id, "id", "")

    def reference(self, collection: Collection, identifier: Document) -> Document:
        """Turn a resource identifier into a reference."""
        return {"typeId": collection.type_id, "id": self.resolved(collection, identifier)["id"]}

    def key_reference(self, collection: Collection, identifier: Document) -> Document:
        return {"typeId": collection.type_id, "key": self.resolved(collection, identifier)["key"]}

    # ---- what a project is given when it is set up

    def add_state(self) -> Document:
        """Add the state in which every line item begins."""
        state = {
            **self.fresh(),
            "key": _FIRST_STATE,
            "type": "LineItemState",
            "name": {"en": _FIRST_STATE},
            "initial": True,
            "builtIn": True,
            "roles": [],
        }
        return self.keep_new(self.states, state)

    def add_channel(self, key: str, *roles: str, name: str | None = None) -> Document:
        channel = {**self.fresh(), "key": key, "roles": list(roles), "name": {self.language: name or key}}
        return self.keep_new(self.channels, channel)

    def add_store(self, key: str, *, supply_channels: tuple[str, ...] = ()) -> Document:
        """Add a store; the channels are given by their keys."""
        channels = [self.reference(self.channels, {"key": each}) for each in supply_channels]
        store = {
            **self.fresh(),
            "key": key,
            "name": {self.language: key},
            "languages": [self.language],
            "countries": [{"code": self.country}],
            "distributionChannels": [],
            "supplyChannels": channels,
            "productSelections": [],
        }
        return self.keep_new(self.stores, store)

    def add_business_unit(self, key: str, *, name: str) -> Document:
        """Add a company."""
        unit = {
            **self.fresh(),
            "key": key,
            "status": "Active",
            "storeMode": "Explicit",
            "unitType": "Company",
            "name": name,
            "addresses": [],
            "shippingAddressIds": [],
            "billingAddressIds": [],
            "associateMode": "Explicit",
            "associates": [],
            "topLevelUnit": {"typeId": "business-unit", "key": key},
            "approvalRuleMode": "Explicit",
        }
        return self.keep_new(self.business_units, unit)

    def add_type(self, key: str, *, resources: tuple[str, ...], fields: dict[str, str]) -> Document:
        """Add a type of custom fields: their names and their kinds (Boolean, String, Number, DateTime…)."""
        definitions = [
            {
                "name": name,
                "type": {"name": kind},
                "label": {self.language: name},
                "required": False,
                "inputHint": "SingleLine",
            }
            for name, kind in fields.items()
        ]
        made = {
            **self.fresh(),
            "key": key,
            "name": {self.language: key},
            "resourceTypeIds": list(resources),
            "fieldDefinitions": definitions,
        }
        return self.keep_new(self.types, made)
