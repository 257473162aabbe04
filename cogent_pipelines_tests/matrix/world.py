"""A pair of vendors with ours between them; what it sells is said by the day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cogent_pipelines.connections.events import STOREFRONT, WAREHOUSE, callback_url
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.simulators.common.trade import StorefrontTrade, WarehouseTrade
from cogent_pipelines_tests.journeys.neutral import FLOWS, GATEWAY, NAME, NeutralWorld
from cogent_pipelines_tests.matrix.pairs import sides_of


class PairWorld(NeutralWorld):
    """`shop` and `floor` are what customers and the people at the warehouse do; the rest is ours."""

    shop: StorefrontTrade
    floor: WarehouseTrade

    def __init__(self, ledger_url: str, pair: str, settings: Mapping[str, Any] | None = None) -> None:
        self.pair = pair
        super().__init__(ledger_url, settings or {})

    def _open_vendors(self) -> dict[str, object]:
        open_storefront, open_warehouse = sides_of(self.pair)
        self.front = open_storefront(self.clock, self._answer_of_gateway)
        self.back = open_warehouse(self.clock, self._answer_of_gateway)
        self.shop, self.floor = self.front.trade, self.back.trade
        return {**self.front.hosts, **self.back.hosts}

    def _variables(self) -> dict[str, str]:
        return {**self.front.environment, **self.back.environment}

    def _settings(self, changes: Mapping[str, Any]) -> ConnectionSettings:
        given: dict[str, Any] = {"name": NAME, "storefront": dict(self.front.block), "warehouse": dict(self.back.block)}
        for more in (self.front.settings, self.back.settings, changes):
            for name, value in more.items():
                given[name] = {**given.get(name, {}), **value} if isinstance(value, Mapping) else value
        return ConnectionSettings.model_validate(given)

    def _subscribe(self) -> None:
        for side, vendor, source in (
            (self.front, self.storefront, STOREFRONT),
            (self.back, self.warehouse, WAREHOUSE),
        ):
            if side.subscribe is not None:
                url = callback_url(self.settings, source, public_url=GATEWAY, environment=self.environment)
                side.subscribe(vendor, url)

    def deliver(self) -> int:
        self.floor.tick()
        return self.runner.run(self.front.pump()) + self.runner.run(self.back.pump())

    def next_due(self) -> datetime | None:
        moments = [self.ledger.due_work.next_due(NAME, flow) for flow in FLOWS]
        moments += [self.front.next_due(), self.back.next_due()]
        return min((moment for moment in moments if moment is not None), default=None)

    def signature(self) -> tuple[Any, ...]:
        return self._ledger_signature(), hash(repr(self.shop.books())), hash(repr(self.floor.books()))
