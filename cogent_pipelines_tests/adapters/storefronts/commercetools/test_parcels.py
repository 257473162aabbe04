"""Parcels: recorded once each, found again, and the order's state with them."""

import pytest

from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Rejected
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import opened, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.recording import create, parcel
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    address,
    custom_line,
    delivery,
    line,
    order,
    parcel_of,
    return_item,
    shipping,
    uuid,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.shop import Shop


def test_a_parcel_becomes_one_delivery_with_its_parcel_its_tracking_and_our_key():
    """In one update with the order's new state: all of it or nothing."""
    shop = Shop(order(1, line(quantity=2)))

    [outcome] = create(shop, parcel(("line-1", 2)))

    assert Created(f"{uuid(1)}-d1") == outcome
    assert [
        [
            {
                "action": "addDelivery",
                "deliveryKey": "despatch-D1",
                "items": [{"id": "line-1", "quantity": 2}],
                "parcels": [
                    {
                        "key": "despatch-D1",
                        "items": [{"id": "line-1", "quantity": 2}],
                        "trackingData": {"trackingId": "T1", "carrier": "Royal Mail"},
                    }
                ],
            },
            {"action": "changeShipmentState", "shipmentState": "Shipped"},
        ]
    ] == shop.written


def test_an_order_is_partly_shipped_until_every_line_has_gone():
    """Two parcels, the second ends it; the second sees the first without another look."""
    shop = Shop(order(1, line(quantity=2), line(2)))

    outcomes = create(shop, parcel(("line-1", 2)), parcel(("line-2", 1), ref="D2", number="T2"))

    assert [Created, Created] == [type(each) for each in outcomes]
    assert ["Partial", "Shipped"] == [actions[1]["shipmentState"] for actions in shop.written]
    assert ["GET /orders", *[f"POST /orders/{uuid(1)}"] * 2] == shop.paths


def test_a_state_that_is_right_already_is_not_written_again():
    """The merchant's own flows hang on its messages."""
    shop = Shop(order(1, line(quantity=3), shipmentState="Partial"))

    create(shop, parcel(("line-1", 1)))

    assert [["addDelivery"]] == [[each["action"] for each in actions] for actions in shop.written]


@pytest.mark.parametrize("state", ["Shipped", "Delivered"])
def test_a_state_that_says_more_is_not_taken_back(state):
    """Somebody knows more than we do."""
    shop = Shop(order(1, line(quantity=3), shipmentState=state))

    create(shop, parcel(("line-1", 1)))

    assert (state, 1) == (shop.orders[uuid(1)]["shipmentState"], len(shop.deliveries(uuid(1))))


@pytest.mark.parametrize(
    ("more", "settings"),
    [
        ({"returnInfo": [{"items": [return_item(1, line_id="line-2")]}]}, {}),
        ({"customLineItems": [custom_line()]}, {}),
    ],
)
def test_what_is_not_going_to_leave_does_not_keep_an_order_open(more, settings):
    """A unit given back in a shop; a charge without goods."""
    lines = [line(1)] + ([line(2)] if "returnInfo" in more else [])
    shop = Shop(order(1, *lines, **more))

    create(shop, parcel(), **settings)

    assert "Shipped" == shop.orders[uuid(1)]["shipmentState"]


def test_units_in_a_cancelled_state_do_not_keep_an_order_open():
    """By the project's own line-item state."""
    gone = [{"quantity": 1, "state": {"typeId": "state", "id": "s-1"}}]
    shop = Shop(order(1, line(1), line(2, state=gone))).on("GET /states", page({"id": "s-1", "key": "cancelled"}))

    create(shop, parcel(), cancelled_line_states=frozenset({"cancelled"}))

    assert "Shipped" == shop.orders[uuid(1)]["shipmentState"]


def test_a_parcel_that_is_recorded_is_not_recorded_again():
    """Known by our key, whatever its tracking."""
    shop = Shop(order(1, line(quantity=2)))
    [first] = create(shop, parcel())

    [again] = create(shop, parcel())

    assert AlreadyThere(first.ref) == again
    assert 1 == len(shop.written)


def test_a_parcel_that_somebody_else_recorded_is_known_by_number_and_units():
    """The system before us, or a person at the Merchant Center."""
    there = delivery("theirs", parcel_of("T1"), items=[("line-1", 1)])
    shop = Shop(order(1, line(quantity=2), shippingInfo=shipping(400, there)))

    outcomes = create(shop, parcel(), parcel(("line-1", 1), ref="D2", number="T2"))

    assert [AlreadyThere("theirs"), Created] == [outcomes[0], type(outcomes[1])]


def test_a_second_box_with_the_number_and_units_of_the_first_is_a_parcel_of_its_own():
    """A carrier's one number for two boxes; only a delivery that is not ours is known by them."""
    shop = Shop(order(1, line(quantity=2)))

    outcomes = create(shop, parcel(), parcel(ref="D 2"), parcel(ref="D 2"))

    assert [Created, Created, AlreadyThere] == [type(each) for each in outcomes]
    assert [1, 1] == [sum(item["quantity"] for item in each["items"]) for each in shop.deliveries(uuid(1))]
    assert "Shipped" == shop.orders[uuid(1)]["shipmentState"]


def test_a_recorded_parcel_without_its_number_gets_it():
    """Its tracking arrived meanwhile."""
    shop = Shop(order(1))
    [made] = create(shop, parcel(number=""))

    [outcome] = create(shop, parcel())

    assert Created(made.ref) == outcome
    assert ["T1"] == [each["trackingData"]["trackingId"] for each in shop.deliveries(uuid(1))[0]["parcels"]]


def test_a_despatch_reference_that_no_key_may_hold_has_a_key_all_the_same():
    """Always the same one, and another for another."""
    shop = Shop(order(1, line(quantity=3)))

    create(shop, parcel(ref="D 1/ä"), parcel(ref="D 1/b", number="T2"))
    [again] = create(shop, parcel(ref="D 1/ä"))

    keys = [each["key"] for each in shop.deliveries(uuid(1))]
    assert 2 == len(set(keys))
    assert all(key.isascii() and key.replace("-", "").isalnum() and len(key) <= 256 for key in keys)
    assert AlreadyThere(f"{uuid(1)}-d1") == again


# ---- what cannot be


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (parcel(("line-1", 3)), "line line-1: the parcel holds 3, and commercetools has 2 left to deliver"),
        (parcel(("line-9", 1)), "the order has no line line-9"),
        (parcel(("line-1", 0)), "the parcel has a line without units"),
        (Parcel("D1", uuid(1), (), Tracking(), notify_customer=False), "the parcel has no lines"),
        (parcel(of=7), f"commercetools has no order {uuid(7)}"),
    ],
)
def test_a_parcel_that_does_not_fit_its_order_is_refused_with_words(wanted, words):
    """The vendor would take it: it compares nothing."""
    shop = Shop(order(1, line(quantity=2)))

    assert ([Rejected((words,))], []) == (create(shop, wanted), shop.written)


def test_units_that_came_back_may_be_sent_once_more():
    """An exchange."""
    shop = Shop(
        order(
            1,
            line(quantity=1),
            shippingInfo=shipping(400, delivery(key="despatch-D0")),
            returnInfo=[{"items": [return_item(1)]}],
        )
    )

    assert [Created] == [type(each) for each in create(shop, parcel())]


@pytest.mark.parametrize(
    ("given", "words"),
    [({"orderState": "Cancelled"}, "is cancelled"), ({"shippingInfo": None}, "without shipping information")],
)
def test_an_order_that_takes_no_delivery_is_said_to(given, words):
    """A person must look."""
    [outcome] = create(Shop(order(1, **given)), parcel())

    assert isinstance(outcome, Rejected)
    assert words in outcome.reasons[0]


def test_one_bad_parcel_holds_up_nobody():
    """One outcome each, in order."""
    shop = Shop(order(1), order(2))

    outcomes = create(shop, parcel(("line-1", 9)), parcel(of=2, ref="D2"), parcel(of=9, ref="D3"))

    assert [Rejected, Created, Rejected] == [type(each) for each in outcomes]


def test_a_refusal_is_given_in_the_vendors_words():
    """Its code and its message."""
    shop = Shop(order(1))
    shop.before = [lambda _: refused(400, "InvalidOperation", "Not now.")]

    assert [Rejected(("HTTP 400: InvalidOperation: Not now.",))] == create(shop, parcel())


# ---- several shipping methods


def test_a_parcel_goes_to_the_shipping_method_that_its_lines_chose():
    """Orders with several want a key."""

    def details(key):
        return {"targets": [{"addressKey": "a", "quantity": 1, "shippingMethodKey": key}], "valid": True}

    shop = Shop(
        order(
            1,
            line(1, shippingDetails=details("slow")),
            line(2, shippingDetails=details("fast")),
            shippingMode="Multiple",
            shippingInfo=None,
            shipping=[
                {"shippingKey": key, "shippingInfo": shipping(100), "shippingAddress": address()} for key in ("slow", "fast")
            ],
        )
    )

    create(shop, parcel(("line-2", 1)))

    assert "fast" == shop.written[0][0]["shippingKey"]


# ---- reading back and tracking


def test_what_was_told_can_be_read_back():
    """Units and numbers of each delivery, whoever made it; a label for the way back is no tracking."""
    back = parcel_of("R1", "parcel-2", trackingData={"trackingId": "R1", "isReturn": True})
    shop = Shop(order(1, shippingInfo=shipping(400, delivery("d", parcel_of("T1"), back))), order(2))

    with opened(shop) as storefront:
        told = storefront.fulfilments_of([uuid(1), uuid(2), uuid(9)])

    assert {
        uuid(1): [Fulfilment("d", uuid(1), (FulfilmentLine("line-1", 1),), ("T1",), cancelled=False)],
        uuid(2): [],
        uuid(9): [],
    } == told


@pytest.mark.parametrize("broken", [{"items": [{"id": "line-1", "quantity": "2"}]}, {"id": None, "parcels": "none"}])
def test_an_order_that_cannot_be_read_back_harms_no_other(broken):
    """Nothing is said of it; its own parcel is found by its key before anything is told again."""
    spoilt = delivery("d", parcel_of("T2"), key="despatch-D2") | broken
    shop = Shop(order(1, shippingInfo=shipping(400, delivery("d", parcel_of("T1")))), order(2), order(3))
    shop.orders[uuid(2)]["shippingInfo"]["deliveries"] = [spoilt]

    with opened(shop) as storefront:
        told = storefront.fulfilments_of([uuid(1), uuid(2), uuid(3)])

    assert {uuid(1): 1, uuid(3): 0} == {ref: len(each) for ref, each in told.items()}


@pytest.mark.parametrize(
    ("there", "action"),
    [
        (delivery("d", parcel_of()), "setParcelTrackingData"),
        (delivery("d"), "addParcelToDelivery"),
        (delivery("d", parcel_of("OTHER")), "addParcelToDelivery"),
        (delivery("d", parcel_of("OTHER", key="despatch-D1")), "setParcelTrackingData"),
    ],
)
def test_tracking_is_put_on_the_parcel_that_has_none_and_only_once(there, action):
    """A delivery without a parcel gets one."""
    shop = Shop(order(1, shippingInfo=shipping(400, there)))
    with opened(shop) as storefront:
        outcomes = [storefront.add_tracking("d", parcel()) for _ in range(2)]

    assert ([Created("d"), AlreadyThere("d")], [[action]]) == (
        outcomes,
        [[each["action"] for each in actions] for actions in shop.written],
    )


def test_tracking_for_nothing_is_refused():
    """No number, no such delivery, or no such order: one parcel's matter, and no call that is refused."""
    shop = Shop(order(1))
    with opened(shop) as storefront:
        assert isinstance(storefront.add_tracking("d", parcel(number="")), Rejected)
        outcomes = [storefront.add_tracking("d", parcel(of=of)) for of in (1, 9)]

    assert [Rejected(("commercetools has no delivery d",))] * 2 == outcomes
    assert [] == shop.written
