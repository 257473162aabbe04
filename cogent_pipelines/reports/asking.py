"""What every table is asked with: whose, how much of it, and as of when."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.ledger.bundle_parts import as_json
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.standing_orders import KEEPING_KINDS
from cogent_pipelines.reports.words import KINDS


@dataclass(frozen=True, slots=True)
class Asking:
    """`now` None leaves ages to the database's clock."""

    ledger: Ledger
    connection: str
    limit: int
    now: datetime | None = None
    bundles: Bundles = field(default_factory=Bundles)

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "connection": self.connection,
            "limit": self.limit,
            "now": self.now,
            "bundles": as_json(self.bundles),
            "kinds": KINDS,
            "keeping_kinds": KEEPING_KINDS,
        }
