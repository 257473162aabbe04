"""Putting sales orders in, whole, so that none can be picked before it is whole.

The vendor has no call that takes an order with its lines, so: look what is there already (`guard`); save the headers of
new ones, held; save all lines, packed; read back where an answer left doubt or a tenant might merge lines; release those
that are proven complete. A crash anywhere leaves held headers, which the next call for the same orders completes: an order
that is there already is compared first, never disturbed once released, and never patched where it differs. One that is whole
and on hold counts as ours, half done: nothing tells our hold from a person's, so it is released.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cogent_pipelines.adapters.warehouses.peoplevox import finding, payloads, saving, translate, version
from cogent_pipelines.adapters.warehouses.peoplevox.finding import HeldOrder
from cogent_pipelines.adapters.warehouses.peoplevox.guard import Guard
from cogent_pipelines.adapters.warehouses.peoplevox.payloads import DoesNotFit, Draft, LineRow, Row
from cogent_pipelines.adapters.warehouses.peoplevox.saving import Bundle, CallsLeft, Fate, Result, Saving
from cogent_pipelines.adapters.warehouses.peoplevox.settings import CustomerHandling, ReleasePolicy
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    CreateSalesOrderOutcome,
    Rejected,
    Unavailable,
    Unknown,
)

# A cell that names something the warehouse looks up: an empty one is left out, not sent as an empty name.
_LOOKED_UP = ("Customer", "PaymentMethod", "ServiceType", "Site", "ChannelName", "TelephoneNumber")
_HOLD = ("SalesOrderNumber", "OnHold")
_LINE = ("SalesOrderNumber", "ItemCode", "QuantityOrdered", "Line", "SalePrice")
_OPEN = frozenset({Fate.IN_DOUBT, Fate.INTERRUPTED})
"""What only a read-back settles."""


def create(wire: Wire, guard: Guard, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
    """One outcome per order.

    Raises:
        VendorError: nothing was sent: credentials, templates, or the warehouse could not be asked what it has.
    """
    injection = _Injection(wire, CallsLeft(wire.settings.limits.calls_to_isolate))
    drafts = injection.draft(orders)
    if drafts:
        held = wire.headings(version.SALES_ORDERS), wire.headings(version.SALES_ORDER_ITEMS)
        there = finding.find(wire, sorted(guard.taken([draft.ref for draft in drafts])))
        pending = injection.compare(drafts, there)
        guard.sending([draft.ref for draft in pending])
        injection.carry_out(pending, *held)
    return [injection.outcomes[order.ref] for order in orders]


@dataclass(slots=True)
class _Pending:
    """An order on its way: what still has to be sent of it."""

    draft: Draft
    missing: tuple[LineRow, ...]
    replaces: bool = False
    """Whether a line there is saved over: proof is needed that the tenant takes it for the same line."""

    @property
    def ref(self) -> str:
        return self.draft.ref


@dataclass(slots=True)
class _Injection:
    """One batch on its way in; an order that has an outcome takes no further part."""

    wire: Wire
    calls_left: CallsLeft
    outcomes: dict[str, CreateSalesOrderOutcome] = field(default_factory=dict)

    def draft(self, orders: Sequence[SalesOrder]) -> list[Draft]:
        """Those that can be said in the vendor's fields."""
        drafts: dict[str, Draft] = {}
        seen: dict[str, SalesOrder] = {}
        for order in orders:
            known = seen.setdefault(order.ref, order)
            if known is not order and known != order:
                self.outcomes[order.ref] = Rejected((f"{order.ref} was given twice in one batch, with different content",))
                drafts.pop(order.ref, None)
                continue
            try:
                drafts[order.ref] = payloads.draft(order, self.wire.settings)
            except DoesNotFit as fault:
                self.outcomes[order.ref] = Rejected(fault.reasons)
        return [draft for ref, draft in drafts.items() if ref not in self.outcomes]

    def compare(self, drafts: Sequence[Draft], there: Mapping[str, HeldOrder]) -> list[_Pending]:
        """Settle those that are there as wanted, or as nobody wanted; give back the others."""
        pending = []
        for draft in drafts:
            held = there.get(draft.ref)
            if held is None:
                pending.append(_Pending(draft, draft.lines))
                continue
            settled = self._settled(draft, held)
            if isinstance(settled, _Pending):
                pending.append(settled)
            else:
                self.outcomes[draft.ref] = settled
        return pending

    def _settled(self, draft: Draft, held: HeldOrder) -> _Pending | AlreadyThere | Rejected:
        settings = self.wire.settings
        if translate.is_one_of(held.header.status, settings.cancelled_statuses):
            return Rejected((f"{draft.ref} is there already and is {held.header.status}",))
        found = translate.difference(draft.lines, held.rows, settings)
        released = translate.is_released(held.header, settings)
        if found.foreign or (released and (found.missing or found.surplus)):
            return Rejected((_in_words(draft.ref, held, found),))
        # Half an order that was edited since: its lines are saved as they are wanted now, and looked at before its release.
        return AlreadyThere(draft.ref) if released else _Pending(draft, found.missing, replaces=bool(found.surplus))

    def carry_out(self, pending: Sequence[_Pending], header: Mapping[str, str], line: Mapping[str, str]) -> None:
        """Headers, lines, proof, release."""
        if self.wire.settings.customers is CustomerHandling.IMPORT:
            pending = self._import_customers(pending)
        pending = self._save_headers(pending, header)
        pending = self._save_lines(pending, line)
        self._release(pending, header)

    def _import_customers(self, pending: Sequence[_Pending]) -> list[_Pending]:
        """Save each buyer once."""
        buyers = {p.draft.customer["Reference"]: p.draft.customer for p in pending if p.draft.customer}
        how = Saving(version.CUSTOMERS, self.wire.headings(version.CUSTOMERS))
        results = saving.save(self.wire, how, [Bundle.of(ref, row) for ref, row in buyers.items()], self.calls_left)
        by_order = {p.ref: results[p.draft.customer["Reference"]] for p in pending if p.draft.customer}
        for ref, result in by_order.items():
            if result.fate in {Fate.UNSURE, Fate.IN_DOUBT, Fate.INTERRUPTED}:
                # Nothing of the order was sent yet, and saving a customer again doubles nothing.
                by_order[ref] = Result(Fate.NOT_DONE, f"customer: {result.reason}")
        return self._saved(pending, by_order)

    def _save_headers(self, pending: Sequence[_Pending], headings: Mapping[str, str]) -> list[_Pending]:
        """Held headers; those of orders that stood half done are written again with what is wanted now."""
        held_by_flag = self.wire.settings.release_policy is ReleasePolicy.HOLD_FLAG
        extra = {"OnHold": "True"} if held_by_flag else {}
        action = saving.ALLOCATE if held_by_flag else saving.DO_NOT_ALLOCATE
        bundles = [Bundle.of(p.ref, _header_row(p.draft, extra)) for p in pending]
        results = saving.save(self.wire, Saving(version.SALES_ORDERS, headings, action), bundles, self.calls_left)
        return self._saved(pending, self._settled_by_reading(results))

    def _save_lines(self, pending: Sequence[_Pending], headings: Mapping[str, str]) -> list[_Pending]:
        """All lines, and proof that each order has all of its own."""
        held_by_flag = self.wire.settings.release_policy is ReleasePolicy.HOLD_FLAG
        how = Saving(version.SALES_ORDER_ITEMS, headings, saving.ALLOCATE if held_by_flag else saving.DO_NOT_ALLOCATE)
        bundles = [_line_rows(p.draft, p.missing) for p in pending if p.missing]
        results = saving.save(self.wire, how, bundles, self.calls_left)
        whole = {p.ref: Result(Fate.SAVED) for p in pending if not p.missing} | results
        unproven = [p for p in pending if whole[p.ref].fate in _OPEN or p.replaces or self._may_merge(p, whole[p.ref])]
        if unproven:
            whole |= self._proven(unproven, whole, how)
        return self._saved(pending, whole)

    def _proven(self, unproven: Sequence[_Pending], results: Mapping[str, Result], how: Saving) -> dict[str, Result]:
        """Read lines back; what a half-done call left out is sent once more, each order alone in its guilt."""
        held = self._read_back([p.ref for p in unproven]) or {}
        proven: dict[str, Result] = {}
        again: list[Bundle] = []
        for p in unproven:
            order = held.get(p.ref)
            if order is None:
                proven[p.ref] = Result(Fate.UNSURE, results[p.ref].reason or "lines could not be read back")
                continue
            found = translate.difference(p.draft.lines, order.rows, self.wire.settings)
            if not found.missing and not found.surplus:
                proven[p.ref] = Result(Fate.SAVED)
                self.wire.keeps_lines_apart |= p.draft.repeats_an_item
            elif results[p.ref].fate is Fate.SAVED or found.foreign:
                proven[p.ref] = Result(Fate.REFUSED, _in_words(p.ref, order, found))
            elif results[p.ref].fate is Fate.INTERRUPTED:
                proven[p.ref] = Result(Fate.NOT_DONE, results[p.ref].reason)
            else:
                again.append(_line_rows(p.draft, found.missing))
        for bundle in again:
            proven[bundle.ref] = self._sent_alone(bundle, how)
        replaced = [p for p in unproven if p.replaces and p.ref in {bundle.ref for bundle in again}]
        return proven | self._replaced([p for p in replaced if proven[p.ref].fate is Fate.SAVED])

    def _replaced(self, saved: Sequence[_Pending]) -> dict[str, Result]:
        """Whether lines that were saved over are the ones that are there now, and no others beside them."""
        held = (self._read_back([p.ref for p in saved]) or {}) if saved else {}
        results: dict[str, Result] = {}
        for p in saved:
            order = held.get(p.ref)
            found = translate.difference(p.draft.lines, order.rows, self.wire.settings) if order else None
            if order is None or found is None:
                results[p.ref] = Result(Fate.UNSURE, "lines could not be read back")
            elif found.missing or found.surplus:
                results[p.ref] = Result(Fate.REFUSED, _in_words(p.ref, order, found))
        return results

    def _may_merge(self, pending: _Pending, result: Result) -> bool:
        """Whether a tenant of which nothing is known yet may have made one line of two."""
        if self.wire.keeps_lines_apart or result.fate is not Fate.SAVED:
            return False
        return bool(pending.missing) and pending.draft.repeats_an_item

    def _sent_alone(self, bundle: Bundle, how: Saving) -> Result:
        if not self.calls_left.take():
            return Result(Fate.NOT_DONE, "lines are missing, and this batch has used up its calls for finding out why")
        result = saving.save(self.wire, how, [bundle], self.calls_left)[bundle.ref]
        if result.fate is Fate.INTERRUPTED or (
            result.fate is Fate.IN_DOUBT and self.wire.settings.is_transient(result.reason)
        ):
            return Result(Fate.NOT_DONE, result.reason)
        if result.fate is Fate.IN_DOUBT:
            return Result(Fate.REFUSED, result.reason or "some lines were not taken, without a reason")
        return result

    def _release(self, pending: Sequence[_Pending], headings: Mapping[str, str]) -> None:
        """Let the warehouse pick them: the flag goes down, or the header is saved again with allocation."""
        by_flag = self.wire.settings.release_policy is ReleasePolicy.HOLD_FLAG
        bundles = [
            Bundle(p.ref, _HOLD, ((p.ref, "False"),)) if by_flag else Bundle.of(p.ref, _header_row(p.draft, {}))
            for p in pending
        ]
        results = saving.save(self.wire, Saving(version.SALES_ORDERS, headings), bundles, self.calls_left)
        results = self._settled_by_reading(results, lambda there: translate.is_released(there.header, self.wire.settings))
        for p in self._saved(pending, results, doing="complete, and not released"):
            self.outcomes[p.ref] = Acknowledged(p.ref)

    def _settled_by_reading(
        self, results: Mapping[str, Result], is_done: Callable[[HeldOrder], bool] = bool
    ) -> dict[str, Result]:
        """Read back what an answer left open. An interrupted one that is not there was not done, and may be sent later."""
        open_ones = {ref: result for ref, result in results.items() if result.fate in _OPEN}
        there = self._read_back(list(open_ones)) if open_ones else {}
        settled = dict(results)
        for ref, result in open_ones.items():
            if there is None:
                settled[ref] = Result(Fate.IN_DOUBT, result.reason)
            elif ref in there and is_done(there[ref]):
                settled[ref] = Result(Fate.SAVED)
            elif result.fate is Fate.INTERRUPTED:
                settled[ref] = Result(Fate.NOT_DONE, result.reason)
        return settled

    def _read_back(self, refs: Sequence[str]) -> dict[str, HeldOrder] | None:
        """What is there now; None where the warehouse cannot be asked, so that the doubt remains."""
        try:
            return finding.find(self.wire, refs)
        except VendorError:
            return None

    def _saved(self, pending: Iterable[_Pending], results: Mapping[str, Result], doing: str = "") -> list[_Pending]:
        """Those that go on; the others get their outcome."""
        going_on = []
        for p in pending:
            result = results[p.ref]
            reason = f"{doing}: {result.reason}" if doing else result.reason
            match result.fate:
                case Fate.SAVED:
                    going_on.append(p)
                case Fate.NOT_DONE:
                    self.outcomes[p.ref] = Unavailable(reason, result.retry_after)
                case Fate.REFUSED:
                    self.outcomes[p.ref] = Rejected((reason,))
                case Fate.IN_DOUBT | Fate.INTERRUPTED | Fate.UNSURE:
                    self.outcomes[p.ref] = Unknown(reason)
        return going_on


def _header_row(draft: Draft, extra: Row) -> dict[str, str]:
    row = {**draft.header, **extra}
    for name in _LOOKED_UP:
        if not row[name]:
            del row[name]
    return row


def _line_rows(draft: Draft, lines: Iterable[LineRow]) -> Bundle:
    ref, wanted = draft.ref, draft.header.get("RequestedDeliveryDate")
    if wanted:
        return Bundle(ref, (*_LINE, "RequestedDeliveryDate"), [(*row, wanted) for row in _line_cells(ref, lines)])
    return Bundle(ref, _LINE, _line_cells(ref, lines))


def _line_cells(ref: str, lines: Iterable[LineRow]) -> list[tuple[str, ...]]:
    return [(ref, item, str(quantity), line, price) for item, line, quantity, price in lines]


def _in_words(ref: str, held: HeldOrder, found: translate.Difference) -> str:
    """How the order there differs from the one wanted, for a person who has to put it right in the warehouse."""
    parts = []
    if found.missing:
        parts.append("lacks " + ", ".join(f"{line.quantity} x {line.item} (line {line.line})" for line in found.missing))
    if found.surplus:
        parts.append("has besides " + ", ".join(found.surplus))
    stands = f"{ref} is there as {held.header.status or 'an order'}"
    return f"{stands} and {' and '.join(parts)}; lines cannot be taken out by import"
