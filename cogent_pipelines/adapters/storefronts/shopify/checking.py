"""Proves a store's connection without writing: each line is right, or says what to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cogent_pipelines.adapters.storefronts.shopify.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json
from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.adapters.storefronts.shopify.locations import Locations
from cogent_pipelines.adapters.storefronts.shopify.scopes import FULFILMENT_ORDER_SCOPES, NEEDS, is_granted
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.subscriptions import TOPICS, Subscriptions
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority

_SHOWN = 5


class ConnectionCheck:
    """What `cogent check-connection` asks of a store."""

    def __init__(
        self,
        graphql: GraphQL,
        settings: ShopifySettings,
        *,
        locations: Locations,
        catalogue: Catalogue,
        subscriptions: Subscriptions,
    ) -> None:
        self._graphql = graphql
        self._settings = settings
        self._locations = locations
        self._catalogue = catalogue
        self._subscriptions = subscriptions

    def lines(self) -> Iterator[CheckLine]:
        try:
            shop = self._graphql.read("shop", {}, priority=Priority.SWEEP)
        except AuthenticationFailed as error:
            yield CheckLine(
                "credentials", ok=False, finding=str(error), remedy="Renew the token or the app's client secret."
            )
            return
        except VendorError as error:
            yield CheckLine(
                "endpoint", ok=False, finding=str(error), remedy="Check the store's domain, the API version and the network."
            )
            return
        yield CheckLine("credentials", ok=True, finding=f"accepted by {shop['shop']['name']}")
        yield _domain(shop["shop"], self._settings)
        yield CheckLine("currency", ok=True, finding=f"the store books in {shop['shop']['currencyCode']}")
        yield _version(shop["publicApiVersions"], self._settings.api_version)
        granted = {scope["handle"] for scope in shop["currentAppInstallation"]["accessScopes"]}
        yield from _scopes(granted)
        yield from self._guarded("locations", self._location_lines)
        yield from self._guarded("webhooks", self._webhook_lines)
        yield from self._guarded("SKUs", self._sku_lines)

    def _guarded(self, subject: str, lines: Callable[[], Sequence[CheckLine]]) -> Iterator[CheckLine]:
        """One part that cannot be asked must not hide the rest."""
        try:
            yield from lines()
        except VendorError as error:
            yield CheckLine(subject, ok=False, finding=str(error), remedy="Correct what the message says, then check again.")

    def _location_lines(self) -> list[CheckLine]:
        nodes = self._locations.all()
        wanted = reference(self._locations.stock_location())
        found = next((node for node in nodes if reference(node["id"]) == wanted), None)
        if found is None:
            choice = ", ".join(f"{node['name']} ({reference(node['id'])})" for node in nodes)
            return [CheckLine("location", ok=False, finding=f"no location {wanted}", remedy=f"Choose one of: {choice}.")]
        if not found["isActive"]:
            remedy = "Activate the location, or choose another."
            return [CheckLine("location", ok=False, finding=f"{found['name']} is deactivated", remedy=remedy)]
        lines = [CheckLine("location", ok=True, finding=f"stock is published at {found['name']} ({wanted})")]
        active = sum(1 for node in nodes if node["isActive"])
        if active > 1 and not self._settings.fulfilment_locations:
            lines.append(
                CheckLine(
                    "fulfilment locations",
                    ok=True,
                    finding=f"{active} locations are active, and orders of all of them go to the warehouse",
                    remedy="Where other locations ship orders themselves, name the warehouse's own as fulfilment locations.",
                )
            )
        return lines

    def _webhook_lines(self) -> list[CheckLine]:
        subscribed = {node["topic"] for node in self._subscriptions.all()}
        missing = [topic for topic in TOPICS if topic not in subscribed]
        if not missing:
            return [CheckLine("webhooks", ok=True, finding=f"{len(TOPICS)} topics are subscribed")]
        return [
            CheckLine(
                "webhooks",
                ok=True,
                finding=f"not subscribed through the API: {', '.join(missing)}",
                remedy="They are made when the gateway starts, unless the app's own configuration has them; "
                "without them orders come with the next poll.",
            )
        ]

    def _sku_lines(self) -> list[CheckLine]:
        """A sample: the first page of variants."""
        products = [each for each in next(iter(self._catalogue.products()), []) if isinstance(each, Product)]
        return [_blank_skus(products), _duplicate_skus(products)]


def _domain(shop: Json, settings: ShopifySettings) -> CheckLine:
    if shop["myshopifyDomain"] == settings.shop:
        return CheckLine("store", ok=True, finding=settings.shop)
    return CheckLine(
        "store",
        ok=False,
        finding=f"the token belongs to {shop['myshopifyDomain']}, not to {settings.shop}",
        remedy="Webhooks bear the store's own domain: put that into the connection.",
    )


def _version(versions: Sequence[Json], wanted: str) -> CheckLine:
    supported = [one["handle"] for one in versions if one["supported"]]
    if wanted in supported:
        return CheckLine("API version", ok=True, finding=f"{wanted} is supported")
    return CheckLine(
        "API version",
        ok=False,
        # Shopify answers in the oldest version it still has, without an error.
        finding=f"{wanted} is not supported; another version would answer in its place",
        remedy=f"Choose one of: {', '.join(supported)}.",
    )


def _scopes(granted: set[str]) -> Iterator[CheckLine]:
    for need in NEEDS:
        having = [scope for scope in need.any_of if is_granted(scope, granted)]
        if having:
            yield CheckLine(f"scope {having[0]}", ok=True, finding=f"granted, {need.purpose}")
            continue
        scopes = " or ".join(need.any_of)
        yield CheckLine(
            f"scope {scopes}",
            ok=not need.vital,
            finding=f"not granted; it is needed {need.purpose}",
            remedy=f"Grant {scopes} to the app and install it again.",
        )
    yield from _invisible(granted)


def _invisible(granted: set[str]) -> Iterator[CheckLine]:
    for kind, where in FULFILMENT_ORDER_SCOPES.items():
        if not is_granted(f"read_{kind}", granted):
            yield CheckLine(
                f"scope read_{kind}",
                ok=True,
                finding=f"not granted: what is to be shipped {where} stays invisible, without an error",
                remedy=f"Grant it where the warehouse ships {where}.",
            )


def _blank_skus(products: Sequence[Product]) -> CheckLine:
    blank = [product.title for product in products if product.sku is None and product.requires_shipping and product.active]
    if not blank:
        return CheckLine("blank SKUs", ok=True, finding=f"none among {len(products)} variants")
    return CheckLine(
        "blank SKUs",
        ok=False,
        finding=f"{len(blank)} of {len(products)} variants that ship have no SKU: {'; '.join(blank[:_SHOWN])}",
        remedy="Give each a SKU: orders with such a line are held.",
    )


def _duplicate_skus(products: Sequence[Product]) -> CheckLine:
    counts = Counter(product.sku for product in products if product.sku is not None and product.active)
    twice = sorted(sku for sku, count in counts.items() if count > 1)
    if not twice:
        return CheckLine("duplicate SKUs", ok=True, finding=f"none among {len(products)} variants")
    return CheckLine(
        "duplicate SKUs",
        ok=False,
        finding=f"{len(twice)} SKUs stand on several variants: {', '.join(twice[:_SHOWN])}",
        remedy="Make each unique: stock of an ambiguous SKU is not published.",
    )
