"""`/_sim/trade/…`: trading at a stand-in over HTTP, alike for every vendor. What is asked is `trade`."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.trade import Goods, NotPossible, StorefrontTrade, WarehouseTrade, Wish

_GOODS = TypeAdapter(list[Goods])
_WISHES = TypeAdapter(list[Wish])
_Act = Callable[[Any], Any]


def storefront_routes(trade: StorefrontTrade) -> list[Route]:
    """`goods`, `orders` and `cancel` take JSON by POST; `books` is read by GET."""

    def sell(told: Any) -> Any:
        goods = _GOODS.validate_python(told)
        trade.sell(goods)
        return {"goods": len(goods)}

    def place(told: Any) -> Any:
        placed = [trade.place(wish) for wish in _WISHES.validate_python(told)]
        return {"orders": [asdict(order) if order else None for order in placed]}

    def cancel(told: Any) -> Any:
        trade.cancel(str(told["ref"]))
        return {"cancelled": told["ref"]}

    return [
        _reading("books", lambda: asdict(trade.books())),
        _telling("goods", sell),
        _telling("orders", place),
        _telling("cancel", cancel),
    ]


def warehouse_routes(trade: WarehouseTrade) -> list[Route]:
    """Take JSON by POST under the names of what a warehouse does; `books` is read by GET."""

    def stock(told: Any) -> Any:
        goods = _GOODS.validate_python(told)
        trade.stock(goods)
        return {"goods": len(goods)}

    def done(act: Callable[[], None]) -> Any:
        act()
        trade.tick()
        return {"done": True}

    def books() -> Any:
        trade.tick()
        return asdict(trade.books())

    def despatch(told: Any) -> Any:
        return done(lambda: trade.despatch(str(told.pop("ref")), **told))

    return [
        _reading("books", books),
        _telling("goods", stock),
        _telling("adjust", lambda told: done(lambda: trade.adjust(told["sku"], by=int(told["by"])))),
        _telling("work", lambda told: done(lambda: trade.work_by_itself(seconds=told["seconds"]))),
        _telling("despatch", despatch),
        _telling("despatch_unknown", lambda told: done(lambda: trade.despatch_unknown(told["ref"], sku=told["sku"]))),
        _telling("tracking", lambda _: done(trade.tracking_arrives)),
        _telling("outage", lambda told: done(lambda: trade.outage(float(told["seconds"])))),
    ]


def _reading(name: str, read: Callable[[], Any]) -> Route:
    async def handle(_: Request) -> Response:
        return _json(read())

    return Route(f"/_sim/trade/{name}", handle, methods=["GET"])


def _telling(name: str, act: _Act) -> Route:
    return Route(f"/_sim/trade/{name}", _told(act), methods=["POST"])


def _told(act: _Act) -> Callable[[Request], Awaitable[Response]]:
    """Hand a request's JSON to an act; what cannot be done is a 400 with the reason."""

    async def handle(request: Request) -> Response:
        try:
            body = await request.body()
            return _json(act(orjson.loads(body) if body else {}))
        except NotPossible as error:
            return _json({"error": str(error)}, 409)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return handle


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
