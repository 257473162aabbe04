"""Taking orders in: what a create must hold, what is refused, and how either is answered.

Required: warehouse, country, courier service and items, each by id or name (vendor's help "Create an order", read
2026-11); first name, first line and postcode are required in the vendor's Swagger.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from cogent_pipelines.simulators.common.depot.door import Call, Refused
from cogent_pipelines.simulators.common.depot.fields import Fields, pence
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Article, Draft, Line, Order, Stage
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.switches import Switches
from cogent_pipelines.simulators.mintsoft.writing import ADDRESS, NOTES, TOTALS, Writer

_QUERY = "QUERYRAISED"


class NotTaken(Exception):
    """An order is not taken; the message is what the client is told."""


@dataclass(slots=True)
class Creating:
    """The operation by which clients put orders in."""

    depot: Depot
    switches: Switches
    writer: Writer
    # The storefront's references of the orders that were looked at so far; case goes by the switch.
    _known: set[str] = field(default_factory=set)
    _read: int = 0
    _read_as: bool = True

    def create(self, call: Call) -> Any:
        fields = Fields(call.body)
        try:
            orders = self._take(fields)
        except NotTaken as error:
            return self._refusal(fields.text("OrderNumber"), str(error))
        return [self._result(order) for order in orders]

    def _take(self, fields: Fields) -> list[Order]:
        ref = fields.text("OrderNumber")
        if not ref.strip() and self.switches.order_number_required:
            raise NotTaken("OrderNumber is required")
        ref = ref or f"API-{len(self.depot.orders) + 1}"
        self._check_client(fields)
        self._check_warehouse(fields)
        courier = reference.courier_of(name=fields.text("CourierService"), number=fields.whole("CourierServiceId"))
        if courier is None:
            raise NotTaken("CourierService not found")
        country = self._country(fields)
        self._check_duplicate(ref, fields.text("ExternalOrderReference"))
        lines = self._lines(fields)
        told = self._told(fields, country)
        draft = Draft(
            ref=ref,
            lines=lines,
            told=told,
            carrier=courier.kind,
            service=courier.name,
            value_minor=pence(_worth(fields, lines)),
            currency=fields.text("Currency") or "GBP",
        )
        return self._accept(draft, _missing(told))

    def _accept(self, draft: Draft, missing: Sequence[str]) -> list[Order]:
        if missing and self.switches.missing_address == "refuse":
            raise NotTaken(f"{missing[0]} is required")
        reasons = [f"{name} is missing" for name in missing]
        if reasons and not self.switches.query_after_seconds:
            return [self.depot.accept_held(draft, word=_QUERY, reasons=reasons)]
        order = self.depot.accept(draft)
        if reasons:
            self.depot.later(self.switches.query_after_seconds, lambda _: self._query(order, reasons))
        return self.depot.family(order)

    def _query(self, order: Order, reasons: Sequence[str]) -> None:
        if order.open and order.stage < Stage.PICKING:
            self.depot.hold(order, word=_QUERY, reasons=reasons)

    # ---- what must be right

    def _check_client(self, fields: Fields) -> None:
        # A client's own user need not name itself, and is not let at another.
        if fields.whole("ClientId") not in (None, 0, reference.CLIENT_ID):
            raise NotTaken("Client not found")

    def _check_warehouse(self, fields: Fields) -> None:
        name, number = fields.text("Warehouse"), fields.whole("WarehouseId")
        if number == reference.WAREHOUSE_ID or name.strip().casefold() == reference.WAREHOUSE.casefold():
            return
        raise NotTaken("Warehouse is required" if not name and not number else "Warehouse not found")

    def _country(self, fields: Fields) -> int:
        number = fields.whole("CountryId") or reference.country_of(fields.text("Country"))
        if number is None or number not in {country["ID"] for country in reference.COUNTRIES}:
            raise NotTaken("Country is required" if not fields.text("Country") else "Country not found")
        return number

    def _check_duplicate(self, ref: str, external: str) -> None:
        if self.switches.duplicate_policy == "accept":
            return
        if any(self.plain(order.ref) == self.plain(ref) for order in self.depot.alike(ref)):
            raise NotTaken(self.switches.duplicate_message)
        if external and self.plain(external) in self._external():
            raise NotTaken(self.switches.duplicate_message)

    def _external(self) -> set[str]:
        """Give all the storefront's references that are there, plainly written."""
        if self._read_as != self.switches.references_ignore_case:
            self._known, self._read, self._read_as = set(), 0, self.switches.references_ignore_case
        for order in islice(self.depot.orders.values(), self._read, None):
            self._known.add(self.plain(str(order.told.get("ExternalOrderReference") or "")))
        self._read = len(self.depot.orders)
        return self._known

    def plain(self, ref: str) -> str:
        """Write a reference as it is compared."""
        return ref.strip().casefold() if self.switches.references_ignore_case else ref

    # ---- what is read

    def _lines(self, fields: Fields) -> list[Line]:
        lines = [self._line(row) for row in fields.rows("OrderItems")]
        if not lines:
            raise NotTaken("OrderItems are required")
        return lines

    def _line(self, row: Fields) -> Line:
        article = self._article(row)
        quantity = row.whole("Quantity")
        if quantity is None or quantity < 1:
            raise NotTaken(f"Quantity of {article.sku} must be above 0")
        told = {
            "ProductId": article.id,
            "UnitPriceVat": row.amount("UnitPriceVat"),
            "Discount": row.amount("Discount"),
            "Details": row.text("Details") or None,
            "OrderItemNameValues": _pairs(row, "OrderItemNameValues"),
        }
        return self.depot.line(article.sku, quantity, unit_price=row.amount("UnitPrice"), told=told)

    def _article(self, row: Fields) -> Article:
        sku, number = row.text("SKU"), row.whole("ProductId")
        article = self.depot.stock.by_id.get(number or 0) or self.depot.stock.articles.get(sku)
        if article is None:
            raise NotTaken(f"{self.switches.unknown_sku_message}: {sku or number}")
        if not article.active and self.switches.discontinued_product == "refuse":
            raise NotTaken(f"{self.switches.unknown_sku_message}: {article.sku} is discontinued")
        return article

    def _told(self, fields: Fields, country: int) -> dict[str, Any]:
        told: dict[str, Any] = {name: fields.text(name) or None for name in (*ADDRESS, *NOTES)}
        told |= {name: fields.amount(name) for name in TOTALS}
        told |= {
            "ExternalOrderReference": fields.text("ExternalOrderReference") or None,
            "CountryId": country,
            "ChannelId": fields.whole("ChannelId"),
            "NumberOfParcels": fields.whole("NumberOfParcels"),
            "OrderNameValues": _pairs(fields, "OrderNameValues"),
        }
        for name in ("RequiredDespatchDate", "RequiredDeliveryDate"):
            moment: datetime | None = fields.moment(name, self.switches.zone)
            told[name] = self.writer.moment(moment)
        return told

    # ---- what is answered

    def _result(self, order: Order) -> dict[str, Any]:
        return {
            "OrderId": order.id,
            "DropShipOrderId": None,
            "OrderNumber": order.ref,
            "Success": True,
            "OrderStatusId": self.writer.status_id(order),
            "OrderStatus": self.writer.status(order),
            "Message": None,
            "OrderItems": [{"SKU": line.sku, "ID": line.id} for line in order.lines],
        }

    def _refusal(self, ref: str, message: str) -> Any:
        refused: dict[str, Any] = {
            "OrderId": 0,
            "DropShipOrderId": None,
            "OrderNumber": ref or None,
            "Success": False,
            "OrderStatusId": 0,
            "OrderStatus": None,
            "Message": message,
            "OrderItems": [],
        }
        if self.switches.refusal_form == "400":
            raise Refused(400, message)
        return [refused] if self.switches.refusal_form == "array" else refused


def _pairs(fields: Fields, name: str) -> list[dict[str, str]]:
    return [{"Name": row.text("Name"), "Value": row.text("Value")} for row in fields.rows(name)]


def _missing(told: dict[str, Any]) -> list[str]:
    return [name for name in ("FirstName", "Address1", "PostCode") if not str(told.get(name) or "").strip()]


def _worth(fields: Fields, lines: Sequence[Line]) -> Decimal:
    """Say what the client said that the order is worth: in a word, or else in its parts."""
    if "OrderValue" in fields:
        return fields.amount("OrderValue")
    goods = sum(
        ((line.unit_price + line.told["UnitPriceVat"]) * line.quantity - line.told["Discount"] for line in lines), Decimal(0)
    )
    shipping = fields.amount("ShippingTotalExVat") + fields.amount("ShippingTotalVat")
    return goods + shipping - fields.amount("DiscountTotalExVat") - fields.amount("DiscountTotalVat")
