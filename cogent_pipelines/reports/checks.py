"""Every business check by name. What each claims is in the catalogue above; how each is judged is in the modules beside."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.case_checks import open_cases
from cogent_pipelines.reports.catalogue_checks import sku_mismatches
from cogent_pipelines.reports.deadline_checks import closing_orders
from cogent_pipelines.reports.finding import CheckFinding, Judging
from cogent_pipelines.reports.order_checks import completeness, duplicate_sales_orders, stuck_orders
from cogent_pipelines.reports.parcel_checks import late_fulfilments, missing_tracking, unmatched_despatches
from cogent_pipelines.reports.stock_checks import oversold_skus, stock_drift
from cogent_pipelines.reports.value_checks import value_discrepancies

__all__ = ["CHECKS", "CheckFinding", "finding_of"]

CHECKS: Mapping[str, Callable[[Judging], CheckFinding]] = {
    check.__name__: check
    for check in (
        sku_mismatches,
        value_discrepancies,
        unmatched_despatches,
        stuck_orders,
        duplicate_sales_orders,
        oversold_skus,
        stock_drift,
        missing_tracking,
        late_fulfilments,
        closing_orders,
        completeness,
        open_cases,
    )
}


def finding_of(ledger: Ledger, connection: Connection, check_name: str, *, now: datetime) -> CheckFinding:
    """Judge one check from the ledger as it is; nothing is written."""
    return CHECKS[check_name](Judging(ledger, connection, now))
