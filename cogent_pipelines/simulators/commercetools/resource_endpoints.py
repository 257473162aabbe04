"""Endpoints that every kind of resource has: the query, one by id, one by key, the update and the deletion."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cogent_pipelines.simulators.commercetools.calls import Answer, Call, Endpoint
from cogent_pipelines.simulators.commercetools.collection import Collection
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import concurrent_modification, not_found
from cogent_pipelines.simulators.commercetools.expanding import expanded
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.queries import page_of, read_query

Rows = Callable[[Call], Iterable[Document]]
Passes = Callable[[Call, Document], bool]


def _every(_: Call, __: Document) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """How one kind of resource is reached. `passes` hides what a call may not see."""

    project: Project
    collection: Collection
    path: str
    name: str
    view: tuple[str, ...]
    manage: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = (("key", "key"),)
    """What stands before the equals sign in the path, and the field that it means."""
    further: tuple[str, ...] = ()
    passes: Passes = field(default=_every)
    rows: Rows | None = None

    # ---- reading

    def reading(self) -> list[Endpoint]:
        one = [
            Endpoint("GET", f"{self.path}/{before}={{value}}", f"{self.name}.get", self.view, self._getting(name))
            for before, name in self.keys
        ]
        return [
            Endpoint("GET", self.path, f"{self.name}.query", self.view, self.query),
            *one,
            Endpoint("GET", f"{self.path}/{{value}}", f"{self.name}.get", self.view, self._getting("id")),
        ]

    def query(self, call: Call) -> Answer:
        query = read_query(self.project, call.query, self.collection.type_id, further=self.further)
        rows = self.rows(call) if self.rows else self._all()
        page = page_of(self.project, query, (row for row in rows if self.passes(call, row)))
        if call.method == "HEAD" and not page["count"]:
            raise not_found(self.path)
        return Answer(page)

    def _all(self) -> Iterable[Document]:
        return self.collection.seen_by_queries(now=self.project.now(), lag=self.project.switches.query_lag_seconds)

    def _getting(self, name: str) -> Callable[[Call], Answer]:
        def get(call: Call) -> Answer:
            return Answer(expanded(self.project, self.find(call, name), call.query.get("expand", ())))

        return get

    def find(self, call: Call, name: str) -> Document:
        """Give the resource that the path names.

        Raises:
            Refused: 404.
        """
        found = self.collection.need(call.path["value"], name)
        if not self.passes(call, found):
            raise not_found(call.path["value"])
        return found

    # ---- writing

    def writing(
        self,
        *,
        create: Callable[[Call], Document] | None = None,
        update: Callable[[Call, Document], Document] | None = None,
        delete: Callable[[Document], None] | None = None,
    ) -> list[Endpoint]:
        endpoints = []
        if create is not None:
            endpoints.append(Endpoint("POST", self.path, f"{self.name}.create", self.manage, _creating(create)))
        places = [*((f"{before}=", name) for before, name in self.keys), ("", "id")]
        for before, name in places:
            path = f"{self.path}/{before}{{value}}"
            if update is not None:
                endpoints.append(Endpoint("POST", path, f"{self.name}.update", self.manage, self._updating(update, name)))
            if delete is not None:
                endpoints.append(Endpoint("DELETE", path, f"{self.name}.delete", self.manage, self._deleting(delete, name)))
        return endpoints

    def _updating(self, update: Callable[[Call, Document], Document], name: str) -> Callable[[Call], Answer]:
        def act(call: Call) -> Answer:
            found = self.find(call, name)
            changed = update(call, self._meddled_with(found) if call.meddled else found)
            return Answer(expanded(self.project, changed, call.query.get("expand", ())))

        return act

    def _meddled_with(self, before: Document) -> Document:
        """Let somebody else have changed a resource in between; only its version shows it."""
        project = self.project
        step = max(1, project.switches.version_step)
        after = {**before, "version": before["version"] + step, "lastModifiedAt": project.stamp()}
        project.keep_changed(self.collection, after, old_version=before["version"])
        return after

    def _deleting(self, delete: Callable[[Document], None], name: str) -> Callable[[Call], Answer]:
        def act(call: Call) -> Answer:
            found = self.find(call, name)
            if call.version != found["version"]:
                raise concurrent_modification(found["id"], call.version, found["version"])
            delete(found)
            return Answer(found)

        return act


def _creating(create: Callable[[Call], Document]) -> Callable[[Call], Answer]:
    return lambda call: Answer(create(call), 201)
