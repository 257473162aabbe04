"""What a notice says: the Platform form, the same inside a CloudEvent, and the envelope of the bridge that carries it."""

import base64
import hashlib
import hmac

import orjson

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.messages import identifiers
from cogent_pipelines.simulators.commercetools.switches import Switches

_TOO_LARGE = "Payload too large."
_MESSAGE_CORE = (
    "id",
    "version",
    "sequenceNumber",
    "resource",
    "resourceVersion",
    "resourceUserProvidedIdentifiers",
    "createdAt",
    "lastModifiedAt",
)
CHANGES = {"created": "ResourceCreated", "updated": "ResourceUpdated", "deleted": "ResourceDeleted"}


def message_notice(message: Document, *, project: str, limit: int) -> Document:
    """Say a message; one that is too large comes without what it says."""
    whole = {"notificationType": "Message", "projectKey": project, **message}
    if len(orjson.dumps(whole)) <= limit:
        return whole
    core = {name: message[name] for name in _MESSAGE_CORE if name in message}
    left_out = {"reason": _TOO_LARGE, "payloadType": message["type"]}
    return {"notificationType": "Message", "projectKey": project, **core, "payloadNotIncluded": left_out}


def change_notice(what: str, resource: Document, old_version: int | None, *, project: str) -> Document:
    """Say that a resource came to be, changed or went."""
    notice: Document = {
        "notificationType": CHANGES[what],
        "projectKey": project,
        "resource": {"typeId": resource["typeId"], "id": resource["id"]},
        "resourceUserProvidedIdentifiers": identifiers(resource),
        "version": resource["version"],
        "modifiedAt": resource["lastModifiedAt"],
    }
    if what == "updated":
        notice["oldVersion"] = old_version
    if what == "deleted":
        notice["dataErasure"] = False
    return notice


def cloud_event(notice: Document, *, event_id: str) -> Document:
    """Put a notice into a CloudEvent of version 1.0."""
    kind, project = notice["notificationType"], notice["projectKey"]
    type_id, resource_id = notice["resource"]["typeId"], notice["resource"]["id"]
    is_message = kind == "Message"
    left_out = notice.get("payloadNotIncluded", {})
    name = notice.get("type") or left_out.get("payloadType") if is_message else kind
    event: Document = {
        "specversion": "1.0",
        "id": notice["id"] if is_message else event_id,
        "type": f"com.commercetools.{type_id}.{'message' if is_message else 'change'}.{name}",
        "source": f"/{project}/{_PATHS.get(type_id, type_id + 's')}",
        "subject": resource_id,
        "time": notice.get("createdAt") or notice["modifiedAt"],
    }
    if is_message:
        event |= {
            "sequence": str(notice["sequenceNumber"]),
            "sequencetype": "Integer",
            "dataref": f"/{project}/messages/{notice['id']}",
        }
    return {**event, "data": notice}


_PATHS = {"inventory-entry": "inventory"}


def enveloped(body: bytes, *, wraps: str, notice_id: str, queue: str, stamp: str) -> bytes:
    """Put a notice into the envelope in which a queue's push comes."""
    if wraps == "pubsub":
        message = {"data": base64.b64encode(body).decode(), "messageId": notice_id, "publishTime": stamp, "attributes": {}}
        return orjson.dumps({"message": message, "subscription": queue})
    if wraps == "sns":
        return orjson.dumps(
            {
                "Type": "Notification",
                "MessageId": notice_id,
                "TopicArn": queue,
                "Message": body.decode(),
                "Timestamp": stamp,
            }
        )
    return body


def signature(switches: Switches, secret: str, body: bytes) -> dict[str, str]:
    """Give the header by which the bridge shows who it is."""
    if switches.bridge_signs == "nothing":
        return {}
    if switches.bridge_signs == "secret":
        return {switches.bridge_header: secret}
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {switches.bridge_header: base64.b64encode(digest).decode()}
