"""Telling SCAYLE what can be sold: one call per variant, or one bulk request for many.

SCAYLE compares nothing for us, so the stored figure is read first. What is sold between that look and the write is not
lost: it is a quantity blocker, which only a figure of a later time releases, and ours bears the warehouse's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.bulk import BulkDesk
from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of, is_not_found
from cogent_pipelines.adapters.storefronts.scayle.identifiers import by_key, is_harmless, is_number
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.payloads import stock
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.stock_answers import Stored, ToTell, judged, stored_in, weighed
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.outcomes import PublishStockOutcome, Rejected, Unavailable, Unknown, UnknownSku
from cogent_pipelines.ports.sku_index import StorefrontSkuIndex
from cogent_pipelines.ports.vendor_account import Priority

_MOST_ENTRIES = "1000"


class StockPublisher:
    """Publishes stock of one tenant's warehouse."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, *, bulk: BulkDesk, index: StorefrontSkuIndex) -> None:
        self._api = api
        self._settings = settings
        self._bulk = bulk
        self._index = index

    def publish(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        """One outcome each, in order.

        Raises:
            VendorError: our key is not accepted; nothing was told.
        """
        paths = self.paths([level.sku for level in levels])
        weighed = self._weighed(levels, paths)
        to_tell = {index: each for index, each in enumerate(weighed) if isinstance(each, ToTell)}
        figures = [(paths[each.level.sku], each) for each in to_tell.values()]
        told = self._bulk.tell(figures) if len(figures) >= self._settings.bulk_from else None
        if told is None:
            told = self._tell(figures)
        outcomes = dict(zip(to_tell, told, strict=True))
        return [outcomes[index] if isinstance(each, ToTell) else each for index, each in enumerate(weighed)]

    def paths(self, skus: Sequence[Sku]) -> dict[Sku, str]:
        """Where each SKU's stock is. A reference key that may be written in two ways is better named by its number."""
        doubtful = [sku for sku in skus if not is_harmless(sku)]
        known = self._index.find(doubtful) if doubtful else {}
        return {sku: stock_path(_number_in(known.get(sku, [])) or by_key(sku)) for sku in skus}

    def reading(self, sku: str, path: str, *, priority: Priority) -> Call:
        return self._api.get("stock", path, priority=priority, query={"limit": _MOST_ENTRIES}, subject=sku)

    def _weighed(self, levels: Sequence[StockToPublish], paths: Mapping[Sku, str]) -> list[ToTell | PublishStockOutcome]:
        """Every figure against what is stored."""
        calls = [self.reading(level.sku, paths[level.sku], priority=Priority.STOCK) for level in levels]
        settled_calls = self._api.send_all(calls)
        denied = [settled for settled in settled_calls if settled.standing is Standing.DENIED]
        if denied and len(denied) == len(settled_calls):
            denied[0].answered()
        return [self._weighed_one(level, settled) for level, settled in zip(levels, settled_calls, strict=True)]

    def _weighed_one(self, level: StockToPublish, settled: Settled) -> ToTell | PublishStockOutcome:
        if is_not_found(settled):
            return UnknownSku(f"SCAYLE has no variant with the reference key {level.sku}")
        if settled.standing in (Standing.REFUSED, Standing.DENIED):
            return Rejected((settled.reason,))
        if settled.standing is not Standing.ANSWERED:
            # A look that was lost has changed nothing.
            return Unavailable(settled.reason, settled.retry_after)
        try:
            return weighed(level, stored_in(_entities(body_of(settled)), self._settings), self._settings)
        except Unreadable as fault:
            return Rejected((f"the stored figure cannot be read: {fault}",))

    def _tell(self, figures: Sequence[tuple[str, ToTell]]) -> list[PublishStockOutcome]:
        calls = [
            self._api.write(
                "set stock",
                path,
                stock(told.quantity, told.changed_at, self._settings),
                priority=Priority.STOCK,
                subjects=[told.level.sku],
            )
            for path, told in figures
        ]
        return [self._outcome(told, settled) for (_, told), settled in zip(figures, self._api.send_all(calls), strict=True)]

    def _outcome(self, told: ToTell, settled: Settled) -> PublishStockOutcome:
        match settled.standing:
            case Standing.ANSWERED:
                return self._compared(told, body_of(settled))
            case Standing.NOT_DONE | Standing.DENIED:
                return Unavailable(settled.reason, settled.retry_after)
            case Standing.REFUSED:
                # The variant is there: it was read a moment ago. Then it is the warehouse or the merchant.
                return Rejected((settled.reason,))
            case Standing.UNSURE:
                return Unknown(settled.reason)

    def _compared(self, told: ToTell, body: Any) -> PublishStockOutcome:
        try:
            stored = stored_as(body)
        except Unreadable as fault:
            return Unknown(f"the answer cannot be read: {fault}")
        return judged(told, stored) or Unknown("the answer does not say what is stored now")


def stock_path(identifier: str) -> str:
    return f"/variants/{identifier}/stocks"


def stored_as(body: Any) -> Stored | None:
    """The figure that the answer to a write shows; None where it shows none."""
    if not isinstance(body, dict) or body.get("quantity") is None:
        return None
    return Stored(Node(body).needed_number("quantity"), None)


def _entities(body: Any) -> list[Any]:
    found = body.get("entities") if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise Unreadable("field entities is no list")
    return found


def _number_in(refs: Sequence[str]) -> str | None:
    """The variant's number, where exactly one has the SKU."""
    return refs[0] if len(refs) == 1 and is_number(refs[0]) else None
