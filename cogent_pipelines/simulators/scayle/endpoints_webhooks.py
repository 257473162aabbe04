"""Webhook events and subscriptions of the Admin generation: global, event and version fixed once subscribed."""

from typing import Any

from cogent_pipelines.simulators.scayle import bodies, events, paging
from cogent_pipelines.simulators.scayle.calls import CREATED, NO_CONTENT, Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.deliver import masked
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.webhooks import Subscription

SUBSCRIPTION = {
    "id": "integer",
    "event": "filled string",
    "version": "integer",
    "url": "filled string",
    "filters": "list",
}


def subscription_json(row: Subscription) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row.id, "event": row.event, "version": row.version, "url": masked(row.url), "filters": []}
    keys = {name: value for name, value in (("include", row.include), ("exclude", row.exclude)) if value}
    if keys:
        found["filters"] = [{"merchantReferenceKeys": keys}]
    return found


def list_events(call: Call) -> Reply:
    return Reply({"entities": events.catalogue(call.switches)})


def list_subscriptions(call: Call) -> Reply:
    rows = call.simulator.webhooks.subscriptions.values()
    return Reply(paging.page(rows, call, subscription_json, place=paging.by_number))


def post_subscription(call: Call) -> Reply:
    told = bodies.read(call.document(), SUBSCRIPTION, call.switches, required=("event", "version", "url"))
    known = {row["event"]: row for row in events.catalogue(call.switches)}
    event = known.get(told["event"])
    if event is None or event["version"] != told["version"]:
        raise refused(400, "unknown event or version", event=told["event"], version=told["version"])
    _check_address(call, told["url"])
    include, exclude = _filters(call, told.get("filters", []))
    if (include or exclude) and not event["supportedFilters"]["merchants"]:
        raise refused(400, "this event has no merchant filter", event=told["event"])
    made = call.simulator.webhooks.subscribe(told["event"], told["url"], include=include, exclude=exclude)
    return Reply(subscription_json(made), CREATED)


def _check_address(call: Call, url: str) -> None:
    if "***" in url or not call.simulator.takes_address(url):
        raise refused(400, "url is not an address", field="url")


def _filters(call: Call, rows: list[Any]) -> tuple[list[str], list[str]]:
    include: list[str] = []
    exclude: list[str] = []
    for row in rows:
        told = bodies.read(row, {"merchantReferenceKeys": "object"}, call.switches, where="filters[]")
        keys = bodies.read(
            told.get("merchantReferenceKeys", {}),
            {"include": "list of strings", "exclude": "list of strings"},
            call.switches,
        )
        include += keys.get("include", [])
        exclude += keys.get("exclude", [])
    return include, exclude


def _found(call: Call) -> Subscription:
    row = call.simulator.webhooks.subscriptions.get(call.number("subscriptionId"))
    if row is None:
        raise refused(404, "subscription not found", subscriptionId=call.parts["subscriptionId"])
    return row


def get_subscription(call: Call) -> Reply:
    return Reply(subscription_json(_found(call)))


def patch_subscription(call: Call) -> Reply:
    row = _found(call)
    told = bodies.read(call.document(), {"url": "filled string", "filters": "list"}, call.switches)
    if "url" in told:
        _check_address(call, told["url"])
        row.url = told["url"]
    for each in told.get("filters", []):
        asked = bodies.read(each, {"merchantReferenceKeys": "object"}, call.switches, where="filters[]")
        change = bodies.read(
            asked.get("merchantReferenceKeys", {}), {"include": "object", "exclude": "object"}, call.switches
        )
        for name, keys in (("include", row.include), ("exclude", row.exclude)):
            moves = bodies.read(change.get(name, {}), {"add": "list of strings", "remove": "list of strings"}, call.switches)
            keys += [key for key in moves.get("add", []) if key not in keys]
            keys[:] = [key for key in keys if key not in moves.get("remove", [])]
    return Reply(subscription_json(row))


def delete_subscription(call: Call) -> Reply:
    del call.simulator.webhooks.subscriptions[_found(call).id]
    return Reply(status=NO_CONTENT)


BASE = "/webhooks/subscriptions"
READ, WRITE = "globalRead", "globalWrite"
ENDPOINTS = (
    Endpoint("listWebhookEvents", "GET", "/webhooks/events", "webhooks", READ, list_events),
    Endpoint("listSubscriptions", "GET", BASE, "webhooks", READ, list_subscriptions),
    Endpoint("createSubscription", "POST", BASE, "webhooks", WRITE, post_subscription),
    Endpoint("getSubscription", "GET", f"{BASE}/{{subscriptionId}}", "webhooks", READ, get_subscription),
    Endpoint("updateSubscription", "PATCH", f"{BASE}/{{subscriptionId}}", "webhooks", WRITE, patch_subscription),
    Endpoint("deleteSubscription", "DELETE", f"{BASE}/{{subscriptionId}}", "webhooks", WRITE, delete_subscription),
)
