"""The simulator's own endpoints under `/_sim/`: books, orders, switches, clock, bridges, tokens. The vendor has none."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.commercetools import books
from cogent_pipelines.simulators.commercetools.errors import Refused
from cogent_pipelines.simulators.commercetools.ids import moment_of
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import NotPossible, Wish

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_WISH = TypeAdapter(Wish)
_EXTRAS = TypeAdapter(Extras)
_Told = Callable[[Any], Awaitable[Any]]


def sim_routes(simulator: "CommercetoolsSimulator") -> list[Route]:
    return [*_books(simulator), *_controls(simulator)]


def _books(simulator: "CommercetoolsSimulator") -> list[Route]:
    project = simulator.project

    async def read_books(request: Request) -> Response:
        with project.lock:
            simulator.catch_up()
            return _json(books.books(simulator, with_moves=request.query_params.get("moves", "1") != "0"))

    async def read_orders(_: Request) -> Response:
        with project.lock:
            return _json({"orders": [books.order_row(simulator, order) for order in project.orders]})

    async def read_notices(_: Request) -> Response:
        with project.lock:
            kept = {queue: [orjson.loads(body) for body in bodies] for queue, bodies in simulator.notices.queues.items()}
            return _json({"log": [asdict(row) for row in simulator.notices.log], "queues": kept})

    async def place(told: Any) -> Any:
        placed = []
        for each in told if isinstance(told, list) else [told]:
            extras = _EXTRAS.validate_python(each.pop("extras", {}))
            order = simulator.trade.place(_WISH.validate_python(each), extras)
            placed.append(asdict(order) if order else None)
        return {"orders": placed}

    async def edit(told: Any) -> Any:
        units = {str(sku): int(quantity) for sku, quantity in told["units"].items()}
        return {"version": simulator.edit(str(told["ref"]), units)["version"]}

    return [
        Route("/_sim/books", read_books, methods=["GET"]),
        Route("/_sim/orders", read_orders, methods=["GET"]),
        Route("/_sim/notices", read_notices, methods=["GET"]),
        _telling("/_sim/orders", place),
        _telling("/_sim/orders/edit", edit),
    ]


def _controls(simulator: "CommercetoolsSimulator") -> list[Route]:
    async def read_clock(_: Request) -> Response:
        virtual = isinstance(simulator.clock, VirtualClock)
        return _json({"now": simulator.clock.now().isoformat(), "virtual": virtual})

    async def move_clock(told: Any) -> Any:
        clock = simulator.clock
        if not isinstance(clock, VirtualClock):
            raise NotPossible("this simulator's clock runs by itself")
        if "to" in told:
            clock.advance(to=max(clock.now(), moment_of(told["to"])))
        else:
            clock.advance(float(told.get("advance_seconds", 0)))
        await simulator.pump()
        return {"now": clock.now().isoformat()}

    async def read_switches(_: Request) -> Response:
        return _json(asdict(simulator.switches))

    async def set_switches(told: Any) -> Any:
        simulator.switches.change(**told)
        return asdict(simulator.switches)

    async def bridge(told: Any) -> Any:
        simulator.notices.bridges[str(told["queue"])] = str(told["url"])
        return {"bridges": simulator.notices.bridges}

    async def pump(_: Any) -> Any:
        return {"attempts": await simulator.pump(), "waiting": simulator.notices.waiting}

    async def expire(_: Request) -> Response:
        simulator.access.forget_all()
        return _json({"expired": True})

    return [
        Route("/_sim/clock", read_clock, methods=["GET"]),
        _telling("/_sim/clock", move_clock),
        Route("/_sim/switches", read_switches, methods=["GET"]),
        _telling("/_sim/switches", set_switches),
        _telling("/_sim/bridges", bridge),
        _telling("/_sim/notices/pump", pump),
        Route("/_sim/tokens", expire, methods=["DELETE"]),
    ]


def _telling(path: str, act: _Told) -> Route:
    async def handle(request: Request) -> Response:
        try:
            body = await request.body()
            return _json(await act(orjson.loads(body) if body else {}))
        except NotPossible as error:
            return _json({"error": str(error)}, 409)
        except Refused as error:
            return _json(error.body(), error.status)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return Route(path, handle, methods=["POST"])


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
