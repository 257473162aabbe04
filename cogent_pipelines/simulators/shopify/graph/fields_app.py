"""Fields and mutations of the app itself: shop, scopes, versions, webhook subscriptions."""

import re
from typing import Any

from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.filters import WEBHOOK_FILTERS
from cogent_pipelines.simulators.shopify.graph.mutations_fulfilment import error
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.roots import numeric, searched
from cogent_pipelines.simulators.shopify.graph.schema import CANDIDATE, SUPPORTED, UNSTABLE
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.webhooks import Subscription, Webhooks

APP_ID = 271_000_000_001
INSTALLATION_ID = 600_000_000_001
SHOP_ID = 91_000_000_001


class Endpoint:
    __slots__ = ("gql", "uri")

    def __init__(self, uri: str) -> None:
        self.uri = uri
        if uri.startswith("pubsub://"):
            self.gql = "WebhookPubSubEndpoint"
        elif uri.startswith("arn:"):
            self.gql = "WebhookEventBridgeEndpoint"
        else:
            self.gql = "WebhookHttpEndpoint"


def register(registry: Registry) -> None:
    _shop(registry)
    _app(registry)
    _subscriptions(registry)
    _subscribing(registry)


def _shop(registry: Registry) -> None:
    @registry.resolver("QueryRoot", "shop")
    def _root(_: Any, __: Arguments, context: RequestContext) -> Any:
        return context.shop

    registry.plain(
        "Shop",
        id=lambda _: gid("Shop", SHOP_ID),
        name=lambda s: s.name,
        email=lambda _: "owner@example.com",
        contactEmail=lambda _: "hello@example.com",
        shopOwnerName=lambda _: "Shop Owner",
        myshopifyDomain=lambda s: s.domain,
        url=lambda s: f"https://{s.domain}",
        primaryDomain=lambda s: s,
        currencyCode=lambda s: s.currency,
        enabledPresentmentCurrencies=lambda s: [s.currency],
        ianaTimezone=lambda _: "Europe/London",
        timezoneAbbreviation=lambda _: "GMT",
        timezoneOffset=lambda _: "+0000",
        timezoneOffsetMinutes=lambda _: 0,
        weightUnit=lambda _: "KILOGRAMS",
        unitSystem=lambda _: "METRIC_SYSTEM",
        taxesIncluded=lambda _: True,
        taxShipping=lambda _: True,
        orderNumberFormatPrefix=lambda _: "#",
        orderNumberFormatSuffix=lambda _: "",
        setupRequired=lambda _: False,
        plan=lambda s: s,
        shopAddress=lambda s: s,
        billingAddress=lambda s: s,
        fulfillmentServices=lambda s: [place for place in s.locations.values() if place.fulfilment_service],
        createdAt=lambda s: iso(s.created_at),
        updatedAt=lambda s: iso(s.created_at),
    )
    registry.plain(
        "ShopAddress",
        id=lambda _: gid("ShopAddress", SHOP_ID),
        address1=lambda s: s.primary_location.address.get("address1"),
        city=lambda s: s.primary_location.address.get("city"),
        zip=lambda s: s.primary_location.address.get("zip"),
        countryCode=lambda s: s.country,
        countryCodeV2=lambda s: s.country,
        company=lambda s: s.name,
        coordinatesValidated=lambda _: False,
    )
    registry.plain(
        "Domain",
        id=lambda _: gid("Domain", SHOP_ID),
        host=lambda s: s.domain,
        url=lambda s: f"https://{s.domain}",
        sslEnabled=lambda _: True,
    )
    registry.plain(
        "ShopPlan",
        displayName=lambda s: s.switches.plan.title(),
        publicDisplayName=lambda s: s.switches.plan.title(),
        partnerDevelopment=lambda _: False,
        shopifyPlus=lambda s: s.switches.plan in {"plus", "enterprise"},
    )


def _app(registry: Registry) -> None:
    @registry.resolver("QueryRoot", "currentAppInstallation")
    def _current(_: Any, __: Arguments, context: RequestContext) -> Any:
        return context

    @registry.resolver("QueryRoot", "appInstallation")
    def _installation(_: Any, __: Arguments, context: RequestContext) -> Any:
        return context

    @registry.resolver("QueryRoot", "app")
    def _the_app(_: Any, __: Arguments, context: RequestContext) -> Any:
        return context

    @registry.resolver("QueryRoot", "publicApiVersions")
    def _versions(_: Any, __: Arguments, ___: RequestContext) -> list[str]:
        return [*SUPPORTED, CANDIDATE, UNSTABLE]

    registry.plain(
        "AppInstallation",
        id=lambda _: gid("AppInstallation", INSTALLATION_ID),
        app=lambda context: context,
        accessScopes=lambda context: sorted(context.scopes),
        launchUrl=lambda context: f"https://{context.shop.domain}/admin/apps/{APP_ID}",
        uninstallUrl=lambda _: None,
    )
    registry.plain(
        "App",
        id=lambda _: gid("App", APP_ID),
        apiKey=lambda context: context.app.client_id,
        handle=lambda _: "simulated-app",
        title=lambda _: "Simulated app",
        embedded=lambda _: False,
        installation=lambda context: context,
        requestedAccessScopes=lambda context: sorted(context.scopes),
        availableAccessScopes=lambda context: sorted(context.scopes),
        webhookApiVersion=lambda context: context.app.webhooks.version,
    )
    registry.plain("AccessScope", handle=lambda name: name, description=lambda name: name.replace("_", " "))
    registry.plain(
        "ApiVersion",
        handle=lambda name: name,
        displayName=lambda name: name if name in SUPPORTED else f"{name} (unstable)",
        supported=lambda name: name in SUPPORTED,
    )


def _hooks(context: RequestContext) -> Webhooks:
    hooks: Webhooks = context.app.webhooks
    return hooks


def _subscriptions(registry: Registry) -> None:
    registry.plain(
        "WebhookSubscription",
        id=lambda w: gid("WebhookSubscription", w.id),
        legacyResourceId=lambda w: str(w.id),
        topic=lambda w: w.topic,
        uri=lambda w: w.uri,
        callbackUrl=lambda w: w.uri,
        endpoint=lambda w: Endpoint(w.uri),
        format=lambda w: w.format,
        filter=lambda w: w.filter,
        name=lambda w: w.name,
        includeFields=lambda w: w.include_fields,
        metafieldNamespaces=lambda w: w.metafield_namespaces,
        metafields=lambda _: [],
        createdAt=lambda w: iso(w.created_at),
        updatedAt=lambda w: iso(w.updated_at),
    )
    registry.plain("WebhookHttpEndpoint", callbackUrl=lambda e: e.uri)
    registry.plain("WebhookEventBridgeEndpoint", arn=lambda e: e.uri)
    registry.plain(
        "WebhookPubSubEndpoint",
        pubSubProject=lambda e: e.uri.removeprefix("pubsub://").partition(":")[0],
        pubSubTopic=lambda e: e.uri.removeprefix("pubsub://").partition(":")[2],
    )

    @registry.resolver("WebhookSubscription", "apiVersion")
    def _version(_: Any, __: Arguments, context: RequestContext) -> str:
        return _hooks(context).version

    @registry.resolver("QueryRoot", "webhookSubscription")
    def _one(_: Any, arguments: Arguments, context: RequestContext) -> Subscription | None:
        return _hooks(context).subscriptions.get(numeric(arguments["id"], "WebhookSubscription"))

    @registry.resolver("QueryRoot", "webhookSubscriptions")
    def _all(_: Any, arguments: Arguments, context: RequestContext) -> Page:
        topics, uri = arguments.get("topics"), arguments.get("uri") or arguments.get("callbackUrl")
        rows = [
            row
            for row in _hooks(context).subscriptions.values()
            if (not topics or row.topic in topics) and (not uri or row.uri == uri)
        ]
        found = searched(context, rows, arguments, root="webhookSubscriptions", fields=WEBHOOK_FILTERS)
        return page(found, arguments, in_order=True)

    @registry.resolver("QueryRoot", "webhookSubscriptionsCount")
    def _count(_: Any, __: Arguments, context: RequestContext) -> tuple[int, str]:
        return len(_hooks(context).subscriptions), "EXACT"


FIELD = ["webhookSubscription", "callbackUrl"]


def _address_problem(uri: str | None, context: RequestContext) -> str | None:
    if not uri:
        return "Address can't be blank"
    if uri.startswith("pubsub://"):
        return (
            None
            if re.fullmatch(r"pubsub://[\w-]+:[\w.-]+", uri)
            else ("Address is not a valid GCP pub/sub format. Format should be pubsub://project:topic")
        )
    if uri.startswith("arn:"):
        return None if uri.startswith("arn:aws:events:") else "Address is not a valid AWS ARN"
    scheme, found, rest = uri.partition("://")
    if not found or not rest:
        return "Address is invalid"
    if scheme == "https" or (scheme == "http" and context.shop.switches.webhook_allow_http):
        return None
    return f"Address protocol {scheme}:// is not supported"


def _problem(topic: str, given: dict[str, Any], context: RequestContext, own: int | None) -> dict[str, Any] | None:
    uri = given.get("uri") or given.get("callbackUrl")
    if text := _address_problem(uri, context):
        return error(text, FIELD)
    if given.get("format") == "XML":
        return error("Format 'xml' is invalid for this webhook topic. Allowed formats: json", [FIELD[0], "format"])
    name = given.get("name")
    if name is not None and not re.fullmatch(r"[\w-]+", name):
        text = "Name name field can only contain alphanumeric characters, underscores, and hyphens"
        return error(text, [FIELD[0], "name"])
    others = [row for row in _hooks(context).subscriptions.values() if row.id != own]
    if name is not None and any(row.name == name for row in others):
        return error("Name already exists, no duplicate allowed", [FIELD[0], "name"])
    if any(row.topic == topic and row.uri == uri and row.filter == given.get("filter") for row in others):
        return error("Address for this topic has already been taken", FIELD)
    return None


def _subscribing(registry: Registry) -> None:
    @registry.resolver("Mutation", "webhookSubscriptionCreate")
    def _create(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        topic, given = arguments["topic"], arguments["webhookSubscription"]
        if problem := _problem(topic, given, context, None):
            return {"webhookSubscription": None, "userErrors": [problem]}
        if given.get("filter"):
            raise FieldError("Webhook filters are not modelled by this simulator.", "NOT_MODELLED_BY_SIMULATOR")
        made = _hooks(context).subscribe(
            topic,
            given.get("uri") or given["callbackUrl"],
            format_=given.get("format") or "JSON",
            name=given.get("name"),
            include_fields=list(given.get("includeFields") or []),
            metafield_namespaces=list(given.get("metafieldNamespaces") or []),
        )
        return {"webhookSubscription": made, "userErrors": []}

    @registry.resolver("Mutation", "webhookSubscriptionUpdate")
    def _update(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        hooks, given = _hooks(context), arguments["webhookSubscription"]
        row = hooks.subscriptions.get(numeric(arguments["id"], "WebhookSubscription"))
        if row is None:
            problem = error("Webhook subscription does not exist", ["id"])
            return {"webhookSubscription": None, "userErrors": [problem]}
        merged: dict[str, Any] = {"uri": row.uri, "name": row.name, "filter": row.filter, **given}
        refused = _problem(row.topic, merged, context, row.id)
        if refused:
            return {"webhookSubscription": None, "userErrors": [refused]}
        row.uri = merged.get("callbackUrl") or merged["uri"]
        row.name = merged.get("name")
        if "includeFields" in given:
            row.include_fields = list(given["includeFields"] or [])
        row.updated_at = context.shop.now_ms()
        return {"webhookSubscription": row, "userErrors": []}

    @registry.resolver("Mutation", "webhookSubscriptionDelete")
    def _delete(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        if not _hooks(context).unsubscribe(numeric(arguments["id"], "WebhookSubscription")):
            problem = error("Webhook subscription does not exist", ["id"])
            return {"deletedWebhookSubscriptionId": None, "userErrors": [problem]}
        return {"deletedWebhookSubscriptionId": arguments["id"], "userErrors": []}
