"""What a client does with orders that are there: finding, reading, listing, marking, splitting, cancelling."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cogent_pipelines.simulators.common.depot.door import Call, Operation, Refused
from cogent_pipelines.simulators.common.depot.fields import Fields, number_in
from cogent_pipelines.simulators.common.depot.floor import Depot, NotNow
from cogent_pipelines.simulators.common.depot.records import Order, Stage
from cogent_pipelines.simulators.common.depot.wire import page_of, reaches
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.creating import Creating
from cogent_pipelines.simulators.mintsoft.results import result
from cogent_pipelines.simulators.mintsoft.switches import Switches
from cogent_pipelines.simulators.mintsoft.writing import ADDRESS, NOTES, Writer

_Row = TypeVar("_Row")
_EVENTS_AT_ONCE = 500  # vendor's Swagger: default and most


@dataclass(slots=True)
class Orders:
    """The operations under `/api/Order`."""

    depot: Depot
    switches: Switches
    writer: Writer
    creating: Creating

    def operations(self) -> list[Operation]:
        get, order = "GET", "/api/Order"
        return [
            Operation(name="CreateOrder", method="PUT", path=order, act=self.creating.create, takes_body=True),
            Operation(name="SearchOrder", method=get, path=f"{order}/Search", act=self.search),
            Operation(name="ListOrders", method=get, path=f"{order}/List", act=self.listed),
            Operation(name="OrderStatuses", method=get, path=f"{order}/Statuses", act=lambda _: self.writer.statuses()),
            Operation(name="TrackingEvents", method=get, path=f"{order}/Shipments/TrackingEvents/List", act=self.events),
            Operation(name="GetOrder", method=get, path=order + "/{id}", act=self.read),
            Operation(name="UpdateOrder", method="POST", path=order + "/{id}", act=self.update, takes_body=True),
            Operation(name="OrderItems", method=get, path=order + "/{id}/Items", act=self.items),
            Operation(name="OrderShipments", method=get, path=order + "/{id}/Shipments", act=self.shipments),
            Operation(name="CancelOrder", method=get, path=order + "/{id}/Cancel", act=self.cancel),
            Operation(name="OrderSplits", method=get, path=order + "/{id}/Splits", act=self.splits),
            Operation(
                name="SplitOrderItems",
                method="POST",
                path=order + "/{id}/SplitOrderItems",
                act=self.split,
                takes_body=True,
            ),
            *(
                Operation(name=name, method=get, path=order + "/{id}/" + name, act=act)
                for name, act in self._marks().items()
            ),
        ]

    # ---- finding and reading

    def search(self, call: Call) -> Any:
        query = Fields(call.query)
        wanted, plain = query.text("OrderNumber"), self.creating.plain
        if not wanted:
            raise Refused(400, "OrderNumber is required")
        exact = self.switches.search_matches == "exact"
        alike = self.depot.alike(wanted) if exact else self.depot.orders.values()
        found = [
            order
            for order in self._visible(alike)
            if (plain(order.ref) == plain(wanted) if exact else plain(wanted) in plain(order.ref))
        ]
        if not found and self.switches.search_nothing == "404":
            raise Refused(404, "No orders were found")
        return [self.writer.order(order, items=True) for order in found]

    def _visible(self, orders: Iterable[Order]) -> Iterator[Order]:
        """Give those of some orders that can be found by now."""
        until = self.depot.clock.now() - timedelta(seconds=self.switches.find_lag_seconds)
        return (order for order in orders if order.received_at <= until)

    def order(self, call: Call) -> Order:
        number = call.path["id"]
        order = self.depot.orders.get(number_in(number) or 0)
        if order is None:
            raise Refused(404, f"Order {number} was not found")
        return order

    def read(self, call: Call) -> Any:
        return self.writer.order(self.order(call), items=self.switches.get_has_items)

    def items(self, call: Call) -> Any:
        order = self.order(call)
        return [self.writer.item(order, line) for line in order.lines]

    def shipments(self, call: Call) -> Any:
        return self.writer.shipments(self.order(call).despatches)

    def listed(self, call: Call) -> Any:
        query, zone = Fields(call.query), self.switches.zone
        status, changed = query.digits("OrderStatusId"), query.moment("SinceLastUpdated", zone)
        since, left = query.moment("SinceDate", zone), query.moment("SinceDespatchDate", zone)
        client, warehouse = query.digits("ClientId"), query.digits("WarehouseId")

        def wanted(order: Order) -> bool:
            return (
                self.reaches(order.changed_at, changed)
                and self.reaches(order.received_at, since)
                and (status is None or self.writer.status_id(order) == status)
                and (left is None or any(self.reaches(despatch.at, left) for despatch in order.despatches))
            )

        if client not in (None, 0, reference.CLIENT_ID) or warehouse not in (None, 0, reference.WAREHOUSE_ID):
            return []
        chosen = (order for order in self._visible(self.depot.orders.values()) if wanted(order))
        items = query.flag("IncludeOrderItems")
        return [self.writer.order(order, items=items) for order in self.page(chosen, query)]

    def reaches(self, moment: datetime, since: datetime | None) -> bool:
        return reaches(moment, since, self.switches)

    def page(self, rows: Iterable[_Row], query: Fields, *, most: int | None = None) -> Iterator[_Row]:
        """Cut out `PageNo` (from 1) of `Limit` rows."""
        number, size = query.digits("PageNo"), query.digits("Limit")
        usual, limit = most or self.switches.page_size, most or self.switches.page_size_limit
        return page_of(rows, number=number, size=size, usual=usual, most=limit)

    def events(self, call: Call) -> Any:
        query = Fields(call.query)
        since = query.moment("SinceLastUpdated", self.switches.zone)
        rows = [
            (parcel.tracking_at, despatch, number)
            for despatch in self.depot.bay.despatches.values()
            for number, parcel in enumerate(despatch.parcels)
            if parcel.tracking_at is not None and self.reaches(parcel.tracking_at, since)
        ]
        rows.sort(key=lambda row: (row[0], row[1].id, row[2]))
        page = self.page(rows, query, most=_EVENTS_AT_ONCE)
        return [self.writer.tracking_event(despatch, number) for _, despatch, number in page]

    # ---- changing

    def update(self, call: Call) -> Any:
        """Change the address and the notes, for as long as a client may change anything."""
        order, fields = self.order(call), Fields(call.body)
        if not self._may_change(order):
            return result(order.id, error=f"Order cannot be updated, it is {self.writer.status(order)}")
        order.told |= {name: fields.text(name) or None for name in (*ADDRESS, *NOTES) if name in fields}
        order.changed_at = self.depot.clock.now()
        return result(order.id)

    def _may_change(self, order: Order) -> bool:
        return self.writer.status(order) in self.switches.cancel_allowed

    def cancel(self, call: Call) -> Any:
        """Cancel by GET, as the vendor does; a part is cancelled by itself."""
        order = self.order(call)
        if not self._may_change(order):
            return result(order.id, error=f"Order cannot be cancelled, it is {self.writer.status(order)}")
        self.depot.end(order, Stage.CANCELLED)
        return result(order.id)

    def splits(self, call: Call) -> Any:
        order = self.order(call)
        first = self.depot.orders[order.family]
        return [
            {
                "ID": part.id * 10,
                "OrderId": first.id,
                "SplitOrderId": part.id,
                "Order": self.writer.order(first, items=False),
                "SplitOrder": self.writer.order(part, items=True),
                "LastUpdated": self.writer.moment(part.received_at),
            }
            for part in self.depot.family(order)
            if part is not first
        ]

    def split(self, call: Call) -> Any:
        """Take `[{"OrderItemId": n, "Quantity": n}]`: what is to become a part of its own."""
        order = self.order(call)
        if not self._may_change(order):
            return result(order.id, error=f"Order cannot be split, it is {self.writer.status(order)}")
        rows = list(Fields({"OrderItems": call.body}).rows("OrderItems"))
        taken = {row.whole("OrderItemId"): row.whole("Quantity") or 0 for row in rows}
        keep = {line.id: line.outstanding - taken.get(line.id, 0) for line in order.lines}
        if not any(taken.values()) or min(keep.values()) < 0 or not any(keep.values()):
            return result(order.id, error="OrderItems cannot be split like that")
        return result(self.depot.split(order, keep).id)

    # ---- marks. Each is a GET that acts, as the vendor has it.

    def _marks(self) -> dict[str, Callable[[Call], Any]]:
        return {
            "MarkAwaitingConfirmation": lambda call: self._hold(call, "AWAITINGCONFIRMATION"),
            "MarkConfirmed": lambda call: self._let_go(call, "AWAITINGCONFIRMATION"),
            "MarkAwaitingPayment": lambda call: self._hold(call, "AWAITINGPAYMENT"),
            "MarkPaymentReceived": lambda call: self._let_go(call, "AWAITINGPAYMENT"),
            "MarkPackAndHold": lambda call: self._hold(call, "PACKANDHOLD"),
            "MarkReleasePackAndHold": lambda call: self._let_go(call, "PACKANDHOLD"),
        }

    def _hold(self, call: Call, word: str) -> Any:
        order = self.order(call)
        try:
            self.depot.hold(order, word=word)
        except NotNow as error:
            return result(order.id, error=str(error))
        return result(order.id)

    def _let_go(self, call: Call, word: str) -> Any:
        order = self.order(call)
        if order.word != word:
            return result(order.id, error=f"Order is not {word}")
        self.depot.release(order)
        return result(order.id)
