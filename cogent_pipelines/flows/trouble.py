"""Trouble with a vendor as a whole: the case that says so, and its end. One item's trouble is its flow's matter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import (
    CREDENTIALS_REFUSED,
    VENDOR_REFUSED,
    VENDOR_UNAVAILABLE,
    CaseFinding,
    CaseKind,
)
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed, NeverAsIs, VendorError

ENVIRONMENT = "environment"
"""In place of a vendor, where the fault is that a secret is missing here."""
SETTINGS = "settings"
"""In place of a flow, then: without its secrets none begins."""
KINDS: tuple[CaseKind, ...] = (CREDENTIALS_REFUSED, VENDOR_REFUSED, VENDOR_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class VendorWatch:
    """One vendor as one flow of a connection meets it; each flow opens and closes its own cases."""

    connection: Connection
    vendor: str
    flow: str
    ledger: Ledger
    clock: Clock

    @property
    def subject(self) -> str:
        return f"{self.vendor}: {self.flow}"

    def trouble(self, error: VendorError) -> None:
        """Open or refresh the case for this error, and close those of the other kinds."""
        kind = kind_of(error)
        now = self.clock.now()
        finding = CaseFinding(
            kind,
            self.subject,
            str(error),
            evidence={"operation": error.operation, "exchange": error.exchange_id, "flow": self.flow},
        )
        with self.ledger.transaction():
            self.ledger.cases.open_or_refresh(self.connection.name, [finding], now=now)
            others = [other for other in KINDS if other is not kind]
            self.ledger.cases.close(self.connection.name, others, [self.subject], now=now)

    def over(self) -> None:
        """The vendor answered as it should."""
        self.ledger.cases.close(self.connection.name, KINDS, [self.subject], now=self.clock.now())

    def over_where_nobody_waits(self, next_due: Callable[[ConnectionName], datetime | None]) -> None:
        """Close the case where nothing is to be called for any more: nobody else would find that the vendor is well.

        What waited was cancelled, or came right by itself; the next call finds trouble that is still there.
        """
        name = self.connection.name
        if self.ledger.cases.open(name, kinds=KINDS, subject=self.subject, limit=1) and next_due(name) is None:
            self.over()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Open a case for a vendor's error that leaves the block, and raise it on; close the case where none does."""
        try:
            yield
        except VendorError as error:
            self.trouble(error)
            raise
        self.over()


def kind_of(error: VendorError) -> CaseKind:
    """Whose matter the error is: ours to renew, somebody's to read, or nobody's but time's."""
    if isinstance(error, AuthenticationFailed):
        return CREDENTIALS_REFUSED
    return VENDOR_REFUSED if isinstance(error, NeverAsIs) else VENDOR_UNAVAILABLE
