"""Goods that came back, recorded once each."""

from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.ports.extras import ReturnedGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Recorded, Rejected
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import opened
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import custom_line, line, order, return_item, uuid
from cogent_pipelines_tests.adapters.storefronts.commercetools.shop import Shop, somebody_changes

AT = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)


def goods(*lines, ref="RMA-1", of=1, reason="too small"):
    return ReturnedGoods(ref, uuid(of), tuple(FulfilmentLine(*each) for each in lines or [("line-1", 1)]), AT, reason)


def record(shop, *returns):
    with opened(shop) as storefront:
        return storefront.record_returns(returns)


def test_a_return_is_recorded_as_goods_that_are_back():
    """Each line under a key of ours; a custom line by its own field."""
    shop = Shop(order(1, line(quantity=2), customLineItems=[custom_line()]))

    [outcome] = record(shop, goods(("line-1", 2), ("custom-1", 1)))

    assert Recorded("return-1-1 return-1-2") == outcome
    common = {"shipmentState": "Returned", "comment": "too small"}
    assert [
        [
            {
                "action": "addReturnInfo",
                "items": [
                    {"key": "return-RMA-1-1", "quantity": 2, "lineItemId": "line-1", **common},
                    {"key": "return-RMA-1-2", "quantity": 1, "customLineItemId": "custom-1", **common},
                ],
                "returnDate": "2026-11-09T14:00:00.000Z",
            }
        ]
    ] == shop.written


def test_a_return_that_is_recorded_is_not_recorded_again():
    """Known by its key; another of the same order is another."""
    shop = Shop(order(1, line(quantity=3)))
    [first, other] = record(shop, goods(), goods(ref="RMA-2"))

    assert [AlreadyThere(first.ref), AlreadyThere(other.ref)] == record(shop, goods(), goods(ref="RMA-2"))
    assert (2, False) == (len(shop.written), first.ref == other.ref)


def test_goods_that_were_announced_are_recorded_beside_the_announcement():
    """No action makes `Advised` `Returned`; it does not count as come back."""
    shop = Shop(order(1, line(quantity=1), returnInfo=[{"items": [return_item(1, "Advised")]}]))

    assert [Recorded] == [type(each) for each in record(shop, goods())]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (goods(("line-1", 2)), "line line-1: 2 would have come back, and 1 were ordered"),
        (goods(("line-9", 1)), "the order has no line line-9"),
        (goods(("line-1", 0)), "the return has a line without units"),
        (ReturnedGoods("RMA-1", uuid(1), (), AT), "the return has no lines"),
        (goods(of=7), f"commercetools has no order {uuid(7)}"),
    ],
)
def test_a_return_that_does_not_fit_its_order_is_refused_with_words(wanted, words):
    """One outcome each; the others are recorded."""
    shop = Shop(order(1), order(2))

    assert [Rejected((words,)), Recorded("return-1-1")] == record(shop, wanted, goods(of=2))


def test_conflicts_and_lost_answers_record_it_once():
    """Read again, found again."""
    shop = Shop(order(1), order(2))
    shop.before, shop.after = [somebody_changes], [httpx.ReadTimeout("lost")]

    outcomes = record(shop, goods(), goods(of=2))

    assert [Recorded, Recorded] == [type(each) for each in outcomes]
    assert [1, 1] == [len(each["returnInfo"]) for each in shop.orders.values()]
