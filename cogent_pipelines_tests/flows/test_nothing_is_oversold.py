"""Shops that sell, warehouses that allocate, and everything in between late or lost: no unit is sold that is not there.

The shop sells only what its own count allows, so whatever is sold too often was published wrongly. A shop that sells too
little is caught as well: when all is quiet, its count must be exactly what is free.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.flows.order_capture import ORDERS_READ
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_all_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import Move, SalesOrderState
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.stock_shop import StockShop
from cogent_pipelines_tests.factories.stock_warehouse import StockWarehouse
from cogent_pipelines_tests.factories.timed_shop import TimedShop

NAME = NORTHWIND.name
SKUS = ("MUG", "CUP", "BOWL")


class TradingDay:
    """Every step is one thing that may happen; which one comes next is up to the seed."""

    def __init__(self, ledger: Ledger, seed: int, *, by_snapshot: bool = False) -> None:
        self.ledger = ledger
        self.random = Random(seed)
        self.skew = timedelta(seconds=(0, 0, -20, 20, 3600)[seed % 5])
        self.clock = StillClock()
        self.warehouse = StockWarehouse(self.clock)
        self.connection = NORTHWIND
        self.shop = StockShop(dict.fromkeys(SKUS, 0), tells=seed % 2 == 0)
        if by_snapshot:
            # A shop that goes by time is right as far as its clock is.
            self.skew = timedelta(0)
            self.connection = replace(NORTHWIND, stock=replace(NORTHWIND.stock, by_snapshot=True))
            self.shop = TimedShop(SKUS)
        self.free = dict.fromkeys(SKUS, 0)
        self.delivered = dict.fromkeys(SKUS, 0)
        self.sold = dict.fromkeys(SKUS, 0)
        self.placed: list[Order] = []
        self.seen = 0
        self.number = 1000
        self.late_page: list = []
        self.on_its_way: list[tuple[datetime, StockToPublish]] = []

    # ---- what may happen

    def goods_come(self) -> None:
        sku, units = self.random.choice(SKUS), self.random.randint(1, 12)
        self.delivered[sku] += units
        self._moved(sku, units)

    def somebody_buys(self) -> None:
        sku, units = self.random.choice(SKUS), self.random.randint(1, 4)
        if self.shop.counts[sku] < units:
            return
        self.number += 1
        order = an_order(self.number, lines=(a_line(sku=sku, quantity=units),), created_at=self.storefronts_time())
        self.shop.takes(order)
        self.sold[sku] += units
        self.placed.append(order)

    def storefronts_time(self) -> datetime:
        """Its clock is right, behind or ahead, and knows whole seconds only."""
        return (self.clock.now() + self.skew).replace(microsecond=0)

    def orders_are_captured(self) -> None:
        self.ledger.orders.store(self.connection, self.placed[self.seen :], now=self.clock.now())
        self.seen = len(self.placed)
        self.ledger.watermarks.move(NAME, ORDERS_READ, self.clock.now(), now=self.clock.now())

    def orders_reach_the_warehouse(self) -> None:
        due = claimed(self.ledger, self.connection, limit=self.random.randint(1, 5), now=self.clock.now())
        for each in due:
            [line] = each.order.lines
            self._moved(line.sku, -line.ordered)
        # The warehouse has them before its answer is here.
        self.clock.advance(self.random.random())
        self._write_lines([each.order.ref for each in due])
        moves = [Move(each.claim, SalesOrderState.ACKNOWLEDGED, warehouse_ref=each.claim.ref) for each in due]
        self.ledger.sales_orders.record(NAME, moves, now=self.clock.now())

    def changes_are_read(self) -> None:
        self.clock.advance(60)
        read_stock_changes(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)

    def everything_is_read(self) -> None:
        read_all_stock(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)

    def a_page_is_slow(self) -> None:
        """Figures are read now and stored later, when they are no longer true."""
        late, self.late_page = self.late_page, [level for page in self.warehouse.stock_all() for level in page]
        self.warehouse.moved.update(self.warehouse.figures)
        stored = self.ledger.stock.store(NAME, late, now=self.clock.now())
        self.ledger.publications.decide(self.connection, stored.newer, now=self.clock.now())

    def stock_is_published(self) -> None:
        self.shop.lost = self.random.random() < 0.1
        publish_due_stock(
            self.connection,
            storefront=self.shop,
            ledger=self.ledger,
            clock=self.clock,
            random=self.random,
            capture=self.orders_are_captured if self.random.random() < 0.5 else None,
        )

    def a_run_dies(self) -> None:
        """Figures were claimed and sent; nobody will record what becomes of them."""

        names = [UUID(int=self.random.getrandbits(128)) for _ in range(3)]
        claims = self.ledger.publications.claim_due(self.connection, now=self.clock.now(), limit=3, names=names)
        now = self.clock.now()
        self.on_its_way += [
            (now, StockToPublish(c.sku, c.quantity, c.expected, c.intent, c.snapshot_at, c.at_snapshot)) for c in claims
        ]

    def a_request_arrives(self) -> None:
        """What a dead run had sent reaches the shop now, or never; no request travels for longer than a lease."""
        self.shop.lost = 0
        sent, self.on_its_way = self.on_its_way, []
        for sent_at, level in sent:
            if self.clock.now() - sent_at < self.connection.stock.lease and self.random.random() < 0.7:
                self.shop.publish_stock([level])

    def time_passes(self) -> None:
        self.clock.advance(self.random.choice([1, 5, 30, 400, 1500]))

    # ---- and what comes of it

    def go_on(self, steps: int) -> None:
        happenings = [
            *[self.somebody_buys] * 5,
            *[self.stock_is_published] * 4,
            *[self.changes_are_read] * 2,
            *[self.orders_are_captured] * 2,
            *[self.orders_reach_the_warehouse] * 2,
            self.goods_come,
            self.everything_is_read,
            self.a_page_is_slow,
            self.a_run_dies,
            *[self.a_request_arrives] * 2,
            *[self.time_passes] * 2,
        ]
        for _ in range(steps):
            self.clock.advance(0.01)
            self.random.choice(happenings)()

    def come_to_rest(self) -> None:
        """Nobody buys any more; every queue runs empty."""
        self.orders_are_captured()
        for _ in range(12):
            self.clock.advance(900)
            self.orders_reach_the_warehouse()
            self.clock.advance(1)
            self.everything_is_read()
            self.shop.lost = 0
            publish_due_stock(
                self.connection,
                storefront=self.shop,
                ledger=self.ledger,
                clock=self.clock,
                random=self.random,
                capture=self.orders_are_captured,
            )

    def oversold(self) -> dict[str, int]:
        return {sku: self.sold[sku] - self.delivered[sku] for sku in SKUS if self.sold[sku] > self.delivered[sku]}

    def _moved(self, sku: str, units: int) -> None:
        self.free[sku] += units
        self.warehouse.has(sku, self.free[sku])

    def _write_lines(self, refs: list[str]) -> None:
        with self.ledger.pool.session() as session:
            session.execute(
                """
                insert into sales_order_line (connection, order_ref, line_ref, order_line_ref, sku, quantity, value_minor)
                select connection, order_ref, line_ref, line_ref, sku, to_ship, line_total_minor
                from storefront_order_line where connection = %s and order_ref = any(%s)
                """,
                [NAME, refs],
            )


def opened_day(ledger: Ledger, seed: int, **kind: bool) -> TradingDay:
    """Ten of everything."""
    day = TradingDay(ledger, seed, **kind)
    for sku in SKUS:
        day.delivered[sku] = 10
        day._moved(sku, 10)
    return day


@pytest.mark.parametrize("seed", range(6))
def test_no_unit_is_sold_that_is_not_there_and_none_is_forgotten(ledger: Ledger, seed: int):
    """Whatever is late, lost, repeated or half done, the shop never sells more than was delivered."""
    day = opened_day(ledger, seed)

    day.go_on(250)
    during = day.oversold()
    day.come_to_rest()

    assert {} == during
    assert day.free == day.shop.counts
    assert sum(day.sold.values()) > 20


@pytest.mark.parametrize("seed", range(6))
def test_the_same_holds_for_a_shop_that_goes_by_the_time_of_a_figure(ledger: Ledger, seed: int):
    """It gives back what it keeps for older orders with every newer figure, and compares nothing."""
    day = opened_day(ledger, seed, by_snapshot=True)

    day.go_on(250)
    during = day.oversold()
    day.come_to_rest()

    assert {} == during
    assert day.free == day.shop.counts
    assert sum(day.sold.values()) > 20
