"""Proves a tenant's connection without writing: each line is right, or says what to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cogent_pipelines.adapters.storefronts.scayle.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.identifiers import by_key
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ScayleSettings, ShopCountry
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import is_listed, path_of
from cogent_pipelines.adapters.storefronts.scayle.subscriptions import Subscriptions
from cogent_pipelines.adapters.transport.unforeseen import readable
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority

_SHOWN = 5


class ConnectionCheck:
    """What `cogent check-connection` asks of a tenant."""

    def __init__(
        self, api: AdminApi, settings: ScayleSettings, *, catalogue: Catalogue, subscriptions: Subscriptions
    ) -> None:
        self._api = api
        self._settings = settings
        self._catalogue = catalogue
        self._subscriptions = subscriptions

    def lines(self) -> Iterator[CheckLine]:
        first, *others = self._settings.shops
        try:
            readable_orders = self._shop(first)
        except AuthenticationFailed as error:
            remedy = "Make a new API key with read and write access to orders, fulfilment, stock and webhooks."
            yield CheckLine("API key", ok=False, finding=str(error), remedy=remedy)
            return
        except VendorError as error:
            remedy = "Check the tenant's name, the shop country and the network."
            yield CheckLine("endpoint", ok=False, finding=str(error), remedy=remedy)
            return
        yield CheckLine("API key", ok=True, finding=f"accepted by {self._settings.tenant}")
        yield readable_orders
        for shop in others:
            yield from self._guarded(f"orders of {shop.shop}/{shop.country}", partial(self._shops, shop))
        yield from self._guarded("warehouse", self._warehouse)
        yield from self._guarded("carriers", self._carriers)
        yield from self._guarded("delegation", self._delegation)
        yield from self._guarded("events", self._events)
        yield from self._guarded("SKUs", self._skus)

    def _guarded(self, subject: str, lines: Callable[[], Sequence[CheckLine]]) -> Iterator[CheckLine]:
        """One part that cannot be asked must not hide the rest."""
        try:
            with readable(subject):
                found = list(lines())
        except VendorError as error:
            yield CheckLine(subject, ok=False, finding=str(error), remedy="Correct what the message says, then check again.")
            return
        yield from found

    def _shops(self, shop: ShopCountry) -> list[CheckLine]:
        return [self._shop(shop)]

    def _shop(self, shop: ShopCountry) -> CheckLine:
        self._api.read(self._api.get("orders", f"{path_of(shop)}/orders", priority=Priority.SWEEP, query={"limit": "1"}))
        return CheckLine(f"orders of {shop.shop}/{shop.country}", ok=True, finding="can be listed")

    def _warehouse(self) -> list[CheckLine]:
        nodes = self._all("warehouses")
        wanted = self._settings.warehouse
        found = next((node for node in nodes if node.text("referenceKey") == wanted), None)
        if found is None:
            choice = ", ".join(node.text("referenceKey") for node in nodes) or "none is there yet"
            remedy = f"Make it before stock is sent, or choose one of: {choice}."
            return [CheckLine("warehouse", ok=False, finding=f"there is no warehouse {wanted}", remedy=remedy)]
        attached = {(each.text("shopKey"), each.text("countryCode").upper()) for each in found.each("shopCountries")}
        loose = [
            f"{shop.shop}/{shop.country}"
            for shop in self._settings.shops
            if not shop.country.isdecimal() and (shop.shop, shop.country.upper()) not in attached
        ]
        if not loose:
            served = CheckLine("warehouse", ok=True, finding=f"stock is told for {wanted}, which serves every shop country")
            return [served, *self._unlisted(found)]
        return [
            *self._unlisted(found),
            CheckLine(
                "warehouse",
                ok=False,
                finding=f"{wanted} is not attached to {', '.join(loose)}: its stock does not count there",
                remedy="Attach the warehouse to the shop country and to the merchant.",
            ),
        ]

    def _unlisted(self, warehouse: Node) -> list[CheckLine]:
        """A warning of shop countries that the warehouse serves and nobody here knows of."""
        known = (*self._settings.shops, *self._settings.shops_elsewhere)
        served = [(each, each.text("shopKey"), each.text("countryCode")) for each in warehouse.each("shopCountries")]
        # Where ids are listed, a code alone does not say which shop country is meant.
        by_id = {shop.shop.casefold() for shop in known if shop.country.isdecimal()}
        unlisted = [
            f"{shop}/{country}"
            for each, shop, country in served
            if shop.casefold() not in by_id and not is_listed(each, known)
        ]
        if not unlisted:
            return []
        finding = f"the warehouse serves {', '.join(unlisted)}, too, whose orders are left out here"
        remedy = "Add them to shops, or to shops_elsewhere where another connection ships their orders."
        return [CheckLine("other shop countries", ok=True, finding=finding, remedy=remedy)]

    def _carriers(self) -> list[CheckLine]:
        keys = sorted(node.text("key") for node in self._all("carriers"))
        wanted = self._settings.carrier
        if wanted and wanted not in keys:
            remedy = f"Choose one of: {', '.join(keys)}."
            return [CheckLine("carriers", ok=False, finding=f"there is no carrier {wanted}", remedy=remedy)]
        remedy = "" if wanted else "Map the warehouse's carrier names to these keys: a shipment with another is refused."
        return [CheckLine("carriers", ok=True, finding=f"carrier keys: {', '.join(keys) or 'none'}", remedy=remedy)]

    def _delegation(self) -> list[CheckLine]:
        if self._settings.hand_over is HandOver.POLLING:
            return [CheckLine("delegation", ok=True, finding="not used: orders are polled once they are confirmed")]
        merchant = self._settings.merchant or "default"
        node = self._api.read(self._api.get("merchant", f"/merchants/{by_key(merchant)}", priority=Priority.SWEEP))
        unset = [name for name in ("orderDelegationUrl", "cancellationUrl") if not node.text(name)]
        if not unset:
            return [CheckLine("delegation", ok=True, finding=f"merchant {merchant} delegates orders and cancellations")]
        return [
            CheckLine(
                "delegation",
                ok=False,
                finding=f"merchant {merchant} has no {' and no '.join(unset)}: no order is ever delegated to us",
                remedy="Put the connection's address, with user and password in it, into both; or hand over by polling.",
            )
        ]

    def _events(self) -> list[CheckLine]:
        offered = self._subscriptions.offered()
        subscribed = {event for event, _ in self._subscriptions.all()}
        missing = [event.name for event in offered if event.name not in subscribed]
        lines = [
            CheckLine(
                "events",
                ok=True,
                finding=f"not subscribed: {', '.join(missing)}" if missing else f"{len(offered)} events are subscribed",
                remedy="They are made when the gateway starts; without them changes come with the next poll."
                if missing
                else "",
            )
        ]
        absent = self._subscriptions.not_offered(offered)
        if absent:
            finding = f"the tenant does not offer {', '.join(absent)} under any spelling that is known"
            lines.append(CheckLine("event names", ok=True, finding=finding, remedy="Such changes come with the next poll."))
        return lines

    def _skus(self) -> list[CheckLine]:
        """A sample: the first page of products."""
        page = next(iter(self._catalogue.products()), [])
        products = [each for each in page if isinstance(each, Product)]
        unreadable = [f"{each.ref}: {each.why}" for each in page if not isinstance(each, Product)]
        blank = [product.title for product in products if product.sku is None and product.active]
        counts = Counter(product.sku for product in products if product.sku is not None)
        twice = sorted(sku for sku, count in counts.items() if count > 1)
        return [
            _sku_line("unreadable variants", unreadable, len(page), "Correct in SCAYLE what the message names."),
            _sku_line("blank SKUs", blank, len(products), "Give each variant a reference key: orders without one are held."),
            _sku_line("duplicate SKUs", twice, len(products), "Make each reference key unique: stock is told by it."),
        ]

    def _all(self, what: str) -> list[Node]:
        return [Node(entity) for page in self._api.pages(what, f"/{what}", {}, priority=Priority.SWEEP) for entity in page]


def _sku_line(subject: str, found: Sequence[str], of: int, remedy: str) -> CheckLine:
    if not found:
        return CheckLine(subject, ok=True, finding=f"none among {of} variants")
    return CheckLine(subject, ok=False, finding=f"{len(found)} of {of}: {'; '.join(found[:_SHOWN])}", remedy=remedy)
