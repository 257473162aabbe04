"""Peoplevox as one side of a pair."""

from datetime import datetime

from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox.events import EventCall
from cogent_pipelines.simulators.peoplevox.seed import stock_tenant
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side

HOST = "wms.peoplevox.net"


def open_side(clock: WorldClock, deliver: Deliver) -> Side:
    async def call(event: EventCall) -> int:
        return (await deliver(event.url, event.headers, event.body)).status_code

    simulator = PeoplevoxSimulator(seed=SEED, clock=clock, deliver=call)
    stock_tenant(simulator.warehouse, ())

    def next_due() -> datetime | None:
        return simulator.warehouse.floor._due[0][0] if simulator.warehouse.floor._due else None

    return Side(
        vendor="peoplevox",
        simulator=simulator,
        trade=simulator.trade,
        hosts={HOST: simulator.app},
        block={
            "vendor": "peoplevox",
            "client_id_env": "TENANT_ID",
            "username_env": "TENANT_USER",
            "password_env": "TENANT_PASSWORD",
            "event_secret_env": "TENANT_EVENTS",
            "incremental_stock_report": "Incremental Changes Report v1",
        },
        environment={
            "TENANT_ID": simulator.account.client_id,
            "TENANT_USER": simulator.account.username,
            "TENANT_PASSWORD": simulator.account.password,
            "TENANT_EVENTS": "a secret in the address",
        },
        pump=simulator.deliver_events,
        short_pages={"page_size": 4},
        next_due=next_due,
        subscribe=lambda warehouse, url: warehouse.ensure_subscriptions(url, []),
    )
