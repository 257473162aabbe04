"""Stopping orders: look at the live state, ask, look again. Three steps, because the vendor's yes may come late.

An order in several parts is stopped only while every part still can be: half an order is nobody's wish.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.adapters.warehouses.rest_profile import finding
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass, State
from cogent_pipelines.adapters.warehouses.rest_profile.translate import HeldOrder
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Reply, Wire
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.errors import TryLater, VendorError
from cogent_pipelines.ports.outcomes import (
    Cancelled,
    CancelSalesOrderOutcome,
    NotFound,
    Pending,
    Rejected,
    TooLate,
    Unavailable,
    Unknown,
    Unsupported,
)
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.INJECTION


def cancel(wire: Wire, refs: Sequence[SalesOrderRef], reason: str = "") -> list[CancelSalesOrderOutcome]:
    """Stop these where they can still be stopped; one outcome each, in order."""
    capabilities = wire.settings.profile.written.capabilities
    if capabilities.cancel != "rest":
        return [Unsupported(capabilities.manual_cancel) for _ in refs]
    stopping = _Stopping(wire, reason)
    outcomes = stopping.outcomes(list(dict.fromkeys(refs)))
    return [outcomes[ref] for ref in refs]


@dataclass(slots=True)
class _Stopping:
    wire: Wire
    reason: str

    def outcomes(self, refs: Sequence[SalesOrderRef]) -> dict[str, CancelSalesOrderOutcome]:
        found = finding.find_each(self.wire, refs, priority=_PRIORITY)
        outcomes: dict[str, CancelSalesOrderOutcome] = {}
        going: list[HeldOrder] = []
        for ref in refs:
            held = found[ref]
            if isinstance(held, HeldOrder) and not self._verdict(held):
                going.append(held)
            else:
                outcomes[ref] = self._without_asking(ref, held)
        return outcomes | self._asked(going)

    def _verdict(self, held: HeldOrder) -> CancelSalesOrderOutcome | None:
        """What the live state decides; None where the vendor may be asked."""
        if held.is_cancelled:
            return Cancelled()
        if any(part.state not in self.wire.settings.cancellable for part in held.alive):
            return TooLate(held.status)
        return None

    def _without_asking(self, ref: SalesOrderRef, held: HeldOrder | VendorError | None) -> CancelSalesOrderOutcome:
        if held is None:
            return NotFound(ref)
        if isinstance(held, HeldOrder):
            return self._verdict(held) or Pending()
        return Unavailable(held.message, held.retry_after if isinstance(held, TryLater) else None)

    def _asked(self, going: Sequence[HeldOrder]) -> dict[str, CancelSalesOrderOutcome]:
        calls, of = [], []
        for held in going:
            for part in held.alive:
                context = {"external_ref": held.ref, "wms_ref": part.wms_ref, "reason": self.reason or None}
                calls.append(self.wire.call("cancel_order", context, priority=_PRIORITY, subjects=(held.ref,)))
                of.append(held.ref)
        replies: dict[str, list[Reply]] = {}
        for ref, reply in zip(of, self.wire.send_all(calls), strict=True):
            replies.setdefault(ref, []).append(reply)
        now = finding.find_each(self.wire, [held.ref for held in going], priority=_PRIORITY) if going else {}
        return {ref: self._decided(all_of, now[ref]) for ref, all_of in replies.items()}

    def _decided(self, replies: Sequence[Reply], now: HeldOrder | VendorError | None) -> CancelSalesOrderOutcome:
        """What the warehouse shows now counts for more than what it answered."""
        if isinstance(now, HeldOrder) and self._is_stopped(now):
            return Cancelled()
        refused = next((reply for reply in replies if reply.means is not ErrorClass.OK), None)
        if refused is None:
            return Pending() if isinstance(now, HeldOrder) else Unknown("asked, and it cannot be seen what came of it")
        verdict = self._verdict(now) if isinstance(now, HeldOrder) else None
        if refused.means is ErrorClass.TOO_LATE or isinstance(verdict, TooLate):
            return verdict or TooLate(now.status if isinstance(now, HeldOrder) else refused.settled.reason)
        return _of_refusal(refused)

    def _is_stopped(self, held: HeldOrder) -> bool:
        confirm = self.wire.operation("cancel_order").confirm
        proves = frozenset(confirm.status) if confirm else frozenset({State.CANCELLED})
        return all(part.state in proves for part in held.parts)


def _of_refusal(reply: Reply) -> CancelSalesOrderOutcome:
    settled = reply.settled
    if reply.means in {ErrorClass.DATA, ErrorClass.CONFIG, ErrorClass.NOT_FOUND, ErrorClass.DUPLICATE}:
        return Rejected((settled.reason,))
    match settled.standing:
        case Standing.NOT_DONE | Standing.DENIED:
            return Unavailable(settled.reason, settled.retry_after)
        case Standing.REFUSED:
            return Rejected((settled.reason,))
    return Unknown(settled.reason)
