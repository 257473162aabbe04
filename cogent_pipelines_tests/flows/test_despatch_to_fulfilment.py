"""Parcels from the warehouse's report to the storefront's fulfilments, judged by the storefront's books."""

import pytest

from cogent_pipelines.canonical.identity import DespatchRef, OrderRef, Sku
from cogent_pipelines.flows.despatch_to_fulfilment import read_despatches
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line
from cogent_pipelines_tests.flows.parcel_world import NAME, World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


def test_a_parcel_is_told_with_its_lines_and_tracking(world):
    """The customer learns what left, and how."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))

    report = world.run()

    assert [("1001", {"line-1": 2}, ("T1",))] == world.shop.told
    assert 1 == report.created


def test_a_parcel_is_told_with_the_time_at_which_it_left(world):
    """Not with the time at which it is told, which may be hours later."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    left_at = world.clock.now()
    world.clock.advance(3600)

    world.run()

    assert {"D1": left_at} == world.shop.left_at


def test_a_parcel_that_is_printed_again_is_not_told_again(world):
    """The report repeats what it said; the storefront hears it once."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))

    world.run()
    again = world.read()
    world.tell()

    assert (1, 0, 0) == (again.read, again.new, again.changed)
    assert 1 == len(world.shop.books)


def test_a_split_shipment_is_one_fulfilment_per_parcel(world):
    """Each with its own units and its own number."""
    world.order(1001, a_line(1, quantity=2), a_line(2, sku="CUP", quantity=1))
    world.leaves("D1", ("MUG-BLUE", 1), tracking="T1")
    world.leaves("D2", ("MUG-BLUE", 1), ("CUP", 1), tracking="T2")

    world.run()

    assert [("1001", {"line-1": 1}, ("T1",)), ("1001", {"line-1": 1, "line-2": 1}, ("T2",))] == world.shop.told
    assert [["D1"], ["D2"]] == world.shop.batches


def test_units_of_one_sku_fill_the_lines_in_order(world):
    """Two lines of one SKU are shipped one after the other, whatever the parcels hold."""
    world.order(1001, a_line(1, quantity=2), a_line(2, quantity=3))
    world.leaves("D1", ("MUG-BLUE", 3), tracking="T1")
    world.leaves("D2", ("MUG-BLUE", 2), tracking="T2")

    world.run()

    assert [{"line-1": 2, "line-2": 1}, {"line-2": 2}] == [lines for _, lines, _ in world.shop.told]


def test_a_line_that_the_warehouse_remembers_is_filled_first(world):
    """Where it says which of two equal lines it picked, that one it is."""
    world.order(1001, a_line(1, quantity=2), a_line(2, quantity=2))
    world.leaves("D1", ("MUG-BLUE", 2), line="line-2")

    world.run()

    assert [{"line-2": 2}] == [lines for _, lines, _ in world.shop.told]


def test_a_mapped_sku_comes_back_to_the_line_that_sold_it(world):
    """The warehouse speaks of its own article."""
    mapping = SkuMapping(Sku("MUG-BLUE"), Sku("M-77"), MappingState.CONFIRMED, decided_by="ops")
    world.ledger.mappings.decide(NAME, mapping, now=world.clock.now())
    world.order(1001)
    world.leaves("D1", ("M-77", 2))

    world.run()

    assert [{"line-1": 2}] == [lines for _, lines, _ in world.shop.told]


def test_stray_spaces_in_the_reference_do_not_lose_a_parcel(world):
    """People type references at packing benches."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2), order=" 1001 ")

    world.run()

    assert 1 == len(world.shop.books)


def test_a_parcel_of_an_unknown_order_opens_a_case_that_closes_when_the_order_comes(world):
    """The parcel is kept, and told as soon as it is known whose it is."""
    world.leaves("D1", ("MUG-BLUE", 2))
    world.run()
    lost = world.cases()

    world.order(1001)
    world.run()

    assert [("unmatched_despatch", "D1")] == lost
    assert [] == world.cases()
    assert 1 == len(world.shop.books)


def test_a_parcel_that_a_person_links_is_told(world):
    """Where the reference is wrong for good, somebody who knows says whose parcel it is."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2), order="typed wrong")
    world.run()

    linked = world.ledger.judged_parcels.belongs_to(
        NAME, DespatchRef("D1"), OrderRef("gid://shop/Order/1001"), by="ada", now=world.clock.now()
    )
    world.run()

    assert linked
    assert [{"line-1": 2}] == [lines for _, lines, _ in world.shop.told]
    assert [] == world.cases()


@pytest.mark.parametrize(
    ("goods", "words"),
    [
        ([("MUG-BLUE", 3)], "3 of MUG-BLUE left, 2 were still to be shipped"),
        ([("PLATE", 1)], "1 of PLATE left, and the order has no such line"),
        ([], "the parcel holds nothing"),
    ],
)
def test_a_parcel_that_does_not_fit_its_order_is_held_with_a_case(world, goods, words):
    """Nobody guesses which line a wrong article stands for."""
    world.order(1001)
    world.leaves("D1", *goods)

    world.run()

    [case] = world.ledger.cases.open(NAME)
    assert ("despatch_line_mismatch", "D1", "#1001") == (case.kind, case.subject, case.order_name)
    assert words in case.message
    assert [] == world.shop.books


def test_a_held_parcel_is_told_once_the_warehouse_corrects_it(world):
    """The same parcel, printed rightly, goes out, and the case closes."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 3))
    world.run()

    world.leaves("D1", ("MUG-BLUE", 2))
    world.run()

    assert [{"line-1": 2}] == [lines for _, lines, _ in world.shop.told]
    assert [] == world.cases()


def test_a_second_parcel_with_units_that_left_already_is_held(world):
    """No unit is told twice."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2), tracking="T1")
    world.leaves("D2", ("MUG-BLUE", 1), tracking="T2")

    world.run()

    assert [("1001", {"line-1": 2}, ("T1",))] == world.shop.told
    assert [("despatch_line_mismatch", "D2")] == world.cases()


def test_a_parcel_without_tracking_waits_for_its_number(world):
    """Within the grace time nothing is told; the number makes it due at once."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2), tracking="")
    world.run()
    before = list(world.shop.told)

    world.leaves("D1", ("MUG-BLUE", 2), tracking="T9")
    world.run()

    assert [] == before
    assert [("1001", {"line-1": 2}, ("T9",))] == world.shop.told


def test_a_parcel_whose_number_never_comes_is_told_without_and_gets_it_later(world):
    """The customer hears after the grace time; the case stays open until the number is told as well."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2), tracking="")
    world.read()
    world.clock.advance(hours=4)
    first = world.tell()
    told, cases = list(world.shop.told), world.cases()

    world.leaves("D1", ("MUG-BLUE", 2), tracking="T9")
    second = world.run()

    assert (1, 1) == (first.created, first.without_tracking)
    assert [("1001", {"line-1": 2}, ())] == told
    assert [("missing_tracking", "D1")] == cases
    assert 1 == second.tracking_added
    assert [("1001", {"line-1": 2}, ("T9",))] == world.shop.told
    assert [] == world.cases()


def test_a_refused_parcel_opens_a_case_with_the_storefronts_words(world):
    """A person reads what the storefront said; the other parcels are told."""
    world.order(1001)
    world.order(1002)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.leaves("D2", ("MUG-BLUE", 2), order="1002", tracking="T2")
    world.shop.rejects = {"D1": "Fulfillment order 12 has an unfulfillable status= closed."}

    report = world.run()

    [case] = world.ledger.cases.open(NAME)
    assert ("fulfilment_rejected", "Fulfillment order 12 has an unfulfillable status= closed.") == (case.kind, case.message)
    assert (1, 1) == (report.created, report.rejected)


def test_a_refused_parcel_can_be_told_again_by_a_person(world):
    """Once the cause is gone, the case closes with the parcel."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.shop.rejects = {"D1": "closed"}
    world.run()

    world.shop.rejects = {}
    world.ledger.fulfilments.requeue(NAME, [DespatchRef("D1")], now=world.clock.now())
    world.tell()

    assert 1 == len(world.shop.books)
    assert [] == world.cases()


def test_a_parcel_that_is_not_taken_is_tried_again_until_it_is(world):
    """Waiting helps; after the usual attempts a person hears of it, and the case closes by itself."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.shop.busy = {"D1": 9}
    world.read()

    for _ in range(9):
        world.tell()
        world.clock.advance(minutes=20)
    loud = world.cases()
    world.tell()

    assert [("fulfilment_exhausted", "D1")] == loud
    assert 1 == len(world.shop.books)
    assert [] == world.cases()


def test_a_storefront_that_is_away_spends_no_parcels_attempts(world):
    """All of them are told when it is back, and the case about it closes."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.shop.trouble = VendorUnavailable("503 from the shop", retry_after=5)

    during = world.run()
    away = world.cases()
    world.clock.advance(600)
    world.shop.trouble = None
    world.tell()

    assert ("503 from the shop", False) == (during.trouble, during.worked)
    assert [("vendor_unavailable", "shopify: despatch_to_fulfilment")] == away
    assert 1 == len(world.shop.books)
    assert [] == world.cases()


def test_an_event_brings_its_orders_parcels_before_the_next_poll(world):
    """Between two polls the warehouse's event is enough, and it is accounted for."""
    world.order(1001)
    world.read()
    world.leaves("D1", ("MUG-BLUE", 2))
    event = VerifiedEvent("e1", "d1", "SalesOrderStatusChanges", "1001", None, b"")
    world.ledger.inbox.store_all([Arrival(NAME, "warehouse", event, world.clock.now())])

    report = read_despatches(NORTHWIND, warehouse=world.warehouse, ledger=world.ledger, clock=world.clock)
    world.tell()

    assert (1, 1, False) == (report.events, report.new, report.polled)
    assert 1 == len(world.shop.books)
    assert [] == world.ledger.inbox.waiting(NAME, "warehouse")


def test_a_warehouse_that_is_away_loses_no_event(world):
    """What could not be read is read when it is back."""
    world.order(1001)
    event = VerifiedEvent("e1", "d1", "SalesOrderStatusChanges", "1001", None, b"")
    world.ledger.inbox.store_all([Arrival(NAME, "warehouse", event, world.clock.now())])
    world.warehouse.trouble = VendorUnavailable("502")

    report = world.read()

    assert "502" == report.trouble
    assert 1 == len(world.ledger.inbox.waiting(NAME, "warehouse"))


def test_a_parcel_that_changes_after_it_was_told_opens_a_case(world):
    """The storefront keeps what it was told; a person compares."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 1))
    world.run()

    world.leaves("D1", ("MUG-BLUE", 2))
    world.run()

    assert [{"line-1": 1}] == [lines for _, lines, _ in world.shop.told]
    assert [("despatch_line_mismatch", "D1")] == world.cases()
