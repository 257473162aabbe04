"""Proves a project's connection without writing: each line is right, or says what to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cogent_pipelines.adapters.storefronts.commercetools.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json
from cogent_pipelines.adapters.storefronts.commercetools.importing import StockImport
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.scopes import is_granted, needs_of
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.values import inner
from cogent_pipelines.adapters.transport.unforeseen import readable
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority

_SHOWN = 5
_EXPORTS = frozenset({"OrderExport", "OrderImport"})
"""`updateSyncInfo` takes a channel with one of these roles (API reference, `OrderUpdateSyncInfoAction`)."""

Lines = Callable[[], Sequence[CheckLine]]


class ConnectionCheck:
    """What `cogent check-connection` asks of a project."""

    def __init__(
        self,
        api: Api,
        settings: CommercetoolsSettings,
        *,
        names: Names,
        catalogue: Catalogue,
        imports: StockImport | None,
        granted: Callable[[], frozenset[str]],
    ) -> None:
        self._api = api
        self._settings = settings
        self._names = names
        self._catalogue = catalogue
        self._imports = imports
        self._granted = granted

    def lines(self) -> Iterator[CheckLine]:
        query = [("limit", "1"), ("withTotal", "false")]
        try:
            self._api.read(self._api.get("orders", self._settings.orders_path, query, priority=Priority.SWEEP))
        except AuthenticationFailed as error:
            remedy = "Renew the API client's id and secret, and give it the scopes of orders for this project or store."
            yield CheckLine("credentials", ok=False, finding=str(error), remedy=remedy)
            return
        except VendorError as error:
            remedy = "Check the project key, the addresses of the region, and the network."
            yield CheckLine("endpoint", ok=False, finding=str(error), remedy=remedy)
            return
        yield CheckLine("credentials", ok=True, finding=f"orders of {self._settings.project} can be read")
        yield from self._scopes()
        parts: list[tuple[str, Lines]] = [
            ("project", self._project),
            ("supply channel", self._supply_channel),
            ("export channel", self._export_channel),
            ("states and channels", self._reading_rules),
            ("import container", self._import_container),
            ("SKUs", self._skus),
        ]
        for subject, lines in parts:
            yield from _guarded(subject, lines)

    def _scopes(self) -> Iterator[CheckLine]:
        granted = self._granted()
        if not granted:
            finding, remedy = "the token does not say its scopes", "Look at the API client's scopes in the Merchant Center."
            yield CheckLine("scopes", ok=True, finding=finding, remedy=remedy)
            return
        missing = {
            scope: loss for scope, loss in needs_of(self._settings).items() if not is_granted(scope, granted, self._settings)
        }
        for scope, loss in missing.items():
            yield CheckLine("scopes", ok=False, finding=f"{scope} is not granted: {loss}", remedy=f"Grant {scope}.")
        if not missing:
            yield CheckLine("scopes", ok=True, finding="all that are needed are granted")

    def _project(self) -> list[CheckLine]:
        project = self._api.read(self._api.get("project", "", priority=Priority.SWEEP))
        if project.get("key") != self._settings.project:
            return [_wrong("project", f"the address answers for {project.get('key')}", "Correct the project key.")]
        currencies = ", ".join(str(each) for each in project.get("currencies") or ())
        line = CheckLine("project", ok=True, finding=f"{project.get('name')}, selling in {currencies}")
        return [line, self._messages(inner(project, "messages")), _reservations(inner(project, "inventory"))]

    def _messages(self, kept: Json) -> CheckLine:
        """Whether they are kept, and polled: without them orders come with the next poll all the same."""
        if not self._settings.poll_messages:
            remedy = "Set poll_messages, where what was missed of an order should show."
            return CheckLine("messages", ok=True, finding="messages about orders are not polled", remedy=remedy)
        if not kept.get("enabled"):
            remedy = "Enable messages in the project's settings, or take poll_messages back."
            return _wrong("messages", "the project keeps no messages", remedy)
        days = kept.get("deleteDaysAfterCreation")
        for_long = f" for {days} days" if isinstance(days, int) else ""
        return CheckLine("messages", ok=True, finding=f"messages about orders are polled, and kept{for_long}")

    def _supply_channel(self) -> list[CheckLine]:
        key = self._settings.supply_channel
        if not key:
            return [CheckLine("supply channel", ok=True, finding="stock is published to entries without a channel")]
        roles = _roles(self._names.channel(key))
        if "InventorySupply" not in roles:
            return [_wrong("supply channel", f"{key} has no role InventorySupply", "Give the channel this role.")]
        return [CheckLine("supply channel", ok=True, finding=f"stock is published at {key}")]

    def _export_channel(self) -> list[CheckLine]:
        key = self._settings.export_channel
        if not key:
            remedy = "Name a channel with the role OrderExport, where people should see which orders the warehouse has."
            return [CheckLine("export channel", ok=True, finding="handed-over orders are not marked", remedy=remedy)]
        if not _roles(self._names.channel(key)) & _EXPORTS:
            return [_wrong("export channel", f"{key} has no role OrderExport", "Give the channel this role.")]
        return [CheckLine("export channel", ok=True, finding=f"handed-over orders are marked with {key}")]

    def _reading_rules(self) -> list[CheckLine]:
        self._names.rules()
        return [CheckLine("states and channels", ok=True, finding="every one that the settings name is there")]

    def _import_container(self) -> list[CheckLine]:
        if self._imports is None:
            return []
        container = self._imports.container()
        if container is None:
            finding = "there is none yet; the first import makes it"
            return [CheckLine("import container", ok=True, finding=finding)]
        if container.get("resourceType") not in (None, "inventory"):
            finding = f"the container is for {container.get('resourceType')}"
            return [_wrong("import container", finding, "Name another container, or none: it is made by itself.")]
        if not self._settings.create_entries:
            remedy = "Set create_inventory_entries, or leave out import_container."
            return [
                CheckLine("import container", ok=True, finding="never used: only new entries are imported", remedy=remedy)
            ]
        return [CheckLine("import container", ok=True, finding="ready for new inventory entries")]

    def _skus(self) -> list[CheckLine]:
        """A sample: the first page of products."""
        products = [each for each in next(iter(self._catalogue.products()), []) if isinstance(each, Product)]
        blank = [product.title for product in products if product.sku is None]
        counted = Counter(product.sku for product in products if product.sku is not None)
        twice = [sku for sku, count in counted.items() if count > 1]
        return [
            _sample("blank SKUs", len(products), blank, "Give every variant a SKU."),
            _sample("duplicate SKUs", len(products), twice, "Let no two variants share a SKU."),
        ]


def _reservations(kept: Json) -> CheckLine:
    """Whether carts can hold stock: the mode wants this figure in the project (OpenAPI document, `InventoryMode`)."""
    minutes = kept.get("reservationExpirationInMinutes")
    if minutes is None:
        return CheckLine("reservations", ok=True, finding="carts hold no stock")
    finding = f"carts may hold stock for {minutes} minutes, and what they hold would be offered twice"
    remedy = "Let no cart be in the inventory mode ReserveOnCart, which is not supported; any other is."
    return CheckLine("reservations", ok=True, finding=finding, remedy=remedy)


def _guarded(subject: str, lines: Lines) -> Iterator[CheckLine]:
    """One part that cannot be asked must not hide the rest."""
    try:
        with readable(subject):
            found = lines()
    except VendorError as error:
        found = [_wrong(subject, str(error), "Correct what the message says, then check again.")]
    yield from found


def _wrong(subject: str, finding: str, remedy: str) -> CheckLine:
    return CheckLine(subject, ok=False, finding=finding, remedy=remedy)


def _sample(subject: str, seen: int, found: Sequence[str], remedy: str) -> CheckLine:
    if not found:
        return CheckLine(subject, ok=True, finding=f"none among {seen} variants")
    shown = ", ".join(found[:_SHOWN])
    return CheckLine(subject, ok=True, finding=f"{len(found)} among {seen} variants, such as {shown}", remedy=remedy)


def _roles(channel: Json) -> frozenset[str]:
    roles = channel.get("roles")
    return frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset()
