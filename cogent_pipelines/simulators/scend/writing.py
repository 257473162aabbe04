"""The account's records in our names: orders, shipments, items, stock, returns. See `switches` for what is assumed."""

from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.common.depot.records import Article, Despatch, GoodsReturn, Order, ReturnLine
from cogent_pipelines.simulators.common.depot.wire import shown, written
from cogent_pipelines.simulators.scend.switches import Switches

TRACKING_ADDRESS = "https://track.example.com/"
RESTOCK = "RESTOCKED"
_SCRAPPED = "SCRAPPED"


class Writer:
    """Writes as the switches say."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def status(self, order: Order) -> str:
        return order.word or self._switches.statuses[order.stage.word]

    def order(self, order: Order) -> dict[str, Any]:
        return {
            "OrderId": order_id(order),
            "ClientReference": order.ref,
            "Status": self.status(order),
            "Reasons": list(order.reasons),
            "Part": order.part,
            "Parts": order.parts,
            "ReceivedAt": written(order.received_at, self._switches),
            "ChangedAt": written(order.changed_at, self._switches),
            "ServiceCode": order.service or None,
            "Currency": order.currency,
            "TotalValue": Decimal(order.value_minor) / 100,
            "DeliveryAddress": order.told.get("DeliveryAddress"),
            "Notes": order.told.get("Notes"),
            "Lines": [
                {
                    "LineNumber": line.told.get("LineNumber"),
                    "Sku": line.sku,
                    "Quantity": line.quantity,
                    "Allocated": line.allocated,
                    "Despatched": line.despatched,
                    "UnitPrice": line.unit_price,
                }
                for line in order.lines
            ],
            "Shipments": [self.shipment(despatch) for despatch in order.despatches],
        }

    def shipment(self, despatch: Despatch) -> dict[str, Any]:
        units: dict[str, int] = {}
        for parcel in despatch.parcels:
            for content in parcel.contents:
                units[content.sku] = units.get(content.sku, 0) + content.quantity
        return {
            "ShipmentId": f"SH-{despatch.id}",
            "OrderId": order_id(despatch.order),
            "ClientReference": despatch.order.ref,
            "DespatchedAt": written(despatch.at, self._switches),
            "ChangedAt": written(despatch.changed_at, self._switches),
            "Carrier": despatch.carrier or None,
            "ServiceCode": despatch.service or None,
            "Lines": [{"Sku": sku, "Quantity": quantity} for sku, quantity in units.items()],
            "Parcels": [
                {
                    "ParcelReference": parcel.ref,
                    "TrackingNumber": parcel.tracking or None,
                    "TrackingUrl": f"{TRACKING_ADDRESS}{parcel.tracking}" if parcel.tracking else None,
                    "Lines": [{"Sku": content.sku, "Quantity": content.quantity} for content in parcel.contents],
                }
                for parcel in despatch.parcels
            ],
        }

    def item(self, article: Article) -> dict[str, Any]:
        return {
            "Sku": article.sku,
            "Description": article.title,
            "Barcode": article.barcode or None,
            "Weight": article.weight_grams,
            "Active": article.active,
            "ChangedAt": written(article.changed_at, self._switches),
        }

    def stock(self, article: Article) -> dict[str, Any]:
        """`Available` has what is reserved or in quarantine, `AvailableForSale` has not (integrators, read 2026-11)."""
        figures = {
            "OnHand": article.on_hand,
            "Available": article.on_hand,
            "AvailableForSale": article.free,
            "Allocated": article.allocated,
            "Quarantine": article.quarantine,
            "OnOrder": article.on_order,
        }
        told = {name: shown(figures[name], self._switches) for name in self._switches.stock_fields}
        return {"Sku": article.sku, **told, "ChangedAt": written(article.stock_changed_at, self._switches)}

    def returned(self, back: GoodsReturn) -> dict[str, Any]:
        return {
            "ReturnId": f"RT-{back.id}",
            "RmaNumber": back.rma or None,
            "OrderId": order_id(back.order),
            "ClientReference": back.order.ref,
            "Status": "RECEIVED" if back.confirmed else "EXPECTED",
            "CreatedAt": written(back.created_at, self._switches),
            "ReceivedAt": written(back.confirmed_at, self._switches),
            "ChangedAt": written(back.changed_at, self._switches),
            "Lines": [self._return_line(back, line) for line in back.lines],
        }

    @staticmethod
    def _return_line(back: GoodsReturn, line: ReturnLine) -> dict[str, Any]:
        return {
            "Sku": line.sku,
            "Quantity": line.quantity,
            "ReceivedQuantity": line.received,
            "Reason": line.reason or None,
            "Disposition": (RESTOCK if line.restocked else _SCRAPPED) if back.confirmed else None,
        }


def order_id(order: Order) -> str:
    return f"SC-{order.id}"
