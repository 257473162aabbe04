"""One connection with its two sides and its stock, for tests of what is told."""

from random import Random

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.flows.order_capture import ORDERS_READ
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import DueOrder, Move, SalesOrderState
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.stock_shop import StockShop
from cogent_pipelines_tests.factories.stock_warehouse import StockWarehouse

NAME = NORTHWIND.name
MUG = Sku("MUG-BLUE")


class World:
    """One connection with its two sides; `capture` brings in what was ordered and not captured yet."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = StillClock()
        self.warehouse = StockWarehouse(self.clock)
        self.shop = StockShop()
        self.connection = NORTHWIND
        self.unseen: list = []

    def order(
        self, number: int, quantity: int = 2, sku: str = MUG, *, seen: bool = True, counted: bool = True, **changes
    ) -> None:
        """`counted` is whether the shop takes it off its own count."""
        line = a_line(sku=sku, quantity=quantity, takes_stock=counted)
        order = an_order(number, lines=(line,), created_at=self.clock.now(), **changes)
        self.shop.takes(order)
        self.unseen.append(order)
        if seen:
            self.capture()

    def capture(self) -> None:
        self.ledger.orders.store(self.connection, self.unseen, now=self.clock.now())
        self.ledger.watermarks.move(NAME, ORDERS_READ, self.clock.now(), now=self.clock.now())
        self.unseen.clear()

    def reduce(self, number: int, *, ordered: int, by: int, sku: str = MUG) -> None:
        """The shop takes units out of an order and puts them back on sale; the warehouse keeps what it has set aside."""
        self.clock.advance(1)
        self.shop.counts[sku] += by
        line = a_line(sku=sku, quantity=ordered, current=ordered - by, to_ship=ordered - by)
        self.unseen.append(an_order(number, lines=(line,), version=self.clock.now()))
        self.capture()

    def fulfilled(self, number: int, *, quantity: int) -> None:
        """The storefront has nothing of the order to send any more."""
        line = a_line(sku=MUG, quantity=quantity, to_ship=0)
        self.unseen.append(an_order(number, lines=(line,), version=self.clock.now()))
        self.capture()

    def looks_in_vain(self) -> None:
        """Orders were read to the end, and the newest were not listed yet."""
        self.ledger.watermarks.move(NAME, ORDERS_READ, self.clock.now(), now=self.clock.now())

    def acknowledge_all(self) -> None:
        """The warehouse takes every order that is due."""
        self.acknowledge(self.send_all())

    def send_all(self) -> list[DueOrder]:
        """Every order that is due is on its way."""
        due = claimed(self.ledger, self.connection, limit=100, now=self.clock.now())
        with self.ledger.pool.session() as session:
            session.execute(
                """
                insert into sales_order_line (connection, order_ref, line_ref, order_line_ref, sku, quantity, value_minor)
                select connection, order_ref, line_ref, line_ref, sku, to_ship, line_total_minor
                from storefront_order_line where connection = %s and order_ref = any(%s)
                """,
                [NAME, [each.order.ref for each in due]],
            )
        return due

    def acknowledge(self, due: list[DueOrder]) -> None:
        moves = [Move(each.claim, SalesOrderState.ACKNOWLEDGED, warehouse_ref=each.claim.ref) for each in due]
        self.ledger.sales_orders.record(NAME, moves, now=self.clock.now())

    def has_left(self, order: DueOrder) -> None:
        """A parcel of it leaves now, and is known here."""
        parcel = Despatch(
            DespatchRef(f"P{order.claim.ref}"), order.claim.ref, self.clock.now(), (DespatchLine(MUG, 1),), Tracking()
        )
        self.ledger.despatches.store(NAME, [parcel], now=self.clock.now())
        self.ledger.despatches.match(NAME)

    def read(self, **changes):
        """A poll whose time has come."""
        if self.ledger.watermarks.get(NAME, "stock"):
            self.clock.advance(60)
        return read_stock_changes(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock, **changes)

    def publish(self, **changes):
        """A run of a process whose dice fall as those of every other."""
        return publish_due_stock(
            self.connection,
            storefront=self.shop,
            ledger=self.ledger,
            clock=self.clock,
            random=Random(1),
            **{"capture": self.capture, **changes},
        )

    def sells(self, *skus: str) -> None:
        products = [Product(f"product-{sku}", Sku(sku), sku, active=True) for sku in skus]
        self.ledger.products.store(NAME, products, now=self.clock.now())

    def cases(self) -> list[tuple[str, str]]:
        return [(case.kind, case.subject) for case in self.ledger.cases.open(NAME)]
