"""The vendor acted and nobody heard of it, or did half of it: settled by reading back, never by sending twice."""

import pytest

from cogent_pipelines_tests.journeys.verdict import faults

HEADERS, LINES = "SaveData:Sales orders", "SaveData:Sales order items"
STEPS = {"headers": (HEADERS, 0), "lines": (LINES, 0), "release": (HEADERS, 1)}


@pytest.mark.parametrize("fault", ["time_out_after_acting", "time_out_before_acting", "fail_after_acting"])
@pytest.mark.parametrize("step", STEPS)
def test_an_answer_lost_while_orders_go_in(world, step, fault):
    """Headers, lines or the release: whichever answer is lost, each order is there once, whole and released."""
    orders = [world.place(("TEE-S", 1), ("COAT-L", 2)) for _ in range(3)]
    operation, after = STEPS[step]
    rule = getattr(world.tenant.faults, fault)(operation, after=after)

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


@pytest.mark.parametrize("form", ["answer", "lost"])
@pytest.mark.parametrize("step", STEPS)
def test_a_batch_that_is_carried_out_by_half(world, step, form):
    """The service died in the middle of a call; what was left out is sent, what was done is not sent again."""
    for _ in range(4):
        world.place(("TEE-S", 1), ("COAT-L", 2))
    operation, after = STEPS[step]
    rule = world.tenant.faults.half_done(operation, done=3, after=after, form=form)

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)


@pytest.mark.parametrize("step", STEPS)
def test_a_single_order_whose_import_is_interrupted_is_not_a_refused_order(world, step):
    """The warehouse says that it broke off before the first row: nobody is called, and the order goes in by itself."""
    order = world.place(("TEE-S", 1))
    operation, after = STEPS[step]
    rule = world.tenant.faults.half_done(operation, done=0, after=after, form="answer")

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)
    assert (0, "FULFILLED") == (world.ever("injection_rejected"), order.fulfilment_status)


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_a_page_of_html_in_the_place_of_an_answer(world, step, acted):
    """A proxy speaks for the warehouse, which may have acted or not."""
    world.place(("TEE-S", 1), ("COAT-L", 2))
    operation, after = STEPS[step]
    rule = world.tenant.faults.answer_html(operation, after=after, acted=acted)

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)


@pytest.mark.parametrize("fault", ["time_out_after_acting", "time_out_before_acting", "fail_after_acting", "answer_html"])
def test_an_answer_lost_while_a_parcel_is_told(world, fault):
    """The customer hears of each parcel once."""
    orders = [world.place(("TEE-S", 2)), world.place(("TEE-S", 2))]
    rule = getattr(world.shop.faults, fault)("fulfillmentCreate")

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)
    assert [1, 1] == [len(order.fulfilments) for order in orders]


@pytest.mark.parametrize("fault", ["time_out_after_acting", "time_out_before_acting", "fail_after_acting"])
def test_an_answer_lost_while_stock_is_told(world, fault):
    """The figure ends right, though orders came in between."""
    world.run_until_quiet()
    rule = getattr(world.shop.faults, fault)("inventorySetQuantities")
    world.tenant.warehouse.adjust_stock("TEE-S", by=7)
    world.tenant.warehouse.adjust_stock("COAT-L", by=-3)

    world.work()
    world.place(("TEE-S", 2))
    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)


@pytest.mark.parametrize("operation", ["Authenticate", "GetData:Sales orders", "GetSaveTemplate:Sales orders"])
def test_a_read_that_fails_once_is_asked_again(world, operation):
    """Reading doubles nothing."""
    world.place()
    world.tenant.sessions.expire_all()
    rule = world.tenant.faults.time_out_before_acting(operation)

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)


@pytest.mark.parametrize("operation", [HEADERS, LINES])
def test_a_session_that_expires_in_the_middle(world, operation):
    """Logging in again is part of the call; nobody notices."""
    world.place(("TEE-S", 1), ("COAT-L", 2))
    rule = world.tenant.faults.expire_token(operation)

    world.run_until_quiet()

    assert ([], set(), 1, 2) == (faults(world), world.cases(), rule.obeyed, world.tenant.sessions.logins)


@pytest.mark.parametrize("operation", ["nodes", "orders", "fulfillmentCreate", "inventorySetQuantities"])
def test_a_token_that_expires_at_the_storefront(world, operation):
    """A new one is asked for, and the call is made with it."""
    world.place()
    world.tenant.warehouse.adjust_stock("COAT-L", by=4)
    rule = world.shop.faults.expire_token(operation)

    world.run_until_quiet()

    assert ([], set(), 1) == (faults(world), world.cases(), rule.obeyed)
