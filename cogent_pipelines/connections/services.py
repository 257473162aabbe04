"""What every call to a vendor needs besides the vendor: budget, circuit, evidence, clock, and what is remembered."""

from dataclasses import dataclass, field
from random import Random

import httpx

from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.known_despatches import KnownDespatches, NoDespatchKnown
from cogent_pipelines.ports.known_fulfilments import KnownFulfilments, NothingKnown
from cogent_pipelines.ports.sku_index import EmptySkuIndex, StorefrontSkuIndex
from cogent_pipelines.ports.vendor_account import Circuit, EvidenceLog, RateBudget


@dataclass(frozen=True, slots=True)
class VendorServices:
    """What every call to a vendor needs besides the vendor. `engine` None is the real network."""

    budget: RateBudget
    circuit: Circuit
    evidence: EvidenceLog
    clock: Clock
    skus: StorefrontSkuIndex = field(default_factory=EmptySkuIndex)
    fulfilments: KnownFulfilments = field(default_factory=NothingKnown)
    despatches: KnownDespatches = field(default_factory=NoDespatchKnown)
    engine: httpx.AsyncBaseTransport | None = None
    random: Random | None = None

    @classmethod
    def shared(
        cls,
        ledger: Ledger,
        connection: ConnectionName,
        clock: Clock | None = None,
        *,
        engine: httpx.AsyncBaseTransport | None = None,
        random: Random | None = None,
    ) -> "VendorServices":
        """For every process that works on a ledger: budget, circuit, evidence and memory are common to all of them."""
        return cls(
            ledger.accounts,
            ledger.accounts,
            ledger.evidence,
            clock or SystemClock(),
            skus=ledger.products.index(connection),
            fulfilments=ledger.fulfilments.known(connection),
            despatches=ledger.despatches.known(connection),
            engine=engine,
            random=random,
        )

    @classmethod
    def in_memory(cls, clock: Clock | None = None, *, engine: httpx.AsyncBaseTransport | None = None) -> "VendorServices":
        """For one process that shares its account with nobody: a check before go-live, a script, a test."""
        return cls(MemoryBudget(), MemoryCircuit(), MemoryEvidence(), clock or SystemClock(), engine=engine)
