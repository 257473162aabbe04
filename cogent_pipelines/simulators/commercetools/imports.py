"""The Import API: containers, and operations that take their time.

What is sent is taken in at once as operations that are `processing`; when each has had its time it is imported, or found
wrong. Inventory is brought in by its key: an entry with that key is changed, else one is made. Nothing conflicts.
(vendor's Import API types and page on best practices, read 2026-11)
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.errors import Refused, duplicate_field, not_found
from cogent_pipelines.simulators.commercetools.ids import iso
from cogent_pipelines.simulators.commercetools.inventory_actions import entry_from_draft, inventory_acts
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.stock import Stock
from cogent_pipelines.simulators.commercetools.updating import update
from cogent_pipelines.simulators.common.words import words

STATES = words("processing validationFailed unresolved waitForMasterVariant imported rejected canceled partiallyImported")
MOST_CONTAINERS = 1000
MOST_RESOURCES = 20


@dataclass(slots=True)
class Container:
    key: str
    created_at: datetime
    resource_type: str | None = None
    retention: Document | None = None
    version: int = 1
    modified_at: datetime | None = None


@dataclass(slots=True)
class Operation:
    """One resource on its way in."""

    id: str
    container: str
    draft: Document
    created_at: datetime
    due: datetime
    state: str = "processing"
    version: int = 1
    modified_at: datetime | None = None
    resource_version: int | None = None
    errors: list[Document] = field(default_factory=list)
    unresolved: list[Document] = field(default_factory=list)


class Imports:
    """All containers of a project and their operations."""

    def __init__(self, project: Project, stock: Stock, messages: Messages) -> None:
        self._project = project
        self._stock = stock
        self._messages = messages
        self._acts = inventory_acts(stock)
        self.containers: dict[str, Container] = {}
        self.operations: dict[str, Operation] = {}
        self._open: dict[str, Operation] = {}
        """Those that are not settled, so that a call need not look at all."""

    # ---- containers

    def add_container(self, draft: Document) -> Container:
        """Make a container.

        Raises:
            Refused: the key is taken, or there are too many.
        """
        if draft["key"] in self.containers:
            raise duplicate_field("key", draft["key"])
        if len(self.containers) >= MOST_CONTAINERS:
            raise Refused(400, "InvalidOperation", f"A project has at most {MOST_CONTAINERS} import containers.")
        made = Container(draft["key"], self._project.now(), draft.get("resourceType"), draft.get("retentionPolicy"))
        self.containers[made.key] = made
        return made

    def container(self, key: str) -> Container:
        """Give a container.

        Raises:
            Refused: 404.
        """
        if key not in self.containers:
            raise not_found(key)
        return self.containers[key]

    def remove_container(self, key: str) -> Container:
        gone = self.container(key)
        del self.containers[key]
        self.operations = {each.id: each for each in self.operations.values() if each.container != key}
        self._open = {each.id: each for each in self._open.values() if each.container != key}
        return gone

    def expires_at(self, container: Container) -> datetime | None:
        if container.retention is not None:
            return None
        return container.created_at + timedelta(hours=self._project.switches.import_container_hours)

    # ---- operations

    def take(self, container: Container, drafts: list[Document]) -> list[Operation]:
        """Take resources in; each becomes an operation."""
        now = self._project.now()
        due = now + timedelta(seconds=self._project.switches.import_seconds)
        made = [Operation(self._project.new_id(), container.key, draft, now, due) for draft in drafts]
        self.operations.update((each.id, each) for each in made)
        self._open.update((each.id, each) for each in made)
        self.catch_up()
        return made

    def of_container(self, key: str) -> list[Operation]:
        return [each for each in self.operations.values() if each.container == key]

    def catch_up(self) -> None:
        """Finish what has had its time, and forget what is old."""
        if not self.operations and not self.containers:
            return
        now = self._project.now()
        for operation in list(self._open.values()):
            if operation.due > now:
                continue
            self._finish(operation)
            if operation.state != "unresolved":
                del self._open[operation.id]
        self._forget_old(now)

    def _finish(self, operation: Operation) -> None:
        channel = operation.draft.get("supplyChannel")
        if channel and self._project.channels.find(channel["key"]) is None:
            # The vendor waits for what is referred to until the operation expires.
            self._enter(operation, "unresolved")
            operation.unresolved = [{"key": channel["key"], "typeId": "channel"}]
            return
        operation.unresolved = []
        try:
            entry = self._bring_in(operation.draft)
        except Refused as refused:
            self._enter(operation, "rejected")
            operation.errors = refused.body()["errors"]
            return
        self._enter(operation, "imported")
        operation.resource_version = entry["version"]

    def _enter(self, operation: Operation, state: str) -> None:
        if operation.state != state:
            operation.state, operation.modified_at = state, self._project.now()
            operation.version += 1

    def _bring_in(self, draft: Document) -> Document:
        project = self._project
        before = project.inventory.find(draft["key"])
        if before is None:
            return self._stock.add(entry_from_draft(project, draft, None))
        if before["sku"] != draft["sku"]:
            raise Refused(400, "InvalidFieldUpdate", "The SKU of an inventory entry cannot be changed.", field="sku")
        actions: list[Document] = [
            {"action": "changeQuantity", "quantity": draft["quantityOnStock"]},
            without_nothing(action="setSupplyChannel", supplyChannel=draft.get("supplyChannel")),
        ]
        if "restockableInDays" in draft:
            actions.append({"action": "setRestockableInDays", "restockableInDays": draft["restockableInDays"]})
        if "expectedDelivery" in draft:
            actions.append({"action": "setExpectedDelivery", "expectedDelivery": draft["expectedDelivery"]})
        return update(
            project,
            self._messages,
            project.inventory,
            before=before,
            wanted={"version": before["version"], "actions": actions},
            acts=self._acts,
            client=None,
        )

    def _forget_old(self, now: datetime) -> None:
        oldest = now - timedelta(hours=self._project.switches.import_operation_hours)
        while self.operations:
            first = next(iter(self.operations.values()))
            if first.created_at > oldest:
                break
            del self.operations[first.id]
            self._open.pop(first.id, None)
        for key in [key for key, each in self.containers.items() if (self.expires_at(each) or now) < now]:
            self.remove_container(key)

    # ---- as the vendor shows them

    def shown_container(self, container: Container) -> Document:
        expires = self.expires_at(container)
        return without_nothing(
            key=container.key,
            resourceType=container.resource_type,
            version=container.version,
            retentionPolicy=container.retention,
            createdAt=iso(container.created_at),
            lastModifiedAt=iso(container.modified_at or container.created_at),
            expiresAt=iso(expires) if expires else None,
        )

    def shown_operation(self, operation: Operation) -> Document:
        hours = timedelta(hours=self._project.switches.import_operation_hours)
        return without_nothing(
            version=operation.version,
            importContainerKey=operation.container,
            resourceKey=operation.draft["key"],
            id=operation.id,
            state=operation.state,
            resourceVersion=operation.resource_version,
            errors=operation.errors or None,
            unresolvedReferences=operation.unresolved or None,
            createdAt=iso(operation.created_at),
            lastModifiedAt=iso(operation.modified_at or operation.created_at),
            expiresAt=iso(operation.created_at + hours),
        )
