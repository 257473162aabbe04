"""Telling commercetools of goods that came back, each return once."""

from collections import defaultdict
from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.commercetools import owed, payloads
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json
from cogent_pipelines.adapters.storefronts.commercetools.keys import return_key
from cogent_pipelines.adapters.storefronts.commercetools.orders import OrderReader
from cogent_pipelines.adapters.storefronts.commercetools.scripts import run_together
from cogent_pipelines.adapters.storefronts.commercetools.updating import Change, Ended, Resource, change
from cogent_pipelines.adapters.storefronts.commercetools.values import count, rows, text
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.extras import ReturnedGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Recorded, RecordReturnOutcome, Rejected, Unknown
from cogent_pipelines.ports.vendor_account import Priority

SEPARATOR = " "
"""commercetools gives ids to the items of a return, not to the return: a return's reference is theirs, in one text."""


class ReturnDesk:
    """Records returns of one project."""

    def __init__(self, api: Api, orders: OrderReader) -> None:
        self._api = api
        self._orders = orders

    def record(self, returns: Sequence[ReturnedGoods]) -> list[RecordReturnOutcome]:
        """One outcome per return, in order.

        Goods that were announced (`Advised`) cannot be moved to `Returned` by an action (API reference,
        `OrderSetReturnShipmentStateAction`): what comes is recorded beside the announcement.

        Raises:
            VendorError: nothing was attempted.
        """
        by_order: dict[OrderRef, list[int]] = defaultdict(list)
        for index, goods in enumerate(returns):
            by_order[goods.order_ref].append(index)
        found = self._orders.rows_named(list(by_order), priority=Priority.DESPATCH)
        scripts = [
            self._record_all([returns[index] for index in indices], found.get(ref)) for ref, indices in by_order.items()
        ]
        outcomes: dict[int, RecordReturnOutcome] = {}
        for indices, results in zip(by_order.values(), run_together(scripts, self._api), strict=True):
            each = [results] * len(indices) if isinstance(results, Unknown) else results
            outcomes.update(zip(indices, each, strict=True))
        return [outcomes[index] for index in range(len(returns))]

    def _record_all(self, returns: Sequence[ReturnedGoods], order: Json | None) -> Script[list[RecordReturnOutcome]]:
        outcomes: list[RecordReturnOutcome] = []
        for goods in returns:
            ended = yield from self._record(goods, order)
            outcome = ended.outcome
            found = ended.doubted and isinstance(outcome, AlreadyThere)
            outcomes.append(Recorded(outcome.ref) if found and isinstance(outcome, AlreadyThere) else outcome)
            order = ended.state or order
        return outcomes

    def _record(self, goods: ReturnedGoods, order: Json | None) -> Script[Ended[RecordReturnOutcome]]:
        ref = goods.order_ref
        resource = Resource(
            read=lambda: self._orders.read_call(ref, priority=Priority.DESPATCH),
            write=lambda version, actions: self._orders.write_call(
                ref, version, actions, operation="record_return", priority=Priority.DESPATCH
            ),
        )
        return change(
            resource, order, decide=lambda state: _decided(state, goods), accepted=lambda state: _accepted(state, goods)
        )


def _decided(order: Json | None, goods: ReturnedGoods) -> Change | RecordReturnOutcome:
    if order is None:
        return Rejected((f"commercetools has no order {goods.order_ref}",))
    known = _recorded(order, goods)
    if known:
        return AlreadyThere(known)
    faults = _faults(order, goods)
    if faults:
        return Rejected(tuple(faults))
    custom = [text(line["id"]) for line in rows(order.get("customLineItems"), "customLineItems")]
    return Change([payloads.add_return_info(goods, custom_lines=custom)])


def _accepted(order: Json, goods: ReturnedGoods) -> RecordReturnOutcome:
    known = _recorded(order, goods)
    return Recorded(known) if known else Unknown("answered, and the return is not in the answer")


def _recorded(order: Json, goods: ReturnedGoods) -> str:
    """The ids of the return's items; '' where it is not there."""
    keys = {return_key(goods.ref, place) for place in range(1, len(goods.lines) + 1)}
    return SEPARATOR.join(text(item["id"]) for item in owed.return_items(order) if item.get("key") in keys)


def _faults(order: Json, goods: ReturnedGoods) -> list[str]:
    if not goods.lines:
        return ["the return has no lines"]
    if any(line.quantity <= 0 for line in goods.lines):
        return ["the return has a line without units"]
    ordered = {
        text(line["id"]): count(line["quantity"], "quantity")
        for field in ("lineItems", "customLineItems")
        for line in rows(order.get(field), field)
    }
    back = owed.came_back(order)
    for line in goods.lines:
        back[line.line_ref] += line.quantity
    faults = [f"the order has no line {line.line_ref}" for line in goods.lines if line.line_ref not in ordered]
    return faults or [
        f"line {ref}: {back[ref]} would have come back, and {ordered[ref]} were ordered"
        for ref in dict.fromkeys(str(line.line_ref) for line in goods.lines)
        if back[ref] > ordered[ref]
    ]
