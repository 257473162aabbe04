"""A customer's change of mind, and the blocking request by which the merchant is asked for it.

Before delegation nobody is asked. Afterwards the merchant is, warehouse by warehouse, where he has an address for it
(order-cancellation page, read 2026-11): only `successful` cancels, and the answer is asked for again until it is a 201 of
the published shape or the retries run out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.simulators.scayle import lifecycle, stock
from cogent_pipelines.simulators.scayle.deliver import Answer
from cogent_pipelines.simulators.scayle.records import Item, ItemState, Merchant, Order, OrderState
from cogent_pipelines.simulators.scayle.tenant import COMPANY_ID, Tenant

SUCCESSFUL = "successful"


class TooLate(ValueError):
    """It has left, or is gone already."""


@dataclass(slots=True, eq=False)
class Request:
    """One merchant is asked to cancel what he has of an order."""

    order: Order
    merchant: Merchant
    items: list[Item]
    attempts: int = 0
    outcome: str = "waiting"
    answers: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        return {
            "orderReferenceKey": self.order.reference_key,
            "fulfillingMerchantKey": self.merchant.key,
            "merchantKey": self.merchant.key,
            "companyId": COMPANY_ID,
            "warehouseIds": sorted({item.stock.warehouse.id for item in self.items}),
        }


def cancel(tenant: Tenant, order: Order) -> list[Request]:
    """The customer cancels the whole order; gives the requests that merchants must be asked.

    Raises:
        TooLate: nothing of the order waits any more.
    """
    items = lifecycle.waiting(order.items)
    if not items or any(item.left for item in order.items) or order.closed:
        raise TooLate(f"order {order.id} is {order.state.value}")
    if order.state in {OrderState.PENDED, OrderState.CONFIRMED} and not _asked(order):
        take_off(tenant, order, items, ItemState.CANCELLED)
        return []
    requests = []
    for merchant in lifecycle.merchants_of(order):
        mine = [item for item in items if item.stock.merchant is merchant]
        if merchant.cancellation_url:
            requests.append(Request(order, merchant, mine))
        elif tenant.switches.cancellation_without_url == "cancel":
            take_off(tenant, order, mine, ItemState.UNSHIPPABLE)
        else:
            tenant.note("cancellation refused: the merchant cannot be asked", order=order.id, merchant=merchant.key)
    return requests


def _asked(order: Order) -> bool:
    return any(item.delegated_at is not None for item in order.items)


def take_off(tenant: Tenant, order: Order, items: Sequence[Item], state: ItemState) -> None:
    """Cancelled through the checkout: the blockers go with the items."""
    stock.unblock(tenant, items)
    lifecycle.give_up(tenant, order, items, state)


def answered(tenant: Tenant, request: Request, answer: Answer) -> bool:
    """Take in a merchant's answer; False where he must be asked again."""
    result = _result(request, answer)
    request.answers.append(f"{answer.status} {result or 'no answer of the published shape'}")
    if not result:
        return False
    if result != SUCCESSFUL:
        request.outcome = "refused"
        tenant.note("cancellation refused by the merchant", order=request.order.id, result=result)
        return True
    request.outcome = "cancelled"
    items = lifecycle.waiting(request.items)
    if items:
        take_off(tenant, request.order, items, ItemState.UNSHIPPABLE)
    if len(items) != len(request.items):
        tenant.note("cancelled by the merchant after it left", order=request.order.id)
    return True


def _result(request: Request, answer: Answer) -> str:
    """`cancellationResult`, where status and body are as published."""
    if answer.status != 201:
        return ""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return ""
    if not isinstance(told, dict) or told.get("orderReferenceKey") != request.order.reference_key:
        return ""
    result = told.get("cancellationResult")
    return result if isinstance(result, str) else ""
