"""What is done once per replay with both vendors: their catalogues compared before, the values reconciled after."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.reconciliation import reconcile_order_values
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a connection, and its memory."""

    connection: Connection
    storefront: Storefront
    warehouse: Warehouse
    ledger: Ledger

    def suggested_mappings(self) -> int:
        """Audit the SKUs of both catalogues; answers how many spellings were found that differ in case or spaces only."""
        report = audit_skus(
            self.connection,
            storefront=self.storefront,
            warehouse=self.warehouse,
            ledger=self.ledger,
            clock=SystemClock(),
        )
        return report.suggested

    def explained_minor(self, since: datetime) -> int:
        """Reconcile every day on which orders were acknowledged; answers the part of the difference that has a cause."""
        clock = SystemClock()
        return sum(
            reconcile_order_values(
                self.connection, day, warehouse=self.warehouse, ledger=self.ledger, clock=clock
            ).explained_minor
            for day in _days(since, clock.now(), self.connection.timezone)
        )


@contextmanager
def both_sides(settings: ConnectionSettings, ledger: Ledger, environment: Mapping[str, str]) -> Iterator[Sides]:
    """Open both, for as long as the block lasts."""
    connection = settings.connection()
    services = VendorServices.shared(ledger, connection.name, SystemClock())
    with (
        build_storefront(settings, services=services, environment=environment) as storefront,
        build_warehouse(settings, services=services, environment=environment) as warehouse,
    ):
        yield Sides(connection, storefront, warehouse, ledger)


def _days(first: datetime, last: datetime, timezone: str) -> list[date]:
    """Name the days from one moment to another, as the connection's people count them."""
    zone = ZoneInfo(timezone)
    begin, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
