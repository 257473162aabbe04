"""A depot's own account of what happened, for tests and for `/_sim/books`. Everything is read; nothing is changed."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Despatch, GoodsReturn, Order
from cogent_pipelines.simulators.common.depot.returns import Returns


def short_units(depot: Depot) -> dict[str, int]:
    """Count the units per SKU that open orders want and that are not there."""
    missing: dict[str, int] = defaultdict(int)
    for order in depot.orders.values():
        for line in order.lines if order.open else ():
            missing[line.sku] += line.outstanding - line.allocated
    for article in depot.stock:
        missing[article.sku] -= int(article.free // 1)
    return {sku: units for sku, units in sorted(missing.items()) if units > 0}


class Truth:
    """Answers about one depot's books."""

    def __init__(self, depot: Depot, returns: Returns) -> None:
        self._depot = depot
        self._returns = returns

    def times_created(self, ref: str) -> int:
        """Count how often an order came into being under this reference, stray spaces and case aside."""
        plain = _plain(ref)
        return sum(count for written, count in self._depot.created.items() if _plain(written) == plain)

    def duplicates(self) -> list[str]:
        """Give the references, plainly written, under which more than one order came into being."""
        counts: dict[str, int] = defaultdict(int)
        for ref, count in self._depot.created.items():
            counts[_plain(ref)] += count
        return sorted(ref for ref, count in counts.items() if count > 1)

    def books(self) -> dict[str, Any]:
        depot = self._depot
        return {
            "now": depot.clock.now().isoformat(),
            "times_created": dict(depot.created),
            "duplicates": self.duplicates(),
            "short": short_units(depot),
            "orders": [_order(order) for order in depot.orders.values()],
            "despatches": [_despatch(despatch) for despatch in depot.bay.despatches.values()],
            "stock": [
                {
                    "sku": article.sku,
                    "active": article.active,
                    "on_hand": float(article.on_hand),
                    "allocated": article.allocated,
                    "quarantine": float(article.quarantine),
                    "free": float(article.free),
                }
                for article in depot.stock
            ],
            "returns": [_return(back) for back in self._returns.all.values()],
        }


def _plain(ref: str) -> str:
    return ref.strip().casefold()


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "ref": order.ref,
        "family": order.family,
        "part": order.part,
        "parts": order.parts,
        "stage": order.stage.word,
        "word": order.word,
        "reasons": order.reasons,
        "by_hand": order.by_hand,
        "value_minor": order.value_minor,
        "currency": order.currency,
        "received_at": order.received_at.isoformat(),
        "changed_at": order.changed_at.isoformat(),
        "lines": [
            {
                "id": line.id,
                "sku": line.sku,
                "quantity": line.quantity,
                "allocated": line.allocated,
                "despatched": line.despatched,
                "unit_price": str(line.unit_price),
            }
            for line in order.lines
        ],
        "despatches": [despatch.id for despatch in order.despatches],
    }


def _despatch(despatch: Despatch) -> dict[str, Any]:
    return {
        "id": despatch.id,
        "ref": despatch.order.ref,
        "order": despatch.order.id,
        "at": despatch.at.isoformat(),
        "carrier": despatch.carrier,
        "service": despatch.service,
        "parcels": [
            {
                "ref": parcel.ref,
                "tracking": parcel.tracking,
                "lines": [{"sku": content.sku, "quantity": content.quantity} for content in parcel.contents],
            }
            for parcel in despatch.parcels
        ],
    }


def _return(back: GoodsReturn) -> dict[str, Any]:
    return {
        "id": back.id,
        "rma": back.rma,
        "ref": back.order.ref,
        "confirmed": back.confirmed,
        "confirmed_at": _written(back.confirmed_at),
        "lines": [
            {"sku": line.sku, "quantity": line.quantity, "reason": line.reason, "restocked": line.restocked}
            for line in back.lines
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
