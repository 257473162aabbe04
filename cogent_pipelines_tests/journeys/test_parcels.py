"""Parcels of every kind: each told to the shop exactly once, with its lines and its tracking."""

import pytest

from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import NAME, World


@pytest.fixture
def patient(make_world) -> World:
    """A warehouse in which nothing leaves until it is told to."""
    return make_world(works_by_itself=False)


def test_a_split_shipment_is_two_fulfilments(patient):
    """The order is complete only when the second parcel has left."""
    order = patient.place(("TEE-S", 2), ("COAT-L", 1))
    patient.run_until_quiet()
    floor, number = patient.tenant.warehouse.floor, patient.number_of(order)

    floor.despatch(number, quantities={"TEE-S": 2})
    patient.run_until_quiet()
    halfway = faults(patient), order.fulfilment_status
    floor.despatch(number)
    patient.run_until_quiet()

    assert ([], "PARTIALLY_FULFILLED") == halfway
    assert ([], "FULFILLED", 2) == (faults(patient), order.fulfilment_status, len(order.fulfilments))


@pytest.mark.parametrize("tracking", ["now", "later"])
def test_two_parcels_with_the_same_contents_are_two_fulfilments(patient, tracking):
    """Nothing but their tracking numbers tells them apart."""
    order = patient.place(("TEE-S", 4))
    patient.run_until_quiet()

    patient.tenant.warehouse.floor.despatch(patient.number_of(order), parcels=2, tracking=tracking)
    patient.work()
    patient.clock.advance(600)
    patient.tenant.warehouse.floor.tracking_arrives()
    patient.run_until_quiet()

    assert ([], set()) == (faults(patient), patient.cases())
    assert [2, 2] == [row.quantity for parcel in order.fulfilments for row in parcel.lines]


def test_twins_without_tracking_are_told_together_and_their_numbers_are_a_persons_matter(patient):
    """The warehouse's report prints no parcel: after the grace time the goods are told, once, and no number is guessed."""
    order = patient.place(("TEE-S", 4))
    patient.run_until_quiet()
    patient.tenant.warehouse.floor.despatch(patient.number_of(order), parcels=2, tracking="later")
    patient.run_until_quiet()

    patient.tenant.warehouse.floor.tracking_arrives()
    patient.run_until_quiet()

    assert [4] == [row.quantity for parcel in order.fulfilments for row in parcel.lines]
    assert "despatch_line_mismatch" in patient.cases()


def test_twins_that_were_told_together_are_settled_by_a_persons_word(patient):
    """The one that was told stands and gets its number; of the other nothing is told. No case is left."""
    order = patient.place(("TEE-S", 4))
    patient.run_until_quiet()
    patient.tenant.warehouse.floor.despatch(patient.number_of(order), parcels=2, tracking="later")
    patient.run_until_quiet()
    patient.tenant.warehouse.floor.tracking_arrives()
    patient.run_until_quiet()
    troubled = sorted({case.subject for case in patient.ledger.cases.open(NAME) if case.kind == "despatch_line_mismatch"})
    known = {ref: patient.ledger.judged_parcels.find(NAME, ref)[0] for ref in troubled}

    for ref, parcel in known.items():
        settle = patient.ledger.judged_parcels
        if parcel.told:
            assert settle.belongs_to(NAME, ref, parcel.order_ref, by="ada", now=patient.clock.now())
        else:
            assert settle.belongs_to_nobody(NAME, ref, by="ada", now=patient.clock.now())
    patient.run_until_quiet()

    assert {True, False} == {parcel.told for parcel in known.values()}
    assert set() == patient.cases()
    assert [4] == [row.quantity for parcel in order.fulfilments for row in parcel.lines]
    assert 1 == len([track for parcel in order.fulfilments for track in parcel.tracking if track.number])


def test_a_parcel_of_a_mistyped_order_is_told_once_a_person_has_said_whose_it_is(patient):
    """The warehouse keyed another number; whoever knows says so, and the customer hears of the parcel."""
    order = patient.place(("TEE-S", 2))
    patient.run_until_quiet()
    [parcel] = patient.tenant.warehouse.floor.despatch_unknown("SO-TYPED-WRONG", "TEE-S", 2).parcels
    patient.run_until_quiet()
    [case] = [case for case in patient.ledger.cases.open(NAME) if case.kind == "unmatched_despatch"]

    patient.ledger.judged_parcels.belongs_to(NAME, case.subject, OrderRef(str(order.id)), by="ada", now=patient.clock.now())
    patient.run_until_quiet()

    assert "FULFILLED" == order.fulfilment_status
    assert "unmatched_despatch" not in patient.cases()
    assert [[parcel.tracking]] == [[track.number for track in told.tracking] for told in order.fulfilments]


def test_units_that_leave_one_by_one_fill_both_lines_of_one_sku(patient):
    """The same SKU twice on an order, in three parcels."""
    order = patient.place(("TEE-S", 2), ("TEE-S", 1))
    patient.run_until_quiet()

    for _ in range(3):
        patient.tenant.warehouse.floor.despatch(patient.number_of(order), quantities={"TEE-S": 1})
        patient.clock.advance(5)
    patient.run_until_quiet()

    assert ([], "FULFILLED", 3) == (faults(patient), order.fulfilment_status, len(order.fulfilments))


def test_a_parcel_without_tracking_is_told_at_last_and_gets_its_number_later(patient):
    """The customer hears of the parcel after the grace time, and of the number when there is one."""
    order = patient.place()
    patient.run_until_quiet()
    patient.tenant.warehouse.floor.despatch(patient.number_of(order), tracking="later")

    patient.work()
    patient.clock.advance(600)
    patient.work()
    at_once = len(order.fulfilments)
    patient.run_until_quiet()
    without = faults(patient), len(order.fulfilments), patient.cases()
    patient.tenant.warehouse.floor.tracking_arrives()
    patient.run_until_quiet()

    assert 0 == at_once
    assert ([], 1, {"missing_tracking"}) == without
    assert ([], 1, set()) == (faults(patient), len(order.fulfilments), patient.cases())


def test_a_number_that_comes_within_the_grace_time_goes_out_with_the_parcel(patient):
    """One message to the customer, not two."""
    order = patient.place()
    patient.run_until_quiet()
    patient.tenant.warehouse.floor.despatch(patient.number_of(order), tracking="later")
    patient.work()
    patient.clock.advance(300)

    patient.tenant.warehouse.floor.tracking_arrives()
    patient.run_until_quiet()

    assert [] == faults(patient)
    assert (1, 0) == (patient.router.times("fulfillmentCreate"), patient.router.times("fulfillmentTrackingInfoUpdate"))


def test_a_parcel_for_an_order_nobody_knows_is_the_warehouses_to_explain(patient):
    """It is never told to any order, and the case stays until somebody acts."""
    order = patient.place()
    patient.run_until_quiet()

    patient.tenant.warehouse.floor.despatch_unknown("9990001", "TEE-S")
    patient.run_until_quiet()

    assert ([], {"unmatched_despatch"}) == (faults(patient), patient.cases())
    assert [] == order.fulfilments


def test_a_parcel_that_comes_before_its_order_is_matched_when_the_order_is_known(patient):
    """The warehouse was quicker than our own reading of the shop; the case closes itself."""
    patient.run_until_quiet()
    patient.shop.faults.refuse_before_acting("orders", times=None)
    patient.shop.faults.refuse_before_acting("nodes", times=None)
    order = patient.place()
    number = patient.number_of(order)
    patient.tenant.warehouse.save_order(number, {"SalesOrderNumber": number}, allocate=True)
    patient.tenant.warehouse.floor.despatch_unknown(number, "TEE-S", 2, line=str(order.lines[0].id))
    for _ in range(3):
        patient.work()
        patient.clock.advance(61)
    during = "unmatched_despatch" in patient.cases()

    patient.shop.faults.clear()
    patient.clock.advance(120)
    patient.run_until_quiet()

    assert during
    assert "unmatched_despatch" not in patient.cases()


def test_parcels_of_many_orders_leave_at_once(world):
    """A trolley of forty orders, each with its own parcel."""
    orders = [world.place(("TEE-S", 1), ("JEAN-M", 1)) for _ in range(40)]

    world.run_until_quiet()

    assert [] == faults(world)
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


def test_a_parcel_that_is_refused_after_a_doubt_is_no_longer_in_doubt(make_world):
    """The order was cancelled meanwhile: a person finds the refusal, and no second case about the same parcel."""
    world = make_world(works_by_itself=False)
    order = world.place(("TEE-S", 1))
    world.run_until_quiet()
    rule = world.shop.faults.time_out_before_acting("fulfillmentCreate")
    world.tenant.warehouse.work()
    world.work()
    during = {case.kind for case in world.ledger.cases.open(NAME)}

    shopkeeper.cancel(world, order)
    world.run_until_quiet()

    assert (1, {"fulfilment_in_doubt"}) == (rule.obeyed, during)
    assert {"changed_after_injection", "fulfilment_rejected"} == world.cases()
