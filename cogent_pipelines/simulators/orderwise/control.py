"""`/_sim/…`: what a test or a curious person may ask of the simulator itself. Nothing here is the vendor's.

GET books [?company=] the whole account GET, POST switches read them; change them by name GET, POST exports installed
definitions by name; install `{name: SQL}`, null takes one away POST variants `[{"code", "description", "price",
"on_hand", "components", "alternate_of", "discontinued"}]` POST stock `{"code", "on_hand" | "by", "location"}`, or a
list of them POST work one of despatch, despatch_unknown, pick, hold, release, cancel, tracking POST customers, sessions
`{"account_number", "name", "on_hold"}`; `{"id", "name"}` GET, POST clock read it; move a virtual one POST outage,
tokens/revoke answer only errors for `seconds`; forget every token GET calls how often each operation was called
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise.company import Company
from cogent_pipelines.simulators.orderwise.entities import Order, Pick

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.simulator import OrderWiseSimulator

_Act = Callable[[Company, Any], Any]
_FIELDS = frozenset(
    {"description", "price", "cost", "ean", "weight", "discontinued", "product_id", "location_id", "on_hand"}
)


def control_routes(simulator: "OrderWiseSimulator") -> list[Route]:
    return [*_reading(simulator), *_telling(simulator)]


def _reading(simulator: "OrderWiseSimulator") -> list[Route]:
    def exports(company: Company, _: Any) -> Any:
        return {one.name: {"id": number, "sql": one.text} for number, one in company.definitions.by_id.items()}

    def calls(_: Company, __: Any) -> Any:
        front = simulator.front
        recent = [{"at": at, "operation": named} for at, named in front.recent]
        return {
            "calls": dict(front.calls),
            "throttled": front.throttled,
            "tokens": simulator.tokens.issued,
            "recent": recent,
        }

    acts: dict[str, _Act] = {
        "books": lambda company, _: company.truth.books(),
        "switches": lambda _, __: simulator.switches.as_json(),
        "exports": exports,
        "clock": lambda company, _: {"now": company.now().isoformat()},
        "calls": calls,
    }
    return [_route(simulator, name, act, "GET") for name, act in acts.items()]


def _telling(simulator: "OrderWiseSimulator") -> list[Route]:
    def switches(_: Company, told: Any) -> Any:
        simulator.switches.change(**told)
        return simulator.switches.as_json()

    def outage(_: Company, told: Any) -> Any:
        simulator.outage(float(told["seconds"]), status=int(told.get("status", 503)))
        return {"until": str(simulator.front.outage_until)}

    def clock(company: Company, told: Any) -> Any:
        if not isinstance(simulator.clock, VirtualClock):
            raise TypeError("this simulator's clock runs by itself")
        if "to" in told:
            simulator.clock.advance(to=datetime.fromisoformat(told["to"]))
        else:
            simulator.clock.advance(float(told.get("advance_seconds", 0)))
        company.tick()
        return {"now": company.now().isoformat()}

    def revoke(_: Company, __: Any) -> Any:
        simulator.tokens.revoke_all()
        return {}

    acts: dict[str, _Act] = {
        "switches": switches,
        "exports": _install,
        "variants": _variants,
        "stock": _stock,
        "work": lambda company, told: [_work(company, dict(one)) for one in _each(told)],
        "customers": _customers,
        "sessions": _sessions,
        "clock": clock,
        "outage": outage,
        "tokens/revoke": revoke,
    }
    return [_route(simulator, name, act, "POST") for name, act in acts.items()]


def _install(company: Company, told: Any) -> Any:
    for name in [name for name, text in told.items() if text is None]:
        company.definitions.remove(name)
    return company.definitions.install({name: text for name, text in told.items() if text is not None})


def _variants(company: Company, told: Any) -> Any:
    """Put variants on sale; the parts of a kit come before it."""
    for row in _each(told):
        values = {name: value for name, value in row.items() if name in _FIELDS}
        for name in ("price", "cost", "on_hand"):
            if values.get(name) is not None:
                values[name] = Decimal(str(values[name]))
        company.add_variant(row["code"], **values)
        if row.get("components"):
            company.make_kit(row["code"], {code: Decimal(str(units)) for code, units in row["components"].items()})
        if row.get("alternate_of"):
            company.make_alternate(row["code"], row["alternate_of"])
    return {"variants": len(_each(told))}


def _stock(company: Company, told: Any) -> Any:
    for row in _each(told):
        variant, location = company.by_code[row["code"]], row.get("location")
        if "by" in row:
            company.adjust(variant, by=Decimal(str(row["by"])), location_id=location)
        else:
            company.set_stock(variant, on_hand=Decimal(str(row["on_hand"])), location_id=location)
    return {"changed": len(_each(told))}


def _customers(company: Company, told: Any) -> Any:
    numbers = []
    for row in _each(told):
        customer = company.add_customer(row["account_number"], row["name"])
        customer.on_hold = bool(row.get("on_hold"))
        numbers.append(customer.id)
    return {"customers": numbers}


def _sessions(company: Company, told: Any) -> Any:
    for row in _each(told):
        company.sessions[int(row["id"])] = str(row["name"])
    return {"sessions": company.sessions}


def _work(company: Company, told: dict[str, Any]) -> Any:
    """Do one piece of work; an order is named by its number, its id or the client's reference."""
    floor = company.floor
    if "despatch_unknown" in told:
        order = company.importing.key_in(told["despatch_unknown"], told["code"])
        floor.despatch_regardless(order)
        return {"order": order.number}
    if "despatch" in told:
        order = find_order(company, told.pop("despatch"))
        return {"deliveries": [delivery.id for delivery in floor.despatch(order, **told)]}
    if "tracking" in told:
        return {"tracked": floor.tracking_arrives()}
    simple: dict[str, Callable[[Order], None]] = {
        "pick": lambda order: floor.pick(order, Pick(told.get("to", Pick.PICKING))),
        "hold": floor.hold,
        "release": floor.release,
        "cancel": floor.cancel,
    }
    name = next(name for name in simple if name in told)
    order = find_order(company, told[name])
    simple[name](order)
    return {"order": order.number, "status": company.truth.status(order)}


def find_order(company: Company, named: Any) -> Order:
    """Find an order by its number, its id or the client's reference; of several the last."""
    for order in reversed(company.orders.values()):
        if named in (order.number, order.id, order.ecommerce_number):
            return order
    raise ValueError(f"no order is called {named!r}")


def _each(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [told]


def _route(simulator: "OrderWiseSimulator", name: str, act: _Act, method: str) -> Route:
    async def handle(request: Request) -> Response:
        company = simulator.companies.get(request.query_params.get("company", simulator.live.name).casefold())
        if company is None:
            return _json({"error": "there is no such company"}, 404)
        try:
            body = await request.body()
            with company.lock:
                company.tick()
                answer = act(company, orjson.loads(body) if body else {})
                company.tick()
            return _json(answer)
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration, sqlite3.Error) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return Route(f"/_sim/{name}", handle, methods=[method])


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")
