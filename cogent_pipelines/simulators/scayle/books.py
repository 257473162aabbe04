"""The tenant's books: what really happened on this side, for judging whoever was connected to it."""

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.scayle import stock
from cogent_pipelines.simulators.scayle.deliver import masked
from cogent_pipelines.simulators.scayle.order_json import detailed_codes, overall_status
from cogent_pipelines.simulators.scayle.records import Item, ItemState, Order, OrderState, Package, Stock
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import iso

if TYPE_CHECKING:
    from datetime import datetime

    from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator


def books(simulator: "ScayleSimulator", *, with_history: bool = True) -> dict[str, Any]:
    """Give everything: orders with their parcels and returns, stock with its blockers and trail, oversold units, notes."""
    tenant = simulator.tenant
    return {
        "now": iso(tenant.now()),
        "totals": totals(tenant),
        "orders": orders(tenant),
        "duplicates": duplicates(tenant),
        "notes": [_as_json(note) for note in tenant.notes],
        "refused_sales": [_as_json(row) for row in tenant.refused_sales],
        "stock": [
            stock_row(tenant, row, with_history=with_history)
            for variant in tenant.variants.values()
            for row in variant.stocks.values()
        ],
        "oversold_units": stock.oversold_units(tenant),
        "oversold": stock.oversold_by_sku(tenant),
        "delegations": delegations(simulator),
        "cancellations": cancellations(simulator),
        "webhooks": webhooks(simulator)["counts"],
        "calls": simulator.calls,
    }


def totals(tenant: Tenant) -> dict[str, Any]:
    held = list(tenant.orders.values())
    states = Counter(order.state.value for order in held)
    items = Counter(item.state.value for item in tenant.items.values())
    return {
        "orders": len(held),
        "by_state": dict(states),
        "items": len(tenant.items),
        "items_by_state": dict(items),
        "parcels": sum(package.shipped_at is not None for order in held for package in order.packages),
        "force_closed": sum(order.force_closed for order in held),
        "value_minor": sum(order.value_minor for order in held),
    }


def orders(tenant: Tenant, *, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """Give the orders as they were placed; of many, rather some at a time, those after a number."""
    # Numbers only grow, so that the orders stand by number.
    rows = islice((order for order in tenant.orders.values() if order.id > after), limit)
    return [order_row(tenant, order) for order in rows]


def order_row(tenant: Tenant, order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "reference_key": order.reference_key,
        "name": order.public_key,
        "shop": f"{order.shop_country.shop_key}/{order.shop_country.country}",
        "state": order.state.value,
        "status": overall_status(order, tenant.switches),
        "detailed": detailed_codes(order),
        "created_at": iso(order.created_at),
        "confirmed_at": _when(order.confirmed_at),
        "delegated_at": _when(order.delegated_at),
        "shipped_at": _when(order.shipped_at),
        "invoiced_at": _when(order.invoiced_at),
        "seen_at": _when(order.seen_at),
        "updated_at": iso(order.updated_at),
        "force_closed": order.force_closed,
        "value_minor": order.value_minor,
        "currency": order.shop_country.currency,
        "invoices": [invoice.kind for invoice in order.invoices],
        "items": [item_row(item) for item in order.items],
        "parcels": [parcel_row(order, package) for package in order.packages if package.shipped_at is not None],
    }


def item_row(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "sku": item.variant.key,
        "state": item.state.value,
        "merchant": item.stock.merchant.key,
        "warehouse": item.stock.warehouse.key,
        "with_tax_minor": item.with_tax,
        "return_key": item.return_key,
        "return_reason": item.return_reason,
        "billing_code": item.billing_code,
    }


def parcel_row(order: Order, package: Package) -> dict[str, Any]:
    items = [item for item in order.items if item.package is package]
    return {
        "id": package.id,
        "shipment_key": package.shipment_key,
        "carrier": package.carrier_key,
        "return_ident_code": package.return_ident_code,
        "told_at": _when(package.shipped_at),
        "left_at": _when(package.left_at),
        "items": [{"id": item.id, "sku": item.variant.key} for item in items],
    }


def duplicates(tenant: Tenant) -> list[dict[str, Any]]:
    """Give what was posted twice: a shipment, a final item, a return, whether it was refused or taken silently."""
    kinds = {
        "repeated shipment",
        "shipment of an item that is final",
        "cancellation of an item that is final",
        "return of an item that is returned",
        "return key given twice",
    }
    return [_as_json(note) for note in tenant.notes if note["what"] in kinds]


def stock_row(tenant: Tenant, row: Stock, *, with_history: bool) -> dict[str, Any]:
    return {
        "sku": row.variant.key,
        "warehouse": row.warehouse.key,
        "merchant": row.merchant.key,
        "quantity": row.quantity,
        "changed_at": iso(row.changed_at),
        "blockers": [
            {"item": blocker.item.id, "order": blocker.item.order.id, "taken_at": iso(blocker.taken_at)}
            for blocker in row.blockers
        ],
        "reservations": len(row.reservations),
        "sellable": stock.sellable(tenant, row),
        "unaccounted": [item.id for item in row.unaccounted],
        "oversold": row.oversold,
        "updates": row.updates,
        "ignored": row.ignored,
        "released": row.released,
        "on_the_floor": tenant.on_the_floor.get(row.variant.key),
        "history": row.history if with_history else [],
    }


def delegations(simulator: "ScayleSimulator") -> list[dict[str, Any]]:
    return [
        {
            "order": row.order.id,
            "merchant": row.merchant.key,
            "state": row.state,
            "attempts": row.attempts,
            "due": iso(row.due),
            "answers": row.answers,
        }
        for row in simulator.webhooks.delegations.rows.values()
    ]


def cancellations(simulator: "ScayleSimulator") -> list[dict[str, Any]]:
    return [
        {
            "order": row.order.id,
            "merchant": row.merchant.key,
            "items": [item.id for item in row.items],
            "outcome": row.outcome,
            "attempts": row.attempts,
            "answers": row.answers,
        }
        for row in simulator.webhooks.cancellations
    ]


def webhooks(simulator: "ScayleSimulator") -> dict[str, Any]:
    hooks = simulator.webhooks
    return {
        "counts": hooks.counts,
        "waiting": hooks.waiting,
        "subscriptions": [
            {"id": row.id, "event": row.event, "url": masked(row.url)} for row in hooks.subscriptions.values()
        ],
        "log": list(hooks.log),
    }


def live(order: Order) -> list[Item]:
    """The items that are not cancelled."""
    return [item for item in order.items if not item.gone]


def cancelled(order: Order) -> bool:
    return order.state in {OrderState.ABORTED, OrderState.CANCELLED} or all(
        item.state in {ItemState.CANCELLED, ItemState.OUT_OF_STOCK, ItemState.UNSHIPPABLE} for item in order.items
    )


def _when(moment: "datetime | None") -> str | None:
    return None if moment is None else iso(moment)


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": iso(row["at"])}
