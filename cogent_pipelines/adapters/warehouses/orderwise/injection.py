"""Putting sales orders in: one call each, whole. OrderWise has no idempotency key, so every order is looked for first.

What is sent is looked for once more. One that OrderWise took may wait for its import, or fail at it (whether either happens
is not public): while it is not to be found it is taken and no more, and never sent again. One whose answer was lost is not
sent again before its import would be over. Where no order was found under its reference in this process yet, one goes ahead
of the others: at a tenant where orders cannot be found again, the others are not sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.adapters.transport.call import Answer
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.warehouses.orderwise import client, finding, payloads, refusals, translate
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.finding import HeldOrders, Looked
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
    Taken,
    Unavailable,
    Unknown,
)
from cogent_pipelines.ports.vendor_account import Priority

# With these an order's content is refused. Others say that the call has the wrong address or form, whatever the order.
_OF_THE_ORDER = frozenset({200, 201, 202, 400, 409, 422, 500})
_LONGEST_ID = 18
# A batch must end while its orders are still this process's own: each answer may be waited for as long as a call may take.
_MOST_UNHEARD = 3
_TO_CHECK = (
    "check that order_by_ref and orders_by_refs compare the column in which our reference arrives, and customer_ref_field"
)


@dataclass(slots=True)
class SentOrders:
    """What this process sent and did not see yet; and whether an order was ever found under the reference that it bears.

    `taken` is what OrderWise calls those that it took, by its own word.
    """

    sent_at: dict[str, datetime] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
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
    """An order that a look has to settle. `refusal` is what it was refused with, where it was.

    `taken_as` is what OrderWise calls it, where it says that it took it; `order_id` its internal id, where it gives one.
    """

    draft: Draft
    reason: str
    refusal: Refusal | None = None
    taken_as: str = ""
    order_id: int | None = None


@dataclass(slots=True)
class _Injection:
    """One batch on its way in; an order that has an outcome takes no further part.

    `_in_the_way` says why no more orders may be sent, where what was sent cannot be found again.
    """

    wire: Wire
    sent: SentOrders
    outcomes: dict[str, CreateSalesOrderOutcome] = field(default_factory=dict)
    _in_the_way: str = ""
    _is_asked_by_id: bool = False

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

    def compare(self, drafts: Sequence[Draft], there: Looked) -> list[Draft]:
        """Settle those that are there, and those whose import is still awaited; give back the others."""
        pending = []
        for draft in drafts:
            held = there.orders.get(draft.ref)
            if draft.ref in there.faults:
                words = f"{draft.ref} is there already and cannot be read: {there.faults[draft.ref]}"
                self.outcomes[draft.ref] = Rejected((words,))
            elif held is not None:
                self._found(draft, held, AlreadyThere(draft.ref))
            elif draft.ref in self.sent.taken:
                self.outcomes[draft.ref] = Taken("taken a while ago, and not imported yet", self.sent.taken[draft.ref])
            elif self._is_awaited(draft.ref):
                self.outcomes[draft.ref] = Unknown("sent a while ago, and not imported yet")
            else:
                pending.append(draft)
        return pending

    def carry_out(self, pending: Sequence[Draft]) -> None:
        """Send, and look for what was sent: one by one until one is found, then the others together.

        Raises:
            VendorError: not one call was taken, for a reason that is no order's.
        """
        rest, answers, unheard = list(pending), list[Settled](), 0
        while rest and not self.sent.is_found_by_reference and not self._in_the_way:
            first = rest.pop(0)
            answers += self._send([first])
            match self.outcomes[first.ref]:
                case Taken() if not self._in_the_way:
                    # It waits for its import, as the others will.
                    break
                case Unknown(reason) | Unavailable(reason):
                    unheard += 1
                    self._in_the_way = reason if unheard == _MOST_UNHEARD else ""
        if self._in_the_way:
            words = f"not sent, because it is not certain that orders are found again: {self._in_the_way}"
            self.outcomes |= {draft.ref: Unavailable(words) for draft in rest}
        else:
            answers += self._send(rest)
        _raise_if_nobody_was_heard(answers)

    def _send(self, drafts: Sequence[Draft]) -> list[Settled]:
        """Send these together, and look for them."""
        calls = [client.create_call(self.wire.settings, draft.body, draft.ref) for draft in drafts]
        sent_at = self.wire.clock.now()
        settled = self.wire.send_all(calls) if calls else []
        judged = [self._judge(draft, answer) for draft, answer in zip(drafts, settled, strict=True)]
        doubts = [doubt for doubt in judged if doubt is not None]
        if doubts:
            self._settle(doubts, sent_at)
        return settled

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

    def _judge_answer(self, draft: Draft, answer: Any) -> _Doubt:
        order_id, ref = _created(answer)
        if ref and ref != draft.ref:
            return _Doubt(draft, f"the answer to {draft.ref} is about another order", taken_as=draft.ref)
        if order_id is not None:
            words = f"taken as order {order_id}, and not found under {draft.ref} yet: if it stays so, {_TO_CHECK}"
            return _Doubt(draft, words, taken_as=str(order_id), order_id=order_id)
        texts = client.texts_in(answer) if not ref else ()
        refusal = refusals.taken_apart(texts, draft.places)
        if refusal.certain:
            return _Doubt(draft, "refused", refusal)
        said = f" ({' / '.join(refusal.reasons)})" if refusal.reasons else ""
        return _Doubt(draft, f"taken, and not imported yet{said}", taken_as=draft.ref)

    def _settle(self, doubts: Sequence[_Doubt], sent_at: datetime) -> None:
        """Look for them; what is not there was refused, was taken for later, or is still in doubt."""
        there = self._read_back(doubts)
        for doubt in doubts:
            if doubt.draft.ref not in self.outcomes:
                self._settle_one(doubt, there, sent_at)

    def _settle_one(self, doubt: _Doubt, there: Looked | None, sent_at: datetime) -> None:
        """`there` is None where OrderWise could not be asked."""
        ref = doubt.draft.ref
        held = there.orders.get(ref) if there is not None else None
        if held is not None:
            was_refused = doubt.refusal is not None
            self._found(doubt.draft, held, AlreadyThere(ref) if was_refused else Acknowledged(str(held.orders[0].order_id)))
        elif there is not None and ref in there.faults:
            self._not_seen(doubt, sent_at, f"it is there and cannot be read: {there.faults[ref]}")
        elif doubt.refusal is not None and there is not None:
            self.outcomes[ref] = Rejected(doubt.refusal.reasons or (doubt.reason,))
        elif doubt.order_id is not None and there is None:
            self._in_the_way = f"taken as order {doubt.order_id}; OrderWise could not be asked whether it is there"
            self._not_seen(doubt, sent_at, self._in_the_way)
        elif doubt.order_id is not None and not self.sent.is_found_by_reference and not self._is_asked_by_id:
            # Once a batch: one that is nowhere yet lets the others go, and they will be nowhere yet either.
            self._is_asked_by_id = True
            self._in_the_way = self._looked_for_by_id(doubt.order_id, ref)
            self._not_seen(doubt, sent_at, self._in_the_way or doubt.reason)
        else:
            self._not_seen(doubt, sent_at, doubt.reason)

    def _not_seen(self, doubt: _Doubt, sent_at: datetime, reason: str) -> None:
        ref = doubt.draft.ref
        if doubt.taken_as:
            self.sent.taken[ref] = doubt.taken_as
            self.outcomes[ref] = Taken(reason, doubt.taken_as)
        else:
            self.sent.sent_at[ref] = sent_at
            self.outcomes[ref] = Unknown(reason)

    def _looked_for_by_id(self, order_id: int, ref: str) -> str:
        """Why an order that was given an id cannot be found under its reference; empty where it is not there at all yet."""
        try:
            rows = self.wire.run(Question.ORDER_DELIVERIES, {"@order_id": order_id}, priority=Priority.INJECTION).rows
        except VendorError as error:
            return f"OrderWise answers with order {order_id}, which is not found under {ref}: {_TO_CHECK} ({error.message})"
        if not rows:
            return ""
        number, said = rows[0].get("order_number"), rows[0].get("customer_order_ref")
        return f"order {number} is there with the customer reference {said!r}, and not found under {ref}: {_TO_CHECK}"

    def _found(self, draft: Draft, held: HeldOrders, whole: CreateSalesOrderOutcome) -> None:
        """An order that is there as wanted has that outcome; any other is for a person to put right."""
        self.sent.sent_at.pop(draft.ref, None)
        self.sent.taken.pop(draft.ref, None)
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

    def _read_back(self, doubts: Sequence[_Doubt]) -> Looked | None:
        """What is there now; None where OrderWise cannot be asked, so that the doubt remains.

        An order that is there once, under the id that was answered, has the lines that were sent: that is proven of the
        first one in this process only.
        """
        try:
            headers = finding.find_orders(self.wire, [each.draft.ref for each in doubts], priority=Priority.INJECTION)
            for doubt in doubts:
                orders = headers.by_ref.get(doubt.draft.ref, [])
                if self.sent.is_found_by_reference and [each.order_id for each in orders] == [doubt.order_id]:
                    del headers.by_ref[doubt.draft.ref]
                    self.outcomes[doubt.draft.ref] = Acknowledged(str(doubt.order_id))
            return finding.with_lines(self.wire, headers)
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
