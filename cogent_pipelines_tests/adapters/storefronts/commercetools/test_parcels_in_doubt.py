"""Parcels written against an order that changes, or whose answer was lost: once each, or said to be unknown."""

import httpx
import pytest

from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import opened, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.recording import LOST, create, parcel
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    delivery,
    order,
    parcel_of,
    uuid,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.shop import Shop, somebody_changes


def test_a_conflict_is_read_again_decided_again_and_written_for_the_new_version():
    """Somebody edited the order between our look and our write."""
    shop = Shop(order(1))
    shop.before = [somebody_changes]

    [outcome] = create(shop, parcel())

    assert isinstance(outcome, Created)
    assert [1, 2] == [asked.body["version"] for asked in shop.to(f"POST /orders/{uuid(1)}")]


def test_after_a_conflict_the_decision_may_be_another():
    """Somebody else recorded the very parcel."""

    def recorded(given_order):
        somebody_changes(given_order)
        given_order["shippingInfo"]["deliveries"].append(delivery("theirs", parcel_of("T1"), key="despatch-D1"))

    shop = Shop(order(1))
    shop.before = [recorded]

    assert ([AlreadyThere("theirs")], 1) == (create(shop, parcel()), len(shop.written))


def test_an_order_that_keeps_changing_is_left_for_later():
    """A bounded number of tries."""
    shop = Shop(order(1))
    shop.before = [somebody_changes] * 20

    [outcome] = create(shop, parcel())

    assert (Unavailable("somebody else keeps changing it"), 5) == (outcome, len(shop.written))


def test_an_order_that_went_away_meanwhile_is_said_to_be_gone():
    """Deleted between look and write."""
    shop = Shop(order(1))

    def deleted(given_order):
        somebody_changes(given_order)
        del shop.orders[uuid(1)]

    shop.before = [deleted]

    assert [Rejected((f"commercetools has no order {uuid(1)}",))] == create(shop, parcel())


@pytest.mark.parametrize("lost", [LOST, refused(500, "General")])
def test_a_lost_answer_is_found_out_by_reading_back(lost):
    """The vendor had acted: it is there, and it is ours."""
    shop = Shop(order(1))
    shop.after = [lost]

    assert ([Created(f"{uuid(1)}-d1")], 1) == (create(shop, parcel()), len(shop.written))


def test_what_is_not_there_after_a_lost_answer_is_written_for_the_same_version():
    """Which the first one would make impossible, if it arrived after all."""
    shop = Shop(order(1))
    shop.before = [lambda _: LOST]

    [outcome] = create(shop, parcel())

    assert (Created(f"{uuid(1)}-d1"), 1) == (outcome, len(shop.deliveries(uuid(1))))
    assert [1, 1] == [asked.body["version"] for asked in shop.to(f"POST /orders/{uuid(1)}")]


def test_what_is_lost_again_and_again_is_unknown():
    """Never refused: it may still have been done."""
    shop = Shop(order(1))
    shop.before = [lambda _: LOST] * 9

    [outcome] = create(shop, parcel())

    assert isinstance(outcome, Unknown)


def test_what_cannot_be_read_back_is_unknown():
    """And says both reasons."""
    shop = Shop(order(1)).on(f"GET /orders/{uuid(1)}", httpx.Response(503, text="over capacity"))
    shop.after = [LOST]

    [outcome] = create(shop, parcel())

    assert isinstance(outcome, Unknown)
    assert "could not be read back" in outcome.reason


def test_an_answer_that_nobody_foresaw_is_unknown_and_takes_no_other_order_with_it():
    """A list where an order should be."""
    shop = Shop(order(1), order(2))
    shop.after = [httpx.Response(200, json={"id": uuid(1), "lineItems": []})]

    outcomes = create(shop, parcel(), parcel(of=2), concurrency=1)

    assert {Unknown, Created} == {type(each) for each in outcomes}


def test_a_vendor_that_is_away_refuses_the_whole_call():
    """Nothing was attempted."""
    shop = Shop(order(1)).on("GET /orders", httpx.Response(503, text="away"))

    with opened(shop) as storefront, pytest.raises(VendorUnavailable):
        storefront.create_fulfilments([parcel()])


def test_a_scope_that_is_missing_for_writing_is_said_once():
    """Where nothing at all was accepted."""
    shop = Shop(order(1)).on(f"POST /orders/{uuid(1)}", refused(403, "insufficient_scope", "Needed: manage_orders"))

    with opened(shop) as storefront, pytest.raises(AuthenticationFailed, match="manage_orders"):
        storefront.create_fulfilments([parcel()])
