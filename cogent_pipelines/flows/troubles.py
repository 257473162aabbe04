"""Which vendors are in trouble, as the open cases say; and where a run could do no more about it than a look at the feeds.

The feeds are looked at all the time, by a read that starts no process. A flow that met its vendor's trouble has little
reason to be run again while that read fails as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from cogent_pipelines.canonical.exception_case import CREDENTIALS_REFUSED, VENDOR_UNAVAILABLE
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.flows.trouble import ENVIRONMENT, SETTINGS
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE
from cogent_pipelines.ledger.inbox import STOREFRONT, WAREHOUSE

# The feed by which each side is looked at for as long as it has any.
_LOOKED_AT = MappingProxyType({STOREFRONT: ORDER_CAPTURE, WAREHOUSE: DESPATCH_TO_FULFILMENT})
# A look at a vendor that says nothing takes minutes, until the circuit is open. What is older than this is nobody's look.
_FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Troubles:
    """When each flow of a connection met a vendor last that is down or refuses its log-in, and has not found it well since.

    A vendor that refuses one call may well take another, and is not among them. `down` are the connections of those for
    which waiting alone is a remedy.
    """

    met_at: Mapping[tuple[ConnectionName, str, str], datetime] = field(default_factory=dict)
    down: frozenset[ConnectionName] = frozenset()

    @classmethod
    def of(cls, ledger: Ledger) -> "Troubles":
        cases = ledger.cases.open(kinds=(CREDENTIALS_REFUSED, VENDOR_UNAVAILABLE))
        subjects = [(case, *case.subject.partition(": ")) for case in cases]
        met_at = {(case.connection, vendor, flow): case.last_seen_at for case, vendor, _, flow in subjects}
        return cls(met_at, frozenset(case.connection for case in cases if case.kind == VENDOR_UNAVAILABLE.code))

    def met(self, connection: ConnectionName, vendors: Iterable[str]) -> bool:
        """Whether any flow has met trouble with one of them, or with what our own environment lacks."""
        wanted = {*vendors, ENVIRONMENT}
        return any(connection == each and vendor in wanted for each, vendor, _ in self.met_at)

    def is_away(self, connection: ConnectionName, flow: str, *, side: str, vendor: str, now: datetime) -> bool:
        """Whether the last look, of just now, found no log-in; or met this side's trouble, as the flow itself had before."""
        if self._is_fresh((connection, ENVIRONMENT, SETTINGS), now):
            return True
        met = (connection, vendor, flow) in self.met_at
        return met and self._is_fresh((connection, vendor, _LOOKED_AT[side]), now)

    def _is_fresh(self, who: tuple[ConnectionName, str, str], now: datetime) -> bool:
        met_at = self.met_at.get(who)
        return met_at is not None and now - met_at < _FRESH
