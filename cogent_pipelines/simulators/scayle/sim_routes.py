"""The simulator's own endpoints under `/_sim/`: books, floor, keys, switches, clock. The vendor has none of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.scayle import books, lifecycle
from cogent_pipelines.simulators.scayle.records import ItemState, OrderState
from cogent_pipelines.simulators.scayle.times import iso, iso_moment

if TYPE_CHECKING:
    from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status_code=status, media_type="application/json")


def sim_routes(simulator: "ScayleSimulator") -> list[Route]:
    return [*_book_routes(simulator), *_shop_routes(simulator), *_control_routes(simulator)]


def _book_routes(simulator: "ScayleSimulator") -> list[Route]:
    tenant = simulator.tenant

    async def read_books(request: Request) -> Response:
        with tenant.lock:
            simulator.tick()
            history = request.query_params.get("history", "1") != "0"
            return _json(books.books(simulator, with_history=history))

    async def read_orders(request: Request) -> Response:
        asked = request.query_params
        with tenant.lock:
            simulator.tick()
            limit = int(asked["limit"]) if "limit" in asked else None
            return _json({"orders": books.orders(tenant, after=int(asked.get("after", 0)), limit=limit)})

    async def read_webhooks(_: Request) -> Response:
        return _json(books.webhooks(simulator))

    async def pump(_: Request) -> Response:
        return _json({"attempts": await simulator.pump(), "waiting": simulator.webhooks.waiting})

    return [
        Route("/_sim/books", read_books, methods=["GET"]),
        Route("/_sim/orders", read_orders, methods=["GET"]),
        Route("/_sim/webhooks", read_webhooks, methods=["GET"]),
        Route("/_sim/webhooks/pump", pump, methods=["POST"]),
    ]


def _shop_routes(simulator: "ScayleSimulator") -> list[Route]:
    tenant = simulator.tenant

    def floor(told: Any) -> Any:
        for sku, units in told.items():
            tenant.floor_holds(str(sku), int(units))
        return {"on_the_floor": tenant.on_the_floor}

    def pay(told: Any) -> Any:
        order = tenant.orders[int(told["order"])]
        if order.state is not OrderState.PENDED:
            raise ValueError(f"order {order.id} is {order.state.value}")
        order.paid = True
        simulator.tick()
        return {"order": order.id, "state": order.state.value}

    def drop(told: Any) -> Any:
        """The merchant takes an order in parts: the body in which he would say so is not published."""
        order = tenant.orders[int(told["order"])]
        wanted = set(told.get("items") or (item.id for item in order.items))
        items = [item for item in order.items if item.id in wanted and item.waits]
        state = ItemState.OUT_OF_STOCK if order.delegated_at is None else ItemState.UNSHIPPABLE
        lifecycle.give_up(tenant, order, items, state)
        return {"order": order.id, "items": [item.id for item in items]}

    def undeliverable(told: Any) -> Any:
        """A parcel could not be delivered: the event is published, the call that causes it is not."""
        order = tenant.orders[int(told["order"])]
        items = [item for item in order.items if item.left and item.package.shipment_key == told["shipment_key"]]
        if not items:
            raise ValueError(f"order {order.id} has no such parcel")
        lifecycle.undeliverable(tenant, order, items)
        return {"order": order.id, "items": [item.id for item in items]}

    def key(told: Any) -> Any:
        simulator.access.grant(str(told["key"]), dict(told["resources"]))
        return {"key": told["key"]}

    return [
        Route("/_sim/floor", _telling(simulator, floor), methods=["POST"]),
        Route("/_sim/pay", _telling(simulator, pay), methods=["POST"]),
        Route("/_sim/drop", _telling(simulator, drop), methods=["POST"]),
        Route("/_sim/undeliverable", _telling(simulator, undeliverable), methods=["POST"]),
        Route("/_sim/keys", _telling(simulator, key), methods=["POST"]),
    ]


def _control_routes(simulator: "ScayleSimulator") -> list[Route]:
    async def read_clock(_: Request) -> Response:
        return _json({"now": iso(simulator.tenant.now()), "virtual": isinstance(simulator.clock, VirtualClock)})

    async def move_clock(request: Request) -> Response:
        clock = simulator.clock
        if not isinstance(clock, VirtualClock):
            return _json({"error": "this simulator's clock runs by itself"}, 409)
        given = orjson.loads(await request.body())
        try:
            if "to" in given:
                clock.advance(to=iso_moment(str(given["to"]), "UTC"))
            else:
                clock.advance(float(given.get("advance_seconds", 0)))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        await simulator.pump()
        return _json({"now": iso(simulator.tenant.now())})

    async def read_switches(_: Request) -> Response:
        return _json(simulator.switches)

    def switch(told: Any) -> Any:
        simulator.switches.change(**told)
        return simulator.switches

    return [
        Route("/_sim/clock", read_clock, methods=["GET"]),
        Route("/_sim/clock", move_clock, methods=["POST"]),
        Route("/_sim/switches", read_switches, methods=["GET"]),
        Route("/_sim/switches", _telling(simulator, switch), methods=["POST"]),
    ]


def _telling(simulator: "ScayleSimulator", act: Callable[[Any], Any]) -> Any:
    """Hand a request's JSON to an act; what cannot be done is a 400 with the reason."""

    async def respond(request: Request) -> Response:
        try:
            with simulator.tenant.lock:
                return _json(act(orjson.loads(await request.body())))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return respond
