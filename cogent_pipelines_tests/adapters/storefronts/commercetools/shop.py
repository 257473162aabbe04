"""Orders that change as the vendor changes them: versions, deliveries, marks, returns; by the published document."""

import re
from typing import Any

from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Asked, Project, conflict, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import TIME

Json = dict[str, Any]

_LITERAL = re.compile(r'"([^"]+)"')


class Shop(Project):
    """A project with these orders; `before` runs before each write, and may change things or give another reply."""

    def __init__(self, *orders: Json) -> None:
        super().__init__()
        self.orders = {each["id"]: each for each in orders}
        self.before: list[Any] = []
        self.after: list[Any] = []
        self.on("GET /orders", self._found)
        for ref in self.orders:
            self.on(f"GET /orders/{ref}", self._one).on(f"POST /orders/{ref}", self._updated)

    @property
    def written(self) -> list[list[Json]]:
        """The actions of every update, in order."""
        return [asked.body["actions"] for asked in self.asked if asked.to.startswith("POST /orders/")]

    def deliveries(self, ref: str) -> list[Json]:
        return self.orders[ref]["shippingInfo"]["deliveries"]

    def _found(self, asked: Asked) -> Json:
        wanted = _LITERAL.findall(asked.all("where")[0])
        return page(*(self.orders[ref] for ref in wanted if ref in self.orders))

    def _one(self, asked: Asked) -> Any:
        return self.orders.get(asked.to.rpartition("/")[2]) or refused(404, "ResourceNotFound")

    def _updated(self, asked: Asked) -> Any:
        order = self.orders[asked.to.rpartition("/")[2]]
        reply = self.before.pop(0)(order) if self.before else None
        if reply is not None:
            return reply
        if asked.body["version"] != order["version"]:
            return conflict(order["version"])
        for action in asked.body["actions"]:
            getattr(self, f"_{action['action']}")(order, action)
        order["version"] += len(asked.body["actions"]) + 1
        reply = self.after.pop(0) if self.after else None
        return reply if reply is not None else order

    def _addDelivery(self, order: Json, action: Json) -> None:  # noqa: N802 - the vendor's word
        place = len(self._all_deliveries(order)) + 1
        parcels = [
            {"id": f"{order['id']}-p{place}", "createdAt": TIME, **{k: v for k, v in parcel.items() if k != "key"}}
            for parcel in action["parcels"]
        ]
        made = {
            "id": f"{order['id']}-d{place}",
            "key": action["deliveryKey"],
            "createdAt": TIME,
            "items": action["items"],
            "parcels": parcels,
        }
        self._info(order, action.get("shippingKey"))["deliveries"].append(made)

    def _info(self, order: Json, key: str | None) -> Json:
        if key is None:
            return order["shippingInfo"]
        return next(each["shippingInfo"] for each in order["shipping"] if each["shippingKey"] == key)

    def _all_deliveries(self, order: Json) -> list[Json]:
        infos = [order.get("shippingInfo"), *(each["shippingInfo"] for each in order["shipping"])]
        return [delivery for info in infos if info for delivery in info["deliveries"]]

    def _changeShipmentState(self, order: Json, action: Json) -> None:  # noqa: N802
        order["shipmentState"] = action["shipmentState"]

    def _setParcelTrackingData(self, order: Json, action: Json) -> None:  # noqa: N802
        for delivery in self._all_deliveries(order):
            for parcel in delivery["parcels"]:
                if parcel["id"] == action["parcelId"]:
                    parcel["trackingData"] = action["trackingData"]

    def _addParcelToDelivery(self, order: Json, action: Json) -> None:  # noqa: N802
        for delivery in self._all_deliveries(order):
            if delivery["id"] == action["deliveryId"]:
                delivery["parcels"].append({"id": "late", "createdAt": TIME, "trackingData": action["trackingData"]})

    def _updateSyncInfo(self, order: Json, action: Json) -> None:  # noqa: N802
        entry = {"channel": action["channel"], "externalId": action["externalId"], "syncedAt": action["syncedAt"]}
        order["syncInfo"] = [*order["syncInfo"], entry]

    def _addReturnInfo(self, order: Json, action: Json) -> None:  # noqa: N802
        place = len(order["returnInfo"]) + 1
        items = [
            {**item, "id": f"return-{place}-{number}", "type": "LineItemReturnItem", "paymentState": "Initial"}
            for number, item in enumerate(action["items"], 1)
        ]
        order["returnInfo"].append({"items": items, "returnDate": action["returnDate"]})


def somebody_changes(order: Json) -> None:
    """Between our look and our write."""
    order["version"] += 1
