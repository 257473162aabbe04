"""Taking orders in: what is refused at once, what is taken and found wrong, and what a second one of the same hears."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.common.depot.door import Answer, Call, Refused
from cogent_pipelines.simulators.common.depot.fields import BadField, Fields, pence
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Draft, Line, Order, Stage
from cogent_pipelines.simulators.scend.switches import Switches
from cogent_pipelines.simulators.scend.writing import Writer, order_id

SERVICES = {"STANDARD": "Royal Mail", "TRACKED48": "Royal Mail", "NEXTDAY": "DPD"}
_ADDRESS = ("Name", "Company", "Line1", "Line2", "City", "County", "PostCode", "CountryCode", "Phone", "Email")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an order, and what the switch says of it."""

    field: str
    message: str
    what: str


@dataclass(slots=True)
class Creating:
    """The operation by which clients put orders in."""

    depot: Depot
    switches: Switches
    writer: Writer

    def create(self, call: Call) -> Any:
        fields = Fields(call.body, exact=self.switches.exact_names)
        ref = fields.text("ClientReference")
        if not ref.strip():
            raise BadField("ClientReference", "is required")
        if (there := self._there(ref)) is not None:
            return self._again(there)
        faults: list[Fault] = []
        draft = self._draft(ref, fields, faults)
        self._refuse([fault for fault in faults if fault.what == "reject"])
        return Answer(self.writer.order(self._accept(draft, faults)), self.switches.create_status)

    # ---- a second one

    def _there(self, ref: str) -> Order | None:
        if self.switches.duplicate == "accept":
            return None
        return next(iter(self.named(ref)), None)

    def named(self, ref: str) -> list[Order]:
        """Give the orders that clients put in under a reference."""
        plain = self.plain(ref)
        return [order for order in self.depot.alike(ref) if not order.by_hand and self.plain(order.ref) == plain]

    def plain(self, ref: str) -> str:
        """Write a reference as it is compared."""
        return ref.casefold() if self.switches.references_ignore_case else ref

    def _again(self, there: Order) -> Any:
        if self.switches.duplicate == "same":
            return Answer(self.writer.order(there), 200)
        more = {"OrderId": order_id(there), "ClientReference": there.ref}
        raise Refused(409, f"ClientReference {there.ref} already exists", code="DUPLICATE_REFERENCE", more=more)

    # ---- what is read

    def _draft(self, ref: str, fields: Fields, faults: list[Fault]) -> Draft:
        address = self._address(fields, faults)
        lines = [self._line(number, row, faults) for number, row in enumerate(fields.rows("Lines"), start=1)]
        if not lines:
            raise BadField("Lines", "are required")
        service = fields.text("ServiceCode") or "STANDARD"
        if service not in SERVICES:
            raise BadField("ServiceCode", "is not known")
        goods = sum((line.unit_price * line.quantity for line in lines), self._money(fields, "ShippingValue"))
        worth = self._money(fields, "TotalValue") if "TotalValue" in fields else goods
        return Draft(
            ref=ref,
            lines=lines,
            told={"DeliveryAddress": address, "Notes": fields.text("Notes") or None},
            carrier=SERVICES[service],
            service=service,
            value_minor=pence(worth),
            currency=fields.text("Currency") or "GBP",
        )

    def _address(self, fields: Fields, faults: list[Fault]) -> dict[str, str | None]:
        inner = fields.inner("DeliveryAddress")
        if inner is None:
            raise BadField("DeliveryAddress", "is required")
        address = {name: inner.text(name).strip() or None for name in _ADDRESS}
        faults += [
            Fault(f"DeliveryAddress.{name}", "is missing", self.switches.missing_address)
            for name in self.switches.needed_address
            if not address.get(name)
        ]
        return address

    def _line(self, number: int, row: Fields, faults: list[Fault]) -> Line:
        sku, quantity = row.text("Sku"), row.whole("Quantity")
        place = f"Lines[{number - 1}]"
        if quantity is None or quantity < 1:
            raise BadField(f"{place}.Quantity", "is not a whole number above 0")
        if (fault := self._wrong_sku(f"{place}.Sku", sku)) is not None:
            faults.append(fault)
        told = {"LineNumber": row.whole("LineNumber") or number}
        return self.depot.line(sku, quantity, unit_price=self._money(row, "UnitPrice"), told=told)

    def _wrong_sku(self, place: str, sku: str) -> Fault | None:
        article = self.depot.stock.articles.get(sku)
        if not self.well_formed(sku):
            return Fault(place, f"{sku!r} is not a SKU", self.switches.bad_sku)
        if article is None:
            return Fault(place, f"{sku} is not known", self.switches.unknown_sku)
        if not article.active:
            return Fault(place, f"{sku} is not active", self.switches.inactive_sku)
        return None

    def well_formed(self, sku: str) -> bool:
        return re.fullmatch(self.switches.sku_pattern, sku) is not None

    def _money(self, fields: Fields, name: str) -> Decimal:
        form, as_text = self.switches.amounts, isinstance(fields.raw(name), str)
        if name in fields and form in ("number", "text") and as_text != (form == "text"):
            raise BadField(name, "is not an amount")
        return fields.written_amount(name) if as_text else fields.amount(name)

    # ---- what becomes of it

    def _refuse(self, faults: Sequence[Fault]) -> None:
        if faults:
            errors = [{"Field": fault.field, "Message": f"{fault.field} {fault.message}"} for fault in faults]
            raise Refused(422, errors[0]["Message"], code="ORDER_REJECTED", more={"Errors": errors})

    def _accept(self, draft: Draft, faults: Sequence[Fault]) -> Order:
        reasons = [f"{fault.field} {fault.message}" for fault in faults]
        late = any(fault.what == "reject_later" for fault in faults)
        if reasons and not late and not self.switches.wrong_after_seconds:
            return self.depot.accept_held(draft, word="", reasons=reasons)
        order = self.depot.accept(draft)
        if reasons:
            self.depot.later(self.switches.wrong_after_seconds, lambda _: self._found_wrong(order, reasons, late=late))
        return order

    def _found_wrong(self, order: Order, reasons: Sequence[str], *, late: bool) -> None:
        if not order.open or order.despatches:
            return
        if late:
            self.depot.end(order, Stage.REJECTED, reasons=reasons)
        else:
            self.depot.hold(order, word="", reasons=reasons)
