"""When SCAYLE closes an order by itself: fourteen days without a shipment, and it counts as shipped.

What was not told by then is billed as if it had been sent, and later notices only bring corrective invoices.
"""

from collections.abc import Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.units import Unit


def closing_at(order: Node, units: Sequence[Unit], settings: ScayleSettings) -> datetime | None:
    """When the order is closed unless what is owed is told before; None where nothing of ours is owed.

    It counts from the first delegation of what is ours, or from the confirmation where no item says when it was delegated.
    From which moment SCAYLE counts, and whether one shipment of several puts the closure off, is not published; this is the
    earliest that it can be.
    """
    ours = [unit for unit in units if unit.ours]
    if not any(unit.owed for unit in ours):
        return None
    delegated = [unit.delegated_at for unit in ours if unit.delegated_at is not None]
    began = min(delegated) if delegated else order.time("confirmedAt", settings.timezone)
    return None if began is None else began + version.FORCE_CLOSED_AFTER
