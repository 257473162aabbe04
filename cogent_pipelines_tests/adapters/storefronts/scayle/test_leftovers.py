"""Returns and units that are never sent: told once, with items that the order can spare."""

from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef, OrderRef
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.extras import HearsOfUnsentGoods, RecordsReturns, ReturnedGoods, UnsentGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Recorded, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import cancelled, item, order, shipped
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, opened, refused

ORDER = "GET /shops/ms/countries/DE/orders/901"
RETURN, CANCEL = "POST /fulfillment/return-items", "POST /fulfillment/cancellations"
BACK_AT = datetime(2026, 11, 12, 7, 30, 27, tzinfo=UTC)


def came_back(quantity=1, *, ref="RMA-1", order_ref="901", reason="too small"):
    lines = (FulfilmentLine(LineRef("1"), quantity),)
    return ReturnedGoods(ref, OrderRef(order_ref), lines, BACK_AT, reason)


def unsent(quantity=1, *, ref="short-1", order_ref="901"):
    return UnsentGoods(ref, OrderRef(order_ref), (FulfilmentLine(LineRef("1"), quantity),))


def returned(number, at="2026-11-12T07:30:27+00:00"):
    return shipped(number, status="returned", returnedAt=at)


def record(tenant, *returns, **changes):
    with opened(tenant, **changes) as storefront:
        return storefront.record_returns(list(returns))


def report(tenant, *goods, **changes):
    with opened(tenant, **changes) as storefront:
        return storefront.report_unsent(list(goods))


def test_the_storefront_says_that_it_can_be_told():
    """The flows ask by type."""
    with opened(Tenant()) as storefront:
        assert (True, True) == (isinstance(storefront, RecordsReturns), isinstance(storefront, HearsOfUnsentGoods))


def test_a_return_is_told_by_the_keys_that_left_with_the_shipment():
    """A bare list without the order; the time without an offset, in the tenant's zone."""
    tenant = Tenant().on(ORDER, order(901, items=[shipped(1), shipped(2), item(3)])).on(RETURN, 204)

    outcomes = record(tenant, came_back(2), merchant="default", timezone="Europe/Berlin")

    row = {"received": "2026-11-12 08:30:27", "returnReason": "too small", "merchantReferenceKey": "default"}
    assert [Recorded("901:RMA-1")] == outcomes
    assert [[{"returnKey": "1", **row}, {"returnKey": "2", **row}]] == tenant.bodies(RETURN)


def test_a_return_without_a_reason_has_the_connections():
    tenant = Tenant().on(ORDER, order(901, items=[shipped(1)])).on(RETURN, 204)

    record(tenant, came_back(reason=""), return_reason="customer-return")

    assert [["customer-return"]] == [[row["returnReason"] for row in body] for body in tenant.bodies(RETURN)]


def test_two_returns_of_one_order_are_of_different_items():
    """Told together, one after the other."""
    tenant = Tenant().on(ORDER, order(901, items=[shipped(1), shipped(2), shipped(3)])).on(RETURN, 204)

    outcomes = record(tenant, came_back(1), came_back(2, ref="RMA-2"))

    assert [Recorded("901:RMA-1"), Recorded("901:RMA-2")] == outcomes
    assert [["1"], ["2", "3"]] == [[row["returnKey"] for row in body] for body in tenant.bodies(RETURN)]


@pytest.mark.parametrize(
    ("items", "quantity"),
    [
        ([returned(1), shipped(2)], 1),
        ([returned(1, "2026-11-13T10:00:00+00:00"), returned(2, "2026-11-13T10:00:00+00:00"), item(3)], 2),
    ],
    ids=["back at that very moment", "nothing else can have come back"],
)
def test_a_return_that_is_there_is_not_told_again(items, quantity):
    """SCAYLE keeps no reference of a return; the order shows it."""
    tenant = Tenant().on(ORDER, order(901, items=items)).on(RETURN, 204)

    assert ([AlreadyThere("901:RMA-1")], []) == (record(tenant, came_back(quantity)), tenant.bodies(RETURN))


def test_units_that_cannot_be_sent_are_taken_off_their_order():
    """By item; there is no field for a reason."""
    tenant = Tenant().on(ORDER, order(901, items=[shipped(1), item(3), item(4), item(5)])).on(CANCEL, 204)

    outcomes = report(tenant, unsent(2), merchant="default")

    assert [Recorded("901:short-1")] == outcomes
    assert [
        {
            "shopKey": "ms",
            "countryCode": "DE",
            "orderId": 901,
            "items": [{"orderItemId": 3}, {"orderItemId": 4}],
            "merchantReferenceKey": "default",
        }
    ] == tenant.bodies(CANCEL)


def test_what_is_off_the_order_already_counts():
    """Two in all are never sent, and one is off: one more. The same again changes nothing."""
    before = order(901, items=[cancelled(1), item(2), item(3)])
    after = order(901, items=[cancelled(1), cancelled(2), item(3)])
    tenant = Tenant().on(ORDER, before, after).on(CANCEL, 204)

    with opened(tenant) as storefront:
        outcomes = [storefront.report_unsent([unsent(2)]) for _ in range(2)]

    assert [[Recorded("901:short-1")], [AlreadyThere("901:short-1")]] == outcomes
    assert [[{"orderItemId": 2}]] == [body["items"] for body in tenant.bodies(CANCEL)]


@pytest.mark.parametrize(
    ("goods", "words"),
    [
        (unsent(3), "line 1 has 2 units left to send, and 3 are wanted"),
        (unsent(order_ref="999"), "SCAYLE has no order 999"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(goods, words):
    """And holds up nobody."""
    tenant = Tenant().on(ORDER, order(901, items=[item(1), item(2)])).on(CANCEL, 204)

    assert [Rejected((words,)), Recorded("901:short-9")] == report(tenant, goods, unsent(ref="short-9"))


def test_an_order_that_cannot_be_read_is_refused_with_its_field():
    tenant = Tenant().on(ORDER, order(901, items={}))

    assert [Rejected(("order 901 cannot be read: field items is a dict, not a list",))] == record(tenant, came_back())


@pytest.mark.parametrize("reply", [500, httpx.ReadTimeout("lost")], ids=["failed", "lost"])
def test_a_lost_answer_is_found_out_by_reading_back(reply):
    """By the very items that were told."""
    before = order(901, items=[shipped(1), shipped(2)])
    after = order(901, items=[returned(1), shipped(2)])

    found = record(Tenant().on(ORDER, before, after).on(RETURN, reply), came_back())
    not_found = record(Tenant().on(ORDER, before).on(RETURN, reply), came_back())

    assert ([Recorded("901:RMA-1")], [Unknown]) == (found, [type(outcome) for outcome in not_found])


def test_a_refusal_of_what_is_there_already_is_no_refusal():
    """What is answered to a repetition is not published."""
    tenant = Tenant().on(ORDER, order(901, items=[item(1)]), order(901, items=[cancelled(1)])).on(CANCEL, refused(409))

    assert [AlreadyThere("901:short-1")] == report(tenant, unsent())


@pytest.mark.parametrize(("reply", "outcome"), [(400, Rejected), (429, Unavailable), (502, Unknown), (503, Unknown)])
def test_a_refusal_is_one_and_a_busy_storefront_may_have_it_later(reply, outcome):
    """A proxy's failure leaves it open, and nothing is told twice."""
    tenant = Tenant().on(ORDER, order(901, items=[item(1)])).on(CANCEL, reply)

    assert [outcome] == [type(each) for each in report(tenant, unsent())]
    assert reply == 429 or 1 == len(tenant.bodies(CANCEL))


def test_orders_that_cannot_be_had_stop_the_call_before_anything_is_sent():
    tenant = Tenant().on(ORDER, 503)

    with pytest.raises(TryLater):
        record(tenant, came_back())


def test_an_order_that_is_not_given_out_costs_only_its_own_goods():
    """It is tried again, and nothing is told of it unseen."""
    tenant = Tenant().on(ORDER, 403).on("GET /shops/ms/countries/DE/orders", {"entities": []}).on(CANCEL, 204)
    tenant.on("GET /shops/ms/countries/DE/orders/902", order(902))

    outcomes = report(tenant, unsent(), unsent(ref="short-2", order_ref="902"))

    assert [Unavailable, Recorded] == [type(outcome) for outcome in outcomes]
    assert [902] == [body["orderId"] for body in tenant.bodies(CANCEL)]
