"""Telling commercetools what can be sold: one entry per call, for the version that was looked at, many calls at once.

An entry counts what is on stock; what can be sold is that less what orders have reserved. A warehouse's free figure
therefore becomes `quantityOnStock = free + reserved`, reserved being read at the very version that is written for.
"""

from collections import defaultdict
from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.commercetools import payloads
from cogent_pipelines.adapters.storefronts.commercetools.catalogue import Catalogue, available_in, reserved_in, units
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, codes_of, results_in
from cogent_pipelines.adapters.storefronts.commercetools.importing import StockImport
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.predicates import equal
from cogent_pipelines.adapters.storefronts.commercetools.scripts import run_together
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.updating import Change, Ended, Resource, change
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
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


class StockPublisher:
    """Publishes stock of one project at one supply channel."""

    def __init__(
        self, api: Api, settings: CommercetoolsSettings, *, names: Names, catalogue: Catalogue, imports: StockImport | None
    ) -> None:
        self._api = api
        self._settings = settings
        self._names = names
        self._catalogue = catalogue
        self._imports = imports

    def publish(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        """One outcome per level, in order.

        Raises:
            VendorError: nothing was attempted.
        """
        if not levels:
            return []
        entries = dict(self._catalogue.entries([level.sku for level in levels]))
        missing = [level.sku for level in levels if level.sku not in entries]
        sold = self._catalogue.sold(missing) if missing and self._settings.create_entries else set()
        outcomes: dict[int, PublishStockOutcome] = {}
        if self._imports is not None:
            outcomes.update(self._imports.publish(levels, entries, sold))
        self._directly(levels, entries, sold, outcomes)
        return [outcomes[index] for index in range(len(levels))]

    def _directly(
        self,
        levels: Sequence[StockToPublish],
        entries: dict[Sku, Json],
        sold: set[Sku],
        outcomes: dict[int, PublishStockOutcome],
    ) -> None:
        """Those without an outcome yet; figures of one SKU one after the other."""
        by_sku: dict[Sku, list[int]] = defaultdict(list)
        for index, level in enumerate(levels):
            if index not in outcomes:
                by_sku[level.sku].append(index)
        scripts = [
            self._publish_all([levels[index] for index in indices], entries.get(sku), is_sold=sku in sold)
            for sku, indices in by_sku.items()
        ]
        for indices, results in zip(by_sku.values(), run_together(scripts, self._api), strict=True):
            each = [results] * len(indices) if isinstance(results, Unknown) else results
            outcomes.update(zip(indices, each, strict=True))

    def _publish_all(
        self, levels: Sequence[StockToPublish], entry: Json | None, *, is_sold: bool
    ) -> Script[list[PublishStockOutcome]]:
        outcomes: list[PublishStockOutcome] = []
        for level in levels:
            ended = yield from self._publish(level, entry, is_sold=is_sold)
            outcomes.append(ended.outcome)
            entry = ended.state or entry
        return outcomes

    def _publish(self, level: StockToPublish, entry: Json | None, *, is_sold: bool) -> Script[Ended[PublishStockOutcome]]:
        if entry is None:
            made = yield from self._create(level, is_sold=is_sold)
            if made.outcome is not None:
                return Ended(made.outcome, made.state)
            entry = made.state
        return (
            yield from change(
                self._entry(entry or {}, level.sku), entry, decide=lambda seen: _decided(seen, level), accepted=_taken
            )
        )

    def _create(self, level: StockToPublish, *, is_sold: bool) -> Script[Ended[PublishStockOutcome | None]]:
        """Make the entry; without an outcome where somebody else has made it, which is then in `state`."""
        objection = self._objection(level, is_sold=is_sold)
        if objection is not None:
            return Ended(objection, None)
        draft = payloads.inventory_draft(level.sku, level.quantity, self._names.supply_channel_id())
        settled = yield self._api.post("create_entry", "/inventory", draft, priority=Priority.STOCK, subjects=(level.sku,))
        if settled.standing is Standing.ANSWERED:
            return Ended(Published(), _parsed(settled))
        if settled.standing is Standing.UNSURE or "DuplicateField" in codes_of(settled):
            return (yield from self._look_again(level.sku, settled))
        if settled.standing is Standing.REFUSED:
            return Ended(Rejected((settled.reason,)), None)
        return Ended(Unavailable(settled.reason, settled.retry_after), None)

    def _objection(self, level: StockToPublish, *, is_sold: bool) -> PublishStockOutcome | None:
        """Why no entry is made; None where one may be."""
        if not self._settings.create_entries:
            return UnknownSku("no inventory entry at the channel; make one, or allow it")
        if not is_sold:
            return UnknownSku("no published variant has this SKU")
        return None if level.expected in (None, 0) else Superseded(0)

    def _look_again(self, sku: Sku, first: Settled) -> Script[Ended[PublishStockOutcome | None]]:
        looked = yield self._look(sku)
        if looked.standing is not Standing.ANSWERED:
            return Ended(Unknown(f"{first.reason}; and it could not be read back: {looked.reason}"), None)
        found = results_in(self._api.body(looked), "entry")
        return Ended(None, found[0]) if found else Ended(Unknown(f"{first.reason}; read back, and it is not there"), None)

    def _look(self, sku: Sku) -> Call:
        query = [("where", equal("sku", sku)), ("where", self._catalogue.channel_condition()), ("limit", "1")]
        return self._api.get("entry", "/inventory", query, priority=Priority.STOCK, subjects=(sku,))

    def _entry(self, entry: Json, sku: Sku) -> Resource:
        path = f"/inventory/{entry['id']}"
        return Resource(
            read=lambda: self._api.get("entry", path, priority=Priority.STOCK, subjects=(sku,)),
            write=lambda version, actions: self._api.post(
                "publish_stock",
                path,
                {"version": version, "actions": list(actions)},
                priority=Priority.STOCK,
                subjects=(sku,),
            ),
        )


def _decided(entry: Json | None, level: StockToPublish) -> Change | PublishStockOutcome:
    """What a figure needs of an entry as it is."""
    if entry is None:
        return UnknownSku("its inventory entry is gone")
    available = available_in(entry)
    if level.expected is not None and available not in (level.expected, level.quantity):
        return Superseded(available)
    on_stock = level.quantity + reserved_in(entry)
    if available == level.quantity and units(entry, "quantityOnStock") == on_stock:
        return Published()
    return Change([payloads.change_quantity(on_stock)])


def _taken(entry: Json) -> PublishStockOutcome:
    """The vendor took it for the version that it was reckoned for."""
    del entry
    return Published()


def _parsed(settled: Settled) -> Json | None:
    parsed = settled.reading.parsed if settled.reading is not None else None
    return parsed if isinstance(parsed, dict) else None
