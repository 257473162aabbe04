"""Who remembers which of a storefront's fulfilments was made for which parcel; the ledger does."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cogent_pipelines.canonical.identity import DespatchRef, OrderRef


class KnownFulfilments(Protocol):
    """A storefront that keeps no reference of ours is helped by it to tell look-alikes apart."""

    def despatches_of(self, refs: Sequence[OrderRef]) -> Mapping[str, DespatchRef]:
        """Fulfilment reference → parcel, for all fulfilments of these orders that we made or found."""
        ...


class NothingKnown:
    """Nobody remembers: look-alikes are taken for the same parcel, so that none is recorded twice."""

    def despatches_of(self, refs: Sequence[OrderRef]) -> Mapping[str, DespatchRef]:
        del refs
        return {}
