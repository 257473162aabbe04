"""Shopify as one side of a pair."""

from collections.abc import Mapping
from datetime import UTC, datetime

from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side


def open_side(clock: WorldClock, deliver: Deliver) -> Side:
    async def call(url: str, headers: Mapping[str, str], body: bytes) -> int:
        return (await deliver(url, headers, body)).status_code

    simulator = ShopifySimulator(seed=SEED, clock=clock, deliver=call)
    simulator.shop.add_location("Main warehouse", address={"city": "Tilbury", "countryCode": "GB"})

    def next_due() -> datetime | None:
        due = simulator.webhooks.next_due
        return None if due is None else datetime.fromtimestamp(due / 1000, UTC)

    return Side(
        vendor="shopify",
        simulator=simulator,
        trade=simulator.trade,
        hosts={simulator.shop.domain: simulator.app},
        block={
            "vendor": "shopify",
            "shop": simulator.shop.domain,
            "client_id_env": "SHOP_ID",
            "client_secret_env": "SHOP_SECRET",
            "webhook_secret_env": "SHOP_SECRET",
        },
        environment={"SHOP_ID": simulator.client_id, "SHOP_SECRET": simulator.client_secret},
        pump=simulator.pump,
        next_due=next_due,
        subscribe=lambda storefront, url: storefront.ensure_webhooks(url),
    )
