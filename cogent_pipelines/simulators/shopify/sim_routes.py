"""The simulator's own endpoints under `/_sim/`: orders, products, books, switches, clock. The vendor has none of them."""

from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import books
from cogent_pipelines.simulators.shopify.ids import gid, iso, ms_of
from cogent_pipelines.simulators.shopify.records import Order

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status_code=status, media_type="application/json")


def _placed(order: Order | None) -> dict[str, Any] | None:
    if order is None:
        return None
    return {"id": gid("Order", order.id), "name": order.name, "created_at": iso(order.created_at)}


def sim_routes(simulator: "ShopifySimulator") -> list[Route]:
    return [*_shop_routes(simulator), *_control_routes(simulator)]


def _shop_routes(simulator: "ShopifySimulator") -> list[Route]:
    shop = simulator.shop

    async def read_books(request: Request) -> Response:
        wanted = {name: request.query_params.get(name, "1") != "0" for name in ("lines", "stock", "history")}
        with shop.lock:
            return _json(
                books.books(
                    simulator,
                    with_lines=wanted["lines"],
                    with_stock=wanted["stock"],
                    with_history=wanted["history"],
                )
            )

    async def read_orders(request: Request) -> Response:
        asked = request.query_params
        with shop.lock:
            rows = books.orders(
                shop,
                with_lines=asked.get("lines", "1") != "0",
                after=int(asked.get("after", 0)),
                limit=int(asked["limit"]) if "limit" in asked else None,
            )
            return _json({"orders": rows})

    async def place(request: Request) -> Response:
        try:
            given = orjson.loads(await request.body())
            many = given if isinstance(given, list) else given.get("orders") or [given]
            placed = simulator.place_orders(many)
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)
        return _json({"orders": [_placed(order) for order in placed]}, 201)

    async def add_products(request: Request) -> Response:
        try:
            given = orjson.loads(await request.body())
            made = shop.add_products(given if isinstance(given, list) else given.get("products") or [given])
        except (ValueError, KeyError, TypeError, LookupError, ArithmeticError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)
        return _json({"products": len(made), "variants": sum(len(product.variants) for product in made)}, 201)

    async def add_location(request: Request) -> Response:
        given = orjson.loads(await request.body())
        place_made = shop.add_location(
            given["name"], address=given.get("address"), fulfilment_service=given.get("fulfilment_service")
        )
        return _json({"id": gid("Location", place_made.id), "name": place_made.name}, 201)

    return [
        Route("/_sim/books", read_books, methods=["GET"]),
        Route("/_sim/orders", read_orders, methods=["GET"]),
        Route("/_sim/orders", place, methods=["POST"]),
        Route("/_sim/products", add_products, methods=["POST"]),
        Route("/_sim/locations", add_location, methods=["POST"]),
    ]


def _control_routes(simulator: "ShopifySimulator") -> list[Route]:  # noqa: C901 - one short function per root
    async def read_clock(_: Request) -> Response:
        return _json({"now": simulator.shop.now().isoformat(), "virtual": isinstance(simulator.clock, VirtualClock)})

    async def move_clock(request: Request) -> Response:
        clock = simulator.clock
        if not isinstance(clock, VirtualClock):
            return _json({"error": "this simulator's clock runs by itself"}, 409)
        given = orjson.loads(await request.body())
        try:
            if "to" in given:
                clock.advance(max(0.0, ms_of(given["to"]) / 1000 - clock.now().timestamp()))
            else:
                clock.advance(float(given.get("advance_seconds", 0)))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        await simulator.pump()
        return _json({"now": simulator.shop.now().isoformat()})

    async def read_switches(_: Request) -> Response:
        return _json(simulator.switches)

    async def set_switches(request: Request) -> Response:
        try:
            simulator.switches.change(**orjson.loads(await request.body()))
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)
        return _json(simulator.switches)

    async def read_webhooks(_: Request) -> Response:
        return _json(books.webhooks(simulator))

    async def pump(_: Request) -> Response:
        return _json({"attempts": await simulator.pump(), "waiting": simulator.webhooks.waiting})

    async def expire(_: Request) -> Response:
        simulator.access.forget_all()
        return _json({"expired": True})

    return [
        Route("/_sim/clock", read_clock, methods=["GET"]),
        Route("/_sim/clock", move_clock, methods=["POST"]),
        Route("/_sim/switches", read_switches, methods=["GET"]),
        Route("/_sim/switches", set_switches, methods=["POST"]),
        Route("/_sim/webhooks", read_webhooks, methods=["GET"]),
        Route("/_sim/webhooks/pump", pump, methods=["POST"]),
        Route("/_sim/tokens", expire, methods=["DELETE"]),
    ]
