"""Order edits: begun on a copy, changed there, committed as one."""

import uuid

from cogent_pipelines.simulators.shopify import ordering, refunding, routing, stock
from cogent_pipelines.simulators.shopify.aftersale import Edit, EditLine
from cogent_pipelines.simulators.shopify.catalogue import Variant
from cogent_pipelines.simulators.shopify.parcels import FulfilmentOrder
from cogent_pipelines.simulators.shopify.pricing import taxes_of
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.shop import Shop


class EditRefused(Exception):
    def __init__(self, message: str, field: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def begin(shop: Shop, order: Order | None) -> Edit:
    if order is None:
        raise EditRefused("The order does not exist.", "id")
    open_already = any(edit.order is order and not edit.committed for edit in shop.edits.values())
    if order.cancelled_at is not None or order.financial_status in {"REFUNDED", "VOIDED"} or open_already:
        raise EditRefused("The order cannot be edited.", None)
    edit = Edit(shop.numbers.next("OrderEditSession"), order)
    edit.lines = [EditLine(str(line.id), line, line.variant, line.current_quantity) for line in order.lines]
    shop.edits[edit.id] = edit
    return edit


def _must_be_open(edit: Edit | None) -> Edit:
    if edit is None or edit.committed:
        raise EditRefused("The calculated order does not exist.", "id")
    return edit


def set_quantity(edit: Edit | None, key: str, quantity: int, *, restock: bool) -> tuple[Edit, EditLine]:
    edit = _must_be_open(edit)
    row = next((row for row in edit.lines if row.key == key), None)
    if row is None:
        raise EditRefused("The line item does not exist on the order.", "lineItemId")
    if quantity < 0:
        raise EditRefused("must be greater than or equal to 0", "quantity")
    if row.line is not None and quantity < row.line.current_quantity - row.line.unfulfilled_quantity:
        # Only unfulfilled units can be edited.
        raise EditRefused("The line item cannot be edited because it is fulfilled.", "lineItemId")
    row.quantity, row.restock = quantity, restock
    return edit, row


def add_variant(
    shop: Shop, edit: Edit | None, variant: Variant | None, quantity: int, *, duplicates: bool
) -> tuple[Edit, EditLine]:
    edit = _must_be_open(edit)
    if variant is None:
        raise EditRefused("The variant does not exist in the shop.", "variantId")
    if quantity <= 0:
        raise EditRefused("must be greater than 0", "quantity")
    if not duplicates and any(row.variant is variant for row in edit.lines):
        raise EditRefused(f"{variant.product.title} was not added because it's already on the order.", "id")
    key = str(uuid.UUID(int=shop.random.getrandbits(128), version=4))
    row = EditLine(key, None, variant, quantity)
    edit.lines.append(row)
    return edit, row


def commit(shop: Shop, edit: Edit | None) -> Order:
    """Make the edit real: lines keep their `quantity`, added ones get ids, fulfilment orders follow."""
    edit = _must_be_open(edit)
    if not edit.changed():
        raise EditRefused("There must be at least one change to be made.", "id")
    order = edit.order
    for row in edit.lines:
        if row.line is None:
            _add(shop, order, row)
        else:
            _change(shop, row.line, row.quantity - row.line.current_quantity, restock=row.restock)
    edit.committed = True
    order.edited = True
    if any(line.unfulfilled_quantity for line in order.lines):
        order.closed_at = None
    shop.touch(order)
    shop.announce("orders/edited", order)
    shop.announce("orders/updated", order)
    return order


def _change(shop: Shop, line: Line, delta: int, *, restock: bool) -> None:
    if delta < 0:
        refunding.take_off(shop, line, -delta, restock=restock)
        line.removed -= delta
    elif delta > 0:
        # More of a line: first what an earlier edit removed, then above the quantity first ordered.
        back = min(delta, line.removed)
        line.removed -= back
        line.quantity += delta - back
        if line.ships:
            stock.commit(shop, line, delta)
        _demand(shop, line, delta)


def _add(shop: Shop, order: Order, row: EditLine) -> None:
    if row.variant is None or row.quantity <= 0:
        return
    line = ordering.add_line(shop, order, {}, variant=row.variant, units=row.quantity)
    line.flags |= Line.ADDED
    rates = {(tax.title, tax.rate) for other in order.lines for tax in other.taxes}
    if line.taxable and len(rates) == 1:
        title, rate = rates.pop()
        line.taxes = taxes_of(order, {}, line.net, title=title, rate=rate)
    if line.ships:
        line.location = routing.location_for(shop, line)
        stock.commit(shop, line, line.quantity)
    _demand(shop, line, line.quantity)


def _demand(shop: Shop, line: Line, units: int) -> None:
    """Put units on an open fulfilment order of the line's location, or on a new one."""
    location = line.location or shop.primary_location
    method = "SHIPPING" if line.ships else "NONE"
    part: FulfilmentOrder | None = None
    for known in line.order.fulfilment_orders:
        if known.status == "OPEN" and known.location is location and known.method == method:
            part = known
    if part is None:
        part = routing.open_part(shop, line.order, location, method=method, now=shop.now_ms())
    row = next((row for row in part.lines if row.line is line), None)
    if row is None:
        routing.add_part_line(shop, part, line, units)
    else:
        row.total += units
        row.remaining += units
    part.updated_at = shop.now_ms()
