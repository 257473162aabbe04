"""Writing stock: absolute and by difference, with the vendor's rules of refusal.

Every function answers with the changes made or raises `StockRefused` holding all rows that were wrong; a call is
applied whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify import stock
from cogent_pipelines.simulators.shopify.catalogue import InventoryItem, Level, Location
from cogent_pipelines.simulators.shopify.ids import number_of
from cogent_pipelines.simulators.shopify.shop import Shop

REASONS = words(
    "correction cycle_count_available damaged movement_canceled movement_created movement_received",
    "movement_updated other promotion quality_control received reservation_created reservation_deleted",
    "reservation_updated restock safety_stock shrinkage",
)
ADJUSTABLE = ["available", "damaged", "incoming", "quality_control", "reserved", "safety_stock"]
SET_LIMIT = 1_000_000_000
ADJUST_LIMIT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    field: list[str]
    message: str
    code: str | None


class StockRefused(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Change:
    name: str
    delta: int
    item: InventoryItem
    location: Location
    ledger: str | None = None
    gql: ClassVar[str] = "InventoryChange"


@dataclass(slots=True)
class AdjustmentGroup:
    id: int
    reason: str
    reference: str | None
    created_at: int
    changes: list[Change] = field(default_factory=list)
    gql: ClassVar[str] = "InventoryAdjustmentGroup"


def _reason_problem(reason: str) -> list[Problem]:
    if reason in REASONS:
        return []
    listed = ", ".join(REASONS)
    text = f"The specified reason is invalid. Valid values are: {listed}."
    return [Problem(["input", "reason"], text, "INVALID_REASON")]


def _subject(shop: Shop, row: Mapping[str, Any], path: list[str]) -> tuple[Level | None, list[Problem]]:
    item = shop.items.get(number_of(row["inventoryItemId"], "InventoryItem") or 0)
    location = shop.locations.get(number_of(row["locationId"], "Location") or 0)
    problems = []
    if item is None:
        text = "The specified inventory item could not be found."
        problems.append(Problem([*path, "inventoryItemId"], text, "INVALID_INVENTORY_ITEM"))
    if location is None:
        text = "The specified location could not be found."
        problems.append(Problem([*path, "locationId"], text, "INVALID_LOCATION"))
    if item is None or location is None:
        return None, problems
    if item.variant.components:
        text = "The specified inventory item is not allowed to be adjusted via API."
        return None, [Problem([*path, "inventoryItemId"], text, "NON_MUTABLE_INVENTORY_ITEM")]
    level = item.levels.get(location.id)
    if level is None:
        text = "The specified inventory item is not stocked at the location."
        return None, [Problem([*path, "inventoryItemId"], text, None)]
    return level, []


def _stale(row: Mapping[str, Any], current: int, path: list[str]) -> list[Problem]:
    expected = row.get("changeFromQuantity")
    if expected is None or expected == current:
        return []
    text = "The changeFromQuantity argument no longer matches the persisted quantity."
    return [Problem([*path, "changeFromQuantity"], text, "CHANGE_FROM_QUANTITY_STALE")]


def set_quantities(shop: Shop, given: Mapping[str, Any]) -> AdjustmentGroup | None:
    """Set available or on hand to the figures given."""
    name = given["name"]
    problems = _reason_problem(given["reason"])
    if name not in {"available", "on_hand"}:
        text = "The quantity name must be either 'available' or 'on_hand'."
        problems.append(Problem(["input", "name"], text, "INVALID_NAME"))
        raise StockRefused(problems)
    rows: Sequence[Mapping[str, Any]] = given["quantities"]
    problems += _duplicates(rows)
    levels = []
    for index, row in enumerate(rows):
        path = ["input", "quantities", str(index)]
        level, wrong = _subject(shop, row, path)
        problems += wrong + _bounds(name, row["quantity"], path)
        if level is not None:
            problems += _stale(row, level.quantity(name), path)
            levels.append((level, row["quantity"]))
    if problems:
        raise StockRefused(problems)
    deltas = [(level, target - level.quantity(name)) for level, target in levels]
    return _apply(shop, given, [(level, "available", delta, None) for level, delta in deltas if delta])


def _duplicates(rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["inventoryItemId"], row["locationId"])
        seen[key] = seen.get(key, 0) + 1
    text = "The combination of inventoryItemId and locationId must be unique."
    code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
    return [
        Problem(["input", "quantities", str(index), "locationId"], text, code)
        for index, row in enumerate(rows)
        if seen[row["inventoryItemId"], row["locationId"]] > 1
    ]


def _bounds(name: str, quantity: int, path: list[str]) -> list[Problem]:
    at = [*path, "quantity"]
    if quantity > SET_LIMIT:
        return [Problem(at, "The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH")]
    if name == "on_hand" and quantity < 0:
        return [Problem(at, "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")]
    if quantity < -SET_LIMIT:
        return [Problem(at, "The quantity can't be lower than -1,000,000,000.", "INVALID_QUANTITY_TOO_LOW")]
    return []


def adjust_quantities(shop: Shop, given: Mapping[str, Any]) -> AdjustmentGroup | None:
    """Change a quantity by differences; a call of nothing but zeros succeeds with no group."""
    name = given["name"]
    problems = _reason_problem(given["reason"])
    if name not in ADJUSTABLE:
        text = f"The specified quantity name is invalid. Valid values are: {', '.join(ADJUSTABLE)}."
        problems.append(Problem(["input", "name"], text, "INVALID_QUANTITY_NAME"))
        raise StockRefused(problems)
    rows: Sequence[Mapping[str, Any]] = given["changes"]
    problems += _ledger_problems(name, rows)
    changes = []
    for index, row in enumerate(rows):
        path = ["input", "changes", str(index)]
        level, wrong = _subject(shop, row, path)
        problems += wrong + _delta_bounds(row["delta"], path)
        if level is not None:
            problems += _stale(row, level.quantity(name), path)
            changes.append((level, name, row["delta"], row.get("ledgerDocumentUri")))
    if problems:
        raise StockRefused(problems)
    return _apply(shop, given, [change for change in changes if change[2]])


def _delta_bounds(delta: int, path: list[str]) -> list[Problem]:
    at = [*path, "delta"]
    if delta > ADJUST_LIMIT:
        return [Problem(at, "The quantity can't be higher than 2,000,000,000.", "INVALID_QUANTITY_TOO_HIGH")]
    if delta < -ADJUST_LIMIT:
        return [Problem(at, "The quantity can't be lower than -2,000,000,000.", "INVALID_QUANTITY_TOO_LOW")]
    return []


def _ledger_problems(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
    problems = []
    for index, row in enumerate(rows):
        at = ["input", "changes", str(index), "ledgerDocumentUri"]
        uri = row.get("ledgerDocumentUri")
        if name == "available" and uri:
            text = "A ledger document URI is not allowed when adjusting available."
            problems.append(Problem(at, text, "INVALID_AVAILABLE_DOCUMENT"))
        elif name != "available" and not uri:
            text = "A ledger document URI is required except when adjusting available."
            problems.append(Problem(at, text, "INVALID_QUANTITY_DOCUMENT"))
        elif uri and str(uri).startswith("gid://shopify/"):
            text = "Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API."
            problems.append(Problem(at, text, "INTERNAL_LEDGER_DOCUMENT"))
    if len({row.get("ledgerDocumentUri") for row in rows}) > 1:
        text = (
            "All changes must have the same ledger document URI or, in the case of adjusting available, "
            "no ledger document URI."
        )
        problems.append(Problem(["input", "changes"], text, "MAX_ONE_LEDGER_DOCUMENT"))
    return problems


def move_quantities(shop: Shop, given: Mapping[str, Any]) -> AdjustmentGroup | None:
    """Move units between the states of a level; both ends lie at one location."""
    problems = _reason_problem(given["reason"])
    changes: list[tuple[Level, str, int, str | None]] = []
    for index, row in enumerate(given["changes"]):
        path = ["input", "changes", str(index)]
        if row["from"]["locationId"] != row["to"]["locationId"]:
            text = "The quantities can't be moved between different locations."
            problems.append(Problem(path, text, "DIFFERENT_LOCATIONS"))
            continue
        for end, sign in (("from", -1), ("to", 1)):
            side = row[end]
            level, wrong = _move_subject(shop, row, side, [*path, end])
            problems += wrong
            if level is not None:
                problems += _stale(side, level.quantity(side["name"]), [*path, end])
                changes.append((level, side["name"], sign * row["quantity"], side.get("ledgerDocumentUri")))
    if problems:
        raise StockRefused(problems)
    return _apply(shop, given, [change for change in changes if change[2]])


def _move_subject(
    shop: Shop, row: Mapping[str, Any], side: Mapping[str, Any], path: list[str]
) -> tuple[Level | None, list[Problem]]:
    if side["name"] not in ADJUSTABLE:
        text = f"The specified quantity name is invalid. Valid values are: {', '.join(ADJUSTABLE)}."
        return None, [Problem([*path, "name"], text, "INVALID_QUANTITY_NAME")]
    level, wrong = _subject(shop, {**row, "locationId": side["locationId"]}, path)
    # The item is named beside the two ends, not within them.
    fixed = [
        Problem([*path[:-1], "inventoryItemId"], problem.message, problem.code)
        if problem.field[-1] == "inventoryItemId"
        else problem
        for problem in wrong
    ]
    return level, fixed


def _apply(
    shop: Shop, given: Mapping[str, Any], changes: list[tuple[Level, str, int, str | None]]
) -> AdjustmentGroup | None:
    if not changes:
        return None
    number = shop.numbers.next("InventoryAdjustmentGroup")
    group = AdjustmentGroup(number, given["reason"], given.get("referenceDocumentUri"), shop.now_ms())
    why = given.get("referenceDocumentUri") or given["reason"]
    for level, name, delta, ledger in changes:
        stock.move(shop, level, name, delta, why, by_client=True)
        group.changes.append(Change(name, delta, level.item, level.location, ledger))
        shop.announce("inventory_levels/update", level)
    for level, name, delta, _ in changes:
        if name != "incoming":
            group.changes.append(Change("on_hand", delta, level.item, level.location))
    return group


def activate(
    shop: Shop, item: InventoryItem, location: Location, *, on_hand: int | None, available: int | None
) -> tuple[Level | None, list[Problem]]:
    """Start stocking an item at a location."""
    level = item.levels.get(location.id)
    if level is not None:
        return level, _already_active(available, on_hand)
    if available is not None and on_hand is not None:
        text = (
            f"The product couldn't be stocked at {location.name} because not allowed to set available and on_hand "
            "quantities at the same time."
        )
        return None, [Problem(["available"], text, None), Problem(["onHand"], text, None)]
    if on_hand is not None and abs(on_hand) > SET_LIMIT:
        text = (
            f"The product couldn't be stocked at {location.name} because the quantity needs to be between "
            "-1 billion and 1 billion."
        )
        return None, [Problem(["onHand"], text, None)]
    level = shop.level_for(item, location)
    # A seed for `available` was seen ignored on a new level; `onHand` works.
    stock.move(shop, level, "available", on_hand or 0, "activated", by_client=True)
    return level, []


def _already_active(available: int | None, on_hand: int | None) -> list[Problem]:
    problems = []
    if available is not None:
        text = "Not allowed to set available quantity when the item is already active at the location."
        problems.append(Problem(["available"], text, None))
    if on_hand is not None:
        text = "Not allowed to set an on_hand quantity when the item is already active at the location."
        problems.append(Problem(["onHand"], text, None))
    return problems


@dataclass(slots=True)
class _Remembered:
    arguments: str
    at: int
    result: object


class IdempotencyMemory:
    """Keys of the @idempotent directive with what the first call under each did."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._known: dict[str, _Remembered] = {}
        self._running: set[str] = set()
        self._failed: dict[str, int] = {}

    def once(self, key: str, arguments: str, act: Callable[[], object]) -> object:
        """Run `act` unless this key did so before; raises `StockRefused` where the key is misused."""
        self._forget_old()
        known = self._known.get(key)
        if known is not None:
            if known.arguments != arguments:
                text = "The same idempotency key cannot be used with different operation parameters."
                raise StockRefused([Problem([], text, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")])
            return known.result
        if key in self._running:
            text = "This request is already in progress, please try again."
            raise StockRefused([Problem([], text, "IDEMPOTENCY_CONCURRENT_REQUEST")])
        if key in self._failed:
            text = "The request failed. Please try again with a new idempotency key."
            raise StockRefused([Problem([], text, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")])
        self._running.add(key)
        try:
            result = act()
        except Exception:
            # A refusal counts as a failed attempt too: the vendor asks for a new key after one.
            self._failed[key] = self._shop.now_ms()
            raise
        finally:
            self._running.discard(key)
        self._known[key] = _Remembered(arguments, self._shop.now_ms(), result)
        return result

    def _forget_old(self) -> None:
        cut = self._shop.now_ms() - int(self._shop.switches.idempotency_seconds * 1000)
        while self._known and next(iter(self._known.values())).at < cut:
            del self._known[next(iter(self._known))]
        while self._failed and next(iter(self._failed.values())) < cut:
            del self._failed[next(iter(self._failed))]
