"""The feed of every shop country, window by window, and orders by name."""

from datetime import UTC, datetime, timedelta

import pytest

from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ShopCountry
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import AuthenticationFailed, TryLater, VendorRefused
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import DE, cancelled, item, order, shipped, state
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, opened, refused

ORDERS = "GET /shops/ms/countries/DE/orders"
AUSTRIA = ShopCountry("ms", "AT")
SINCE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def at(minute, number=901, **changes):
    return order(number, updatedAt=f"2026-11-02T08:{minute:02}:00+00:00", **changes)


def numbers(pages):
    return [each.ref for page in pages for each in page]


def test_the_feed_is_given_oldest_first_whatever_the_lists_order():
    """The watermark follows it; SCAYLE does not publish how it sorts."""
    tenant = Tenant().on(ORDERS, entities(at(30, 3), at(10, 1), at(20, 2)))

    with opened(tenant) as storefront:
        assert ["1", "2", "3"] == numbers(storefront.orders(SINCE))


def test_every_shop_country_is_listed_to_its_last_page():
    """Each by itself; the cursor is opaque and goes back as it came."""
    tenant = Tenant()
    tenant.on(ORDERS, entities(at(10, 1), after="Mgo="), entities(after="dGVzdDE"), entities(at(40, 2)))
    tenant.on("GET /shops/ms/countries/AT/orders", entities(at(20, 3)))

    with opened(tenant, shops=(DE, AUSTRIA)) as storefront:
        found = numbers(storefront.orders(SINCE))

    assert ["1", "3", "2"] == found
    assert [None, "Mgo=", "dGVzdDE"] == [asked.query.get("cursor") for asked in tenant.of(ORDERS)]


def test_the_list_is_asked_for_what_changed_with_its_custom_data():
    """Custom data are absent unless they are asked for, and a plus sign must arrive as one."""
    tenant = Tenant().on(ORDERS, entities())

    with opened(tenant, page_size=50) as storefront:
        list(storefront.orders(SINCE))

    assert [
        {
            "limit": "50",
            "filters[minUpdatedAt]": "2026-11-02T08:00:00+00:00",
            "with": "legacyCustomData,items.legacyCustomData,customer.legacyCustomData",
        }
    ] == [asked.query for asked in tenant.asked]


def test_a_long_look_back_is_read_in_windows_of_which_the_last_has_no_end():
    """What changes while it is read moves into a later window, and never out of the last one."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1)), entities(at(5, 2)), entities(at(50, 3)))

    with opened(tenant, window=timedelta(hours=6)) as storefront:
        pages = list(storefront.orders(datetime(2026, 11, 1, 18, 30, tzinfo=UTC)))

    assert [["1"], ["2"], ["3"]] == [[each.ref for each in page] for page in pages]
    assert [
        ("2026-11-01T18:30:00+00:00", "2026-11-02T00:30:00+00:00"),
        ("2026-11-02T00:30:00+00:00", "2026-11-02T06:30:00+00:00"),
        ("2026-11-02T06:30:00+00:00", None),
    ] == [(each.query["filters[minUpdatedAt]"], each.query.get("filters[maxUpdatedAt]")) for each in tenant.asked]


def test_an_order_that_is_listed_twice_is_given_once_in_its_newer_state():
    """It changed between two pages."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1), after="2"), entities(at(40, 1, status="invoice_completed")))

    with opened(tenant) as storefront:
        [[found]] = storefront.orders(SINCE)

    assert 40 == found.version.minute


def test_an_order_that_cannot_be_read_stands_among_the_others():
    """With its number, its version and the field; and it holds up nobody."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1), at(20, 2, currencyCode=None), at(30, 3)))

    with opened(tenant) as storefront:
        [page] = storefront.orders(SINCE)

    assert ["1", "2", "3"] == [each.ref for each in page]
    assert (
        UnreadableOrder(
            OrderRef("2"),
            datetime(2026, 11, 2, 8, 20, tzinfo=UTC),
            "order 2 cannot be read: field currencyCode is missing or empty",
        )
        == page[1]
    )


def test_an_order_whose_time_cannot_be_read_does_not_move_the_watermark():
    """It is seen again until it can be."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1), order(2, updatedAt="soon")))

    with opened(tenant) as storefront:
        [page] = storefront.orders(SINCE)

    assert [("2", SINCE)] == [(each.ref, each.version) for each in page if isinstance(each, UnreadableOrder)]


def test_orders_that_are_all_at_fault_are_said_to_be_and_stop_nobody():
    """Two that are alone in their window would otherwise keep the watermark, and the stock with it, where it is for ever."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1, items={}), at(20, 2, items={})), entities(at(50, 3)))

    with opened(tenant, window=timedelta(minutes=40)) as storefront:
        pages = list(storefront.orders(SINCE))

    assert [[("1", UnreadableOrder), ("2", UnreadableOrder)], [("3", Order)]] == [
        [(each.ref, type(each)) for each in page] for page in pages
    ]


def test_a_list_in_which_nothing_is_an_order_is_the_answers_fault():
    """The watermark must not pass over a storefront that speaks otherwise than published."""
    tenant = Tenant().on(ORDERS, entities({"number": 1}, {"number": 2}))

    with opened(tenant) as storefront, pytest.raises(VendorRefused, match="no order with an id in it"):
        list(storefront.orders(SINCE))


@pytest.mark.parametrize("body", [{}, {"entities": {}}, {"entities": None}])
def test_an_answer_without_a_list_is_refused(body):
    """No list is not an empty list."""
    tenant = Tenant().on(ORDERS, body)

    with opened(tenant) as storefront, pytest.raises(VendorRefused, match="no list of entities"):
        list(storefront.orders(SINCE))


def test_a_page_that_leads_to_itself_is_refused():
    """It would be read for ever."""
    tenant = Tenant().on(ORDERS, entities(at(10, 1), after="x"))

    with opened(tenant) as storefront, pytest.raises(VendorRefused, match="begins where this one began"):
        list(storefront.orders(SINCE))


def test_pages_that_lead_round_in_a_circle_are_refused():
    """Two that name each other, as well."""
    tenant = Tenant().on(
        ORDERS,
        entities(at(10, 1), after="x"),
        entities(at(11, 2), after="y"),
        entities(at(10, 1), after="x"),
        entities(at(11, 2), after="y"),
    )

    with opened(tenant) as storefront, pytest.raises(VendorRefused, match="or one before it"):
        list(storefront.orders(SINCE))
    assert 3 == len(tenant.asked)


@pytest.mark.parametrize("code", ["order_created", "order_pended"])
def test_a_checkout_that_was_never_finished_is_no_order(code):
    """It may stay so for ever, and would keep stock back for ever; once it is confirmed it comes as a change."""
    unfinished = at(10, 1, confirmedAt=None, detailedStatus=state(code))
    confirmed = at(20, 2, detailedStatus=state("order_confirmed"))
    tenant = Tenant().on(ORDERS, entities(unfinished, confirmed)).on(f"{ORDERS}/1", unfinished)

    with opened(tenant) as storefront:
        assert (["2"], [], [["2"]]) == (
            numbers(storefront.orders(SINCE)),
            storefront.orders_named([OrderRef("1")]),
            [[ref for ref, _ in page] for page in storefront.order_changes(SINCE)],
        )


def test_the_cheap_look_names_what_the_feed_brings():
    """Number and version, oldest first."""
    tenant = Tenant().on(ORDERS, entities(at(30, 3), at(10, 1)))

    with opened(tenant) as storefront:
        changes = list(storefront.order_changes(SINCE))

    assert [[("1", 10), ("3", 30)]] == [[(ref, version.minute) for ref, version in page] for page in changes]


def test_orders_are_read_by_name_and_strangers_left_out():
    """Each once, in the order asked for; what cannot be a number is not even asked for."""
    tenant = Tenant().on(f"{ORDERS}/901", order(901)).on(f"{ORDERS}/902", order(902))

    with opened(tenant) as storefront:
        found = storefront.orders_named([OrderRef(each) for each in ("902", "999", "901", "902", "../x", "0", "")])

    assert ["902", "901"] == [each.ref for each in found]
    assert {f"{ORDERS}/902", f"{ORDERS}/901", f"{ORDERS}/999"} == {asked.name for asked in tenant.asked}
    assert 3 == len(tenant.asked)


def test_an_order_may_be_named_by_its_reference_key():
    """As a cancellation names it; with the equals sign encoded, as SCAYLE wants it."""
    tenant = Tenant().on(f"{ORDERS}/key%3DA%20B%2F7", order(901))

    with opened(tenant) as storefront:
        found = storefront.orders_named([OrderRef("key=A B/7")])

    assert ["901"] == [each.ref for each in found]


def test_an_order_that_is_named_twice_in_two_ways_is_given_once():
    """By number and by key."""
    tenant = Tenant().on(f"{ORDERS}/key%3Dref-901", order(901)).on(f"{ORDERS}/901", order(901))

    with opened(tenant) as storefront:
        assert 1 == len(storefront.orders_named([OrderRef("901"), OrderRef("key=ref-901")]))


def test_an_unreadable_order_by_name_is_refused_with_its_field():
    """The flow then halves the batch until it is alone."""
    tenant = Tenant().on(f"{ORDERS}/901", order(901, items=[item(price={})]))

    with opened(tenant) as storefront, pytest.raises(VendorRefused, match=r"price.withTax is missing"):
        storefront.orders_named([OrderRef("901")])


@pytest.mark.parametrize(
    ("reply", "error"),
    [(503, TryLater), (500, TryLater), (401, AuthenticationFailed), (403, AuthenticationFailed), (400, VendorRefused)],
)
def test_a_storefront_that_does_not_answer_says_what_to_do(reply, error):
    """A read that failed is never an empty answer."""
    tenant = Tenant().on(ORDERS, reply).on(f"{ORDERS}/901", reply)

    with opened(tenant) as storefront:
        with pytest.raises(error):
            list(storefront.orders(SINCE))
        with pytest.raises(error):
            storefront.orders_named([OrderRef("901")])


def test_a_tenant_whose_order_list_is_locked_says_so_in_its_words():
    """Lists may have to be switched on by SCAYLE."""
    tenant = Tenant().on(ORDERS, refused(403, "ENDPOINT_DISABLED", "ask your account manager"))

    with opened(tenant) as storefront, pytest.raises(AuthenticationFailed, match="ENDPOINT_DISABLED: ask your account"):
        list(storefront.orders(SINCE))


def test_the_key_goes_with_every_call():
    """In the header that SCAYLE wants."""
    tenant = Tenant().on(ORDERS, entities())

    with opened(tenant) as storefront:
        list(storefront.orders(SINCE))

    assert "key-0123456789" == tenant.asked[0].headers["x-access-token"]


# ---- one order that is not given out


@pytest.mark.parametrize(("status", "words"), [(403, "HTTP 403"), (500, "HTTP 500"), (400, "HTTP 400")])
def test_an_order_that_is_not_given_out_is_refused_by_its_name(status, words):
    """As long as the list is: the flow asks for the others without it, and the next poll goes on."""
    tenant = Tenant().on(ORDERS, entities()).on(f"{ORDERS}/901", status).on(f"{ORDERS}/902", order(902))

    with opened(tenant) as storefront:
        for refs in (["901"], ["901", "902"]):
            with pytest.raises(VendorRefused, match=f"order 901 is not given out: {words}"):
                storefront.orders_named(refs)
        assert ["902"] == [each.ref for each in storefront.orders_named(["902"])]


@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationFailed), (403, AuthenticationFailed), (503, TryLater)])
def test_where_no_list_is_given_either_it_is_not_that_order(status, error):
    """A key without the right, or a tenant that is down."""
    tenant = Tenant().on(ORDERS, status).on(f"{ORDERS}/901", status).on(f"{ORDERS}/902", order(902))

    with opened(tenant) as storefront:
        for refs in (["901"], ["901", "902"]):
            with pytest.raises(error):
                storefront.orders_named(refs)


def test_where_every_call_fails_it_is_not_the_orders():
    """Though a list can be read."""
    tenant = Tenant().on(ORDERS, entities()).on(f"{ORDERS}/901", 403).on(f"{ORDERS}/902", 500)

    with opened(tenant) as storefront, pytest.raises(TryLater):
        storefront.orders_named(["901", "902"])


@pytest.mark.parametrize("status", [403, 400])
def test_orders_that_a_limited_key_may_not_see_do_not_stop_the_capture(status, caplog):
    """A key may be limited to shops, and events are of every shop; what is ours is in the list, and comes with the poll."""
    tenant = Tenant().on(ORDERS, entities()).on(f"{ORDERS}/901", status).on(f"{ORDERS}/902", status)

    with opened(tenant) as storefront:
        assert [] == storefront.orders_named(["901", "902"])
    assert f"order 901 is not given out: HTTP {status}" in caplog.text


def test_being_too_fast_is_never_an_orders_fault():
    """It is asked for again later."""
    tenant = Tenant().on(ORDERS, entities()).on(f"{ORDERS}/901", 429).on(f"{ORDERS}/902", order(902))

    with opened(tenant) as storefront, pytest.raises(TryLater):
        storefront.orders_named(["901", "902"])


# ---- other shop countries

VIENNA = {"id": 5503, "shopKey": "ms", "countryCode": "AT"}


@pytest.mark.parametrize(
    ("said", "listed", "is_ours"),
    [
        (VIENNA, (DE,), False),
        (VIENNA, (DE, AUSTRIA), True),
        (VIENNA, (ShopCountry("MS", "at"),), True),
        (VIENNA, (ShopCountry("other", "AT"),), False),
        (VIENNA, (ShopCountry("ms", "5503"),), True),
        (VIENNA, (ShopCountry("ms", "5502"),), False),
        ({"id": 5503}, (ShopCountry("ms", "5502"),), False),
        ({"id": 5503}, (DE,), True),
        (None, (DE,), True),
    ],
)
def test_an_order_of_another_shop_country_is_not_ours_though_it_is_given_out(said, listed, is_ours):
    """Events are of every shop country, and any path gives out any order; two connections would send it twice."""
    found = order(901, shopCountry=said, items=[item(delegatedAt=None)], detailedStatus=state("order_confirmed"))
    tenant = Tenant().by(lambda asked: found if asked.path.endswith("/orders/901") else None)

    with opened(tenant, shops=listed) as storefront:
        assert (["901"] if is_ours else []) == [each.ref for each in storefront.orders_named(["901"])]


WAITS = "order 901 is left aside: it was delegated to us, and its shop country ms/AT is not among `shops`"


def test_a_stranger_that_was_delegated_to_us_does_not_vanish_without_a_word():
    """Whoever lists the shop countries forgot one; the others are read without it."""
    tenant = Tenant().on(f"{ORDERS}/901", order(901, shopCountry=VIENNA)).on(f"{ORDERS}/902", order(902))

    with opened(tenant) as storefront:
        for refs in (["901"], ["901", "902"]):
            with pytest.raises(VendorRefused, match=WAITS):
                storefront.orders_named(refs)


def test_several_strangers_that_are_alone_do_not_stop_the_capture(caplog):
    """Refused together they would look like a tenant that nobody can read."""
    tenant = Tenant().on(f"{ORDERS}/901", order(901, shopCountry=VIENNA))
    tenant.on(f"{ORDERS}/902", order(902, shopCountry=VIENNA))

    with opened(tenant) as storefront:
        assert [] == storefront.orders_named(["901", "902"])
    assert WAITS in caplog.messages[0]


@pytest.mark.parametrize(
    ("changes", "chosen"),
    [
        ({}, {"shops_elsewhere": (AUSTRIA,)}),
        ({}, {"merchant": "ours"}),
        ({}, {"hand_over": HandOver.POLLING}),
        ({"items": [shipped(1)]}, {}),
        ({"items": [cancelled(1)]}, {}),
        ({"items": [item(price={})]}, {}),
    ],
    ids=["another connection's", "another merchant's", "nothing is delegated", "it left", "cancelled", "unreadable"],
)
def test_a_stranger_that_waits_for_nobody_here_is_left_out_without_a_word(changes, chosen):
    tenant = Tenant().on(f"{ORDERS}/901", order(901, shopCountry=VIENNA, **changes))

    with opened(tenant, **chosen) as storefront:
        assert [] == storefront.orders_named(["901"])
