"""One call as an endpoint sees it, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, unquote, unquote_plus

import orjson

from cogent_pipelines.simulators.scayle.records import Merchant, Order, Product, ShopCountry, Variant, Warehouse
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.tenant import Tenant

if TYPE_CHECKING:
    from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator

Row = TypeVar("Row")
CREATED = 201
NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Reply:
    """`document` None: an empty body."""

    document: Any = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """`parts` are the path's variable segments as they were sent, still percent-encoded."""

    simulator: "ScayleSimulator"
    parts: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def tenant(self) -> Tenant:
        return self.simulator.tenant

    @property
    def switches(self) -> Switches:
        return self.simulator.switches

    def document(self) -> Any:
        """The body as JSON, said to be JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise refused(400, "the body must be application/json", contentType=kind)
        try:
            return orjson.loads(self.raw)
        except orjson.JSONDecodeError as error:
            raise refused(400, "the body is not JSON") from error

    # ---- what the path names

    def shop_country(self) -> ShopCountry:
        shop_key, country = unquote(self.parts["shopKey"]), unquote(self.parts["countryCode"])
        found = self.tenant.shop_country(shop_key, country)
        if found is None:
            raise refused(404, "shop country not found", shopKey=shop_key, countryCode=country)
        return found

    def order(self, part: str = "orderIdentifier") -> Order:
        """Find an order in whatever shop country: the path's is not looked at (manage-transactions page, read 2026-11)."""
        self.shop_country()
        return self._find(part, self.tenant.orders, self.tenant.orders_by_key, "order")

    def variant(self, part: str = "variantIdentifier") -> Variant:
        status = self.switches.unknown_variant_status
        return self._find(part, self.tenant.variants, self.tenant.variants_by_key, "variant", status)

    def product(self) -> Product:
        return self._find("productIdentifier", self.tenant.products, self.tenant.products_by_key, "product")

    def merchant(self) -> Merchant:
        return self._find("merchantIdentifier", self.tenant.merchants, self.tenant.merchants_by_key, "merchant")

    def warehouse(self) -> Warehouse:
        return self._find("warehouseIdentifier", self.tenant.warehouses, self.tenant.warehouses_by_key, "warehouse")

    def number(self, part: str) -> int:
        """A segment that takes the number only."""
        text = self.parts[part]
        if not text.isascii() or not text.isdecimal() or text.startswith("0"):
            raise refused(400, f"{part} must be a number", value=text)
        return int(text)

    def _find(self, part: str, by_id: Mapping[int, Row], by_key: Mapping[str, Row], what: str, status: int = 404) -> Row:
        number, key = self.identifier(part)
        found = by_id.get(number) if number is not None else by_key.get(key)
        if found is None:
            raise refused(status, f"{what} not found", **{part: number if number is not None else key})
        return found

    def identifier(self, part: str) -> tuple[int | None, str]:
        """Read `123`, or `key%3D` and a key: the number, or None and the key.

        The SDKs encode with form rules, so that a `+` is a space (SDK source, read 2026-11).
        """
        text = self.parts[part]
        if text.isascii() and text.isdecimal() and not text.startswith("0"):
            return int(text), ""
        if text[:6].lower() == "key%3d":
            return None, unquote_plus(text[6:])
        if text.startswith("key=") and not self.switches.encoded_equals_only:
            return None, unquote_plus(text[4:])
        raise refused(400, f"{part} must be a number or key%3D and a reference key", value=text)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`resource` is what a key must be allowed; `scope` what the call counts against."""

    name: str
    method: str
    path: str
    resource: str
    scope: str
    act: Handler


def query_of(raw: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))
