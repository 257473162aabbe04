"""What a client can do beside putting orders in: read and list them, cancel, and read shipments, stock, items, returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.common.depot.door import Answer, Call, Refused
from cogent_pipelines.simulators.common.depot.fields import BadField, Fields, number_in
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import GoodsReturn, Order, Stage
from cogent_pipelines.simulators.common.depot.returns import Returns
from cogent_pipelines.simulators.common.depot.wire import reaches
from cogent_pipelines.simulators.scend.creating import Creating
from cogent_pipelines.simulators.scend.names import inward
from cogent_pipelines.simulators.scend.paging import listed
from cogent_pipelines.simulators.scend.switches import Switches
from cogent_pipelines.simulators.scend.writing import Writer

_PENDING = "CANCEL_PENDING"


@dataclass(slots=True)
class Operations:
    depot: Depot
    returns: Returns
    switches: Switches
    writer: Writer
    creating: Creating

    def query(self, call: Call) -> Fields:
        return Fields(inward(call.query, self.switches), exact=self.switches.exact_names)

    def _since(self, query: Fields) -> datetime | None:
        return query.moment("ChangedSince", self.switches.zone)

    def _reaches(self, moment: datetime, since: datetime | None) -> bool:
        return reaches(moment, since, self.switches)

    # ---- orders

    def orders(self, call: Call) -> Any:
        """List orders, by `ClientReference`, `Status` and `ChangedSince`; a new one may take a while to show."""
        query = self.query(call)
        ref, status, since = query.text("ClientReference"), query.text("Status"), self._since(query)
        until = self.depot.clock.now() - timedelta(seconds=self.switches.find_lag_seconds)
        orders: Iterable[Order] = self.creating.named(ref) if ref else self.depot.orders.values()
        found = [
            order
            for order in orders
            if not order.by_hand
            and order.received_at <= until
            and status in ("", self.writer.status(order))
            and self._reaches(order.changed_at, since)
        ]
        if ref and not found and self.switches.find_nothing == "404":
            raise Refused(404, f"There is no order {ref}", code="NOT_FOUND")
        found.sort(key=lambda order: (order.changed_at, order.id))
        return listed(found, self.writer.order, query, self.switches)

    def _order(self, call: Call) -> Order:
        order = self.depot.orders.get(number_in(call.path["id"].removeprefix("SC-")) or 0)
        if order is None or order.by_hand:
            raise Refused(404, f"There is no order {call.path['id']}", code="NOT_FOUND")
        return order

    def order(self, call: Call) -> Any:
        return self.writer.order(self._order(call))

    def cancel(self, call: Call) -> Any:
        order = self._order(call)
        reason = Fields(call.body, exact=self.switches.exact_names).text("Reason") if call.body is not None else ""
        status = self.writer.status(order)
        if order.stage is Stage.CANCELLED:
            raise Refused(409, "The order is cancelled already", code="ALREADY_CANCELLED", more={"Status": status})
        if status not in self.switches.cancel_allowed:
            raise Refused(409, f"The order is {status}", code="TOO_LATE", more={"Status": status})
        reasons = [reason] if reason else []
        if not self.switches.cancel_pending_seconds:
            self.depot.end(order, Stage.CANCELLED, reasons=reasons)
            return self.writer.order(order)
        self.depot.later(self.switches.cancel_pending_seconds, lambda _: self._cancel_if_not_too_late(order, reasons))
        return Answer({**self.writer.order(order), "Status": _PENDING}, 202)

    def _cancel_if_not_too_late(self, order: Order, reasons: list[str]) -> None:
        if self.writer.status(order) in self.switches.cancel_allowed:
            self.depot.end(order, Stage.CANCELLED, reasons=reasons)

    # ---- shipments, stock, items

    def shipments(self, call: Call) -> Any:
        """List what has left; a tracking number that comes later is a change."""
        query = self.query(call)
        ref, since = query.text("ClientReference"), self._since(query)
        found = [
            despatch
            for despatch in self.depot.bay.despatches.values()
            if ref in ("", despatch.order.ref) and self._reaches(despatch.changed_at, since)
        ]
        found.sort(key=lambda despatch: (despatch.changed_at, despatch.id))
        return listed(found, self.writer.shipment, query, self.switches)

    def stock(self, call: Call) -> Any:
        query = self.query(call)
        sku, since = query.text("Sku"), self._since(query) if self.switches.stock_delta else None
        found = [a for a in self.depot.stock if sku in ("", a.sku) and self._reaches(a.stock_changed_at, since)]
        return listed(found, self.writer.stock, query, self.switches)

    def items(self, call: Call) -> Any:
        query = self.query(call)
        since = self._since(query)
        found = [article for article in self.depot.stock if self._reaches(article.changed_at, since)]
        return listed(found, self.writer.item, query, self.switches)

    def item(self, call: Call) -> Any:
        article = self.depot.stock.articles.get(call.path["sku"])
        if article is None:
            raise Refused(404, f"There is no item {call.path['sku']}", code="NOT_FOUND")
        return self.writer.item(article)

    def save_item(self, call: Call) -> Any:
        """Make an item, or change what is named of it."""
        sku, fields = call.path["sku"], Fields(call.body, exact=self.switches.exact_names)
        if not self.creating.well_formed(sku):
            raise Refused(422, f"{sku!r} is not a SKU", code="INVALID_SKU")
        weight = fields.whole("Weight")
        if weight is not None and weight < 0:
            raise BadField("Weight", "is below 0")
        title, barcode = fields.text("Description"), fields.text("Barcode")
        active = fields.flag("Active") if "Active" in fields else None
        article = self.depot.stock.open(sku)
        article.title, article.barcode = title or article.title, barcode or article.barcode
        article.weight_grams = article.weight_grams if weight is None else weight
        article.active = article.active if active is None else active
        article.changed_at = self.depot.clock.now()
        return self.writer.item(article)

    # ---- what comes back

    def list_returns(self, call: Call) -> Any:
        query = self.query(call)
        ref, since = query.text("ClientReference"), self._since(query)
        found = [
            back
            for back in self.returns.all.values()
            if ref in ("", back.order.ref) and self._reaches(back.changed_at, since)
        ]
        found.sort(key=lambda back: (back.changed_at, back.id))
        return listed(found, self.writer.returned, query, self.switches)

    def read_return(self, call: Call) -> Any:
        back: GoodsReturn | None = self.returns.all.get(number_in(call.path["id"].removeprefix("RT-")) or 0)
        if back is None:
            raise Refused(404, f"There is no return {call.path['id']}", code="NOT_FOUND")
        return self.writer.returned(back)

    def announce_return(self, call: Call) -> Any:
        """Take a return that a client expects; an RMA number is taken once."""
        fields = Fields(call.body, exact=self.switches.exact_names)
        rma, ref = fields.text("RmaNumber"), fields.text("ClientReference")
        if not self.switches.returns_by_client:
            raise Refused(403, "Returns are booked in by the warehouse", code="NOT_ALLOWED")
        if not rma:
            raise BadField("RmaNumber", "is required")
        if any(back.rma == rma for back in self.returns.all.values()):
            raise Refused(409, f"RmaNumber {rma} already exists", code="DUPLICATE_REFERENCE")
        order = next((order for order in self.depot.by_ref.get(ref, ()) if order.despatches), None)
        if order is None:
            raise Refused(422, f"Nothing has left for {ref}", code="NOTHING_DESPATCHED")
        lines = [(row.text("Sku"), row.whole("Quantity") or 0, row.text("Reason")) for row in fields.rows("Lines")]
        self._check_returnable(order, lines)
        back = self.returns.announce(order, rma=rma)
        for sku, quantity, reason in lines:
            self.returns.add(back, sku, quantity, reason=reason)
        return Answer(self.writer.returned(back), 201)

    def _check_returnable(self, order: Order, lines: list[tuple[str, int, str]]) -> None:
        left = self.returns.returnable(order)
        for sku, quantity, _ in lines:
            left[sku] = left.get(sku, 0) - quantity
            if quantity < 1 or left[sku] < 0:
                raise Refused(422, f"{quantity} of {sku} cannot come back", code="NOT_RETURNABLE")
        if not lines:
            raise BadField("Lines", "are required")
