"""The demo's day is the same for one seed, and holds what it says it holds."""

from collections import Counter

import pytest

from cogent_pipelines.canonical.exception_case import ALL_KINDS
from cogent_pipelines.local_stack.demo import troubles
from cogent_pipelines.local_stack.demo.catalogue import FLASH
from cogent_pipelines.local_stack.demo.plan import FLASH_ORDERS, plan


def test_one_seed_gives_one_day():
    """Two people who start the demo with the same seed see the same orders."""
    assert plan(7) == plan(7)
    assert plan(7).placed != plan(8).placed


def test_the_day_has_as_many_orders_as_were_asked_for_within_its_length():
    """Planted orders are among them, not on top."""
    day = plan(1, orders=400)

    assert 400 == len(day.placed)
    assert 0.0 <= min(moment.at for moment in day.placed)
    assert max(moment.at for moment in day.placed) <= day.seconds


@pytest.mark.parametrize("seed", range(5))
def test_only_the_flash_sale_can_sell_out(seed):
    """An article that sold out by chance would make a day that cannot be judged."""
    day = plan(seed)
    wanted = Counter()
    for moment in day.placed:
        for line in moment.spec["lines"]:
            wanted[line["sku"]] += line["quantity"]

    sold_out = {article.sku for article in day.articles if article.stock - article.arrived < wanted[article.sku]}

    assert {FLASH.sku} == sold_out


def test_every_trouble_says_how_it_is_proved():
    """A trouble that nothing has to find proves nothing."""
    assert [] == [trouble.name for trouble in troubles.PLANTED if not (trouble.checks or trouble.cases or trouble.proof)]


def test_every_kind_of_case_that_a_trouble_names_exists():
    """A misspelt kind could never be found."""
    named = {kind for trouble in troubles.PLANTED for kind in trouble.cases}

    assert set() == named - set(ALL_KINDS)


def test_each_trouble_that_needs_an_order_has_one():
    """The outage and the parcel of an unknown order need none."""
    day = plan(1)
    planted = Counter(moment.trouble.name for moment in day.placed if moment.trouble)

    assert {
        "unknown_sku": 2,
        "case_variant": 1,
        "missing_postcode": 1,
        "rounded_price": 1,
        "split_shipment": 1,
        "late_tracking": 1,
        "lost_webhook": 1,
        "repeated_webhook": 1,
        "flash_sale": FLASH_ORDERS,
    } == planted


def test_the_order_without_a_postcode_is_the_only_one():
    """What was planted once must be found once."""
    without = [moment for moment in plan(1).placed if "zip" not in moment.spec["shipping_address"]]

    assert [troubles.MISSING_POSTCODE] == [moment.trouble for moment in without]


def test_some_stock_came_overnight():
    """The shop opens with figures that are too low for some articles, and has to be told."""
    arrived = [article for article in plan(1).articles if article.arrived]

    assert 40 == len(arrived)
    assert all(article.as_product()["stock"] < article.as_item()["OnHand"] for article in arrived)
