"""Putting sales orders in, one call each, such that nothing goes in twice.

1. What the vendor would refuse by its form is refused here, in words.
2. Look (the default strategy): orders that are there already are compared, and settled without a call.
3. Send the rest, many at once.
4. What an answer leaves open is read back: there means done. Not there proves nothing, because a vendor may show a new order
   late: it stays unknown, and is looked up again before it is ever sent again. A refusal is read back as well: an order that
   was sent before may be refused because it is there, in words that no rule knows.
5. What was taken is looked at again where the profile says that the warehouse may still set it aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.adapters.warehouses.rest_profile import finding, formats, payloads, translate
from cogent_pipelines.adapters.warehouses.rest_profile.contract import NOT_TAKEN, ErrorClass
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT
from cogent_pipelines.adapters.warehouses.rest_profile.payloads import DoesNotFit
from cogent_pipelines.adapters.warehouses.rest_profile.translate import HeldOrder
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Reply, Wire
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.ports.errors import AuthenticationFailed, NeverAsIs, TryLater, VendorError, VendorRefused
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    CreateSalesOrderOutcome,
    Rejected,
    Unavailable,
    Unknown,
)
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.INJECTION
_NOT_BY_THIS_CALL = frozenset({ErrorClass.DUPLICATE, ErrorClass.DATA, ErrorClass.TOO_LATE})
"""What says that the call put nothing in: an order that is there all the same was there before."""


def create(wire: Wire, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
    """Put orders in; one outcome each, in order.

    Raises:
        VendorError: no order was attempted.
    """
    batch = _Batch(wire)
    drafts = batch.drafted(orders)
    strategy = wire.operation("create_order").strategy
    pending = batch.looked_up(drafts) if strategy == "lookup_first" and drafts else drafts
    batch.send(pending)
    return [batch.outcomes[order.ref] for order in orders]


@dataclass(slots=True)
class _Draft:
    order: SalesOrder
    context: Mapping[str, object]

    @property
    def ref(self) -> str:
        return self.order.ref


@dataclass(slots=True)
class _Batch:
    wire: Wire
    outcomes: dict[str, CreateSalesOrderOutcome] = field(default_factory=dict)

    def drafted(self, orders: Sequence[SalesOrder]) -> list[_Draft]:
        """What can be said in this vendor's words.

        Raises:
            VendorError: those could not be read.
        """
        self.wire.read_words(payloads.TABLES)
        drafts: dict[str, _Draft] = {}
        seen: dict[str, SalesOrder] = {}
        for order in orders:
            if seen.setdefault(order.ref, order) != order:
                self.outcomes[order.ref] = Rejected((f"{order.ref} was given twice in one batch, with different content",))
                drafts.pop(order.ref, None)
                continue
            try:
                drafts[order.ref] = _Draft(order, payloads.context_of(order, self.wire.settings, self.wire.maps))
            except DoesNotFit as fault:
                self.outcomes[order.ref] = Rejected(fault.reasons)
        return [draft for ref, draft in drafts.items() if ref not in self.outcomes]

    def looked_up(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """Settle those that are there; give back those that are not.

        Raises:
            VendorError: none could be asked for.
        """
        found = finding.find_each(self.wire, [draft.ref for draft in drafts], priority=_PRIORITY)
        errors = [result for result in found.values() if isinstance(result, VendorError)]
        if len(errors) == len(found):
            raise errors[0]
        pending = []
        for draft in drafts:
            result = found[draft.ref]
            if isinstance(result, VendorError):
                self.outcomes[draft.ref] = _not_asked(result)
            elif result is None:
                pending.append(draft)
            else:
                self.outcomes[draft.ref] = compared(draft.order, result)
        return pending

    def send(self, drafts: Sequence[_Draft]) -> None:
        """Send and judge; whatever is open afterwards is read back once, together."""
        sendable, calls = [], []
        for draft in drafts:
            try:
                call = self.wire.call("create_order", draft.context, priority=_PRIORITY, subjects=(draft.ref,))
            except formats.Unwritable as error:
                self.outcomes[draft.ref] = Rejected((str(error),))
            else:
                sendable.append(draft)
                calls.append(call)
        replies = dict(zip((draft.ref for draft in sendable), self.wire.send_all(calls), strict=True))
        _refuse_if_none_was_taken_up(list(replies.values()))
        for draft in sendable:
            self.outcomes[draft.ref] = self._judged(replies[draft.ref])
        self._read_back([draft for draft in sendable if self._is_open(draft, replies[draft.ref])], replies)

    def _judged(self, reply: Reply) -> CreateSalesOrderOutcome:
        """What an answer alone says; a duplicate is open until it is compared."""
        settled = reply.settled
        match reply.means:
            case ErrorClass.OK:
                return self._accepted(reply)
            case ErrorClass.DATA | ErrorClass.TOO_LATE:
                return Rejected((settled.reason,))
            case ErrorClass.DUPLICATE:
                return Unknown(settled.reason)
        if _blames_the_profile(reply) or settled.standing in {Standing.NOT_DONE, Standing.DENIED}:
            return Unavailable(settled.reason, settled.retry_after)
        return Unknown(settled.reason)

    def _accepted(self, reply: Reply) -> CreateSalesOrderOutcome:
        """Taken, unless the answer itself says that it was set aside, or cannot be read."""
        response = self.wire.operation("create_order").response
        try:
            rows = self.wire.rows(response, reply.understood.body if reply.understood else None)
        except (VendorError, *UNFORESEEN) as error:
            return Unknown(why(error) if not isinstance(error, VendorError) else error.message)
        spoilt = [row[FAULT] for row in rows if FAULT in row]
        if spoilt:
            return Unknown(f"the answer cannot be read: {spoilt[0]}")
        refs = [ref for row in rows if (ref := formats.text(row.get("wms_ref")))]
        aside = [row for row in rows if "status" in row and self.wire.state_of(row) in NOT_TAKEN]
        if aside:
            words = [formats.text(row.get("reasons")) or f"it stands as {formats.text(row['status'])}" for row in aside]
            return Rejected(tuple(words))
        if not refs:
            return Unknown("taken, as it seems, and without a reference of the warehouse's own")
        return Acknowledged(",".join(refs))

    def _is_open(self, draft: _Draft, reply: Reply) -> bool:
        outcome = self.outcomes[draft.ref]
        looks_again = self.wire.operation("create_order").confirm is not None
        return (
            isinstance(outcome, Unknown)
            or (looks_again and isinstance(outcome, Acknowledged))
            or reply.means in _NOT_BY_THIS_CALL
        )

    def _read_back(self, drafts: Sequence[_Draft], replies: Mapping[str, Reply]) -> None:
        """Look at what is there now; what is not shown stays as it was. What cannot be looked for is not refused yet."""
        if not drafts:
            return
        found: Mapping[str, HeldOrder | VendorError | None]
        try:
            found = finding.find_each(self.wire, [draft.ref for draft in drafts], priority=_PRIORITY)
        except (VendorError, *UNFORESEEN) as error:
            unseen = error if isinstance(error, VendorError) else VendorRefused(why(error))
            found = {draft.ref: unseen for draft in drafts}
        for draft in drafts:
            held, outcome = found[draft.ref], self.outcomes[draft.ref]
            if isinstance(held, HeldOrder):
                self.outcomes[draft.ref] = self._seen(draft, held, replies[draft.ref])
            elif isinstance(held, VendorError) and isinstance(outcome, Rejected):
                words = "; ".join(outcome.reasons)
                self.outcomes[draft.ref] = Unknown(f"{words} (and whether it is there cannot be seen: {held.message})")

    def _seen(self, draft: _Draft, held: HeldOrder, reply: Reply) -> CreateSalesOrderOutcome:
        outcome = compared(draft.order, held)
        is_ours = isinstance(outcome, AlreadyThere) and reply.means not in _NOT_BY_THIS_CALL
        return Acknowledged(held.wms_refs) if is_ours else outcome


def _blames_the_profile(reply: Reply) -> bool:
    """No order's own fault: the address is not there, the call is refused as such, or a rule says that it is the profile."""
    refused = reply.settled.standing is Standing.REFUSED and reply.means is not ErrorClass.DATA
    return refused or reply.means in {ErrorClass.CONFIG, ErrorClass.NOT_FOUND}


def _refuse_if_none_was_taken_up(replies: Sequence[Reply]) -> None:
    """Where every order of a batch met the same closed door, the door is at fault.

    Raises:
        AuthenticationFailed: it is the credentials.
        VendorRefused: it is the profile.
    """
    if not replies:
        return
    settled = replies[0].settled
    if all(reply.settled.standing is Standing.DENIED for reply in replies):
        raise AuthenticationFailed(settled.reason, operation="create_order", exchange_id=settled.exchange_id)
    if all(_blames_the_profile(reply) for reply in replies):
        raise VendorRefused(settled.reason, operation="create_order", exchange_id=settled.exchange_id)


def compared(order: SalesOrder, held: HeldOrder) -> AlreadyThere | Rejected:
    """What an order that is there already is worth."""
    if held.is_cancelled:
        return Rejected((f"{order.ref} is there already and is {held.status}",))
    if held.refusal:
        return Rejected((f"{order.ref} is there and will not be shipped: {held.refusal}",))
    different = translate.difference(order, held)
    return Rejected((different,)) if different else AlreadyThere(order.ref)


def _not_asked(error: VendorError) -> CreateSalesOrderOutcome:
    """Nothing was sent: whatever the reason, this order may be tried again later."""
    if isinstance(error, TryLater):
        return Unavailable(error.message, error.retry_after)
    if isinstance(error, NeverAsIs):
        return Unavailable(f"it could not be looked up: {error.message}")
    return Unavailable(error.message)
