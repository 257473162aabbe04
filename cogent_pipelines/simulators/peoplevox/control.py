"""`/_sim/`: reading the books and telling the warehouse what to do, over HTTP. The vendor has nothing of this."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cogent_pipelines.simulators.common.gate import fault_routes
from cogent_pipelines.simulators.peoplevox.entities import DEFAULT_SITE
from cogent_pipelines.simulators.peoplevox.values import Value

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.simulator import PeoplevoxSimulator

_ROWS_AT_ONCE = 200
_ITEM_FIELDS = {
    "item_code": "ItemCode",
    "sku": "ItemCode",
    "name": "Name",
    "barcode": "Barcode",
    "group": "ItemGroup",
    "on_hand": "OnHand",
}


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


class Control:
    """The handlers behind `/_sim/`."""

    def __init__(self, simulator: "PeoplevoxSimulator") -> None:
        self._simulator = simulator
        self._warehouse = simulator.warehouse

    def routes(self) -> list[Route]:
        return [
            Route("/_sim/books", self.books, methods=["GET"]),
            Route("/_sim/items", _told(self.items), methods=["POST"]),
            Route("/_sim/stock", _told(self.stock), methods=["POST"]),
            Route("/_sim/work", _told(self.work), methods=["POST"]),
            Route("/_sim/outage", _told(self.outage), methods=["POST"]),
            Route("/_sim/sessions", _told(self.end_sessions), methods=["DELETE"]),
            Route("/_sim/switches", self.switches, methods=["GET"]),
            Route("/_sim/switches", _told(self.change_switches), methods=["PUT", "PATCH"]),
            Route("/_sim/events", self.events, methods=["GET"]),
            Route("/_sim/calls", self.calls, methods=["GET"]),
            *fault_routes(self._simulator.faults),
        ]

    async def books(self, request: Request) -> Response:
        self._warehouse.tick()
        named = request.query_params.get("orders")
        numbers = named.split(",") if named else None
        history = request.query_params.get("history", "") not in ("", "0", "false")
        truth = self._warehouse.truth
        pages = _book_pages(truth.summary(), truth.chapters(numbers=numbers, stock_history=history))
        return StreamingResponse(pages, media_type="application/json")

    async def switches(self, _: Request) -> Response:
        return _json(self._simulator.switches.as_json())

    async def events(self, _: Request) -> Response:
        desk = self._simulator.events
        subscriptions = [
            {"id": s.id, "event": s.event, "url": s.url, "post_params": s.post_params} for s in desk.subscriptions.values()
        ]
        return _json({"subscriptions": subscriptions, "waiting": desk.waiting, "calls": list(desk.log)})

    async def calls(self, _: Request) -> Response:
        front = self._simulator.front
        recent = [{"at": at, "operation": operation, "template": name} for at, operation, name in front.recent]
        return _json({"calls": dict(front.calls), "throttled": front.throttled, "recent": recent})

    async def change_switches(self, asked: Any) -> Any:
        self._simulator.switches.change(**asked)
        self._warehouse.version += 1
        return self._simulator.switches.as_json()

    async def items(self, asked: Any) -> Any:
        """Take `[{"item_code": …, "name": …, "on_hand": …}, …]`; or that under `items`, with `site` and `deactivate`."""
        rows = asked if isinstance(asked, list) else asked.get("items", [])
        site = DEFAULT_SITE if isinstance(asked, list) else asked.get("site", DEFAULT_SITE)
        for item_code in [] if isinstance(asked, list) else asked.get("deactivate", []):
            self._warehouse.deactivate_item(item_code)
        return {"items": self._warehouse.add_items((_item(row) for row in rows), site=site)}

    async def stock(self, asked: Any) -> Any:
        """Take `{"item_code": …, "on_hand": n}` or `{"item_code": …, "by": n}`, or a list of them."""
        changes = asked if isinstance(asked, list) else [asked]
        for change in changes:
            told = {"site": change.get("site", DEFAULT_SITE), "reason": change.get("reason", "Stock check")}
            if "by" in change:
                self._warehouse.adjust_stock(change["item_code"], by=_units(change["by"]), **told)
            else:
                self._warehouse.set_stock(change["item_code"], on_hand=_units(change["on_hand"]), **told)
        self._warehouse.tick()
        return {"changed": len(changes)}

    async def work(self, asked: Any) -> Any:
        """Take one order to the warehouse, or a list of them; see `_one_work`."""
        done = [self._one_work(dict(one)) for one in (asked if isinstance(asked, list) else [asked])]
        self._warehouse.tick()
        return {"done": done}

    def _one_work(self, asked: dict[str, Any]) -> Any:
        """Do one of: carry orders to a stage, despatch, despatch an unknown order, tracking, cancel, return, goods in."""
        for name, work in self._works().items():
            if name in asked:
                return work(asked.pop(name), asked)
        return {"orders": self._warehouse.work(until=asked.get("until", "despatched"), orders=asked.get("orders"))}

    def _works(self) -> dict[str, Callable[[Any, dict[str, Any]], Any]]:
        warehouse, floor = self._warehouse, self._warehouse.floor

        def cancel(number: Any, _: Any) -> Any:
            warehouse.cancel_order(number)
            return {"cancelled": number}

        return {
            "despatch": lambda number, more: {"despatch": floor.despatch(number, **more).number},
            "despatch_unknown": lambda number, more: {"despatch": floor.despatch_unknown(number, **more).number},
            "tracking": lambda named, _: {"tracked": floor.tracking_arrives(named if isinstance(named, str) else None)},
            "cancel": cancel,
            "return": lambda told, _: {"return": warehouse.receiving.receive_return(**told).code},
            "goods_in": lambda told, _: {"goods_in": warehouse.receiving.receive_goods(**told).reference},
        }

    async def outage(self, asked: Any) -> Any:
        self._simulator.outage(float(asked["seconds"]), status=int(asked.get("status", 503)))
        until = self._simulator.front.outage_until
        return {"until": until.isoformat() if until else None}

    async def end_sessions(self, _: Any) -> Any:
        self._simulator.sessions.expire_all()
        return {}


async def _book_pages(summary: Mapping[str, Any], chapters: Mapping[str, Iterator[dict[str, Any]]]) -> AsyncIterator[bytes]:
    """Write the books piece by piece: those of ten thousand orders at once would not fit beside the warehouse."""
    yield orjson.dumps(summary)[:-1]
    for name, rows in chapters.items():
        keyed = name == "sales_orders"
        yield b',"' + name.encode() + (b'":{' if keyed else b'":[')
        separator = b""
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            texts = [orjson.dumps(row["number"]) + b":" + orjson.dumps(row) if keyed else orjson.dumps(row) for row in some]
            yield separator + b",".join(texts)
            separator = b","
        yield b"}" if keyed else b"]"
    yield b"}"


def _told(act: Callable[[Any], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Hand a request's JSON to an act; what the act cannot do is a 400 with the reason."""

    async def handle(request: Request) -> Response:
        try:
            body = await request.body()
            return _json(await act(orjson.loads(body) if body else {}))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return handle


def _units(number: Any) -> Decimal | int:
    return number if isinstance(number, int) else Decimal(str(number))


def _item(row: Mapping[str, Any]) -> dict[str, Value]:
    named = {_ITEM_FIELDS.get(name, name): value for name, value in row.items()}
    if "OnHand" in named:
        named["OnHand"] = _units(named["OnHand"])
    return {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in named.items()}
