"""`/_sim/`: reading a depot's books and telling its floor what to do, over HTTP. No vendor has anything of this."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.books import Truth
from cogent_pipelines.simulators.common.depot.door import Door, json_response
from cogent_pipelines.simulators.common.depot.floor import Depot, NotNow
from cogent_pipelines.simulators.common.depot.records import Order, Stage, Units
from cogent_pipelines.simulators.common.depot.returns import Returns
from cogent_pipelines.simulators.common.gate import fault_routes

_Act = Callable[[Any], Any]


class Stands(Protocol):
    """A simulator that stands on a depot."""

    clock: Clock
    depot: Depot
    returns: Returns
    truth: Truth
    door: Door

    @property
    def restocking(self) -> tuple[str, ...]:
        """The actions of a return's line that put it back on the shelf; the first is the floor's own."""
        ...

    def expire_keys(self) -> None: ...


def control_routes(simulator: Stands) -> list[Route]:
    control = _Control(simulator)
    return [
        _reading("books", control.books),
        _reading("calls", lambda: {"calls": dict(simulator.door.calls), "throttled": simulator.door.throttled}),
        _reading("switches", simulator.depot.switches.as_json),
        _telling("switches", control.change_switches, "PUT", "PATCH"),
        _telling("items", control.items, "POST"),
        _telling("stock", control.stock, "POST"),
        _telling("work", control.work, "POST"),
        _telling("outage", control.outage, "POST"),
        _telling("sessions", control.end_sessions, "DELETE"),
        *fault_routes(simulator.door.faults),
    ]


class _Control:
    def __init__(self, simulator: Stands) -> None:
        self._simulator = simulator
        self._depot = simulator.depot

    def books(self) -> Any:
        self._depot.tick()
        return self._simulator.truth.books()

    def change_switches(self, asked: Any) -> Any:
        self._depot.switches.change(**asked)
        return self._depot.switches.as_json()

    def items(self, asked: Any) -> Any:
        """Take `[{"sku": …, "title": …, "on_hand": n, "active": true}, …]`."""
        for row in asked:
            article = self._depot.stock.open(str(row["sku"]))
            article.title = str(row.get("title", article.title))
            article.active = bool(row.get("active", article.active))
            article.changed_at = self._simulator.clock.now()
            if "on_hand" in row:
                self._depot.stock.count(article, _units(row["on_hand"]))
        self._depot.stock_arrived()
        return {"items": len(asked)}

    def stock(self, asked: Any) -> Any:
        """Take `{"sku": …}` with `on_hand`, `by` or `quarantine`, or a list of them."""
        changes = asked if isinstance(asked, list) else [asked]
        for change in changes:
            sku = str(change["sku"])
            if "quarantine" in change:
                self._depot.lock_away(sku, _units(change["quarantine"]))
            elif "by" in change:
                self._depot.adjust(sku, _units(change["by"]))
            else:
                self._depot.stock.count(self._depot.stock.articles[sku], _units(change["on_hand"]))
                self._depot.stock_arrived()
        return {"changed": len(changes)}

    def work(self, asked: Any) -> Any:
        """Take one order to the floor, or a list of them: `{"<what>": <whom>, …}`; see `_works`."""
        done = [self._one_work(dict(one)) for one in (asked if isinstance(asked, list) else [asked])]
        self._depot.tick()
        return {"done": done}

    def _one_work(self, asked: dict[str, Any]) -> Any:
        for name, work in self._works().items():
            if name in asked:
                return work(asked.pop(name), asked)
        stage = Stage[str(asked.get("until", "despatched")).upper()]
        chosen = self._orders(asked["orders"]) if "orders" in asked else list(self._depot.orders.values())
        return {"orders": sum(self._depot.carry(order, stage) for order in chosen)}

    def _works(self) -> Mapping[str, Callable[[Any, dict[str, Any]], Any]]:
        depot = self._depot
        return {
            "despatch": lambda ref, more: {"despatch": depot.despatch(self._open(ref), **more).id},
            "despatch_unknown": lambda ref, more: {"despatch": depot.despatch_unknown(ref, **more).id},
            "tracking": lambda _, __: depot.bay.tracking_arrives(self._simulator.clock.now()),
            "hold": lambda ref, more: depot.hold(
                self._open(ref), word=more.get("word", ""), reasons=more.get("reasons", [])
            ),
            "release": lambda ref, _: depot.release(self._open(ref)),
            "cancel": lambda ref, _: depot.end(self._open(ref), Stage.CANCELLED),
            "reject": lambda ref, more: depot.end(
                self._open(ref), Stage.REJECTED, word=more.get("word", ""), reasons=more.get("reasons", [])
            ),
            "receive_return": self._receive,
            "return": self._return,
        }

    def _return(self, ref: Any, more: dict[str, Any]) -> Any:
        """Book goods in that came back: `lines` of `sku`, `quantity`, and `reason`; `restock` puts them on the shelf."""
        returns, restocking = self._simulator.returns, self._simulator.restocking
        back = returns.announce(self._orders([ref])[0], rma=str(more.get("rma", "")))
        for line in more["lines"]:
            action = restocking[0] if more.get("restock", True) else ""
            returns.add(back, line["sku"], int(line["quantity"]), reason=str(line.get("reason", "")), action=action)
        returns.confirm(back, restock=restocking)
        return {"return": back.id}

    def _receive(self, rma: Any, more: dict[str, Any]) -> Any:
        """Book in what a client announced by its `rma`; SKUs in `scrapped` do not go back on the shelf."""
        back = next(back for back in self._simulator.returns.all.values() if back.rma == str(rma) and not back.confirmed)
        for line in back.lines:
            line.action = "" if line.sku in more.get("scrapped", []) else self._simulator.restocking[0]
        self._simulator.returns.confirm(back, restock=self._simulator.restocking)
        return {"return": back.id}

    def _orders(self, refs: list[str]) -> list[Order]:
        return [order for ref in refs for order in self._depot.by_ref[str(ref)]]

    def _open(self, ref: Any) -> Order:
        return next((order for order in self._orders([ref]) if order.open), self._orders([ref])[0])

    def outage(self, asked: Any) -> Any:
        self._simulator.door.go_away(float(asked["seconds"]), status=int(asked.get("status", 503)))
        return {}

    def end_sessions(self, _: Any) -> Any:
        self._simulator.expire_keys()
        return {}


def _reading(name: str, read: Callable[[], Any]) -> Route:
    async def handle(_: Request) -> Response:
        return json_response(read())

    return Route(f"/_sim/{name}", handle, methods=["GET"])


def _telling(name: str, act: _Act, *methods: str) -> Route:
    """Hand a request's JSON to an act; what cannot be done is a 400 with the reason."""

    async def handle(request: Request) -> Response:
        try:
            body = await request.body()
            return json_response(act(orjson.loads(body) if body else {}))
        except (NotNow, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)

    return Route(f"/_sim/{name}", handle, methods=list(methods))


def _units(number: Any) -> Units:
    return number if isinstance(number, int) else Decimal(str(number))
