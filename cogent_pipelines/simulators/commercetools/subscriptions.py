"""Subscriptions: their drafts, the queues that they fill, and what of all that happens each wants to hear.

(vendor's types and page on subscriptions, read 2026-11: no plain address can be subscribed, only a queue or a bus; what
carries a queue's content to an address is the client's own affair, here `notices`.)
"""

from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.drafts import KEY, STRING, update_of
from cogent_pipelines.simulators.commercetools.errors import Refused, invalid_input
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.shapes import Shape, listed, one_of, record, told_by
from cogent_pipelines.simulators.commercetools.updating import Act, Change
from cogent_pipelines.simulators.common.words import words

MOST_SUBSCRIPTIONS = 50
MESSAGE_RESOURCES = words(
    "approval-flow approval-rule associate-role business-unit category customer customer-email-token customer-group",
    "customer-password-token inventory-entry order payment product product-selection product-tailoring quote",
    "quote-request review shopping-list staged-quote standalone-price store",
)
CHANGE_RESOURCES = words(
    "approval-flow approval-rule associate-role attribute-group business-unit cart cart-discount category channel",
    "customer customer-email-token customer-group customer-password-token discount-code discount-group extension",
    "inventory-entry key-value-document order order-edit payment product product-discount product-selection",
    "product-tailoring product-type quote quote-request recurrence-policy recurring-order review shipping-method",
    "shopping-list staged-quote standalone-price state store subscription tax-category type zone",
)
_AWS = {"accessKey": STRING, "accessSecret": STRING, "authenticationMode": one_of("IAM", "Credentials")}
_DESTINATIONS: dict[str, Shape] = {
    "SQS": record({"type": STRING, "queueUrl": STRING, "region": STRING}, _AWS),
    "SNS": record({"type": STRING, "topicArn": STRING}, _AWS),
    "EventBridge": record({"type": STRING, "region": STRING, "accountId": STRING, "source": STRING}),
    "AzureServiceBus": record({"type": STRING, "connectionString": STRING}),
    "EventGrid": record({"type": STRING, "uri": STRING, "accessKey": STRING}),
    "GoogleCloudPubSub": record({"type": STRING, "projectId": STRING, "topic": STRING}),
    "ConfluentCloud": record(
        {
            "type": STRING,
            "bootstrapServer": STRING,
            "apiKey": STRING,
            "apiSecret": STRING,
            "acks": STRING,
            "topic": STRING,
        },
        {"key": STRING},
    ),
}
_QUEUE_NAMES = {
    "SQS": "queueUrl",
    "SNS": "topicArn",
    "EventBridge": "source",
    "AzureServiceBus": "connectionString",
    "EventGrid": "uri",
    "GoogleCloudPubSub": "topic",
    "ConfluentCloud": "topic",
}
_SECRETS = ("accessSecret", "apiSecret", "accessKey")


def _no_destination(name: object, _: str) -> Refused:
    return invalid_input(f"There is no destination of type '{name}'.")


def _no_format(name: object, _: str) -> Refused:
    return invalid_input(f"There is no format of type '{name}'.")


DESTINATION = told_by("type", _DESTINATIONS, otherwise=_no_destination)
_FORMAT = told_by(
    "type",
    {
        "Platform": record({"type": STRING}),
        "CloudEvents": record({"type": STRING, "cloudEventsVersion": one_of("1.0")}),
    },
    otherwise=_no_format,
)
_MESSAGES = listed(record({"resourceTypeId": one_of(*MESSAGE_RESOURCES)}, {"types": listed(STRING)}))
_CHANGES = listed(record({"resourceTypeId": one_of(*CHANGE_RESOURCES)}))
_EVENTS = listed(record({"resourceTypeId": one_of("import-api", "checkout")}, {"types": listed(STRING)}))
SUBSCRIPTION_DRAFT = record(
    {"destination": DESTINATION},
    {"key": KEY, "messages": _MESSAGES, "changes": _CHANGES, "events": _EVENTS, "format": _FORMAT},
)
_ACTION = {"action": STRING}
SUBSCRIPTION_UPDATE = update_of(
    {
        "setKey": record(_ACTION, {"key": KEY}),
        "setMessages": record(_ACTION, {"messages": _MESSAGES}),
        "setChanges": record(_ACTION, {"changes": _CHANGES}),
        "setEvents": record(_ACTION, {"events": _EVENTS}),
        "changeDestination": record({**_ACTION, "destination": DESTINATION}),
    }
)


def subscription_from_draft(project: Project, draft: Document, client: str | None) -> Document:
    """Give the subscription that a checked draft describes.

    Raises:
        Refused: it wants to hear nothing, or there are too many.
    """
    if not any(draft.get(name) for name in ("messages", "changes", "events")):
        raise invalid_input("At least one of messages, changes and events is needed.")
    if len(project.subscriptions) >= MOST_SUBSCRIPTIONS:
        text = f"A project has at most {MOST_SUBSCRIPTIONS} subscriptions."
        raise Refused(400, "MaxResourceLimitExceeded", text, exceededResource="subscription")
    return without_nothing(
        **project.fresh(client),
        key=draft.get("key"),
        destination=_told(draft["destination"]),
        messages=_wishes(draft.get("messages")),
        changes=draft.get("changes") or [],
        events=draft.get("events") or [],
        format=draft.get("format") or {"type": "Platform"},
        status="Healthy",
    )


def _wishes(drafts: list[Document] | None) -> list[Document]:
    return [{"types": [], **each} for each in drafts or []]


def _told(destination: Document) -> Document:
    """Give a destination as the vendor shows it: its secrets end in their last characters only."""
    shown = {name: value for name, value in destination.items() if value is not None}
    return shown | {name: f"****{shown[name][-3:]}" for name in _SECRETS if name in shown}


def queue_of(subscription: Document) -> str:
    """Say which queue a subscription fills."""
    destination = subscription["destination"]
    return str(destination.get(_QUEUE_NAMES[destination["type"]], ""))


def wants_message(subscription: Document, message: Document) -> bool:
    return any(
        wish["resourceTypeId"] == message["resource"]["typeId"] and (not wish["types"] or message["type"] in wish["types"])
        for wish in subscription["messages"]
    )


def wants_change(subscription: Document, type_id: str) -> bool:
    return any(wish["resourceTypeId"] == type_id for wish in subscription["changes"])


def _set_key(change: Change, action: Document) -> None:
    change.document.pop("key", None)
    if "key" in action:
        change.document["key"] = action["key"]


def _setting(field: str) -> Act:
    def act(change: Change, action: Document) -> None:
        change.document[field] = _wishes(action.get(field)) if field == "messages" else action.get(field) or []

    return act


def _set_destination(change: Change, action: Document) -> None:
    change.document["destination"] = _told(action["destination"])
    change.document["status"] = "Healthy"


SUBSCRIPTION_ACTS: dict[str, Act] = {
    "setKey": _set_key,
    "setMessages": _setting("messages"),
    "setChanges": _setting("changes"),
    "setEvents": _setting("events"),
    "changeDestination": _set_destination,
}
