"""The day happens at the stand-ins whether or not anybody carries its orders; the books then say that nobody did."""

import pytest

from cogent_pipelines.local_stack.demo import troubles
from cogent_pipelines.local_stack.demo.books import read_books
from cogent_pipelines.local_stack.demo.day import Day, open_for_business
from cogent_pipelines.local_stack.demo.judge import held_by_plan, proved
from cogent_pipelines.local_stack.demo.plan import plan
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse
from cogent_pipelines.simulators.common import server
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.shopify import ShopifySimulator

pytestmark = pytest.mark.stack


@pytest.fixture
def stand_ins():
    shopify = ShopifySimulator(seed=1)
    shopify.shop.add_location("Main warehouse")
    with server.running(shopify.app) as shop, server.running(PeoplevoxSimulator(seed=1).app) as warehouse:
        both = Shop.at(shop), Warehouse.at(warehouse)
        yield both
        for side in both:
            side.client.close()


def test_a_day_without_a_carrier_is_lost_and_the_books_say_so(stand_ins):
    """The judge can condemn: an order that stays at the shop is lost, unless the plan holds it back."""
    shop, warehouse = stand_ins
    day = plan(1, orders=90, seconds=1.5)
    open_for_business(day, shop, warehouse)

    happened = Day(day, shop, warehouse, say=lambda _: None, stack_seconds=lambda: 0.0).happen(lambda: None)

    books, held = read_books(shop, warehouse), held_by_plan(happened)
    assert (75, 15) == (happened.placed, happened.refused)
    assert 75 - len(held) == len(books.lost(held=held))
    assert [] == books.duplicated()
    assert not proved(troubles.LOST_WEBHOOK, books, happened)
