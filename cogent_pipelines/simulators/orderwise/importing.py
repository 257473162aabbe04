"""Orders coming in: accepted or refused with every fault at once, imported now or later, once or twice.

Whether the vendor takes in a second order under the same eCommerceOrderNumber is not published; integrators warn that
repeated posts make duplicate sales orders, so by default it does, and the books say so.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.orderwise.draft import Draft, DraftLine, read_draft
from cogent_pipelines.simulators.orderwise.entities import Line, Order, Stage
from cogent_pipelines.simulators.orderwise.floor import PAUSED
from cogent_pipelines.simulators.orderwise.ids import number_in
from cogent_pipelines.simulators.orderwise.refusals import Refused

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.company import Company


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted order that is not there yet."""

    due: datetime
    session_id: int
    draft: Draft
    order_id: int
    number: str


class Importing:
    """The till at which orders are posted."""

    def __init__(self, company: "Company") -> None:
        self.company = company
        self.by_reference: defaultdict[str, list[Order]] = defaultdict(list)
        self.waiting: list[Waiting] = []
        self.failed: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []

    def create(self, session: str | None, body: Any) -> dict[str, Any]:
        """Take an order in; gives its two numbers and the client's own.

        Raises:
            Refused: the session is not one of the tenant's, or the order has faults; all of them are named.
        """
        company, switches = self.company, self.company.switches
        session_id = self._session(session)
        draft = read_draft(body, company)
        deferred = switches.import_after_seconds > 0
        if draft.faults and not (deferred and switches.deferred_checks == "at_import"):
            raise self._refusal(draft)
        known = self._known(session_id, draft.ecommerce_number)
        if known and switches.duplicates == "reject":
            draft.faults.append(f"eCommerceOrderNumber {draft.ecommerce_number} already exists")
            raise self._refusal(draft)
        if known and switches.duplicates == "ignore":
            return _answer(*known[0], draft)
        numbers = company.next_number("order"), str(company.next_number("order number"))
        if not deferred:
            self._import(session_id, draft, *numbers)
            return _answer(*numbers, draft)
        due = company.now() + timedelta(seconds=switches.import_after_seconds)
        self.waiting.append(Waiting(due, session_id, draft, *numbers))
        return _answer(*numbers, draft) if switches.deferred_answer == "ids" else _answer(None, None, draft)

    def tick(self, now: datetime) -> None:
        """Import what is due."""
        if not self.waiting:
            return
        due = [waiting for waiting in self.waiting if waiting.due <= now]
        self.waiting = [waiting for waiting in self.waiting if waiting.due > now]
        for waiting in due:
            if waiting.draft.faults:
                self.failed.append(self._note(waiting.draft))
            else:
                self._import(waiting.session_id, waiting.draft, waiting.order_id, waiting.number)

    def key_in(self, reference: str, code: str) -> Order:
        """Somebody at the warehouse keys an order in by hand; no client's session knows of it."""
        company = self.company
        draft = read_draft(
            {
                "customer": {"id": next(iter(company.customers))},
                "orderHeader": {"eCommerceOrderNumber": reference, "deliveryMethodId": next(iter(company.delivery_methods))},
                "customerDeliveryAddress": dict.fromkeys(company.switches.required_address, "By telephone"),
                "orderLines": [{"variantCode": code, "quantity": 1}],
            },
            company,
        )
        if draft.faults:
            raise ValueError(" ".join(draft.faults))
        return self._import(None, draft, company.next_number("order"), str(company.next_number("order number")))

    # ----

    def _session(self, session: str | None) -> int:
        number = number_in(session)
        if number is None or number not in self.company.sessions:
            raise Refused(400, f"E-Commerce Session {session or ''} does not exist")
        return number

    def _known(self, session_id: int, number: str) -> list[tuple[int, str]]:
        anywhere = self.company.switches.duplicate_scope == "tenant"
        here = self.by_reference.get(number, [])
        known = [(order.id, order.number) for order in here if anywhere or order.session_id == session_id]
        return known + [
            (waiting.order_id, waiting.number)
            for waiting in self.waiting
            if waiting.draft.ecommerce_number == number and (anywhere or waiting.session_id == session_id)
        ]

    def _refusal(self, draft: Draft) -> Refused:
        self.refused.append(self._note(draft))
        named = f"Order number {draft.ecommerce_number} " if self.company.switches.error_names_order else ""
        return Refused(self.company.switches.refused_status, *(f"{named}{fault}" for fault in draft.faults))

    def _note(self, draft: Draft) -> dict[str, Any]:
        at = self.company.now().isoformat()
        return {"ecommerce_number": draft.ecommerce_number, "faults": list(draft.faults), "at": at}

    def _import(self, session_id: int | None, draft: Draft, order_id: int, number: str) -> Order:
        company, now = self.company, self.company.now()
        customer = draft.customer
        assert customer is not None  # noqa: S101 - a draft without faults has one
        order = Order(
            id=order_id,
            number=number,
            session_id=session_id,
            ecommerce_number=draft.ecommerce_number,
            cust_order_ref=draft.cust_order_ref,
            customer_id=customer.id,
            order_type=draft.order_type,
            delivery_method_id=draft.delivery_method_id,
            created_at=now,
            amended_at=now,
            order_date=draft.order_date,
            required_at=draft.required_at,
            address=draft.address,
            instructions=draft.instructions,
            order_gross=draft.order_gross,
            delivery_gross=draft.delivery_gross,
            lines=[self._line(line) for line in draft.lines],
            # A paused order waits for somebody, and so does one of a customer on hold.
            stage=Stage.HELD if customer.on_hold or draft.order_type == PAUSED else Stage.AWAITING,
            ignored_fields=draft.ignored,
        )
        customer.learn(order.address)
        company.orders[order.id] = order
        self.by_reference[order.ecommerce_number].append(order)
        company.picture.order_changed(order)
        company.floor.take_in(order)
        return order

    def _line(self, line: DraftLine) -> Line:
        return Line(
            id=self.company.next_number("line"),
            variant_id=line.variant.id,
            parts=line.variant.parts,
            location_id=line.location_id,
            quantity=line.quantity,
            gross=line.gross,
            tax_rate_id=line.tax_rate_id,
            item_number=line.item_number,
        )


def _answer(order_id: int | None, number: str | None, draft: Draft) -> dict[str, Any]:
    return {"orderId": order_id, "orderNumber": number, "eCommerceOrderNumber": draft.ecommerce_number}
