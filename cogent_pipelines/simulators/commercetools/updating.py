"""One update: a list of actions on one version of one resource, all of them or none."""

from collections.abc import Callable, Mapping
from typing import Any

from cogent_pipelines.simulators.commercetools.collection import Collection
from cogent_pipelines.simulators.commercetools.documents import Document, copied
from cogent_pipelines.simulators.commercetools.errors import concurrent_modification, not_simulated
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.project import Project


class Change:
    """A resource while actions work on it; what they cause elsewhere waits until all have gone through."""

    def __init__(self, project: Project, messages: Messages, collection: Collection, before: Document) -> None:
        self.project = project
        self.collection = collection
        self.before = before
        self.document: Document = copied(before)
        self.afterwards: list[Callable[[], None]] = []
        self._messages = messages
        self._version: int = before["version"]
        self._said: list[tuple[str, int, Document]] = []

    def say(self, kind: str, **fields: Any) -> None:
        """Write a message with what its fields are now, once the update has gone through."""
        self._said.append((kind, self._version, copied(fields)))

    @property
    def version(self) -> int:
        """The version that the resource has after the actions so far."""
        return self._version

    def next_action(self) -> None:
        self._version += self.project.switches.version_step

    def keep(self, client: str | None) -> Document:
        """Put the changed resource in the old one's place; gives it."""
        project, document = self.project, self.document
        if document == self.before and project.switches.unchanged_keeps_version:
            return self.before
        self.collection.check_unique(document)
        document["version"] = self._version
        document["lastModifiedAt"] = project.stamp()
        if client:
            document["lastModifiedBy"] = {"clientId": client, "isPlatformClient": False}
        for act in self.afterwards:
            act()
        if self.collection.type_id == "order" and self._said:
            document["lastMessageSequenceNumber"] = self._messages.last_number(document["id"]) + len(self._said)
        project.keep_changed(self.collection, document, old_version=self.before["version"])
        for kind, version, fields in self._said:
            self._messages.say(self.collection, document, kind, version=version, **fields)
        return document


Act = Callable[[Change, Document], None]
"""What one action does; raises `Refused` where the vendor would refuse it."""


def update(
    project: Project,
    messages: Messages,
    collection: Collection,
    *,
    before: Document,
    wanted: Document,
    acts: Mapping[str, Act],
    client: str | None,
) -> Document:
    """Do an update whose shape was checked.

    Raises:
        Refused: 409 where the version is another; what an action refuses.
    """
    if wanted["version"] != before["version"]:
        raise concurrent_modification(before["id"], wanted["version"], before["version"])
    change = Change(project, messages, collection, before)
    for action in wanted["actions"]:
        act = acts.get(action["action"])
        if act is None:
            raise not_simulated(f"the action {action['action']}")
        change.next_action()
        act(change, action)
    kept = change.keep(client)
    for action in wanted["actions"]:
        project.written[f"{collection.type_id} {action['action']}"] += 1
    return kept
