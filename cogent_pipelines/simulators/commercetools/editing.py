"""Editing an order after it was placed, as a shopkeeper does through the vendor's order edits.

Only the outcome is here: lines with other quantities, another total, and the message `OrderEditApplied`. The vendor edits
only orders that have no effect on the inventory (its reference on order edits, read 2026-11).
"""

from collections.abc import Mapping

from cogent_pipelines.simulators.commercetools import money
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.updating import Change
from cogent_pipelines.simulators.common.trade import NotPossible


def edit_order(project: Project, messages: Messages, ref: str, units: Mapping[str, int]) -> Document:
    """Give the order's lines other quantities, by SKU; nought takes a line away.

    Raises:
        NotPossible: nobody knows the order or a line of it, or its lines hold stock.
    """
    order = project.orders.get(ref) or project.orders.find(ref, "orderNumber")
    if order is None:
        raise NotPossible(f"nobody knows the order {ref}")
    modes = {order.get("inventoryMode", "None"), *(line.get("inventoryMode", "None") for line in order["lineItems"])}
    if modes != {"None"}:
        raise NotPossible("only an order whose inventory mode is None can be edited")
    if missing := set(units) - {line["variant"].get("sku") for line in order["lineItems"]}:
        raise NotPossible(f"the order has no line of {', '.join(sorted(missing))}")
    change = Change(project, messages, project.orders, order)
    change.next_action()
    _apply(change.document, units, project.stamp())
    edit = project.keep_new(project.order_edits, _edit(project, change, units))
    change.say("OrderEditApplied", edit=edit, result=edit["result"])
    return change.keep(None)


def _apply(order: Document, units: Mapping[str, int], stamp: str) -> None:
    before = sum(line["totalPrice"]["centAmount"] for line in order["lineItems"])
    for line in order["lineItems"]:
        quantity = units.get(line["variant"].get("sku"), line["quantity"])
        if quantity != line["quantity"]:
            _set_quantity(line, quantity, stamp)
    order["lineItems"] = [line for line in order["lineItems"] if line["quantity"] > 0]
    after = sum(line["totalPrice"]["centAmount"] for line in order["lineItems"])
    total = order["totalPrice"]["centAmount"] + after - before
    currency = order["totalPrice"]["currencyCode"]
    order["totalPrice"] = money.cents(total, currency)
    if order.get("taxedPrice") and order["lineItems"]:
        order["taxedPrice"] = money.taxed(total, currency, order["lineItems"][0].get("taxRate"))


def _set_quantity(line: Document, quantity: int, stamp: str) -> None:
    """A line that is changed loses its discount: it is priced anew."""
    price = line["price"]["value"]
    total, currency = price["centAmount"] * quantity, price["currencyCode"]
    state = line["state"][0]["state"]
    line |= {
        "quantity": quantity,
        "totalPrice": money.cents(total, currency),
        "discountedPricePerQuantity": [],
        "state": [{"quantity": quantity, "state": state}],
        "lastModifiedAt": stamp,
    }
    if line.get("taxedPrice"):
        line["taxedPrice"] = money.taxed(total, currency, line.get("taxRate"))


def _edit(project: Project, change: Change, units: Mapping[str, int]) -> Document:
    before, after = change.before, {**change.document, "version": change.version}
    staged = [
        {"action": "changeLineItemQuantity", "lineItemId": line["id"], "quantity": units[line["variant"]["sku"]]}
        for line in before["lineItems"]
        if line["variant"].get("sku") in units
    ]
    result = {
        "type": "Applied",
        "appliedAt": project.stamp(),
        "excerptBeforeEdit": _excerpt(before),
        "excerptAfterEdit": _excerpt(after),
    }
    return {
        **project.fresh(),
        "resource": {"typeId": "order", "id": before["id"]},
        "stagedActions": staged,
        "result": result,
    }


def _excerpt(order: Document) -> Document:
    return {name: order[name] for name in ("totalPrice", "taxedPrice", "version") if name in order}
