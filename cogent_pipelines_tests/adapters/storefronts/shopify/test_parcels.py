"""Parcels recorded at Shopify: each once, whatever happens on the way."""

import httpx
import pytest

from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.shopify.recording import (
    CLOSED,
    LOST,
    Known,
    a_store,
    made,
    parcel,
    said_no,
    tracked,
)
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import fulfilment_order, hand_over, owed, told
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page, refused


def test_a_parcel_is_recorded_with_its_lines_and_tracking():
    """Against what is open now, whatever its ids were yesterday."""
    store = a_store(hand_over()).on("CreateFulfilment", made(5))
    with opened(store) as storefront:
        outcomes = storefront.create_fulfilments([parcel(carrier="Royal Mail", url="https://track.example/RM1")])

    assert [Created("5")] == outcomes
    assert [
        {
            "fulfillment": {
                "lineItemsByFulfillmentOrder": [
                    {
                        "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                        "fulfillmentOrderLineItems": [{"id": "gid://shopify/FulfillmentOrderLineItem/1", "quantity": 2}],
                    }
                ],
                "notifyCustomer": True,
                "trackingInfo": {"number": "RM1", "url": "https://track.example/RM1", "company": "Royal Mail"},
            }
        }
    ] == store.variables_of("CreateFulfilment")


def test_an_address_that_shopify_would_refuse_is_left_out():
    """It would refuse the parcel with it. A carrier alone is nothing to follow."""
    store = a_store(hand_over()).on("CreateFulfilment", made())
    with opened(store) as storefront:
        storefront.create_fulfilments([parcel(carrier="Royal Mail", number="", url="track me")])

    assert "trackingInfo" not in store.variables_of("CreateFulfilment")[0]["fulfillment"]


@pytest.mark.parametrize(
    ("given", "existing"),
    [
        (parcel(), told(9, {1: 2}, tracking=("RM1",))),
        (parcel(), told(9, {1: 2, 2: 1}, tracking=("XX", "RM1"))),
        (parcel(number=""), told(9, {1: 2})),
    ],
    ids=["same tracking", "same tracking among others", "same lines, no tracking"],
)
def test_a_parcel_that_is_there_is_not_recorded_again(given, existing):
    """Whoever recorded it: an earlier call whose answer was lost, or a person."""
    store = a_store(hand_over(fulfillments=[existing]))
    with opened(store) as storefront:
        assert [AlreadyThere("9")] == storefront.create_fulfilments([given])

    assert [] == store.variables_of("CreateFulfilment")


@pytest.mark.parametrize(
    "existing",
    [
        told(9, {1: 2}, tracking=("RM1",), status="CANCELLED"),
        told(9, {1: 1}),
        told(9, {2: 2}, tracking=("RM1",)),
        told(9, {1: 2}, tracking=("OTHER",)),
    ],
    ids=["cancelled", "other quantity", "same tracking, other lines", "other tracking"],
)
def test_another_parcel_does_not_stand_for_this_one(existing):
    """It is recorded beside it."""
    store = a_store(hand_over(fulfillments=[existing])).on("CreateFulfilment", made(5))
    with opened(store) as storefront:
        assert [Created("5")] == storefront.create_fulfilments([parcel()])


def test_a_parcel_recorded_without_tracking_gets_it_now():
    """Its first report was lost, and the number came since."""
    store = a_store(hand_over(fulfillments=[told(9, {1: 2})])).on("UpdateTracking", tracked())
    with opened(store) as storefront:
        assert [AlreadyThere("9")] == storefront.create_fulfilments([parcel()])

    assert "gid://shopify/Fulfillment/9" == store.variables_of("UpdateTracking")[0]["fulfillmentId"]


def test_two_parcels_that_look_alike_are_two_parcels():
    """One unit each of the same line, no tracking: told apart within one call, and later by whoever remembers."""
    two_open = hand_over(fulfillmentOrders=page([fulfilment_order([owed(1, 3)])]))
    one_told = hand_over(fulfillments=[told(5, {1: 1})], fulfillmentOrders=page([fulfilment_order([owed(1, 2)])]))
    alike = [parcel({1: 1}, despatch="D1", number=""), parcel({1: 1}, despatch="D2", number="")]
    store = a_store(two_open).on("CreateFulfilment", made(5), made(6))
    with opened(store) as storefront:
        assert [Created("5"), Created("6")] == storefront.create_fulfilments(alike)

    store = a_store(one_told).on("CreateFulfilment", made(6))
    with opened(store, known=Known(f5="D1")) as storefront:
        assert [AlreadyThere("5"), Created("6")] == storefront.create_fulfilments(alike)


def test_a_look_alike_that_nobody_remembers_is_taken_for_the_parcel():
    """Recording it twice would be worse."""
    store = a_store(hand_over(fulfillments=[told(5, {1: 1})])).on("CreateFulfilment", made(6))
    with opened(store) as storefront:
        assert [AlreadyThere("5")] == storefront.create_fulfilments([parcel({1: 1}, number="")])


def test_a_line_spread_over_locations_is_one_call_each():
    """Shopify takes one location a call; the parcel's reference holds both fulfilments."""
    elsewhere = {"location": {"id": "gid://shopify/Location/8"}}
    store = a_store(
        hand_over(
            fulfillmentOrders=page(
                [
                    fulfilment_order([owed(1, 1, key=11)], 1),
                    fulfilment_order([owed(1, 1, key=12), owed(2, 4, key=13)], 2, assignedLocation=elsewhere),
                ]
            )
        )
    ).on("CreateFulfilment", made(5), made(6))
    with opened(store) as storefront:
        assert [Created("5 6")] == storefront.create_fulfilments([parcel({1: 2, 2: 3})])

    groups = [asked["fulfillment"]["lineItemsByFulfillmentOrder"] for asked in store.variables_of("CreateFulfilment")]
    assert [
        [("gid://shopify/FulfillmentOrder/1", [1])],
        [("gid://shopify/FulfillmentOrder/2", [1, 3])],
    ] == [
        [(group["fulfillmentOrderId"], [line["quantity"] for line in group["fulfillmentOrderLineItems"]]) for group in call]
        for call in groups
    ]


def test_units_are_taken_from_our_own_location_first():
    """The shop round the corner still owes the other one."""
    theirs = fulfilment_order([owed(1, 1, key=11)], 1, assignedLocation={"location": {"id": "gid://shopify/Location/8"}})
    store = a_store(hand_over(fulfillmentOrders=page([theirs, fulfilment_order([owed(1, 1, key=12)], 2)])))
    store.on("CreateFulfilment", made(5))
    with opened(store, fulfilment_locations=frozenset({"gid://shopify/Location/7"})) as storefront:
        assert [Created("5")] == storefront.create_fulfilments([parcel({1: 1})])

    sent = store.variables_of("CreateFulfilment")[0]["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert ["gid://shopify/FulfillmentOrder/2"] == [group["fulfillmentOrderId"] for group in sent]


def test_the_half_that_is_there_is_not_sent_again():
    """A crash between two locations: the tracking number tells what is missing."""
    half = hand_over(
        fulfillments=[told(5, {1: 1}, tracking=("RM1",))], fulfillmentOrders=page([fulfilment_order([owed(1, 1)], 2)])
    )
    store = a_store(half).on("CreateFulfilment", made(6))
    with opened(store) as storefront:
        assert [Created("5 6")] == storefront.create_fulfilments([parcel()])

    sent = store.variables_of("CreateFulfilment")[0]["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert [[1]] == [[line["quantity"] for line in group["fulfillmentOrderLineItems"]] for group in sent]


def test_the_half_that_is_there_is_told_without_tracking_as_well():
    """What was told and what is open make up the parcel exactly."""
    half = hand_over(fulfillments=[told(5, {1: 1})], fulfillmentOrders=page([fulfilment_order([owed(1, 1)], 2)]))
    store = a_store(half).on("CreateFulfilment", made(6))
    with opened(store) as storefront:
        assert [Created("5 6")] == storefront.create_fulfilments([parcel(number="")])

    less = hand_over(fulfillments=[told(5, {1: 1})], fulfillmentOrders=page([fulfilment_order([owed(1, 0)], 2)]))
    with opened(a_store(less)) as storefront:
        assert isinstance(storefront.create_fulfilments([parcel(number="")])[0], Rejected)


def test_a_parcel_of_more_than_512_lines_is_several_calls():
    """Shopify's limit for the inner list."""
    lines = [owed(number, 1) for number in range(1, 601)]
    store = a_store(hand_over(fulfillmentOrders=page([fulfilment_order(lines)]))).on("CreateFulfilment", made(5), made(6))
    with opened(store) as storefront:
        assert [Created("5 6")] == storefront.create_fulfilments([parcel(dict.fromkeys(range(1, 601), 1))])

    assert [512, 88] == [
        len(asked["fulfillment"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"])
        for asked in store.variables_of("CreateFulfilment")
    ]


def test_parcels_of_one_order_draw_on_the_same_open_lines():
    """The second takes what the first left; a third finds nothing."""
    store = a_store(hand_over()).on("CreateFulfilment", made(5), made(6))
    three = [parcel({1: 1}, despatch=f"D{n}", number=f"RM{n}") for n in (1, 2, 3)]
    with opened(store) as storefront:
        outcomes = storefront.create_fulfilments(three)

    assert [Created("5"), Created("6")] == outcomes[:2]
    assert isinstance(outcomes[2], Rejected)
    assert 2 == len(store.variables_of("CreateFulfilment"))


def test_outcomes_come_in_the_order_of_the_parcels():
    """Orders run side by side, and are read together."""
    store = Store().on("HandOver", {"nodes": [hand_over(2), hand_over(1)]})
    store.on("CreateFulfilment", lambda variables: made(variables["fulfillment"]["trackingInfo"]["number"]))
    given = [parcel({1: 1}, despatch=f"D{n}", order=order, number=str(n)) for n, order in enumerate("1212")]
    with opened(store) as storefront:
        assert [Created("0"), Created("1"), Created("2"), Created("3")] == storefront.create_fulfilments(given)

    assert 1 == len(store.variables_of("HandOver"))


@pytest.mark.parametrize("fault", [LOST, httpx.Response(500, text="oops"), httpx.Response(200, text="<html>")])
def test_a_lost_answer_is_settled_by_reading_back(fault):
    """It was carried out: found by its tracking number, and not sent again."""
    store = a_store(hand_over(), hand_over(fulfillments=[told(5, {1: 2}, tracking=("RM1",))])).on("CreateFulfilment", fault)
    with opened(store) as storefront:
        assert [Created("5")] == storefront.create_fulfilments([parcel()])

    assert 1 == len(store.variables_of("CreateFulfilment"))


def test_a_lost_answer_that_is_not_there_yet_stays_unknown():
    """It may still come: nothing is sent again in the same breath."""
    store = a_store(hand_over()).on("CreateFulfilment", LOST)
    with opened(store) as storefront:
        outcome = storefront.create_fulfilments([parcel()])[0]

    assert isinstance(outcome, Unknown)
    assert 1 == len(store.variables_of("CreateFulfilment"))


def test_a_read_back_that_fails_leaves_it_unknown():
    """Two troubles prove nothing together."""
    store = Store().on("HandOver", {"nodes": [hand_over()]}, httpx.Response(503)).on("CreateFulfilment", LOST)
    with opened(store) as storefront:
        assert isinstance(storefront.create_fulfilments([parcel()])[0], Unknown)


def test_closed_because_it_was_recorded_meanwhile():
    """This is how a doubled despatch shows up: read again, and there it is."""
    closed = fulfilment_order([owed(1, 0)], status="CLOSED")
    done = hand_over(fulfillments=[told(5, {1: 2}, tracking=("RM1",))], fulfillmentOrders=page([closed]))
    store = a_store(hand_over(), done).on("CreateFulfilment", said_no(CLOSED))
    with opened(store) as storefront:
        assert [AlreadyThere("5")] == storefront.create_fulfilments([parcel()])


def test_closed_for_another_reason_is_refused_in_shopifys_words():
    """A person must look."""
    closed = hand_over(fulfillmentOrders=page([fulfilment_order([owed(1, 0)], status="CLOSED")]))
    store = a_store(hand_over(), closed).on("CreateFulfilment", said_no(CLOSED))
    with opened(store) as storefront:
        assert [Rejected((CLOSED,))] == storefront.create_fulfilments([parcel()])


def test_open_lines_that_moved_between_a_look_and_a_call_are_found_again():
    """A split gives them a new id; the second look has it."""
    moved = hand_over(fulfillmentOrders=page([fulfilment_order([owed(1, 2, key=77)], 2)]))
    store = a_store(hand_over(), moved).on("CreateFulfilment", said_no("Fulfillment order does not exist."), made(5))
    with opened(store) as storefront:
        assert [Created("5")] == storefront.create_fulfilments([parcel()])

    assert 2 == len(store.variables_of("CreateFulfilment"))


def test_a_refusal_that_a_second_look_does_not_explain_is_not_argued_with():
    """The same call is not sent twice."""
    store = a_store(hand_over()).on("CreateFulfilment", said_no("No.", "Never."))
    with opened(store) as storefront:
        assert [Rejected(("No.", "Never."))] == storefront.create_fulfilments([parcel()])

    assert 1 == len(store.variables_of("CreateFulfilment"))


def test_an_order_fulfilled_by_hand_explains_the_parcel():
    """All gone, same lines, no contradiction in the tracking."""
    closed = page([fulfilment_order([owed(1, 0)], status="CLOSED")])
    by_hand = hand_over(fulfillments=[told(9, {1: 2}, tracking=("HAND",))], fulfillmentOrders=closed)
    with opened(a_store(by_hand)) as storefront:
        assert [AlreadyThere("9")] == storefront.create_fulfilments([parcel(number="")])
    with opened(a_store(by_hand)) as storefront:
        assert isinstance(storefront.create_fulfilments([parcel(number="RM1")])[0], Rejected)


def test_more_than_is_open_is_refused_with_the_line():
    """Nothing is sent: Shopify would refuse the whole call."""
    store = a_store(hand_over())
    with opened(store) as storefront:
        outcome = storefront.create_fulfilments([parcel({1: 3, 9: 1})])[0]

    assert isinstance(outcome, Rejected)
    assert ["line 1: the parcel holds 3", "line 9: the parcel holds 1"] == [one.split(",")[0] for one in outcome.reasons]
    assert [] == store.variables_of("CreateFulfilment")


def test_an_order_that_is_not_routed_yet_is_tried_later():
    """Fulfilment orders appear a moment after the order; or never, without the scope."""
    store = a_store(hand_over(fulfillmentOrders=page([])))
    with opened(store) as storefront:
        assert isinstance(storefront.create_fulfilments([parcel()])[0], Unavailable)


def test_a_cancelled_order_says_so():
    """Its goods have left all the same, and somebody must know."""
    cancelled = hand_over(cancelledAt="2026-11-02T09:00:00Z", fulfillmentOrders=page([]))
    with opened(a_store(cancelled)) as storefront:
        outcome = storefront.create_fulfilments([parcel()])[0]

    assert "the order is cancelled" in outcome.reasons[0]


@pytest.mark.parametrize("given", [parcel({}), parcel({1: 0}), parcel(order="404"), parcel(order="not-a-number")], ids=str)
def test_what_cannot_be_a_parcel_is_never_sent(given):
    """An empty list of lines would fulfil everything that is open."""
    store = Store().on(
        "HandOver", lambda variables: {"nodes": [hand_over() if "/1" in gid else None for gid in variables["ids"]]}
    )
    with opened(store) as storefront:
        assert isinstance(storefront.create_fulfilments([given])[0], Rejected)

    assert [] == store.variables_of("CreateFulfilment")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(503), Unavailable),
        (httpx.ConnectError("refused"), Unavailable),
        (
            refused("RESOURCE_NOT_FOUND", "invalid id", path=["fulfillmentCreate"], data={"fulfillmentCreate": None}),
            Rejected,
        ),
        ({"fulfillmentCreate": None}, Unknown),
    ],
)
def test_what_became_of_a_call_is_told_apart(reply, kind):
    """Not done, refused, or nobody knows."""
    store = a_store(hand_over()).on("CreateFulfilment", reply)
    with opened(store) as storefront:
        assert kind is type(storefront.create_fulfilments([parcel()])[0])


def test_a_missing_scope_is_everybodys_trouble():
    """No parcel is at fault."""
    denied = refused("ACCESS_DENIED", "needs write_…", path=["fulfillmentCreate"], data={"fulfillmentCreate": None})
    store = a_store(hand_over()).on("CreateFulfilment", denied)
    with opened(store) as storefront, pytest.raises(AuthenticationFailed, match="needs write"):
        storefront.create_fulfilments([parcel()])
