"""A small Mintsoft: it remembers what it is told, answers in the vendor's form, and misbehaves as a test tells it to.

It knows just what these tests need. `calls` holds every request in order.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Fault = Callable[["Asked"], Response | Exception | None]

STATUSES = {
    1: "NEW",
    2: "PRINTED",
    3: "CANCELLED",
    4: "DESPATCHED",
    5: "INVOICED",
    7: "HOLDING",
    13: "QUERYRAISED",
    16: "PICKINGSTARTED",
}


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Mintsoft:
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    products: list[dict[str, Any]] = field(default_factory=list)
    levels: list[dict[str, Any]] = field(default_factory=list)
    changed_products: list[int] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Asked] = field(default_factory=list)
    before: list[Fault] = field(default_factory=list)
    after: list[Fault] = field(default_factory=list)
    token: str = "token-1"
    log_ins: int = 0
    parts: int = 1
    shows_new_orders: bool = True
    gives_items: bool = True

    def __post_init__(self) -> None:
        for number, sku in enumerate(("MUG", "PLATE"), 1):
            self.products.append({"ID": number, "SKU": sku, "Name": sku.title(), "DisCont": False, "EAN": f"50{number}"})
            self.levels.append(self.level(number, sku, 10))
        self.app = Starlette(
            routes=[
                Route("/api/Auth", self._answering(self._auth), methods=["POST"]),
                Route("/api/Order", self._answering(self._create), methods=["PUT"]),
                Route("/api/Order/Search", self._answering(self._search)),
                Route("/api/Order/List", self._answering(self._list)),
                Route("/api/Order/Statuses", self._answering(self._statuses)),
                Route("/api/Order/{id:int}", self._answering(self._get)),
                Route("/api/Order/{id:int}/Items", self._answering(self._items)),
                Route("/api/Order/{id:int}/Cancel", self._answering(self._cancel)),
                Route("/api/Product/StockLevels", self._answering(self._stock)),
                Route("/api/Product/StockLevels/UpdatedSince", self._answering(self._changed)),
                Route("/api/Product/List", self._answering(self._products)),
                Route("/api/Product/Search", self._answering(self._find_product)),
                Route("/api/Product", self._answering(self._make_product), methods=["PUT"]),
                Route("/api/Return/SearchByDate", self._answering(self._returns)),
                Route("/api/Return/CreateReturn/{id:int}", self._answering(self._create_return), methods=["POST"]),
                Route("/api/Return/{id:int}/AddItem", self._answering(self._add_item), methods=["POST"]),
            ]
        )

    @staticmethod
    def level(product: int, sku: str, level: int, warehouse: int = 3) -> dict[str, Any]:
        return {"ProductId": product, "WarehouseId": warehouse, "SKU": sku, "Level": level, "TotalStockLevel": level + 2}

    def count(self, what: str) -> int:
        return sum(1 for call in self.calls if str(call).startswith(what))

    def created(self, number: str) -> int:
        return sum(1 for order in self.orders.values() if order["OrderNumber"] == number and order["Part"] == 1)

    def of(self, number: str) -> dict[str, Any]:
        return next(order for order in self.orders.values() if order["OrderNumber"] == number)

    def despatch(self, number: str, tracking: str | None = None) -> None:
        for order in self.orders.values():
            if order["OrderNumber"] == number:
                order |= {"OrderStatusId": 4, "DespatchDate": "2026-11-02T10:30:00", "TrackingNumber": tracking}

    def _answering(self, answer: Callable[[Asked, int], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            raw = await request.body()
            asked = Asked(
                request.method,
                request.url.path,
                dict(request.query_params),
                json.loads(raw) if raw else None,
                dict(request.headers),
            )
            self.calls.append(asked)
            return self._with_faults(asked, lambda: answer(asked, request.path_params.get("id", 0)))

        return respond

    def _with_faults(self, asked: Asked, answer: Callable[[], Response]) -> Response:
        for fault in self.before:
            if (given := fault(asked)) is not None:
                return _given(given)
        if asked.path != "/api/Auth" and asked.headers.get("ms-apikey") != self.token:
            return Response(status_code=401)
        response = answer()
        for fault in self.after:
            if (given := fault(asked)) is not None:
                return _given(given)
        return response

    def _auth(self, asked: Asked, _: int) -> Response:
        if asked.body != {"Username": "robot", "Password": "open sesame"}:
            return PlainTextResponse("Invalid credentials", 400)
        self.log_ins += 1
        return JSONResponse(self.token)

    def _create(self, asked: Asked, _: int) -> Response:
        number = asked.body["OrderNumber"]
        if any(order["OrderNumber"] == number for order in self.orders.values()):
            return JSONResponse([{"Success": False, "Message": f"Order {number} already exists", "OrderNumber": number}])
        known = {product["SKU"] for product in self.products}
        strange = [item["SKU"] for item in asked.body["OrderItems"] if item["SKU"] not in known]
        if strange:
            return JSONResponse([{"Success": False, "Message": f"SKU {strange[0]} not found", "OrderNumber": number}])
        return JSONResponse([self._made(asked.body, part) for part in range(1, self.parts + 1)])

    def _made(self, body: dict[str, Any], part: int) -> dict[str, Any]:
        key = 100 + len(self.orders)
        items = body["OrderItems"] if self.parts == 1 else [body["OrderItems"][part - 1]]
        self.orders[key] = {
            "ID": key,
            "OrderNumber": body["OrderNumber"],
            "ExternalOrderReference": body["ExternalOrderReference"],
            "OrderStatusId": 1,
            "Part": part,
            "NumberOfParts": self.parts,
            "CourierServiceName": "Royal Mail 24",
            "TrackingNumber": None,
            "TrackingURL": None,
            "LastUpdated": "2026-11-02T09:00:00.1234567",
            "OrderItems": [{"SKU": item["SKU"], "Quantity": item["Quantity"], "Price": item["UnitPrice"]} for item in items],
        }
        return {"OrderId": key, "OrderNumber": body["OrderNumber"], "Success": True, "OrderStatus": "NEW", "Message": None}

    def _search(self, asked: Asked, _: int) -> Response:
        found = [order for order in self.orders.values() if asked.query["OrderNumber"] in order["OrderNumber"]]
        if not self.shows_new_orders or not found:
            return Response(status_code=404)
        return JSONResponse([{name: value for name, value in order.items() if name != "OrderItems"} for order in found])

    def _list(self, asked: Asked, _: int) -> Response:
        size, page = int(asked.query["Limit"]), int(asked.query["PageNo"])
        return JSONResponse(list(self.orders.values())[(page - 1) * size : page * size])

    def _statuses(self, asked: Asked, _: int) -> Response:
        return JSONResponse([{"ID": key, "Name": name, "ExternalName": name.title()} for key, name in STATUSES.items()])

    def _get(self, asked: Asked, key: int) -> Response:
        if key not in self.orders:
            return Response(status_code=404)
        return JSONResponse(self.orders[key] if self.gives_items else {**self.orders[key], "OrderItems": []})

    def _items(self, asked: Asked, key: int) -> Response:
        return JSONResponse(self.orders[key]["OrderItems"])

    def _cancel(self, asked: Asked, key: int) -> Response:
        if self.orders[key]["OrderStatusId"] != 1:
            return JSONResponse({"Success": False, "Message": "Cannot cancel an order that is being picked"})
        self.orders[key]["OrderStatusId"] = 3
        return JSONResponse({"Success": True, "Message": None})

    def _stock(self, asked: Asked, _: int) -> Response:
        wanted = asked.query.get("ProductId")
        return JSONResponse([level for level in self.levels if wanted in {None, str(level["ProductId"])}])

    def _changed(self, asked: Asked, _: int) -> Response:
        return JSONResponse(self.changed_products)

    def _products(self, asked: Asked, _: int) -> Response:
        size, page = int(asked.query["Limit"]), int(asked.query["PageNo"])
        return JSONResponse(self.products[(page - 1) * size : page * size])

    def _find_product(self, asked: Asked, _: int) -> Response:
        text = asked.query["Search"].casefold()
        return JSONResponse([each for each in self.products if text in f"{each['SKU']} {each['Name']}".casefold()])

    def _make_product(self, asked: Asked, _: int) -> Response:
        if " " in asked.body["SKU"]:
            return JSONResponse({"Success": False, "Message": "SKU must not have spaces"})
        self.products.append({"ID": len(self.products) + 1, "DisCont": False, **asked.body})
        return JSONResponse({"Success": True, "ID": len(self.products)})

    def _returns(self, asked: Asked, _: int) -> Response:
        return JSONResponse([each for each in self.returns if each["LastUpdated"][:10] == asked.query["Date"][:10]])

    def _create_return(self, asked: Asked, key: int) -> Response:
        self.returns.append(
            {"ID": 900 + len(self.returns), "OrderId": key, "ReturnItems": [], "LastUpdated": "2026-11-02T11:00"}
        )
        return JSONResponse({"Success": True, "ID": self.returns[-1]["ID"]})

    def _add_item(self, asked: Asked, key: int) -> Response:
        found = next(each for each in self.returns if each["ID"] == key)
        found["ReturnItems"].append(asked.body)
        return JSONResponse({"Success": True, "ID": len(found["ReturnItems"])})


def once(what: str, answer: Response | Exception) -> Fault:
    """This answer, to the first request that is so called."""
    left = [answer]

    def fault(asked: Asked) -> Response | Exception | None:
        return left.pop() if left and str(asked) == what else None

    return fault


def always(what: str, answer: Callable[[], Response]) -> Fault:
    return lambda asked: answer() if str(asked).startswith(what) else None


def html() -> Response:
    return HTMLResponse("<!DOCTYPE html><html>down for maintenance</html>")


def lost() -> Exception:
    """The answer never comes, whatever was done."""
    return httpx.ReadTimeout("no answer")


def _given(answer: Response | Exception) -> Response:
    if isinstance(answer, Exception):
        raise answer
    return answer
