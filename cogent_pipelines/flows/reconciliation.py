"""Order values, line by line: what the storefront sold against what the warehouse holds, and the cause of every penny.

Orders are compared on the day on which the warehouse acknowledged them, in the connection's own time zone, so that a day
once over stays as it is. The joining is the ledger's; here are reading back, and the cases that people see.
"""

from dataclasses import dataclass
from datetime import date

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import VALUE_DISCREPANCY, CaseFinding
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.differences import DifferingOrder
from cogent_pipelines.ledger.read_backs import ReadBack
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.outcomes import Found
from cogent_pipelines.ports.warehouse import Warehouse

RECONCILIATION = "reconciliation"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ValueReport:
    """One day. The gap is storefront less warehouse, and is the sum of what is explained and what is not; minor units."""

    orders: int = 0
    read_back: int = 0
    differing: int = 0
    storefront_minor: int = 0
    warehouse_minor: int = 0
    explained_minor: int = 0
    unexplained_minor: int = 0

    @property
    def difference_minor(self) -> int:
        return self.storefront_minor - self.warehouse_minor


def reconcile_order_values(
    connection: Connection, day: date, *, warehouse: Warehouse, ledger: Ledger, clock: Clock
) -> ValueReport:
    """Read back what was not yet read back of that day's orders, and compare.

    Raises:
        VendorError: the warehouse could not be read; what was read before is kept, and a case says so.
    """
    with VendorWatch(connection, connection.warehouse, RECONCILIATION, ledger, clock).watched():
        read_back = _read_back(connection, day, warehouse=warehouse, ledger=ledger, clock=clock)
    compared = ledger.differences.compare(connection.name, day, timezone=connection.timezone, now=clock.now())
    _settle_cases(connection, day, ledger=ledger, clock=clock)
    return ValueReport(
        orders=compared.orders,
        read_back=read_back,
        differing=compared.differing,
        storefront_minor=compared.storefront_minor,
        warehouse_minor=compared.warehouse_minor,
        explained_minor=compared.explained_minor,
        unexplained_minor=compared.unexplained_minor,
    )


def _read_back(connection: Connection, day: date, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> int:
    done = 0
    while missing := ledger.read_backs.missing(connection.name, day, timezone=connection.timezone, limit=_AT_ONCE):
        outcomes = warehouse.find_sales_orders([sales_order for _, sales_order in missing])
        read = [
            ReadBack(order, outcome.sales_order if isinstance(outcome, Found) else None)
            for (order, _), outcome in zip(missing, outcomes, strict=True)
        ]
        ledger.read_backs.store(connection.name, read, now=clock.now())
        done += len(read)
    return done


def _settle_cases(connection: Connection, day: date, *, ledger: Ledger, clock: Clock) -> None:
    """A case per order with a part that a person must look at; gone when a later look finds none."""
    now = clock.now()
    findings = [_finding(order) for order in ledger.differences.worth_a_case(connection.name, day)]
    agreeing = ledger.differences.agreeing(connection.name, day)
    with ledger.transaction():
        ledger.cases.open_or_refresh(connection.name, findings, now=now)
        ledger.cases.close(connection.name, [VALUE_DISCREPANCY], agreeing, now=now)


def _finding(order: DifferingOrder) -> CaseFinding:
    causes = ", ".join(f"{cause.replace('_', ' ')} {Money(amount, order.currency)}" for cause, amount in order.causes)
    return CaseFinding(
        VALUE_DISCREPANCY,
        order.order_ref,
        f"The storefront's value is {Money(order.gap_minor, order.currency)} above the warehouse's: {causes}.",
        order_name=order.order_name,
        evidence={"gap_minor": order.gap_minor, "currency": order.currency, "causes": len(order.causes)},
    )
