"""Parcels told once each, with exactly the items that left, whatever becomes of the answers."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.scayle.settings import ShopCountry
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, OrderRef
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import item, order, package, shipped
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, opened, refused

ORDER = "GET /shops/ms/countries/DE/orders/901"
SHIP = "POST /fulfillment/shipments"
LEFT_AT = datetime(2026, 11, 2, 8, 39, 12, 345, tzinfo=UTC)


def parcel(quantity=1, *, ref="D1", number="T1", order_ref="901", line="1", carrier="DHL_STD_NATIONAL"):
    return Parcel(
        DespatchRef(ref),
        OrderRef(order_ref),
        (FulfilmentLine(LineRef(line), quantity),),
        Tracking(carrier, number=number),
        notify_customer=True,
        despatched_at=LEFT_AT,
    )


class Warehousing(Tenant):
    """A tenant that keeps its orders as SCAYLE would: a shipment makes a package and moves its items into it."""

    def __init__(self, *orders):
        super().__init__()
        self.orders = {each["id"]: each for each in orders}
        self.lose = 0
        self.drop = 0
        self.by(self._answer)

    def _answer(self, asked):
        if asked.method == "GET" and "/orders/" in asked.path:
            return self.orders.get(int(asked.path.rpartition("/")[2]))
        if asked.name == SHIP:
            return self._ship(asked.body)
        return None

    def _ship(self, body):
        if self.drop:
            self.drop -= 1
            return httpx.ReadTimeout("lost on the way")
        found = self.orders[body["orderId"]]
        number = 100 + len(found["packages"])
        found["packages"].append(package(number, body["shipmentKey"]))
        for each in body["items"]:
            row = next(row for row in found["items"] if row["id"] == each["orderItemId"])
            row |= {"status": "shipped", "shippedAt": "2026-11-02T08:40:00+00:00", "packageId": number}
        if self.lose:
            self.lose -= 1
            return httpx.ReadTimeout("no answer")
        return httpx.Response(201)


def three(number=901):
    return order(number, items=[item(1), item(2), item(3)], packages=[package(45)])


def told(tenant):
    return [(body["shipmentKey"], [each["orderItemId"] for each in body["items"]]) for body in tenant.bodies(SHIP)]


def test_a_parcel_is_told_with_its_items_its_number_and_the_time_at_which_it_left():
    """One call per parcel; each item's own id is its return key, so that it cannot be lost."""
    tenant = Warehousing(three())

    with opened(tenant, merchant="default") as storefront:
        outcomes = storefront.create_fulfilments([parcel(2)])

    assert [Created("901:T1")] == outcomes
    assert [
        {
            "shopKey": "ms",
            "countryCode": "DE",
            "orderId": 901,
            "carrier": "DHL_STD_NATIONAL",
            "shipmentKey": "T1",
            "deliveryDate": "2026-11-02T08:39:12+00:00",
            "items": [{"orderItemId": 1, "returnKey": "1"}, {"orderItemId": 2, "returnKey": "2"}],
            "merchantReferenceKey": "default",
        }
    ] == tenant.bodies(SHIP)


def test_the_company_is_named_where_there_are_several():
    """In a header of its own, and only there."""
    tenant = Warehousing(three())

    with opened(tenant, company_id=12) as storefront:
        storefront.create_fulfilments([parcel()])

    assert [None, "12"] == [asked.headers.get("x-company-id") for asked in tenant.asked]


def test_a_shop_country_that_is_named_by_number_is_told_by_number():
    """Where a country occurs twice in a shop, its code is not enough."""
    tenant = Tenant().on("GET /shops/ms/countries/5502/orders/901", three()).on(SHIP, 201)

    with opened(tenant, shops=(ShopCountry("ms", "5502"),)) as storefront:
        storefront.create_fulfilments([parcel()])

    assert ["5502"] == [body["countryCode"] for body in tenant.bodies(SHIP)]


def test_what_was_told_is_read_back_with_lines_and_number():
    """Packages that have not left are not shipments."""
    found = order(
        901, items=[shipped(1, package=46), shipped(2, package=46), item(3)], packages=[package(45), package(46, "T1")]
    )

    with opened(Warehousing(found)) as storefront:
        assert {
            "901": [Fulfilment("901:T1", OrderRef("901"), (FulfilmentLine(LineRef("1"), 2),), ("T1",), cancelled=False)],
            "999": [],
        } == storefront.fulfilments_of([OrderRef("901"), OrderRef("999")])


def test_goods_that_came_back_were_still_shipped():
    """The parcel does not vanish with the return."""
    back = shipped(1, package=46, status="returned", returnedAt="2026-11-10T08:00:00+00:00")

    with opened(Warehousing(order(901, items=[back], packages=[package(46, "T1")]))) as storefront:
        [found] = storefront.fulfilments_of([OrderRef("901")])["901"]

    assert [1] == [line.quantity for line in found.lines]


def test_a_parcel_that_is_there_is_not_told_again():
    """By this process or by another."""
    tenant = Warehousing(three())
    with opened(tenant) as storefront:
        storefront.create_fulfilments([parcel(2)])
        again = storefront.create_fulfilments([parcel(2)])
    with opened(tenant) as another:
        afresh = another.create_fulfilments([parcel(2)])

    assert ([AlreadyThere("901:T1")], [AlreadyThere("901:T1")], 1) == (again, afresh, len(told(tenant)))


def test_two_parcels_of_one_order_never_share_an_item():
    """Told together, one after the other; other orders go along."""
    tenant = Warehousing(three(), three(902))

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments(
            [parcel(1), parcel(2, ref="D2", number="T2"), parcel(1, ref="D3", number="T3", order_ref="902")]
        )

    assert [Created("901:T1"), Created("901:T2"), Created("902:T3")] == outcomes
    assert [("T1", [1]), ("T2", [2, 3]), ("T3", [1])] == sorted(told(tenant))


def test_items_are_not_given_out_twice_where_scayle_shows_a_shipment_late():
    """Whether it carries one out before it answers is not published; what was accepted here is remembered."""
    tenant = Tenant().on(ORDER, three()).on(SHIP, 202)

    with opened(tenant) as storefront:
        outcomes = [
            *storefront.create_fulfilments([parcel(1)]),
            *storefront.create_fulfilments([parcel(1)]),
            *storefront.create_fulfilments([parcel(2, ref="D2", number="T2")]),
        ]

    assert [Created("901:T1"), AlreadyThere("901:T1"), Created("901:T2")] == outcomes
    assert [("T1", [1]), ("T2", [2, 3])] == told(tenant)


class Remembered:
    """The ledger, as far as it matters here."""

    def __init__(self, **known):
        self.known = {f"901:{key}": DespatchRef(ref) for key, ref in known.items()}

    def despatches_of(self, refs):
        return self.known


class Ledger:
    """The same, with whatever references it has."""

    def __init__(self, known):
        self.known = {ref: DespatchRef(despatch) for ref, despatch in known.items()}

    def despatches_of(self, refs):
        return self.known


def test_another_process_waits_for_a_shipment_that_is_not_shown_yet():
    """Its items look as if they were still owed."""
    tenant = Tenant().on(ORDER, three()).on(SHIP, 202)

    with opened(tenant, known=Remembered(T1="D1")) as storefront:
        outcomes = storefront.create_fulfilments([parcel(1), parcel(1, ref="D2", number="T2")])

    assert [AlreadyThere("901:T1"), Unavailable("SCAYLE does not show shipment 901:T1 yet", 30.0)] == outcomes
    assert [] == told(tenant)


def test_a_number_that_another_parcel_of_the_order_has_is_a_persons_matter():
    """SCAYLE knows a parcel by its number alone; it must not be taken for the other one."""
    tenant = Warehousing(order(901, items=[shipped(1, package=46), item(2)], packages=[package(46, "T1")]))

    with opened(tenant, known=Remembered(T1="D1")) as storefront:
        [outcome] = storefront.create_fulfilments([parcel(1, ref="D2", number="T1")])

    assert isinstance(outcome, Rejected)
    assert [] == told(tenant)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (parcel(4), "line 1 has 3 units left to send, and 4 are wanted"),
        (parcel(line="77"), "order 901 has no line 77"),
        (parcel(order_ref="999"), "SCAYLE has no order 999"),
        (parcel(order_ref="no number"), "SCAYLE has no order no number"),
        (parcel(carrier=""), "the parcel names no carrier, and the connection has no carrier key for such parcels"),
    ],
)
def test_a_parcel_that_does_not_fit_is_refused_in_words_and_not_sent(what, words):
    """And holds up nobody."""
    tenant = Warehousing(three(), three(902))

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments([what, parcel(order_ref="902", ref="D9", number="T9")])

    assert [Rejected((words,)), Created("902:T9")] == outcomes
    assert [("T9", [1])] == told(tenant)


def test_an_order_that_cannot_be_read_costs_only_its_own_parcels():
    """By the field's name."""
    tenant = Warehousing(order(901, items=[item(price=None)]), three(902))

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments([parcel(), parcel(order_ref="902", ref="D9", number="T9")])

    assert [Rejected(("order 901 cannot be read: field items[0].price.withTax is missing",)), Created("902:T9")] == outcomes


def test_a_carrier_that_the_warehouse_does_not_name_is_the_connections():
    tenant = Warehousing(three())

    with opened(tenant, carrier="HERMES_KLV") as storefront:
        storefront.create_fulfilments([parcel(carrier="")])

    assert ["HERMES_KLV"] == [body["carrier"] for body in tenant.bodies(SHIP)]


def test_a_lost_answer_is_found_out_by_reading_back():
    """It was carried out: then it is made, and told once."""
    tenant = Warehousing(three())
    tenant.lose = 1

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments([parcel(2)])

    assert ([Created("901:T1")], 1) == (outcomes, len(told(tenant)))


def test_a_lost_request_is_unknown_and_told_with_the_same_items_later():
    """Nothing proves that it did not arrive; and the order's next parcel waits, because nobody knows which items it took."""
    tenant = Warehousing(three())
    tenant.drop = 1

    with opened(tenant) as storefront:
        first = storefront.create_fulfilments([parcel(2), parcel(1, ref="D2", number="T2")])
        again = storefront.create_fulfilments([parcel(2), parcel(1, ref="D2", number="T2")])

    assert [Unknown, Unavailable] == [type(outcome) for outcome in first]
    assert "read back, and it is not there" in first[0].reason
    assert [Created("901:T1"), Created("901:T2")] == again
    assert [("T1", [1, 2]), ("T1", [1, 2]), ("T2", [3])] == told(tenant)


def test_a_lost_answer_that_cannot_be_read_back_is_unknown():
    """With both reasons."""
    tenant = Tenant().on(ORDER, three(), 503).on(SHIP, 500)

    with opened(tenant) as storefront:
        [outcome] = storefront.create_fulfilments([parcel()])

    assert isinstance(outcome, Unknown)
    assert "could not be read: HTTP 503" in outcome.reason


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_of_what_is_there_already_is_no_refusal(status):
    """What SCAYLE answers to a repeated shipment is not published; the order itself can tell."""
    there = order(901, items=[shipped(1, package=46), item(2), item(3)], packages=[package(46, "T1")])
    tenant = Tenant().on(ORDER, three(), there).on(SHIP, refused(status, "DUPLICATE"))

    with opened(tenant) as storefront:
        assert [AlreadyThere("901:T1")] == storefront.create_fulfilments([parcel()])


def test_a_refusal_is_given_in_scayles_own_words():
    """Without the context, which may quote anything."""
    reply = httpx.Response(
        400, json={"errors": [{"errorKey": "UNKNOWN_CARRIER", "message": "no such carrier", "context": {"to": "Ada"}}]}
    )
    tenant = Tenant().on(ORDER, three()).on(SHIP, reply)

    with opened(tenant) as storefront:
        assert [Rejected(("HTTP 400: UNKNOWN_CARRIER: no such carrier",))] == storefront.create_fulfilments([parcel()])


def test_a_busy_storefront_may_have_it_later():
    """Nothing was done."""
    tenant = Tenant().on(ORDER, three()).on(SHIP, 429)

    with opened(tenant) as storefront:
        [outcome] = storefront.create_fulfilments([parcel()])

    assert isinstance(outcome, Unavailable)


@pytest.mark.parametrize("status", [502, 503])
def test_a_proxys_failure_is_looked_after_before_anything_is_told_again(status):
    """The Admin API behind it may have acted, and what it makes of a second shipment is not published."""
    tenant = Tenant().on(ORDER, three()).on(SHIP, status)

    with opened(tenant) as storefront:
        [outcome] = storefront.create_fulfilments([parcel()])

    assert (Unknown, 1) == (type(outcome), len(told(tenant)))


def test_orders_that_cannot_be_read_stop_the_call_before_anything_is_sent():
    """Then no parcel was tried."""
    tenant = Tenant().on(ORDER, 503).on(SHIP, 201)

    with opened(tenant) as storefront, pytest.raises(TryLater):
        storefront.create_fulfilments([parcel()])

    assert [] == told(tenant)


def test_a_parcel_without_a_number_has_the_warehouses_name_of_it():
    """Marked, so that nobody takes it for a number of the carrier's; and recognised when the number comes."""
    tenant = Warehousing(three())

    with opened(tenant) as storefront:
        [made] = storefront.create_fulfilments([parcel(2, number="")])
        [found] = storefront.fulfilments_of([OrderRef("901")])["901"]
    with opened(tenant) as another:
        [later] = another.create_fulfilments([parcel(2)])

    assert (Created("901:parcel-D1"), "901:parcel-D1", (), AlreadyThere("901:parcel-D1")) == (
        made,
        found.ref,
        found.tracking_numbers,
        later,
    )


def test_a_number_cannot_be_put_on_a_shipment_later():
    """SCAYLE has no such call: a person is told, not the customer twice."""
    tenant = Warehousing(three())

    with opened(tenant) as storefront:
        [made] = storefront.create_fulfilments([parcel(2, number="")])
        outcome = storefront.add_tracking(made.ref, parcel(2))
        without = storefront.add_tracking(made.ref, parcel(2, number=""))

    assert (Rejected, Rejected, 1) == (type(outcome), type(without), len(told(tenant)))
    assert "SCAYLE takes a tracking number only with the shipment itself" in outcome.reasons[0]


def test_a_number_that_is_there_is_there():
    """It was told with the shipment."""
    tenant = Warehousing(three())

    with opened(tenant) as storefront:
        [made] = storefront.create_fulfilments([parcel(2)])

        assert AlreadyThere(made.ref) == storefront.add_tracking(made.ref, parcel(2))


def test_a_parcel_of_which_nobody_knows_when_it_left_left_now():
    """SCAYLE wants a time."""
    tenant = Warehousing(three())

    with opened(tenant) as storefront:
        storefront.create_fulfilments([replace(parcel(), despatched_at=None)])

    assert ["2026-11-02T09:00:00+00:00"] == [body["deliveryDate"] for body in tenant.bodies(SHIP)]


@pytest.mark.parametrize(("status", "kind"), [(403, Unavailable), (500, Unavailable), (400, Rejected)])
def test_an_order_that_is_not_given_out_costs_only_its_own_parcels(status, kind):
    """It is tried again, and nothing is told of it unseen."""
    tenant = Warehousing(three(902)).on(ORDER, status).on("GET /shops/ms/countries/DE/orders", {"entities": []})

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments([parcel(), parcel(order_ref="902", ref="D9", number="T9")])

    assert ([kind, Created], [("T9", [1])]) == ([type(outcome) for outcome in outcomes], told(tenant))


@pytest.mark.parametrize("reply", [403, order(901, items=[item(price=None)])])
def test_of_an_order_that_cannot_be_read_nothing_is_said_of_what_it_was_told(reply):
    """Not that it was told nothing; and the others' parcels are found."""
    found = order(902, items=[shipped(1, package=46)], packages=[package(46, "T1")])
    tenant = Warehousing(found).on(ORDER, reply).on("GET /shops/ms/countries/DE/orders", {"entities": []})

    with opened(tenant) as storefront:
        there = storefront.fulfilments_of([OrderRef("901"), OrderRef("902")])

    assert {"902": ["902:T1"]} == {ref: [each.ref for each in told] for ref, told in there.items()}


def test_a_second_parcel_with_the_number_of_one_just_told_is_a_persons_matter():
    """Whoever told the first: it must not be taken for told because the other was."""
    tenant = Warehousing(three())

    with opened(tenant) as storefront:
        together = storefront.create_fulfilments([parcel(1), parcel(1, ref="D2")])
        afterwards = storefront.create_fulfilments([parcel(1, ref="D2"), parcel(1)])

    words = "T1 is another parcel of the order already: SCAYLE has one shipment per number"
    assert [Created("901:T1"), Rejected((words,))] == together
    assert [Rejected((words,)), AlreadyThere("901:T1")] == afterwards
    assert [("T1", [1])] == told(tenant)


@pytest.mark.parametrize(
    ("number", "key", "ref"),
    [
        ("1Z 999 AA1", "1Z 999 AA1", "901:1Z%20999%20AA1"),
        ("50%", "50%", "901:50%25"),
        ("N1, N2", "N1", "901:N1"),
        (" N1;N2 ", "N1", "901:N1"),
        ("A/1-2_3.4", "A/1-2_3.4", "901:A/1-2_3.4"),
        (" , ", "parcel-D1", "901:parcel-D1"),
    ],
)
def test_no_reference_has_a_space_and_no_shipment_several_numbers(number, key, ref):
    """The ledger tells references apart by spaces; the order's other parcels go on, here and elsewhere."""
    tenant = Warehousing(three())
    given = parcel(1, number=number)

    with opened(tenant) as storefront:
        first = storefront.create_fulfilments([given])
    with opened(tenant, known=Ledger({ref: "D1"})) as another:
        again = another.create_fulfilments([given, parcel(1, ref="D2", number="T2")])
        [found, _] = another.fulfilments_of([OrderRef("901")])["901"]

    assert ([Created(ref)], [AlreadyThere(ref), Created("901:T2")]) == (first, again)
    assert (ref, [(key, [1]), ("T2", [2])]) == (found.ref, told(tenant))


@pytest.mark.parametrize("number", ["N1, N2", "1Z 999 AA1"])
def test_a_reference_from_before_is_still_known(number):
    """Though a ledger gives it in pieces: no parcel waits for them, and none is told twice."""
    before = order(901, items=[shipped(1, package=46), item(2), item(3)], packages=[package(46, number)])
    tenant = Warehousing(before)
    pieces = dict.fromkeys(f"901:{number}".split(" "), "D1")

    with opened(tenant, known=Ledger(pieces)) as storefront:
        outcomes = storefront.create_fulfilments([parcel(1, ref="D2", number="T2"), parcel(1, ref="D3", number=number)])
        tracked = storefront.add_tracking(f"901:{number}", parcel(1, number=number))
    with opened(tenant) as knowing_nothing:
        afresh = knowing_nothing.create_fulfilments([parcel(1, number=number)])

    assert (Created("901:T2"), Rejected, AlreadyThere(f"901:{number}")) == (outcomes[0], type(outcomes[1]), tracked)
    assert (AlreadyThere, [("T2", [2])]) == (type(afresh[0]), told(tenant))


def test_a_line_that_came_apart_after_it_was_sent_still_has_its_parcel():
    """Something was written to one of its items: the goods are the same, and the parcel has left."""
    written = {"legacyCustomData": {"gift": True}}
    tenant = Warehousing(order(901, items=[item(1, **written), item(2), item(3), item(4, sku="TEE-M")]))

    with opened(tenant) as storefront:
        outcomes = storefront.create_fulfilments([parcel(2), parcel(2, ref="D2", number="T2")])

    words = "line 1 has 1 units left to send, and 2 are wanted"
    assert [Created("901:T1"), Rejected((words,))] == outcomes
    assert [("T1", [1, 2])] == told(tenant)


def test_a_line_that_is_short_takes_nothing_that_another_of_the_parcel_needs():
    """Each has its own first."""
    tenant = Warehousing(order(901, items=[item(1, legacyCustomData={"gift": True}), item(2), item(3)]))
    both = replace(parcel(2), lines=(FulfilmentLine(LineRef("1"), 2), FulfilmentLine(LineRef("2"), 1)))

    with opened(tenant) as storefront:
        assert [Created("901:T1")] == storefront.create_fulfilments([both])
    assert [[1, 2, 3]] == [sorted(ids) for _, ids in told(tenant)]


def test_a_set_of_another_variant_never_fills_a_short_line():
    tenant = Warehousing(order(901, items=[item(1), item(2, variant={"id": 71, "referenceKey": "TEE-S"})]))

    with opened(tenant) as storefront:
        assert [Rejected] == [type(outcome) for outcome in storefront.create_fulfilments([parcel(2)])]
