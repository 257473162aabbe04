"""SCAYLE as one side of a pair: it delegates its orders to our gateway, and waits for the answer."""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.simulators.scayle import Answer, ScayleSimulator
from cogent_pipelines.simulators.scayle.seeded import connection_details, stock_tenant
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side

_CARRIERS = ("Royal Mail", "RM", "DPD", "Evri", "UPS", "ROYAL MAIL TRACKED 48", "DPD NEXT DAY", "EVRI STANDARD")
"""As the stand-in warehouses call them."""


def open_side(clock: WorldClock, deliver: Deliver) -> Side:
    async def call(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = await deliver(url, headers, body)
        return Answer(answer.status_code, answer.content)

    simulator = ScayleSimulator(seed=SEED, clock=clock, deliver=call)
    stock_tenant(simulator)
    details = connection_details(simulator, simulator.url)

    def subscribe(storefront: Any, url: str) -> None:
        storefront.ensure_webhooks(url)
        merchant = simulator.tenant.default_merchant
        merchant.delegation_url = merchant.cancellation_url = url

    return Side(
        vendor="scayle",
        simulator=simulator,
        trade=simulator.trade,
        hosts={simulator.url.removeprefix("https://"): simulator.app},
        block={
            "vendor": "scayle",
            "tenant": "northwind-live",
            "access_token_env": "SCAYLE_KEY",
            "shops": [{"shop": details["shop_key"], "country": details["country_code"]}],
            "stock_warehouse": details["warehouse_reference_key"],
            "merchant": details["merchant_reference_key"],
            "carrier": details["carrier"],
            "webhook_user_env": "SCAYLE_USER",
            "webhook_password_env": "SCAYLE_PASSWORD",
        },
        environment={
            "SCAYLE_KEY": details["access_token"],
            "SCAYLE_USER": details["webhook_user"],
            "SCAYLE_PASSWORD": details["webhook_secret"],
        },
        pump=simulator.pump,
        next_due=lambda: simulator.next_due,
        subscribe=subscribe,
        short_pages={"page_size": 3},
        has_fixed_token=True,
        # PENDED: no units are taken, no event is sent (order-lifecycle page, read 2026-11).
        unpaid_is_an_order=False,
        tracking_can_follow=False,
        # A payment is reserved until the shipment captures it; carriers are the tenant's own keys.
        settings={
            "injection": {"payment_states": ["authorised", "paid", "partly_refunded"]},
            "fulfilment": {
                "carriers": dict.fromkeys(_CARRIERS, details["carrier"]),
                "tracking_grace_minutes": 3 * 24 * 60,
            },
        },
    )
