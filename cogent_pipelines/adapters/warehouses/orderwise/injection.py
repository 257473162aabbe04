"""Putting sales orders in: one call each, whole. OrderWise has no idempotency key, so every order is looked for first.

What an answer leaves in doubt is looked for once more, and never sent again before that. An order that was taken may wait
for its import (whether it does is not public): not being there proves something only when that time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.adapters.transport.call import Answer
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.warehouses.orderwise import client, finding, payloads, refusals, translate
from cogent_pipelines.adapters.warehouses.orderwise.finding import HeldOrders
from cogent_pipelines.adapters.warehouses.orderwise.payloads import DoesNotFit, Draft
from cogent_pipelines.adapters.warehouses.orderwise.refusals import Refusal
from cogent_pipelines.adapters.warehouses.orderwise.wire import Wire
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

# With these an order's content is refused. Others say that the call has the wrong address or form, whatever the order.
_OF_THE_ORDER = frozenset({200, 201, 202, 400, 409, 422, 500})
_LONGEST_ID = 18


@dataclass(slots=True)
class SentOrders:
    """What this process sent and did not see yet; and whether an order was ever found under the reference that it bears."""

    sent_at: dict[str, datetime] = field(default_factory=dict)
    is_found_by_reference: bool = False


def create(wire: Wire, sent: SentOrders, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
    """One outcome per order.

    Raises:
        VendorError: nothing was sent, or no call was taken: credentials, the address, or OrderWise cannot be asked.
    """
    injection = _Injection(wire, sent)
    drafts = injection.draft(orders)
    if drafts:
        there = finding.find(wire, [draft.ref for draft in drafts])
        injection.carry_out(injection.compare(drafts, there))
    return [injection.outcomes[order.ref] for order in orders]


@dataclass(frozen=True, slots=True)
class _Doubt:
    """An order that a look has to settle. `refusal` is what it was refused with, where it was."""

    draft: Draft
    reason: str
    refusal: Refusal | None = None
    order_id: int | None = None


@dataclass(slots=True)
class _Injection:
    """One batch on its way in; an order that has an outcome takes no further part."""

    wire: Wire
    sent: SentOrders
    outcomes: dict[str, CreateSalesOrderOutcome] = field(default_factory=dict)

    def draft(self, orders: Sequence[SalesOrder]) -> list[Draft]:
        """Those that can be said in the vendor's fields."""
        drafts: dict[str, Draft] = {}
        seen: dict[str, SalesOrder] = {}
        for order in orders:
            if seen.setdefault(order.ref, order) != order:
                self.outcomes[order.ref] = Rejected((f"{order.ref} was given twice in one batch, with different content",))
                drafts.pop(order.ref, None)
                continue
            try:
                drafts[order.ref] = payloads.draft(order, self.wire.settings)
            except DoesNotFit as fault:
                self.outcomes[order.ref] = Rejected(fault.reasons)
        return [draft for ref, draft in drafts.items() if ref not in self.outcomes]

    def compare(self, drafts: Sequence[Draft], there: dict[str, HeldOrders]) -> list[Draft]:
        """Settle those that are there, and those whose import is still awaited; give back the others."""
        pending = []
        for draft in drafts:
            held = there.get(draft.ref)
            if held is not None:
                self._found(draft, held, AlreadyThere(draft.ref))
            elif self._is_awaited(draft.ref):
                self.outcomes[draft.ref] = Unknown("sent a while ago, and not imported yet")
            else:
                pending.append(draft)
        return pending

    def carry_out(self, pending: Sequence[Draft]) -> None:
        """Send, and look again for those of which the answer proves nothing.

        Raises:
            VendorError: not one call was taken, for a reason that is no order's.
        """
        calls = [client.create_call(self.wire.settings, draft.body, draft.ref) for draft in pending]
        sent_at = self.wire.clock.now()
        settled = self.wire.send_all(calls)
        _raise_if_nobody_was_heard(settled)
        doubts = []
        for draft, answer in zip(pending, settled, strict=True):
            doubt = self._judge(draft, answer)
            if doubt is not None:
                doubts.append(doubt)
        self._settle(doubts, sent_at)

    def _judge(self, draft: Draft, settled: Settled) -> _Doubt | None:
        """An outcome where the answer is one; else what has to be found out."""
        match settled.standing:
            case Standing.NOT_DONE:
                self.outcomes[draft.ref] = Unavailable(settled.reason, settled.retry_after)
                return None
            case Standing.ANSWERED:
                return self._judge_answer(draft, settled.reading.parsed if settled.reading else None)
            case Standing.UNSURE:
                refusal = _refusal(draft, settled)
                return _Doubt(draft, settled.reason, refusal if refusal and refusal.certain else None)
            case Standing.REFUSED if _is_of_the_order(settled):
                return _Doubt(draft, settled.reason, _refusal(draft, settled))
            case Standing.REFUSED | Standing.DENIED:
                # Not this order's fault: it waits until somebody has put the connection right.
                self.outcomes[draft.ref] = Unavailable(settled.reason, settled.retry_after)
                return None

    def _judge_answer(self, draft: Draft, answer: Any) -> _Doubt | None:
        order_id, ref = _created(answer)
        if ref and ref != draft.ref:
            return _Doubt(draft, f"the answer to {draft.ref} is about another order")
        if order_id is None:
            texts = client.texts_in(answer) if not ref else ()
            refusal = refusals.taken_apart(texts, draft.places)
            reason = "taken, and not imported yet"
            return _Doubt(draft, reason, refusal if refusal.certain else None)
        if not self.sent.is_found_by_reference:
            # Once per process: if a look cannot find what is certainly there, no look proves anything.
            words = f"OrderWise answers with order {order_id}, which is not found under its reference (order_by_ref)"
            return _Doubt(draft, words, order_id=order_id)
        self.outcomes[draft.ref] = Acknowledged(str(order_id))
        return None

    def _settle(self, doubts: Sequence[_Doubt], sent_at: datetime) -> None:
        """Look for them; what is not there was refused, or is still in doubt."""
        there = self._read_back([doubt.draft.ref for doubt in doubts]) if doubts else {}
        for doubt in doubts:
            ref = doubt.draft.ref
            held = there.get(ref) if there is not None else None
            if held is not None:
                was_refused = doubt.refusal is not None
                self._found(
                    doubt.draft, held, AlreadyThere(ref) if was_refused else Acknowledged(str(held.orders[0].order_id))
                )
            elif doubt.refusal is not None and there is not None:
                self.outcomes[ref] = Rejected(doubt.refusal.reasons or (doubt.reason,))
            else:
                self.sent.sent_at[ref] = sent_at
                self.outcomes[ref] = Unknown(doubt.reason)

    def _found(self, draft: Draft, held: HeldOrders, whole: CreateSalesOrderOutcome) -> None:
        """An order that is there as wanted has that outcome; any other is for a person to put right."""
        self.sent.sent_at.pop(draft.ref, None)
        self.sent.is_found_by_reference = True
        live = held.live(self.wire.settings)
        if not live:
            words = f"{draft.ref} is there already and is {held.orders[0].status}"
        elif len(live) > 1:
            numbers = ", ".join(order.number for order in live)
            words = f"{draft.ref} is there {len(live)} times, as orders {numbers}: cancel all but one in OrderWise"
        else:
            differs = translate.difference(draft.units, held.lines_of(live))
            words = f"{draft.ref} is there as order {live[0].number} and {differs}" if differs else ""
        self.outcomes[draft.ref] = Rejected((words,)) if words else whole

    def _read_back(self, refs: Sequence[str]) -> dict[str, HeldOrders] | None:
        """What is there now; None where OrderWise cannot be asked, so that the doubt remains."""
        try:
            return finding.find(self.wire, refs)
        except VendorError:
            return None

    def _is_awaited(self, ref: str) -> bool:
        sent_at = self.sent.sent_at.get(ref)
        if sent_at is None:
            return False
        if self.wire.clock.now() - sent_at < timedelta(seconds=self.wire.settings.import_seconds):
            return True
        del self.sent.sent_at[ref]
        return False


def _raise_if_nobody_was_heard(settled: Sequence[Settled]) -> None:
    """Where every call was refused for a reason that is no order's, it is the connection that is wrong."""
    errors = [each.error() for each in settled if _is_of_the_connection(each)]
    if errors and len(errors) == len(settled) and errors[0] is not None:
        raise errors[0]


def _is_of_the_connection(settled: Settled) -> bool:
    if settled.standing is Standing.DENIED:
        return True
    return settled.standing is Standing.REFUSED and not _is_of_the_order(settled)


def _is_of_the_order(settled: Settled) -> bool:
    """Whether it is OrderWise's importer that speaks: a page of HTML is a proxy's or the web server's."""
    reply = settled.reply
    return isinstance(reply, Answer) and reply.status in _OF_THE_ORDER and not client.is_html(reply.content)


def _refusal(draft: Draft, settled: Settled) -> Refusal | None:
    """What an answer says against an order; None where there is no answer, or it speaks of something else."""
    if not isinstance(settled.reply, Answer) or not _is_of_the_order(settled):
        return None
    return refusals.taken_apart(client.texts_of(settled.reply.content), draft.places)


def _created(answer: Any) -> tuple[int | None, str]:
    """The internal id of the order that was made, and the reference it was made under; None and empty where not said."""
    body = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(body, dict):
        return None, ""
    order_id, ref = body.get("orderId"), body.get("eCommerceOrderNumber")
    digits = str(order_id) if isinstance(order_id, int | str) else ""
    number = int(digits) if digits.isdecimal() and len(digits) <= _LONGEST_ID else 0
    return number or None, ref.strip() if isinstance(ref, str) else ""
