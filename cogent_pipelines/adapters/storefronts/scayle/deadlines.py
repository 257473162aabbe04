"""When SCAYLE closes an order by itself: fourteen days without a shipment, and it counts as shipped.

What was not told by then is billed as if it had been sent, and later notices only bring corrective invoices.
"""

from collections.abc import Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.storefronts.scayle.units import Unit


def closing_at(units: Sequence[Unit]) -> datetime | None:
    """When the order is closed unless a shipment is told before; None where something was told, or nothing is owed.

    It counts from the first delegation of what is ours. From which moment SCAYLE counts is not published; that one is the
    earliest at which the order was the warehouse's.
    """
    ours = [unit for unit in units if unit.ours]
    if any(unit.shipped for unit in ours) or not any(unit.owed for unit in ours):
        return None
    delegated = [unit.delegated_at for unit in ours if unit.delegated_at is not None]
    return min(delegated) + version.FORCE_CLOSED_AFTER if delegated else None
