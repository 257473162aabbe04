"""Telling SCAYLE what does not reach the customer: units that cannot be sent, and goods that came back.

Neither call names a repetition of itself, so which units are meant is settled by what the order shows: see `units`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of
from cogent_pipelines.adapters.storefronts.scayle.identifiers import segment
from cogent_pipelines.adapters.storefronts.scayle.lookup import OrderLookup
from cogent_pipelines.adapters.storefronts.scayle.payloads import cancellation, return_items
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shelf import NotEnough, Shelf
from cogent_pipelines.adapters.storefronts.scayle.shelves import Unmet, shelves_of
from cogent_pipelines.adapters.storefronts.scayle.units import Unit, line_named
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.scripts import Script, run_together
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.extras import ReturnedGoods, UnsentGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Recorded, RecordReturnOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_SAME_MOMENT = 1.0


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to tell of one order: which items may be meant, what makes them told, and the call that tells it.

    `counts` is which told items are part of this very thing.
    """

    ref: str
    order_ref: OrderRef
    lines: tuple[FulfilmentLine, ...]
    fits: Callable[[Unit], bool]
    is_told: Callable[[Unit], bool]
    counts: Callable[[Unit], bool]
    call: Callable[[Shelf, Sequence[Unit]], Call]
    short: str


class LeftoverDesk:
    """Tells one tenant of returns, and of units that will not be sent."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, *, orders: OrderLookup) -> None:
        self._api = api
        self._settings = settings
        self._orders = orders

    def record_returns(self, returns: Sequence[ReturnedGoods]) -> list[RecordReturnOutcome]:
        """One outcome each, in order.

        Raises:
            VendorError: the orders cannot be read; nothing was sent.
        """
        return self._tell([self._return(each) for each in returns])

    def report_unsent(self, goods: Sequence[UnsentGoods]) -> list[RecordReturnOutcome]:
        """The same for units that will not be sent, counting those that are off the order already."""
        return self._tell([self._unsent(each) for each in goods])

    def _return(self, goods: ReturnedGoods) -> _Task:
        def is_this(unit: Unit) -> bool:
            """SCAYLE keeps no reference of a return; what came back at that very moment is it."""
            at = unit.returned_at
            return at is not None and abs((at - goods.received_at).total_seconds()) <= _SAME_MOMENT

        def call(shelf: Shelf, units: Sequence[Unit]) -> Call:
            body = return_items(units, self._settings, received_at=goods.received_at, reason=goods.reason)
            return self._write("return items", "/fulfillment/return-items", body, shelf)

        return _Task(
            ref=goods.ref,
            order_ref=goods.order_ref,
            lines=goods.lines,
            fits=lambda unit: unit.ours and unit.shipped and not unit.returned,
            is_told=lambda unit: unit.ours and unit.returned,
            counts=is_this,
            call=call,
            short="that left and did not come back",
        )

    def _unsent(self, goods: UnsentGoods) -> _Task:
        def call(shelf: Shelf, units: Sequence[Unit]) -> Call:
            body = cancellation(shelf.order, units, self._settings)
            return self._write("cancel items", "/fulfillment/cancellations", body, shelf)

        return _Task(
            ref=goods.ref,
            order_ref=goods.order_ref,
            lines=goods.lines,
            fits=lambda unit: unit.owed,
            is_told=lambda unit: unit.cancelled,
            counts=lambda unit: unit.cancelled,
            call=call,
            short="left to send",
        )

    def _write(self, operation: str, path: str, body: object, shelf: Shelf) -> Call:
        return self._api.write(operation, path, body, priority=Priority.DESPATCH, subjects=[shelf.ref], company=True)

    def _tell(self, tasks: Sequence[_Task]) -> list[RecordReturnOutcome]:
        by_order: dict[OrderRef, list[int]] = {}
        for index, task in enumerate(tasks):
            by_order.setdefault(task.order_ref, []).append(index)
        shelves = shelves_of(list(by_order), self._orders, self._settings)
        scripts = [
            self._one_order(shelves.get(ref), [tasks[index] for index in indices]) for ref, indices in by_order.items()
        ]
        outcomes: dict[int, RecordReturnOutcome] = {}
        for indices, results in zip(by_order.values(), run_together(scripts, self._api), strict=True):
            outcomes.update(zip(indices, results, strict=True))
        return [outcomes[index] for index in range(len(tasks))]

    def _one_order(self, shelf: Shelf | Unmet | None, tasks: Sequence[_Task]) -> Script[list[RecordReturnOutcome]]:
        if not isinstance(shelf, Shelf):
            return [shelf or Rejected((f"SCAYLE has no order {task.order_ref}",)) for task in tasks]
        outcomes: list[RecordReturnOutcome] = []
        taken: frozenset[int] = frozenset()
        for task in tasks:
            chosen = _chosen(shelf, task, taken)
            if not isinstance(chosen, list):
                outcomes.append(chosen)
                continue
            settled = yield task.call(shelf, chosen)
            taken |= {unit.id for unit in chosen}
            outcomes.append((yield from self._judged(settled, shelf, task, chosen)))
        return outcomes

    def _judged(self, settled: Settled, shelf: Shelf, task: _Task, units: Sequence[Unit]) -> Script[RecordReturnOutcome]:
        match settled.standing:
            case Standing.ANSWERED:
                return Recorded(_ref(task))
            case Standing.NOT_DONE | Standing.DENIED:
                return Unavailable(settled.reason, settled.retry_after)
            case Standing.REFUSED:
                told = yield from self._are_told(shelf.ref, task, units)
                return AlreadyThere(_ref(task)) if told else Rejected((settled.reason,))
            case Standing.UNSURE:
                told = yield from self._are_told(shelf.ref, task, units)
                return Recorded(_ref(task)) if told else Unknown(f"{settled.reason}; the order does not show it yet")

    def _are_told(self, ref: OrderRef, task: _Task, units: Sequence[Unit]) -> Script[bool]:
        """Whether the order shows these very items as told now."""
        settled = yield self._orders.call(segment(ref) or ref, ref, priority=Priority.DESPATCH)
        if settled.standing is not Standing.ANSWERED:
            return False
        try:
            now = Shelf.of(ref, body_of(settled), self._settings).units([unit.id for unit in units])
        except UNFORESEEN:
            return False
        return len(now) == len(units) and all(task.is_told(unit) for unit in now)


def _chosen(shelf: Shelf, task: _Task, taken: frozenset[int]) -> list[Unit] | RecordReturnOutcome:
    """The items to tell of; or what can be said without telling."""
    missing = _missing(shelf, task)
    if not missing:
        return AlreadyThere(_ref(task))
    try:
        return shelf.choose(missing, fits=task.fits, without=taken, short=task.short)
    except NotEnough as fault:
        return Rejected((str(fault),))


def _missing(shelf: Shelf, task: _Task) -> list[FulfilmentLine]:
    """What of each line the order does not show yet; of a line that can show no more, nothing."""
    missing = []
    for each in task.lines:
        line = line_named(shelf.lines, each.line_ref)
        units = () if line is None else line.units
        lacks = each.quantity - sum(1 for unit in units if task.counts(unit))
        told = sum(1 for unit in units if task.is_told(unit))
        if lacks > 0 and (told < each.quantity or any(task.fits(unit) for unit in units)):
            missing.append(FulfilmentLine(each.line_ref, lacks))
    return missing


def _ref(task: _Task) -> str:
    """SCAYLE gives no id of its own; ours names it."""
    return f"{task.order_ref}:{task.ref}"
