"""Orders read and laid out to be told of, or what is to be said of each that cannot be."""

from collections.abc import Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.lookup import OrderLookup, outcome_of
from cogent_pipelines.adapters.storefronts.scayle.nodes import Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shelf import Shelf
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.outcomes import Rejected, Unavailable
from cogent_pipelines.ports.vendor_account import Priority

Unmet = Rejected | Unavailable
"""Nothing was sent of an order, because it was not given out or cannot be read."""


def shelves_of(refs: Sequence[OrderRef], lookup: OrderLookup, settings: ScayleSettings) -> dict[OrderRef, Shelf | Unmet]:
    """By the names asked for; an order that does not exist is not among them.

    Raises:
        VendorError: no order is given out at present.
    """
    looked = lookup.look(refs, priority=Priority.DESPATCH)
    laid_out = {ref: _laid_out(ref, entity, settings) for ref, entity in looked.found.items()}
    return {**laid_out, **{ref: outcome_of(settled) for ref, settled in looked.not_given.items()}}


def _laid_out(ref: OrderRef, entity: Any, settings: ScayleSettings) -> Shelf | Unmet:
    try:
        return Shelf.of(ref, entity, settings)
    except UNFORESEEN as error:
        fault = error if isinstance(error, Unreadable) else type(error).__name__
        return Rejected((f"order {ref} cannot be read: {fault}",))
