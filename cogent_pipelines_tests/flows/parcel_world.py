"""One connection with its two sides and its parcels, for tests of what is told."""

from random import Random

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, SalesOrderRef, Sku
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels, read_despatches
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.parcel_shop import ParcelShop
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse

NAME = NORTHWIND.name


class World:
    """One connection with its two sides, and a warehouse whose parcels a test says."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = StillClock()
        self.warehouse = FakeWarehouse()
        self.shop = ParcelShop()
        self.connection = NORTHWIND

    def order(self, number: int = 1001, *lines) -> None:
        order = an_order(number, lines=lines or (a_line(),))
        self.ledger.orders.store(NORTHWIND, [order], now=self.clock.now())

    def leaves(self, ref: str, *goods: tuple[str, int], order: str = "1001", tracking: str = "T1", line: str = "") -> None:
        """A parcel leaves, or is printed again with what is known of it now."""
        parcel = Despatch(
            DespatchRef(ref),
            SalesOrderRef(order),
            self.clock.now(),
            tuple(DespatchLine(Sku(sku), quantity, LineRef(line) if line else None) for sku, quantity in goods),
            Tracking("RM", "24", tracking, f"https://track.example/{tracking}" if tracking else ""),
        )
        self.warehouse.parcels = [each for each in self.warehouse.parcels if each.ref != ref] + [parcel]

    def read(self):
        self.clock.advance(60)
        return read_despatches(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)

    def tell(self):
        return fulfil_due_parcels(NORTHWIND, storefront=self.shop, ledger=self.ledger, clock=self.clock, random=Random(1))

    def run(self):
        self.read()
        return self.tell()

    def cases(self) -> list[tuple[str, str]]:
        return [(case.kind, case.subject) for case in self.ledger.cases.open(NAME)]
