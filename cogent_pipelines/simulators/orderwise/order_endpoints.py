"""Orders and export definitions over OWAPI. Paths and fields: integrators' code (read 2026-11).

Cancelling is served where the tenant is switched to have it; its path, its answer and what it allows are not known.
"""

from typing import Any

from cogent_pipelines.simulators.orderwise.calls import Call, Reply, ok
from cogent_pipelines.simulators.orderwise.entities import Order, Pick, Stage
from cogent_pipelines.simulators.orderwise.ids import number_in
from cogent_pipelines.simulators.orderwise.refusals import Refused
from cogent_pipelines.simulators.orderwise.times import local


def create_order(call: Call) -> Reply:
    answer = call.company.importing.create(call.query.get("session_id"), call.body)
    return Reply(call.company.switches.created_status, answer)


def order_status(call: Call) -> Reply:
    order, company = _order(call), call.company
    shown = {
        "orderNumber": order.number,
        "eCommerceOrderNumber": order.ecommerce_number,
        "orderStatus": company.switches.status_names[order.stage],
        "subStatus": company.switches.sub_status_names.get(order.pick) if order.open else None,
    }
    if company.switches.status_blocks == "guessed":
        shown |= _status_blocks(call, order)
    return ok(shown)


def _status_blocks(call: Call, order: Order) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    if call.said("include_lines"):
        blocks["lines"] = [
            {
                "variantCode": call.company.variants[line.variant_id].code,
                "quantity": float(line.quantity),
                "quantitySent": float(line.sent),
            }
            for line in order.lines
        ]
    if call.said("include_delivery"):
        blocks["deliveries"] = [
            {"consignmentNumber": each.consignment or None, "date": local(each.at, call.company.switches.zone)}
            for each in order.deliveries
        ]
    return blocks


def cancel_order(call: Call) -> Reply:
    """Cancel, where the tenant has it. With `answers_yes` the answer means nothing once picking has begun."""
    order, policy = _order(call), call.company.switches.cancel_policy
    too_late = any(line.sent for line in order.lines) or not order.open
    if policy != "before_despatch":
        too_late = too_late or order.pick in {Pick.PICKING, Pick.PICKED}
    if order.stage is Stage.CANCELLED:
        too_late = policy != "answers_yes"
    elif not too_late:
        call.company.floor.cancel(order)
    if too_late and policy != "answers_yes":
        raise Refused(400, f"Order number {order.number} can not be cancelled")
    return ok({"orderId": order.id, "orderNumber": order.number})


def _order(call: Call) -> Order:
    number = call.parts["orderId"]
    order = call.company.orders.get(number_in(number) or 0)
    if order is None:
        raise Refused(404, f"Sales order {number} does not exist")
    return order


def run_export(call: Call) -> Reply:
    call.company.picture.refresh()
    rows = call.company.definitions.run(call.parts["definitionId"], call.body)
    return Reply(204, None) if not rows and call.company.switches.empty_export == "204" else ok(rows)
