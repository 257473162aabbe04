"""Promises about parcels: each once, whole, under one reference for good; what cannot be read is said, never dropped."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.warehouses.orderwise.settings import STATUSES, OrderState
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, Connected
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import Held, Tenant

Found = list[Despatch | UnreadableDespatch]
Connect = Callable[..., Connected]


def since(connected: Connected) -> Found:
    return [each for page in connected.warehouse.despatches(NOON.replace(hour=0)) for each in page]


def contents(found: Found) -> list[tuple[str, dict[str, int], str]]:
    return [
        (each.sales_order_ref, {line.sku: line.quantity for line in each.lines}, each.tracking.number)
        for each in found
        if isinstance(each, Despatch)
    ]


@pytest.fixture
def held(tenant: Tenant) -> Held:
    """An order of two lines, of which nothing has left."""
    return tenant.plant("SO-1", ["MUG", 3], ["PLATE", 1])


def test_a_parcel_is_told_with_its_lines_and_its_tracking(connect, tenant, held):
    """In the warehouse's own spelling, at the time that its clock meant."""
    tenant.moves(held, "2026-07-20T16:05:00", "MUG", 3.0)
    tenant.moves(held, "2026-07-20T16:05:02", "PLATE", 1.0, line_id=2)
    tenant.delivers(held, "2026-07-20T16:05:01", consignment="CN1")["courier"] = "Royal Mail"

    [found] = since(connect())

    assert (
        Despatch(
            ref=f"{held.order_id}-9001",
            sales_order_ref=SalesOrderRef("SO-1"),
            despatched_at=datetime(2026, 7, 20, 15, 5, tzinfo=UTC),
            lines=(DespatchLine(Sku("MUG"), 3), DespatchLine(Sku("PLATE"), 1)),
            tracking=Tracking("Royal Mail", number="CN1", url="https://carrier.example/CN1"),
        )
        == found
    )


def test_a_parcel_keeps_its_reference_when_its_tracking_arrives(connect, tenant, held):
    """Else it would be told twice."""
    connected = connect()
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    delivery = tenant.delivers(held, "2026-11-20T10:00:00")
    [before] = since(connected)

    delivery |= {"consignment_number": "CN1", "tracking_url": "https://carrier.example/CN1"}
    [after] = since(connected)

    assert (before.ref, "", "CN1") == (after.ref, before.tracking.number, after.tracking.number)


def test_a_parcel_keeps_its_reference_when_its_delivery_arrives_late(connect, tenant, held):
    """Goods may be booked out before anybody makes the delivery note."""
    connected = connect()
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    [before] = since(connected)

    tenant.delivers(held, "2026-11-20T10:20:00", consignment="CN1")
    [after] = since(connected)

    assert (before.ref, "CN1") == (after.ref, after.tracking.number)


def test_a_second_parcel_leaves_the_first_as_it_was(connect, tenant, held):
    """Quantities are those that left each time, and nothing is told twice."""
    connected = connect()
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 1)
    tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")
    first = since(connected)

    tenant.moves(held, "2026-11-20T11:30:00", "MUG", 2)
    tenant.moves(held, "2026-11-20T11:30:00", "PLATE", 1, line_id=2)
    tenant.delivers(held, "2026-11-20T11:30:00")
    both = since(connected)

    assert first == both[:1]
    assert [("SO-1", {"MUG": 1}, "CN1"), ("SO-1", {"MUG": 2, "PLATE": 1}, "")] == contents(both)


def test_two_deliveries_of_one_movement_are_one_parcel_with_both_numbers(connect, tenant, held):
    """Nothing says which goods are in which box."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")
    tenant.delivers(held, "2026-11-20T10:00:20", consignment="CN2")

    [found] = since(connect())

    assert Tracking(number="CN1, CN2") == found.tracking


def test_a_delivery_without_a_number_takes_none_from_another_parcel(connect, tenant, held):
    """As many parcels as deliveries: each has its own, in the order of time."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 1)
    tenant.moves(held, "2026-11-20T10:10:00", "MUG", 2)
    tenant.delivers(held, "2026-11-20T10:06:00")
    tenant.delivers(held, "2026-11-20T10:12:00", consignment="CN2")

    assert [("SO-1", {"MUG": 1}, ""), ("SO-1", {"MUG": 2}, "CN2")] == contents(since(connect()))


def test_rows_that_come_twice_count_once(connect, tenant, held):
    """The order stands once per delivery, and may stand more often."""
    tenant.movements = [tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)] * 2
    tenant.deliveries = [tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")] * 2

    assert [("SO-1", {"MUG": 3}, "CN1")] == contents(since(connect()))


def test_movements_out_count_whatever_their_sign(connect, tenant, held):
    """Which sign they bear is not public."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", -3)

    assert [("SO-1", {"MUG": 3}, "")] == contents(since(connect()))


def test_two_lines_of_one_variant_are_added(connect, tenant, held):
    """Which line of ours it was, OrderWise does not remember."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 1)
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 2, line_id=2)

    assert [("SO-1", {"MUG": 3}, "")] == contents(since(connect()))


def test_a_kit_is_told_as_the_kit_that_was_ordered(connect, tenant, held):
    """Its components were moved: two mugs and one plate make one."""
    tenant.moves(held, "2026-11-20T10:00:00", "SET", 4, moved_sku="MUG", units_per_kit=2)
    tenant.moves(held, "2026-11-20T10:00:00", "SET", 2, moved_sku="PLATE", units_per_kit=1)

    assert [("SO-1", {"SET": 2}, "")] == contents(since(connect()))


def test_part_of_a_kit_is_for_a_person(connect, tenant, held):
    """It cannot be told as kits."""
    tenant.moves(held, "2026-11-20T10:00:00", "SET", 4, moved_sku="MUG", units_per_kit=2)
    tenant.moves(held, "2026-11-20T10:00:00", "SET", 1, moved_sku="PLATE", units_per_kit=1)

    [found] = since(connect())

    assert "part of a kit SET left: its components make 2 of MUG, 1 of PLATE" == found.why


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ([0.5], "0.5 of MUG left, which is no whole number"),
        ([2, -1], "a movement of MUG was taken back"),
        ([0], "the movements hold no units"),
    ],
)
def test_movements_that_make_no_parcel_are_for_a_person(connect, tenant, held, units, words):
    """Under the reference that the parcel would have, so that it is closed when they do."""
    for each in units:
        tenant.moves(held, "2026-11-20T10:00:00", "MUG", each)

    [found] = since(connect())

    assert UnreadableDespatch(f"{held.order_id}-9001", SalesOrderRef("SO-1"), words) == found


def test_a_delivery_without_movements_is_for_a_person(connect, tenant, held):
    """Something left, and nothing says what."""
    tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")

    [found] = since(connect())

    assert isinstance(found, UnreadableDespatch)
    assert f"order {held.number} has a delivery and no stock movement of it" in found.why


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"despatched_at": "soon"}, "despatch_lines: column despatched_at is a str, not a date"),
        ({"despatched_at": None}, "despatch_lines: column despatched_at is empty, not a date"),
        ({"qty": "some"}, "despatch_lines: column qty is a str, not a number"),
        ({"sku": " "}, "despatch_lines: column sku is empty, not a variant code"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_holds_up_nobody(connect, tenant, held, spoil, words):
    """The order's other parcels wait with it: they might not be whole. Its case is closed by its first parcel."""
    other = tenant.plant("SO-2", ["MUG", 1])
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3).update(spoil)
    tenant.moves(other, "2026-11-20T10:00:00", "MUG", 1)

    found = since(connect())

    assert [UnreadableDespatch(f"{held.order_id}-9001", SalesOrderRef("SO-1"), words)] == found[:1]
    assert [("SO-2", {"MUG": 1}, "")] == contents(found)


def test_a_row_of_no_order_is_named(connect, tenant, held):
    """Whose it is, nobody can say; that it is there, somebody must hear."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)["order_id"] = None

    found = since(connect())

    assert ["a row of no order: column order_id is empty, not a number"] == [
        each.why for each in found if isinstance(each, UnreadableDespatch)
    ]


def test_where_nothing_can_be_read_it_says_so(connect, tenant):
    """Then it is the warehouse that speaks otherwise than agreed."""
    for ref in (f"SO-{number}" for number in range(5)):
        tenant.moves(tenant.plant(ref, ["MUG", 1]), "yesterday", "MUG", 1)

    with pytest.raises(VendorRefused, match="column despatched_at is a str, not a date"):
        since(connect())


@pytest.mark.parametrize("of_orders", [True, False])
def test_parcels_that_are_for_a_person_do_not_stop_the_feed(connect, tenant, of_orders):
    """They were read well, and are alone in a quiet hour: that the definition is broken does not follow."""
    for ref in ("SO-1", "SO-2"):
        tenant.delivers(tenant.plant(ref, ["MUG", 1]), "2026-11-20T10:00:00")
    connected = connect()

    found = connected.warehouse.despatches_of(["SO-1", "SO-2"]) if of_orders else since(connected)

    assert ["SO-1", "SO-2"] == [each.sales_order_ref for each in found if isinstance(each, UnreadableDespatch)]


def test_an_order_that_cannot_be_read_is_named_beside_the_others(connect, tenant, held):
    """Where the parcels of certain orders are asked for."""
    tenant.plant("SO-2", ["MUG", 1], status=["what"])
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)

    found = connect().warehouse.despatches_of([SalesOrderRef("SO-1"), SalesOrderRef("SO-2")])

    words = "order_by_ref: column status_text is a list, not a text"
    assert UnreadableDespatch("order SO-2", SalesOrderRef("SO-2"), words) == found[0]
    assert [("SO-1", {"MUG": 3}, "")] == contents(found)


@pytest.mark.parametrize("sign", [1, -1])
def test_goods_that_were_booked_back_later_are_no_second_parcel(connect, tenant, held, sign):
    """The customer would be told of goods that came back; what is true of the line, a person finds out."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", sign * 3)
    tenant.moves(held, "2026-11-20T10:30:00", "MUG", sign * -3)
    tenant.moves(held, "2026-11-20T10:45:00", "PLATE", sign * 1, line_id=2)

    found = since(connect())

    assert ["a movement of MUG was taken back"] * 2 == [each.why for each in found[:2]]
    assert [("SO-1", {"PLATE": 1}, "")] == contents(found)


def test_a_parcel_that_may_still_grow_is_not_told_yet(connect, tenant, held):
    """What follows within the gap belongs to it, by whichever clock; it is asked for again, however short the overlap."""
    connected = connect(parcel_gap_seconds=60.0, clock_tolerance_seconds=120.0)
    tenant.moves(held, "2026-11-20T11:59:30", "MUG", 1)
    tenant.delivers(held, "2026-11-20T11:59:30")
    young = since(connected)

    connected.clock.sleep(149)
    tenant.moves(held, "2026-11-20T12:00:25", "MUG", 2)
    still_young = since(connected)
    connected.clock.sleep(1)
    [told] = [each for page in connected.warehouse.despatches(NOON) for each in page]

    assert ([], [], ["SO-1"]) == (young, still_young, [told.sales_order_ref])
    assert [("SO-1", {"MUG": 3}, "")] == contents([told])
    assert "2026-11-20T11:55:00" == tenant.given[-1][1]["@since"]


def test_a_suppliers_delivery_lends_its_number_to_no_parcel_of_ours(connect, tenant, held):
    """Its goods never move here: it is told to a person, number and all."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    tenant.delivers(held, "2026-11-20T09:50:00", consignment="SUPPLIER-1")["dropship_lines"] = 1
    tenant.delivers(held, "2026-11-20T10:00:01", consignment="CN1")["dropship_lines"] = 1

    parcel, case = since(connect())

    assert [("SO-1", {"MUG": 3}, "CN1")] == contents([parcel])
    assert (f"{held.order_id}-direct", True) == (case.ref, "SUPPLIER-1" in case.why)


# ---- whose orders


def test_orders_of_other_channels_are_left_aside(connect, tenant, held):
    """Those keyed in by hand, and those whose reference is none of ours; rubbish in them is nobody's matter here."""
    for ref in ("", "EBAY-9"):
        other = tenant.plant(ref, ["MUG", 1], status="Whatever")
        tenant.moves(other, "2026-11-20T10:00:00", "MUG", 1)
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)

    assert [("SO-1", {"MUG": 3}, "")] == contents(since(connect(order_refs=r"SO-\d+")))


def test_an_order_of_which_only_goods_moved_is_asked_for(connect, tenant, held):
    """It changed between the two questions."""
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    tenant.answers["orders_changed"] = [(200, [])]

    assert [("SO-1", {"MUG": 3}, "")] == contents(since(connect()))


def test_parcels_of_an_order_are_its_own(connect, tenant, held):
    """And those of a stranger are none."""
    other = tenant.plant("SO-2", ["MUG", 1])
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)
    tenant.delivers(held, "2026-11-20T10:00:00", consignment="CN1")
    tenant.moves(other, "2026-11-20T10:00:00", "MUG", 1)
    connected = connect()

    found = connected.warehouse.despatches_of([SalesOrderRef("SO-1"), SalesOrderRef("nobody")])

    assert [("SO-1", {"MUG": 3}, "CN1")] == contents(found)
    assert found == [each for each in since(connected) if each.sales_order_ref == "SO-1"]
    assert [] == connected.warehouse.despatches_of([])


# ---- statuses


def test_a_status_that_nobody_mapped_is_told_once_and_drops_no_parcel(connect, tenant, held):
    """An alert, not a guess."""
    held.status = "Picking "
    tenant.plant("SO-2", ["MUG", 1], status="Picking ")
    tenant.moves(held, "2026-11-20T10:00:00", "MUG", 3)

    found = since(connect())

    words = (
        f"order {held.number} has the status 'Picking ', which the connection does not map: "
        "say under `statuses` what it means"
    )
    assert UnreadableDespatch("status Picking ", SalesOrderRef("SO-1"), words) == found[0]
    assert [("SO-1", {"MUG": 3}, "")] == contents(found)


def test_statuses_that_nobody_mapped_do_not_stop_the_feed(connect, tenant):
    """However many, and though nothing has left: the rest can be read."""
    for status in ("Picking", "Packing", "Waiting"):
        tenant.plant(f"SO-{status}", ["MUG", 1], status=status)

    assert 3 == len(since(connect()))


def test_a_status_is_mapped_exactly(connect, tenant, held):
    """As the tenant writes it, to the space."""
    held.status = "Picking "
    connected = connect(statuses={**STATUSES, "Picking ": OrderState.IN_WORK})

    assert [] == since(connected)
