"""What comes in at the back door: goods from suppliers, and goods that customers send back.

Each receipt is written down and moves stock; what the floor does with the new stock is its own affair.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.peoplevox.entities import DEFAULT_SITE, GoodsIn, GoodsReturn
from cogent_pipelines.simulators.peoplevox.values import Value

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


class Receiving:
    """The goods-in desk of one warehouse."""

    def __init__(self, warehouse: "Warehouse") -> None:
        self.returns: list[GoodsReturn] = []
        self.goods_in: list[GoodsIn] = []
        self._warehouse = warehouse

    def receive_goods(
        self,
        item_code: str,
        quantity: int,
        *,
        purchase_order: str = "",
        site: str = DEFAULT_SITE,
        delivery_note: str = "",
        user: str = "warehouse",
    ) -> GoodsIn:
        """Book goods in; a purchase order whose lines are all received becomes Complete."""
        now = self._warehouse.clock.now()
        supplier = self._warehouse.tables["Purchase orders"].get((purchase_order,))
        receipt = GoodsIn(
            reference=f"GI{len(self.goods_in) + 1:06d}",
            at=now,
            item_code=item_code,
            quantity=quantity,
            site=site,
            purchase_order=purchase_order,
            supplier=str(supplier.values.get("Supplier") or "") if supplier else "",
            delivery_note=delivery_note,
            carrier="",
            user=user,
        )
        self.goods_in.append(receipt)
        level = self._warehouse.stock.level(item_code, site)
        self._warehouse.stock.change(level, at=now, on_hand=quantity, activity="Goods in", reason="Goods in", user=user)
        self._complete_purchase_order(purchase_order)
        item = self._warehouse.item(item_code)
        self._warehouse.raise_event(
            "GoodsReceived",
            {
                "GoodsInId": len(self.goods_in),
                "Reference": purchase_order or receipt.reference,
                "ReconciledDateTime": now,
                "Consignments.ConsignmentItemTypes.Quantity": quantity,
                "Consignments.ConsignmentItemTypes.ItemType.Name": item.values.get("Name") if item else None,
                "Consignments.ConsignmentItemTypes.ItemType.ItemCode": item_code,
            },
        )
        self._warehouse.floor.stock_arrived(item_code)
        return receipt

    def _complete_purchase_order(self, number: str) -> None:
        order = self._warehouse.tables["Purchase orders"].get((number,))
        if order is None:
            return
        wanted: Counter[str] = Counter()
        for key, record in self._warehouse.tables["Purchase order items"].items():
            if key[0] == number and isinstance(quantity := record.values.get("Quantity"), int):
                wanted[key[1]] += quantity
        received: Counter[str] = Counter()
        for receipt in self.goods_in:
            if receipt.purchase_order == number:
                received[receipt.item_code] += receipt.quantity
        if wanted and all(received[item] >= quantity for item, quantity in wanted.items()):
            order.values["Status"] = "Complete"

    def receive_return(
        self,
        order_number: str,
        item_code: str,
        quantity: int = 1,
        *,
        reason_code: str = "",
        condition: str = "As new",
        comments: str = "",
        reusable: bool = True,
        site: str = DEFAULT_SITE,
    ) -> GoodsReturn:
        """Book a return in; only what is reusable goes back on hand."""
        now, order = self._warehouse.clock.now(), self._warehouse.orders.get(order_number)
        reason = self._warehouse.tables["Return reasons"].get((reason_code,))
        sent = next(
            (row for row in self._warehouse.rows_by_order.get(order_number, ()) if row.line.item_code == item_code), None
        )
        back = GoodsReturn(
            code=f"RET{len(self.returns) + 1:06d}",
            at=now,
            item_code=item_code,
            quantity=quantity,
            order=order,
            order_number=order_number,
            line=sent.line.line if sent else "",
            reason_code=reason_code,
            reason=str(reason.values.get("Name") or "") if reason else reason_code,
            condition=condition,
            comments=comments,
            reusable=reusable,
            site=site,
            despatched_at=sent.despatch.at if sent else None,
            sale_price=sent.line.order_line.sale_price if sent and sent.line.order_line else None,
        )
        self.returns.append(back)
        self._warehouse.version += 1
        if reusable:
            level = self._warehouse.stock.level(item_code, site)
            why = back.reason or "Return"
            self._warehouse.stock.change(
                level, at=now, on_hand=quantity, activity="Return", reason=why, order_number=order_number
            )
        # The placeholders of this event appear in no public source; these are assumed.
        shown: Mapping[str, Value] = {
            "ReturnCode": back.code,
            "SalesOrderNumber": order_number,
            "ItemCode": item_code,
            "Quantity": quantity,
            "IsReusable": reusable,
        }
        self._warehouse.raise_event("Returns", shown)
        if reusable:
            self._warehouse.floor.stock_arrived(item_code)
        return back
