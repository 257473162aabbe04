"""The endpoints of subscriptions."""

from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.calls import Answer, Call, Endpoint
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import Refused
from cogent_pipelines.simulators.commercetools.resource_endpoints import Resource
from cogent_pipelines.simulators.commercetools.subscriptions import (
    SUBSCRIPTION_ACTS,
    SUBSCRIPTION_DRAFT,
    SUBSCRIPTION_UPDATE,
    subscription_from_draft,
)
from cogent_pipelines.simulators.commercetools.updating import update

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_SCOPES = ("manage_subscriptions",)


def subscription_endpoints(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    project = simulator.project

    def create(call: Call) -> Document:
        return simulator.subscribe(call.document(SUBSCRIPTION_DRAFT, project), client=call.client)

    def change(call: Call, subscription: Document) -> Document:
        wanted = call.document(SUBSCRIPTION_UPDATE, project)
        return update(
            project,
            simulator.messages,
            project.subscriptions,
            before=subscription,
            wanted=wanted,
            acts=SUBSCRIPTION_ACTS,
            client=call.client,
        )

    resource = Resource(
        project=project,
        collection=project.subscriptions,
        path="/subscriptions",
        name="subscriptions",
        view=_SCOPES,
        manage=_SCOPES,
    )

    def health(call: Call) -> Answer:
        subscription = resource.find(call, "id")
        status = {"Healthy": 200, "TemporaryError": 503}.get(subscription["status"], 400)
        if status != 200:
            raise Refused(status, "General", f"The subscription is in the state {subscription['status']}.")
        return Answer({})

    return [
        *resource.reading(),
        Endpoint("GET", "/subscriptions/{value}/health", "subscriptions.health", _SCOPES, health),
        *resource.writing(create=create, update=change, delete=lambda each: project.drop(project.subscriptions, each)),
    ]


def subscribed(simulator: "CommercetoolsSimulator", draft: Document, client: str | None) -> Document:
    """Keep a new subscription and send its test."""
    project = simulator.project
    made = project.keep_new(project.subscriptions, subscription_from_draft(project, draft, client))
    simulator.notices.test(made)
    return made
