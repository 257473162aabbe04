"""commercetools as one side of a pair; the bridge between its queue and our gateway is the simulator's."""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.seeded import connection_details
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side

_NEWS = ("OrderCreated", "OrderStateChanged", "OrderShippingAddressSet", "OrderEditApplied")


def open_side(clock: WorldClock, deliver: Deliver) -> Side:
    async def call(url: str, headers: Mapping[str, str], body: bytes) -> int:
        return (await deliver(url, headers, body)).status_code

    simulator = CommercetoolsSimulator(seed=SEED, clock=clock, deliver=call)
    details = connection_details(simulator, simulator.url)

    def subscribe(_: Any, url: str) -> None:
        simulator.tell(url, {"order": _NEWS})

    return Side(
        vendor="commercetools",
        simulator=simulator,
        trade=simulator.trade,
        hosts={simulator.url.removeprefix("https://"): simulator.app},
        block={
            "vendor": "commercetools",
            "project": details["project_key"],
            "api_url": details["url"],
            "auth_url": details["auth_url"],
            "import_url": details["import_url"],
            "client_id_env": "CT_ID",
            "client_secret_env": "CT_SECRET",
            "bridge_secret_env": "CT_BRIDGE",
            "bridge_proof": "secret",
            "poll_messages": True,
            "supply_channel": details["supply_channel_key"],
            "export_channel": details["export_channel_key"],
        },
        environment={
            "CT_ID": details["client_id"],
            "CT_SECRET": details["client_secret"],
            "CT_BRIDGE": simulator.bridge_secret,
        },
        pump=simulator.pump,
        subscribe=subscribe,
    )
