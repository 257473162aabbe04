"""Who remembers the parcels that were read of a warehouse before; the ledger does."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef


class KnownDespatches(Protocol):
    """A warehouse that only says how much of a line has left in all is helped by it to tell what left since."""

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> Mapping[SalesOrderRef, Sequence[Despatch]]:
        """The parcels of these sales orders, in the order in which they left; orders without any may be absent."""
        ...


class NoDespatchKnown:
    """Nobody remembers: all that has left of an order is one parcel, which grows."""

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> Mapping[SalesOrderRef, Sequence[Despatch]]:
        del refs
        return {}
