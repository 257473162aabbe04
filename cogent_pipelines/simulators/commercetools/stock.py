"""Stock: what lies there, what orders hold of it, and how late the entries show it.

An entry's document says `quantityOnStock` and `availableQuantity`; the difference is what orders have reserved. The truth
about reservations is kept here; the documents follow it after `inventory_lag_seconds`. A change by a client is seen at once.
(vendor's types and release note of 2026-01-19, read 2026-11)
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import duplicate_field, out_of_stock
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.project import Project

Place = tuple[str, str | None]
"""SKU and supply channel's id."""


@dataclass(slots=True)
class Hold:
    """What one order holds of one entry."""

    entry_id: str
    units: int


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a figure, for the books."""

    at: str
    sku: str
    why: str
    by: int
    on_stock: int
    available: int


@dataclass(slots=True)
class _Late:
    due: datetime
    entry_id: str
    on_stock: int
    reserved: int


@dataclass(slots=True)
class _Truth:
    reserved: int = 0
    shown: int = 0
    """What the document shows of it yet."""
    on_stock_to_come: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What an order wants of one entry; `line_id` is for the refusal."""

    line_id: str
    sku: str
    channel_id: str | None
    units: int
    mode: str


@dataclass(slots=True)
class Stock:
    """All inventory entries of a project and what is held of them."""

    project: Project
    messages: Messages
    oversold: Counter[str] = field(default_factory=Counter)
    moves: deque[Move] = field(default_factory=lambda: deque(maxlen=100_000))
    _places: dict[Place, str] = field(default_factory=dict)
    _truths: dict[str, _Truth] = field(default_factory=dict)
    _holds: dict[str, list[Hold]] = field(default_factory=dict)
    _late: deque[_Late] = field(default_factory=deque)

    # ---- entries

    def entry_at(self, sku: str, channel_id: str | None) -> Document | None:
        found = self._places.get((sku, channel_id))
        return self.project.inventory.get(found) if found is not None else None

    def check_place(self, entry: Document) -> None:
        """Refuse a second entry for the same SKU and channel.

        Raises:
            Refused: 400 DuplicateField.
        """
        if self._places.get(place_of(entry), entry["id"]) != entry["id"]:
            raise duplicate_field("sku", entry["sku"])

    def add(self, entry: Document) -> Document:
        """Keep a new entry."""
        self.check_place(entry)
        self.project.keep_new(self.project.inventory, entry)
        self._places[place_of(entry)] = entry["id"]
        self._truths[entry["id"]] = _Truth()
        self._note(entry, "created", entry["quantityOnStock"])
        self.messages.say(self.project.inventory, entry, "InventoryEntryCreated", inventoryEntry=entry)
        return entry

    def remove(self, entry: Document) -> None:
        self._places.pop(place_of(entry), None)
        self._truths.pop(entry["id"], None)
        self.project.drop(self.project.inventory, entry)
        self.messages.say(
            self.project.inventory,
            entry,
            "InventoryEntryDeleted",
            sku=entry["sku"],
            supplyChannel=entry.get("supplyChannel"),
        )

    def moved(self, before: Document, after: Document) -> None:
        """Follow an entry that changed its channel."""
        self._places.pop(place_of(before), None)
        self._places[place_of(after)] = after["id"]

    def shown_reserved(self, entry_id: str) -> int:
        return self._truths[entry_id].shown

    def reserved(self, entry_id: str) -> int:
        return self._truths[entry_id].reserved

    def available(self, entry: Document) -> int:
        """Say what is truly left of an entry, whatever its document shows yet."""
        truth = self._truths[entry["id"]]
        return int(entry["quantityOnStock"]) + truth.on_stock_to_come - truth.reserved

    def note_written(self, entry: Document, before: int) -> None:
        """Keep a client's change of the figure in the books."""
        self._note(entry, "written", entry["quantityOnStock"] - before)

    # ---- orders

    def reserve(self, order_id: str, lines: list[Line], *, checked: bool) -> None:
        """Hold what an order wants.

        Raises:
            Refused: 400 OutOfStock, and nothing is held.
        """
        wanted = [line for line in lines if line.mode not in {"None", ""}]
        short = [line for line in wanted if not self._may_have(line, checked=checked)]
        if short:
            raise out_of_stock([line.line_id for line in short], [line.sku for line in short])
        for line in wanted:
            entry = self.entry_at(line.sku, line.channel_id)
            if entry is None:
                continue
            left = max(0, self.available(entry))
            if line.units > left:
                self.oversold[line.sku] += line.units - left
            self._holds.setdefault(order_id, []).append(Hold(entry["id"], line.units))
            self._shift(entry["id"], reserved=line.units, why="ordered")

    def _may_have(self, line: Line, *, checked: bool) -> bool:
        entry = self.entry_at(line.sku, line.channel_id)
        if entry is None:
            return False
        if line.mode == "TrackOnly" or not checked or entry.get("restockableInDays") is not None:
            return True
        return self.available(entry) >= line.units

    def free(self, order_id: str) -> None:
        """Give back what an order holds."""
        for hold in self._holds.pop(order_id, []):
            self._shift(hold.entry_id, reserved=-hold.units, why="given back")

    def ship(self, order_id: str) -> None:
        """Take what an order holds out of the stock."""
        for hold in self._holds.pop(order_id, []):
            self._shift(hold.entry_id, reserved=-hold.units, on_stock=-hold.units, why="shipped")

    def held(self, order_id: str) -> int:
        return sum(hold.units for hold in self._holds.get(order_id, []))

    def _shift(self, entry_id: str, *, reserved: int, why: str, on_stock: int = 0) -> None:
        truth = self._truths.get(entry_id)
        entry = self.project.inventory.get(entry_id)
        if truth is None or entry is None:
            return
        truth.reserved += reserved
        truth.on_stock_to_come += on_stock
        due = self.project.now() + timedelta(seconds=self.project.switches.inventory_lag_seconds)
        self._late.append(_Late(due, entry_id, on_stock, reserved))
        self._note(entry, why, on_stock - reserved)
        self.catch_up()

    def catch_up(self) -> None:
        """Let the documents show what has been due to be shown; to be called before anybody looks."""
        now = self.project.now()
        while self._late and self._late[0].due <= now:
            late = self._late.popleft()
            truth, entry = self._truths.get(late.entry_id), self.project.inventory.get(late.entry_id)
            if truth is None or entry is None:
                continue
            truth.shown += late.reserved
            truth.on_stock_to_come -= late.on_stock
            self._show(entry, on_stock=entry["quantityOnStock"] + late.on_stock, shown=truth.shown)

    def _show(self, entry: Document, *, on_stock: int, shown: int) -> None:
        project = self.project
        step = project.switches.version_step if project.switches.orders_raise_inventory_version else 0
        after = {**entry, "quantityOnStock": on_stock, "availableQuantity": on_stock - shown}
        if step:
            after |= {"version": entry["version"] + step, "lastModifiedAt": project.stamp()}
        project.keep_changed(project.inventory, after, old_version=entry["version"])
        self._say_if_gone(entry, after)

    def _say_if_gone(self, before: Document, after: Document) -> None:
        """Write a message where the last available unit went."""
        if before["availableQuantity"] > 0 >= after["availableQuantity"]:
            channel = after.get("supplyChannel")
            self.messages.say(
                self.project.inventory, after, "InventoryEntryOutOfStock", sku=after["sku"], supplyChannel=channel
            )

    def _note(self, entry: Document, why: str, by: int) -> None:
        on_stock = entry["quantityOnStock"] + self._truths[entry["id"]].on_stock_to_come
        self.moves.append(Move(self.project.stamp(), entry["sku"], why, by, on_stock, self.available(entry)))


def place_of(entry: Document) -> Place:
    channel = entry.get("supplyChannel")
    return entry["sku"], channel["id"] if channel else None
