"""The account's records as the vendor writes them: orders, their items and shipments, products, stock, returns.

Property names are those of the vendor's Swagger as published in a client generated from it (read 2026-11).
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.common.depot.records import Article, Despatch, GoodsReturn, Line, Order, ReturnLine, Units
from cogent_pipelines.simulators.common.depot.wire import shown, written
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.switches import Switches

_SYSTEM = "API"


class Writer:
    """Writes as the switches say."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def moment(self, moment: datetime | None) -> str | None:
        return written(moment, self._switches)

    # ---- orders

    def status(self, order: Order) -> str:
        return order.word or self._switches.status_of_stage[order.stage.word]

    def status_id(self, order: Order) -> int:
        return self._switches.status_ids.get(self.status(order), 0)

    def statuses(self) -> list[dict[str, Any]]:
        external = self._switches.external_names
        return [
            {"ID": number, "Name": name, "ExternalName": external.get(name, name)}
            for name, number in sorted(self._switches.status_ids.items(), key=lambda pair: pair[1])
        ]

    def order(self, order: Order, *, items: bool) -> dict[str, Any]:
        told = order.told
        despatched = order.despatches[-1] if order.despatches else None
        courier = reference.courier_of(name=order.service, number=None)
        return {
            "ID": order.id,
            "ClientId": reference.CLIENT_ID,
            "ClientCode": reference.CLIENT_CODE,
            "OrderNumber": order.ref,
            "ExternalOrderReference": told.get("ExternalOrderReference"),
            "OrderDate": self.moment(order.received_at),
            "DespatchDate": self.moment(despatched.at) if despatched else None,
            "RequiredDespatchDate": told.get("RequiredDespatchDate"),
            "RequiredDeliveryDate": told.get("RequiredDeliveryDate"),
            **{name: told.get(name) for name in ADDRESS},
            "CountryId": told.get("CountryId"),
            "Country": next((c for c in reference.COUNTRIES if c["ID"] == told.get("CountryId")), None),
            "Source": "Manual" if order.by_hand else "API",
            **{name: told.get(name) for name in NOTES},
            "OrderStatusId": self.status_id(order),
            "NumberOfParcels": len(despatched.parcels) if despatched else told.get("NumberOfParcels") or 1,
            "TotalItems": sum(line.quantity for line in order.lines),
            "OrderValue": Decimal(order.value_minor) / 100,
            "Part": order.part,
            "NumberOfParts": order.parts,
            "CourierServiceTypeId": 1,
            "CourierServiceId": courier.id if courier else None,
            "CourierServiceName": order.service or None,
            "TrackingNumber": self._tracking(despatched),
            "TrackingURL": self._tracking_url(order, despatched),
            **{name: told.get(name, 0) for name in TOTALS},
            "WarehouseId": reference.WAREHOUSE_ID,
            "WarehouseCode": reference.WAREHOUSE_CODE,
            "ChannelId": told.get("ChannelId"),
            "Currency": {"Code": order.currency},
            "DespatchedByUser": "warehouse" if despatched else None,
            "OrderItems": [self.item(order, line) for line in order.lines] if items else [],
            "OrderNameValues": told.get("OrderNameValues") or [],
            "OrderLock": False,
            "Tags": None,
            "LastUpdated": self.moment(order.changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    def _tracking(self, despatch: Despatch | None) -> str | None:
        numbers = [parcel.tracking for parcel in despatch.parcels if parcel.tracking] if despatch else []
        if self._switches.several_tracking_numbers == "first":
            numbers = numbers[:1]
        return ",".join(numbers) or None

    def _tracking_url(self, order: Order, despatch: Despatch | None) -> str | None:
        courier = reference.courier_of(name=order.service, number=None)
        numbers = [parcel.tracking for parcel in despatch.parcels if parcel.tracking] if despatch else []
        return f"{courier.url}{numbers[0]}" if courier and numbers else None

    def item(self, order: Order, line: Line) -> dict[str, Any]:
        return {
            "ID": line.id,
            "OrderId": order.id,
            "ProductId": line.told.get("ProductId"),
            "SKU": line.sku,
            "Quantity": line.quantity,
            "Allocated": line.allocated,
            "Commited": line.despatched,
            "OnBackOrder": line.outstanding - line.allocated if order.open else 0,
            "Price": line.unit_price,
            "Vat": line.told.get("UnitPriceVat", 0),
            "Discount": line.told.get("Discount", 0),
            "Details": line.told.get("Details"),
            "OrderItemNameValues": line.told.get("OrderItemNameValues") or [],
            "LastUpdated": self.moment(order.changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    def shipments(self, despatches: Iterable[Despatch]) -> list[dict[str, Any]]:
        """One row for each parcel."""
        rows = []
        for despatch in despatches:
            courier = reference.courier_of(name=despatch.service, number=None)
            for number, parcel in enumerate(despatch.parcels):
                rows.append(
                    {
                        "ID": shipment_id(despatch, number),
                        "OrderId": despatch.order.id,
                        "CourierType": courier.kind if courier else None,
                        "Number": parcel.tracking or None,
                        "RequiresManifesting": False,
                        "Manifested": False,
                        "ShipmentDate": self.moment(despatch.at),
                        "LabelUrl": None,
                        "LastUpdated": self.moment(despatch.changed_at),
                        "LastUpdatedByUser": _SYSTEM,
                    }
                )
        return rows

    def tracking_event(self, despatch: Despatch, number: int) -> dict[str, Any]:
        parcel = despatch.parcels[number]
        return {
            "ID": shipment_id(despatch, number) * 10,
            "OrderShipmentId": shipment_id(despatch, number),
            "OrderShipment": self.shipments([despatch])[number],
            "TrackingStatusId": 1,
            "CourierCustomerDescription": "In transit",
            "CourierTimeStamp": self.moment(parcel.tracking_at),
            "LastUpdated": self.moment(parcel.tracking_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    # ---- products and stock

    def product(self, article: Article) -> dict[str, Any]:
        told = article.told
        return {
            "ID": article.id,
            "ClientId": reference.CLIENT_ID,
            "SKU": article.sku,
            "Name": article.title,
            "Description": told.get("Description"),
            "EAN": article.barcode or None,
            "UPC": told.get("UPC"),
            "Weight": Decimal(article.weight_grams) / 1000,
            "Price": Decimal(article.price_minor) / 100,
            "CostPrice": told.get("CostPrice", 0),
            "Bundle": False,
            "BackOrder": bool(told.get("BackOrder", False)),
            "DisCont": not article.active,
            "LowStockAlertLevel": told.get("LowStockAlertLevel", 0),
            "LastUpdated": self.moment(article.changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    def level(self, article: Article, *, breakdown: bool, warehouse_id: int) -> dict[str, Any]:
        return {
            "ProductId": article.id,
            "WarehouseId": warehouse_id,
            "ClientId": reference.CLIENT_ID,
            "SKU": article.sku,
            "Level": self._on_hand(article),
            "TotalStockLevel": self._total(article),
            "PreOrderable": False,
            "Bundle": False,
            "LowStockLevel": article.told.get("LowStockAlertLevel", 0),
            "LastUpdated": self.moment(article.stock_changed_at),
            "Breakdown": self._breakdown(article) if breakdown else [],
        }

    def _breakdown(self, article: Article) -> list[dict[str, Any]]:
        parts = {"OnHand": article.free, "Allocation": article.allocated, "Quarantine": article.quarantine}
        return [
            {"Quantity": self._units(units), "BatchNo": None, "SerialNo": None, "BestBefore": None, "Type": kind}
            for kind, units in parts.items()
            if units
        ]

    def inventory(self, article: Article, *, wanted: int) -> dict[str, Any]:
        return {
            "ID": article.id * 10,
            "ProductId": article.id,
            "SKU": article.sku,
            "WarehouseId": reference.WAREHOUSE_ID,
            "StockLevel": self._total(article),
            "OnHand": self._on_hand(article),
            "OffHand": 0,
            "Allocated": article.allocated,
            "AwaitingReplen": 0,
            "OnOrder": article.on_order,
            "RequiredByBackOrder": wanted,
            "InQuarantine": self._units(article.quarantine),
            "InTransit": 0,
            "InTransition": 0,
            "Scrapped": 0,
            "Breakdown": [],
            "LastUpdated": self.moment(article.stock_changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    def _on_hand(self, article: Article) -> Units:
        return self._units(article.free if self._switches.on_hand_means == "free" else article.free + article.allocated)

    def _total(self, article: Article) -> Units:
        return self._units(article.on_hand - article.quarantine)

    def _units(self, units: Units) -> Units:
        return shown(units, self._switches)

    # ---- what comes back

    def returned(self, back: GoodsReturn) -> dict[str, Any]:
        return {
            "ID": back.id,
            "OrderId": back.order.id,
            "OrderNumber": back.order.ref,
            "ClientId": reference.CLIENT_ID,
            "Reference": back.rma or None,
            "Confirmed": back.confirmed,
            "Exchanged": False,
            "Refunded": False,
            "Invoiced": False,
            "AdvancedExternalReturn": False,
            "ReturnItems": [self.return_item(back, line) for line in back.lines],
            "ReturnNameValues": [],
            "LastUpdated": self.moment(back.changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }

    def return_item(self, back: GoodsReturn, line: ReturnLine) -> dict[str, Any]:
        reason = next(((number, name) for number, name in reference.RETURN_REASONS if str(number) == line.reason), None)
        item = next((one for one in back.order.lines if one.sku == line.sku), None)
        return {
            "ID": line.id,
            "ReturnId": back.id,
            "OrderItemId": item.id if item else None,
            "ProductId": item.told.get("ProductId") if item else None,
            "SKU": line.sku,
            "Name": line.sku,
            "Quantity": line.quantity,
            "ReturnReasonId": reason[0] if reason else None,
            "ReturnReasonName": reason[1] if reason else line.reason or None,
            "Action": line.action or None,
            "StockAction": ("Restock" if line.restocked else "Quarantine") if back.confirmed else None,
            "ReturnedToStock": line.restocked,
            "Comments": line.comments or None,
            "LeftToPutAway": 0,
            "LastUpdated": self.moment(back.changed_at),
            "LastUpdatedByUser": _SYSTEM,
        }


def shipment_id(despatch: Despatch, parcel: int) -> int:
    return despatch.id * 100 + parcel


ADDRESS = (
    "Title",
    "CompanyName",
    "FirstName",
    "LastName",
    "Address1",
    "Address2",
    "Address3",
    "Town",
    "County",
    "PostCode",
    "Phone",
    "Mobile",
    "Email",
)
NOTES = ("Comments", "DeliveryNotes", "GiftMessages", "VATNumber", "EORINumber")
TOTALS = ("ShippingTotalExVat", "ShippingTotalVat", "DiscountTotalExVat", "DiscountTotalVat", "TotalVat")
