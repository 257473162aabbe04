"""Messages: what happened to a resource, numbered per resource without a gap, kept for some days.

(vendor's message types, read 2026-11: a sequence number grows by exactly one per resource; a message's version is
always 1; `DeliveryAdded` is without the parcels of the same action, each of which has its own `ParcelAddedToDelivery`.)
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cogent_pipelines.simulators.commercetools.collection import Collection
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.ids import moment_of
from cogent_pipelines.simulators.commercetools.project import Project

Heard = Callable[[Document], None]


class Messages:
    """All messages of a project, and who hears of new ones."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._numbers: dict[str, int] = {}
        self._made = 0
        self.left_out = 0
        self.hearers: list[Heard] = []

    def say(
        self, collection: Collection, resource: Document, kind: str, *, version: int | None = None, **fields: Any
    ) -> Document:
        """Write one message about a resource as it now is."""
        project = self._project
        number = self._numbers.get(resource["id"], 0) + 1
        self._numbers[resource["id"]] = number
        self._made += 1
        message = {
            **project.fresh(),
            "createdBy": resource.get("lastModifiedBy", {"isPlatformClient": True}),
            "lastModifiedBy": resource.get("lastModifiedBy", {"isPlatformClient": True}),
            "sequenceNumber": number,
            "resource": {"typeId": collection.type_id, "id": resource["id"]},
            "resourceVersion": resource["version"] if version is None else version,
            "type": kind,
            "resourceUserProvidedIdentifiers": identifiers(resource),
            **{name: value for name, value in fields.items() if value is not None},
        }
        if project.switches.messages_left_out_every and self._made % project.switches.messages_left_out_every == 0:
            self.left_out += 1
            return message
        project.messages.put(message, now=project.now())
        for hear in self.hearers:
            hear(message)
        return message

    def last_number(self, resource_id: str) -> int:
        return self._numbers.get(resource_id, 0)

    def visible(self) -> list[Document]:
        """Give what `GET /messages` has to look through now: neither too young nor too old."""
        project, switches = self._project, self._project.switches
        self._forget_old()
        if switches.message_delay_seconds <= 0:
            return list(project.messages)
        newest = project.now() - timedelta(seconds=switches.message_delay_seconds)
        return [message for message in project.messages if moment_of(message["createdAt"]) <= newest]

    def _forget_old(self) -> None:
        project = self._project
        oldest = project.now() - timedelta(days=project.switches.message_days)
        gone = []
        for message in project.messages:
            if moment_of(message["createdAt"]) >= oldest:
                break
            gone.append(message)
        for message in gone:
            project.messages.drop(message, now=project.now())


def identifiers(resource: Document) -> Document:
    """Give what people call a resource by."""
    names = ("key", "orderNumber", "sku", "slug", "externalId")
    return {name: resource[name] for name in names if resource.get(name) is not None}
