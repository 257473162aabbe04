"""Telling Shopify what can be sold: absolute figures in arrays, each only if Shopify still believes what we expect.

One bad row refuses the whole call, so bad rows are taken out, explained, and the rest is sent again under a new key. A call
whose answer was lost is sent again under the same key, which has no second effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.catalogue import Catalogue, available_in
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json, rows
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id
from cogent_pipelines.adapters.storefronts.shopify.locations import Locations
from cogent_pipelines.adapters.storefronts.shopify.payloads import idempotency_key
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.outcomes import (
    Published,
    PublishStockOutcome,
    Rejected,
    Superseded,
    Unavailable,
    Unknown,
    UnknownSku,
)
from cogent_pipelines.ports.vendor_account import Priority

_ROUNDS = 6
_STALE = frozenset({"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"})
_UNDER_WAY = "IDEMPOTENCY_CONCURRENT_REQUEST"
_NEW_KEY = frozenset({"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"})
_SELF_EXPLAINING = frozenset({"INVALID_QUANTITY_NEGATIVE", "INVALID_QUANTITY_TOO_HIGH", "INVALID_QUANTITY_TOO_LOW"})
_BUNDLE = "NON_MUTABLE_INVENTORY_ITEM"


@dataclass(slots=True)
class Row:
    """One SKU's figure on its way; `index` is its place among what was asked."""

    index: int
    level: StockToPublish
    item: str
    expected: int | None
    activated: bool = False
    fault: str = ""

    @property
    def key_part(self) -> str:
        return f"{self.level.intent}|{self.item}|{self.level.quantity}|{self.expected}"


@dataclass(slots=True)
class Chunk:
    """The rows of one call, and how often a new key or a repetition was needed."""

    rows: list[Row]
    attempt: int = 0
    repeats: int = 0


class StockPublisher:
    """Publishes stock of one store."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings, *, locations: Locations, catalogue: Catalogue) -> None:
        self._graphql = graphql
        self._settings = settings
        self._locations = locations
        self._catalogue = catalogue

    def publish(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        """One outcome per level, in order.

        Raises:
            VendorError: nothing was attempted.
        """
        if not levels:
            return []
        location = self._locations.stock_location()
        publication = _Publication(self._graphql, self._settings, self._catalogue, location, len(levels))
        rows = self._resolve(levels, publication)
        publication.run(rows)
        return publication.outcomes()

    def _resolve(self, levels: Sequence[StockToPublish], publication: "_Publication") -> list[Row]:
        refs = self._catalogue.stock_refs([level.sku for level in levels])
        rows = []
        for index, level in enumerate(levels):
            found = refs[level.sku]
            if len(found) == 1:
                rows.append(Row(index, level, global_id("InventoryItem", found[0]), level.expected))
            elif found:
                items = ", ".join(found)
                publication.settle(index, UnknownSku(f"{len(found)} variants have this SKU (inventory items {items})"))
            else:
                publication.settle(index, UnknownSku("no variant has this SKU"))
        return rows


class _Publication:
    """One batch on its way; ends with an outcome for every row."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings, catalogue: Catalogue, location: str, count: int) -> None:
        self._graphql = graphql
        self._settings = settings
        self._catalogue = catalogue
        self._location = location
        self._outcomes: list[PublishStockOutcome | None] = [None] * count
        self._denied: Settled | None = None
        self._attempted = False

    def settle(self, index: int, outcome: PublishStockOutcome) -> None:
        self._outcomes[index] = outcome

    def outcomes(self) -> list[PublishStockOutcome]:
        return [outcome or Unavailable("not attempted in time") for outcome in self._outcomes]

    def run(self, rows: Sequence[Row]) -> None:
        chunks, later = self._chunks(rows)
        for _ in range(_ROUNDS):
            if not chunks:
                if not later:
                    break
                chunks, later = self._chunks(later)
            settled_calls = self._graphql.send_all([self._call(chunk) for chunk in chunks])
            chunks = [
                again for chunk, settled in zip(chunks, settled_calls, strict=True) for again in self._read(chunk, settled)
            ]
        if self._denied is not None and not self._attempted:
            raise AuthenticationFailed(self._denied.reason, operation="set_stock")

    def _chunks(self, rows: Sequence[Row]) -> tuple[list[Chunk], list[Row]]:
        """Calls of up to 250 rows; an item that comes twice waits for the next round, as one call must not hold it twice."""
        first: dict[str, Row] = {}
        later = []
        for row in rows:
            if row.item in first:
                later.append(row)
            else:
                first[row.item] = row
        once = list(first.values())
        size = version.LARGEST_INPUT
        return [Chunk(once[start : start + size]) for start in range(0, len(once), size)], later

    def _call(self, chunk: Chunk) -> Call:
        quantities = [
            {
                "inventoryItemId": row.item,
                "locationId": self._location,
                "quantity": row.level.quantity,
                # Must be there even where nothing is compared: null skips the check.
                "changeFromQuantity": row.expected,
            }
            for row in chunk.rows
        ]
        stock_input = {"name": "available", "reason": self._settings.stock_reason, "quantities": quantities}
        key = idempotency_key([self._location, *(row.key_part for row in chunk.rows)], attempt=chunk.attempt)
        return self._graphql.call(
            "set_stock",
            {"input": stock_input, "key": key},
            priority=Priority.STOCK,
            writes=True,
            subjects=[row.level.sku for row in chunk.rows],
        )

    def _read(self, chunk: Chunk, settled: Settled) -> list[Chunk]:
        """The same, whatever the answer is: one that cannot be read proves nothing, and takes no other chunk with it."""
        try:
            return self._digest(chunk, settled)
        except UNFORESEEN as error:
            reason = why(error)
        for row in chunk.rows:
            if self._outcomes[row.index] is None:
                self.settle(row.index, Unknown(reason))
        return []

    def _digest(self, chunk: Chunk, settled: Settled) -> list[Chunk]:
        """Settle what can be settled; answers what must be sent again."""
        self._attempted = self._attempted or settled.standing is not Standing.DENIED
        match settled.standing:
            case Standing.ANSWERED:
                return self._digest_answer(chunk, settled)
            case Standing.UNSURE if chunk.repeats == 0:
                # The same key again: carried out now if it was not, and without effect if it was.
                chunk.repeats += 1
                return [chunk]
            case Standing.UNSURE:
                return self._read_back(chunk, settled.reason)
            case Standing.REFUSED:
                return self._settle_all(chunk, Rejected((settled.reason,)))
            case Standing.DENIED:
                self._denied = settled
        return self._settle_all(chunk, Unavailable(settled.reason, settled.retry_after))

    def _digest_answer(self, chunk: Chunk, settled: Settled) -> list[Chunk]:
        payload = self._graphql.data(settled).get("inventorySetQuantities")
        if not isinstance(payload, dict):
            # Nothing says that it was done: the figures themselves must.
            return self._read_back(chunk, "the answer does not say what became of the figures")
        errors = payload.get("userErrors") or []
        if not errors:
            # Where nothing had to change there is no group of changes, and that is no failure.
            return self._settle_all(chunk, Published())
        return self._digest_errors(chunk, errors)

    def _read_back(self, chunk: Chunk, reason: str) -> list[Chunk]:
        """No answer, twice: what already shows the figure is published; of the rest nothing is known."""
        try:
            believed = self._levels([row.item for row in chunk.rows])
        except VendorError:
            return self._settle_all(chunk, Unknown(reason))
        for row in chunk.rows:
            level = believed.get(row.item, {}).get("inventoryLevel")
            shown = level is not None and available_in(level) == row.level.quantity
            self.settle(row.index, Published() if shown else Unknown(reason))
        return []

    def _digest_errors(self, chunk: Chunk, errors: Sequence[Json]) -> list[Chunk]:
        codes = {str(error.get("code") or "") for error in errors}
        if _UNDER_WAY in codes:
            return self._settle_all(chunk, Unavailable(_words(errors), retry_after=5.0))
        if codes & _NEW_KEY:
            chunk.attempt += 1
            return [chunk] if chunk.attempt < _ROUNDS else self._settle_all(chunk, Unavailable(_words(errors)))
        unplaced = [error for error in errors if _row_of(error, chunk) is None]
        if unplaced and not codes & _STALE:
            return self._settle_all(chunk, Rejected(tuple(str(error["message"]) for error in unplaced)))
        suspects = self._settle_plain(chunk, errors)
        if unplaced:
            # Some comparison failed and Shopify does not say whose: look at all of them.
            suspects = [row for row in chunk.rows if self._outcomes[row.index] is None]
        again = self._examine(suspects)
        left = [row for row in chunk.rows if self._outcomes[row.index] is None and row not in suspects] + again
        if not left:
            return []
        return [Chunk(left, attempt=chunk.attempt + 1 if len(left) == len(chunk.rows) else chunk.attempt)]

    def _settle_plain(self, chunk: Chunk, errors: Sequence[Json]) -> list[Row]:
        """Settle rows whose error says all; answers the rows of which the level must be looked at."""
        suspects: list[Row] = []
        for error in errors:
            row = _row_of(error, chunk)
            if row is None or self._outcomes[row.index] is not None:
                continue
            code, message = str(error.get("code") or ""), str(error.get("message"))
            if code == _BUNDLE:
                self.settle(row.index, UnknownSku(f"its stock follows from its components: {message}"))
            elif code in _SELF_EXPLAINING:
                self.settle(row.index, Rejected((message,)))
            elif row not in suspects:
                row.fault = "" if code in _STALE else message
                suspects.append(row)
        return suspects

    def _examine(self, rows: Sequence[Row]) -> list[Row]:
        """Read what Shopify believes of these rows; settle them, or answer those worth sending again."""
        if not rows:
            return []
        try:
            believed = self._levels([row.item for row in rows])
        except VendorError:
            for row in rows:
                self.settle(row.index, Rejected((row.fault,)) if row.fault else Superseded())
            return []
        return [row for row in rows if self._is_worth_sending(row, believed.get(row.item))]

    def _is_worth_sending(self, row: Row, item: Json | None) -> bool:
        if item is None:
            self._catalogue.forget(row.level.sku)
            self.settle(row.index, UnknownSku(row.fault or "the inventory item is gone"))
            return False
        level = item.get("inventoryLevel")
        if level is None or not level["isActive"]:
            return self._is_activated(row)
        actual = available_in(level)
        if actual == row.level.quantity and not row.fault:
            self.settle(row.index, Published())
        elif row.expected is not None and actual != row.expected:
            self.settle(row.index, Superseded(actual))
        elif row.fault:
            self.settle(row.index, Rejected((row.fault,)))
        else:
            return True
        return False

    def _is_activated(self, row: Row) -> bool:
        """Stock the item at the location, where that is wanted; its level then begins at zero."""
        if not self._settings.activate_stock or row.activated:
            self.settle(row.index, UnknownSku("it is not stocked at the location; activate it there, or allow activation"))
            return False
        row.activated = True
        key = idempotency_key(["activate", self._location, row.item, row.level.intent])
        variables = {"item": row.item, "location": self._location, "key": key}
        subjects = (row.level.sku,)
        call = self._graphql.call("activate_stock", variables, priority=Priority.STOCK, writes=True, subjects=subjects)
        settled = self._graphql.send_all([call])[0]
        if settled.standing is not Standing.ANSWERED:
            self.settle(row.index, Unavailable(settled.reason, settled.retry_after))
            return False
        payload = self._graphql.data(settled).get("inventoryActivate") or {}
        errors = payload.get("userErrors") or []
        if errors:
            self.settle(row.index, UnknownSku(_words(errors)))
            return False
        row.expected, row.fault = 0, ""
        return True

    def _levels(self, items: Sequence[str]) -> dict[str, Json]:
        size = 50
        calls = [
            self._graphql.call(
                "levels",
                {"ids": items[start : start + size], "location": self._location},
                priority=Priority.STOCK,
            )
            for start in range(0, len(items), size)
        ]
        return {node["id"]: node for data in self._graphql.read_all(calls) for node in rows(data, "nodes", "levels")}

    def _settle_all(self, chunk: Chunk, outcome: PublishStockOutcome) -> list[Chunk]:
        for row in chunk.rows:
            self.settle(row.index, outcome)
        return []


def _row_of(error: Json, chunk: Chunk) -> Row | None:
    """The row that an error's field points at: `["input", "quantities", "3", "locationId"]`."""
    field = error.get("field") or ()
    for before, step in pairwise(field):
        if before == "quantities" and str(step).isdecimal() and int(step) < len(chunk.rows):
            return chunk.rows[int(step)]
    return None


def _words(errors: Sequence[Json]) -> str:
    return "; ".join(str(error.get("message")) for error in errors)
