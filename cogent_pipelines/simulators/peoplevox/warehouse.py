"""The warehouse: its books, and the changes of its nouns that an import or a person at a desk can make.

Orders, lines, items and stock are written here. Physical work (allocating, picking, packing, despatching) is `floor`,
what comes in is `receiving`; what an import's rows mean is `imports`; what the books say to an outsider is `truth`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from random import Random

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.peoplevox.entities import (
    DEFAULT_SITE,
    Despatch,
    DespatchRow,
    Line,
    Record,
    SalesOrder,
    Stage,
    StockChange,
    Values,
)
from cogent_pipelines.simulators.peoplevox.floor import Floor
from cogent_pipelines.simulators.peoplevox.receiving import Receiving
from cogent_pipelines.simulators.peoplevox.stock import StockBook, Units
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.truth import Truth
from cogent_pipelines.simulators.peoplevox.values import Value, rounded_price

_ALWAYS_EDITABLE = {"SalesOrderNumber", "Status", "DespatchTrackingNumber", "CarrierName", "OnHold", "StopShip"}
Raise = Callable[[str, Mapping[str, Value]], None]


class Refused(ValueError):
    """A change that the warehouse's rules do not allow; the text is what the importer is told."""


def _raises_nothing(_event: str, _values: Mapping[str, Value]) -> None:
    """Stand in until somebody listens for events."""


class Warehouse:
    """One tenant's warehouse and all its books."""

    def __init__(self, *, clock: Clock, switches: Switches, seed: int = 0) -> None:
        self.clock = clock
        self.switches = switches
        self.random = Random(seed)
        self.version = 0
        self.raise_event: Raise = _raises_nothing
        self.wanted_events: set[str] = set()
        self.tables: dict[str, dict[tuple[str, ...], Record]] = defaultdict(dict)
        self.components: dict[str, dict[str, int]] = defaultdict(dict)
        self.orders: dict[str, SalesOrder] = {}
        self.deleted_orders: list[SalesOrder] = []
        self.times_created: Counter[str] = Counter()
        self.times_created_plainly: Counter[str] = Counter()
        self.despatches: dict[str, Despatch] = {}
        self.despatch_rows: list[DespatchRow] = []
        self.rows_by_order: dict[str, list[DespatchRow]] = defaultdict(list)
        self.stock = StockBook(self._stock_moved)
        self.floor = Floor(self)
        self.receiving = Receiving(self)
        self.truth = Truth(self)
        self.save_master("Sites", (DEFAULT_SITE,), {"Name": DEFAULT_SITE, "Reference": DEFAULT_SITE})

    # ---- master data

    def save_master(self, table: str, key: tuple[str, ...], values: Values) -> bool:
        """Add a record or update the fields given; says whether it was new."""
        self.version += 1
        found = self.tables[table].get(key)
        if found is None:
            self.tables[table][key] = Record(values)
            return True
        found.values.update(values)
        found.saved += 1
        return False

    @property
    def items(self) -> dict[tuple[str, ...], Record]:
        return self.tables["Item types"]

    def item(self, item_code: str) -> Record | None:
        return self.tables["Item types"].get((item_code,))

    def add_items(self, items: Iterable[Mapping[str, Value]], *, site: str = DEFAULT_SITE) -> int:
        """Add or update many items; `OnHand` sets what is on hand at the site."""
        count, now = 0, self.clock.now()
        for item in items:
            code = str(item["ItemCode"])
            own = {name: value for name, value in item.items() if name != "OnHand"}
            self.save_master("Item types", (code,), {"Name": code, "Barcode": code, **own})
            level = self.stock.level(code, site)
            wanted = item.get("OnHand")
            if isinstance(wanted, int | Decimal) and wanted != level.on_hand:
                by = wanted - level.on_hand
                self.stock.change(level, at=now, on_hand=by, activity="Stock check", reason="Opening stock")
            count += 1
        return count

    def deactivate_item(self, item_code: str) -> None:
        """Take an item out of use: it stays listed under a marked code (seen by a connector), and cannot be ordered."""
        record = self.items.pop((item_code,))
        marked = f"{item_code}~D~"
        record.values["ItemCode"] = marked
        self.items[(marked,)] = record
        self.version += 1

    def set_components(self, kit: str, parts: Mapping[str, int]) -> None:
        """Say what a kit is made of; a quantity of 0 takes a component out."""
        for item_code, quantity in parts.items():
            self.components[kit][item_code] = quantity
            if quantity == 0:
                del self.components[kit][item_code]
        self.version += 1

    def service_for(self, wanted: str) -> tuple[str, str, str]:
        """Give carrier, name and code of the service an order asks for; the first known one, or the text itself."""
        services = self.tables["Service types"]
        for (carrier, code), record in services.items():
            name = str(record.values.get("Name") or code)
            if wanted in (code, name):
                return carrier, name, code
        if wanted or not services:
            return "", wanted, wanted
        (carrier, code), record = next(iter(services.items()))
        return carrier, str(record.values.get("Name") or code), code

    # ---- stock

    def adjust_stock(
        self, item_code: str, *, by: Units, site: str = DEFAULT_SITE, reason: str = "Adjustment", user: str = "warehouse"
    ) -> StockChange:
        """Change what is on hand; below nothing only a fault can bring it, and it is allowed."""
        level = self.stock.level(item_code, site)
        change = self.stock.change(
            level, at=self.clock.now(), on_hand=by, activity="Stock adjustment", reason=reason, user=user
        )
        self.floor.stock_arrived(item_code)
        return change

    def set_stock(self, item_code: str, *, on_hand: Units, site: str = DEFAULT_SITE, reason: str = "Stock check") -> None:
        by = on_hand - self.stock.level(item_code, site).on_hand
        if by:
            self.adjust_stock(item_code, by=by, site=site, reason=reason)

    def _stock_moved(self, change: StockChange) -> None:
        self.version += 1
        if change.on_hand != change.allocated and "AvailabilityChanges" in self.wanted_events:
            level = change.level
            shown: Mapping[str, Value] = {
                "ItemCode": level.item_code,
                "Available": level.available,
                "Site.Reference": level.site,
            }
            self.raise_event("AvailabilityChanges", shown)
        if change.on_hand and "IncrementalChanges" in self.wanted_events:
            self.raise_event("IncrementalChanges", self._movement_shown(change))

    def _movement_shown(self, change: StockChange) -> dict[str, Value]:
        item = self.item(change.level.item_code)
        return {
            "QuantityChanged": change.on_hand,
            "UpdatedBy": change.user,
            "UpdateTimestamp": change.at,
            "Reason": change.reason,
            "ItemType.Name": item.values.get("Name") if item else None,
            "ItemType.ItemCode": change.level.item_code,
            "Site.Reference": change.level.site,
        }

    # ---- sales orders

    def save_order(self, number: str, values: Values, *, allocate: bool) -> bool:
        """Add an order or update the fields given; says whether it was new."""
        order, now = self.orders.get(number), self.clock.now()
        cancels = self._cancels(order, str(values.pop("Status", None) or ""))
        is_new = order is None
        if order is None:
            order = self.orders[number] = SalesOrder(number, values, now, now, do_not_allocate=not allocate)
            self.times_created[number] += 1
            self.times_created_plainly[number.strip().casefold()] += 1
        else:
            self._check_edit(order, values)
            order.values.update(values)
            order.updated += 1
            order.changed_at = now
            order.do_not_allocate = order.do_not_allocate and not allocate
        self.version += 1
        if cancels:
            self.floor.cancel(order)
        self.floor.touched(order)
        if not is_new and values.get("DespatchTrackingNumber"):
            self.floor.bay.track_by_hand(order, str(values["DespatchTrackingNumber"]))
        return is_new

    def _check_edit(self, order: SalesOrder, values: Values) -> None:
        changed = {name for name, value in values.items() if order.values.get(name) != value} - _ALWAYS_EDITABLE
        if changed and not self._editable(order):
            raise self._refusal(order, f"Sales order {order.number} can no longer be edited, it is {self.status_of(order)}")

    def _editable(self, order: SalesOrder) -> bool:
        policy = self.switches.edit_policy
        if policy == "always":
            return True
        if order.stage is Stage.CANCELLED:
            return False
        return order.stage < (Stage.PICKING if policy == "until_picking" else Stage.PARTIALLY_DESPATCHED)

    def _refusal(self, order: SalesOrder, text: str) -> Refused:
        order.refusals.append(text)
        return Refused(text)

    def _cancels(self, order: SalesOrder | None, wanted: str) -> bool:
        """Say whether an imported status cancels the order; every other status is read-only to an import."""
        if wanted.casefold() != "cancelled":
            current = self.status_of(order) if order else self.switches.status_names["new"]
            if wanted and self.switches.foreign_status == "error" and wanted.casefold() != current.casefold():
                raise Refused(f"Status '{wanted}' cannot be imported, only Cancelled")
            return False
        if order is None or order.stage < Stage.PICKING:
            return True
        if order.stage is Stage.CANCELLED:
            return False
        if self.switches.cancel_policy == "refuse_after_pick":
            raise self._refusal(order, f"Sales order {order.number} cannot be cancelled, it is {self.status_of(order)}")
        # Taken with a yes; what has left the building is not called back by it.
        return order.stage < Stage.PARTIALLY_DESPATCHED

    def cancel_order(self, number: str) -> None:
        """Cancel as a person in the warehouse can, at any stage before despatch."""
        order = self.orders[number]
        if order.stage >= Stage.PARTIALLY_DESPATCHED:
            raise Refused(f"Sales order {number} is {self.status_of(order)}")
        self.floor.cancel(order)

    def delete_order(self, number: str) -> None:
        order = self.orders.get(number)
        if order is None:
            raise Refused(f"Sales order {number} was not found")
        if self.switches.delete_policy == "never" or Stage.PICKING <= order.stage < Stage.CANCELLED:
            raise self._refusal(order, f"Sales order {number} cannot be deleted, it is {self.status_of(order)}")
        self.floor.release_stock(order)
        self.floor.forget(order)
        del self.orders[number]
        self.deleted_orders.append(order)
        self.version += 1

    def save_line(self, number: str, item_code: str, line: str, values: Values, *, allocate: bool) -> bool:
        """Add a line or update the fields given; says whether it was new."""
        order = self.orders.get(number)
        if order is None:
            raise Refused(f"Sales order '{number}' was not found")
        if self.item(item_code) is None:
            raise Refused(f"Item type '{item_code}' was not found")
        key = (item_code, "" if self.switches.line_identity == "item" else line)
        found = order.lines.get(key)
        self._check_line(order, found, values)
        self.version += 1
        quantity, price = values.get("QuantityOrdered"), values.get("SalePrice")
        if found is None:
            found = order.lines[key] = Line(item_code, line, quantity if isinstance(quantity, int) else 0, None)
            is_new = True
        else:
            found.quantity = quantity if isinstance(quantity, int) else found.quantity
            found.line = line or found.line
            found.saved += 1
            is_new = False
        if isinstance(price, Decimal):
            found.sale_price = rounded_price(price, item_code, self.switches)
        _set_rest(found, values)
        if self.switches.released_by == "any_save":
            order.do_not_allocate = order.do_not_allocate and not allocate
        order.changed_at = self.clock.now()
        self.floor.touched(order)
        return is_new

    def _check_line(self, order: SalesOrder, found: Line | None, values: Values) -> None:
        quantity = values.get("QuantityOrdered")
        if isinstance(quantity, int) and (quantity < 0 or (quantity == 0 and self.switches.zero_quantity == "refused")):
            raise Refused(f"QuantityOrdered {quantity} is not a quantity")
        grows = found is None or (isinstance(quantity, int) and quantity > found.quantity)
        if grows and order.allocated_at is not None:
            order.allocated_incomplete = True
        if grows and order.picked_at is not None:
            order.picked_incomplete = True
        if found is not None and isinstance(quantity, int) and quantity < found.despatched:
            raise self._refusal(order, f"{found.despatched} of {found.item_code} are already despatched")
        price = values.get("SalePrice")
        same_price = price is None or (found and price == found.sale_price)
        if found is not None and not grows and quantity in (None, found.quantity) and same_price:
            return
        if not self._editable(order):
            raise self._refusal(order, f"Sales order {order.number} can no longer be edited, it is {self.status_of(order)}")

    def status_of(self, order: SalesOrder) -> str:
        return self.switches.status_names[order.stage.word]

    # ---- time

    def tick(self, now: datetime | None = None) -> None:
        """Do the work that is due by the clock."""
        self.floor.tick(now or self.clock.now())

    def work(self, *, until: str = "despatched", orders: Iterable[str] | None = None) -> int:
        """Carry orders (all open ones, unless named) to a stage at once; says how many got there."""
        return self.floor.carry_to(Stage[until.upper()], orders)


def _set_rest(line: Line, values: Values) -> None:
    sequence, requested = values.get("Sequence"), values.get("RequestedDeliveryDate")
    line.sequence = sequence if isinstance(sequence, int) else line.sequence
    line.requested = requested if isinstance(requested, datetime) else line.requested
    own = {name: str(value) for name, value in values.items() if name.startswith("Attribute") and value}
    if own:
        line.attributes = {**(line.attributes or {}), **own}
