"""Under a web server: time passes by itself, and events reach a subscriber over real HTTP."""

import time

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import SystemClock
from cogent_pipelines.simulators.common.server import running
from cogent_pipelines.simulators.peoplevox import Switches, seeded_simulator

PATIENCE_SECONDS = 30
OPEN_ORDERS = 5


def test_orders_leave_by_themselves_and_subscribers_hear_of_it():
    """A seeded tenant in fast time despatches its open orders, and each parcel is told over HTTP."""
    heard: list[str] = []

    async def hear(request) -> Response:
        heard.append((await request.body()).decode())
        return Response(status_code=204)

    clock = SystemClock(scale=2000)
    simulator = seeded_simulator(4, clock=clock, switches=Switches(works_by_itself=True))
    with running(Starlette(routes=[Route("/heard", hear, methods=["POST"])])) as subscriber:
        simulator.events.subscribe("TrackingNumberReceived", f"{subscriber}/heard", post_params="{DespatchNumber}")
        simulator.warehouse.wanted_events = simulator.events.wanted()
        with running(simulator.app) as url:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while len(heard) < OPEN_ORDERS and time.monotonic() < deadline:
                time.sleep(0.05)
            books = httpx.get(f"{url}/_sim/books").json()
    assert {"Despatched"} == {order["status"] for order in books["sales_orders"].values()}
    assert sorted(heard) == [f"DES{number:06d}" for number in range(4, 4 + OPEN_ORDERS)]
