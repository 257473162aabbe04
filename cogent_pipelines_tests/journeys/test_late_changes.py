"""Orders that change their mind: before they are sent the storefront's word counts; afterwards a person is told."""

from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults


def test_an_order_cancelled_before_it_is_sent_never_goes(world):
    """Captured, and cancelled in the same minute."""
    order = world.place()
    world.deliver()
    world.run("order_capture")
    shopkeeper.cancel(world, order)

    world.run_until_quiet()

    assert ([], 0, set()) == (faults(world), world.tenant.truth.times_created(world.number_of(order)), world.cases())


def test_an_order_cancelled_before_it_is_sent_and_not_yet_captured_never_goes(world):
    """The event says only which order to look at; what it says is out of date."""
    order = world.place()
    shopkeeper.cancel(world, order)

    world.run_until_quiet()

    assert ([], 0) == (faults(world), world.tenant.truth.times_created(world.number_of(order)))


def test_an_order_cancelled_after_it_was_sent_is_a_persons_matter(make_world):
    """The warehouse has it: the case says so, until somebody settles it."""
    world = make_world(works_by_itself=False)
    order = world.place()
    world.run_until_quiet()

    shopkeeper.cancel(world, order)
    world.run_until_quiet()

    assert ({"changed_after_injection"}, "acknowledged") == (world.cases_of(order), world.state_of(order))
    assert 1 == world.tenant.truth.times_created(world.number_of(order))


def test_an_order_edited_after_it_was_sent_is_a_persons_matter(make_world):
    """And the case closes when the edit is taken back."""
    world = make_world(works_by_itself=False)
    order = world.place(("TEE-S", 3), ("COAT-L", 1))
    world.run_until_quiet()
    shopkeeper.change_quantity(world, order, order.lines[0], 2)
    world.run_until_quiet()
    during = world.cases_of(order)

    shopkeeper.change_quantity(world, order, order.lines[0], 3)
    world.run_until_quiet()

    assert {"changed_after_injection"} == during
    assert ([], set()) == (faults(world), world.cases_of(order))


def test_a_note_on_an_order_that_was_sent_changes_nothing(world):
    """A newer version that the warehouse need not know of."""
    order = world.place()
    world.work()
    shopkeeper.write_note(world, order, "Ring twice")

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert 1 == world.tenant.truth.times_created(world.number_of(order))


def test_an_order_edited_while_its_answer_is_lost_is_settled_first_and_told_then(make_world):
    """Whether the warehouse has the old or the new version, nobody is left guessing."""
    world = make_world(works_by_itself=False)
    order = world.place(("TEE-S", 3))
    world.tenant.faults.time_out_after_acting("SaveData:Sales orders", after=1)
    world.work()
    shopkeeper.change_quantity(world, order, order.lines[0], 1)

    world.run_until_quiet()

    there = world.tenant.truth.ordered_units(world.number_of(order))["TEE-S"]
    assert (there != 1) == ("changed_after_injection" in world.cases_of(order))
    assert 1 == world.tenant.truth.times_created(world.number_of(order))


def test_an_order_cancelled_while_half_of_it_stands_at_the_warehouse_is_a_persons_matter(world):
    """Its header is there, on hold, and nobody will ever pick it or take it away unless somebody is told."""
    order = world.place()
    world.tenant.faults.time_out_after_acting("SaveData:Sales orders", times=1)
    world.deliver()
    world.run("order_capture")
    world.run("order_injection")
    shopkeeper.cancel(world, order)

    world.run_until_quiet()

    assert ("cancelled", {"changed_after_injection"}) == (world.state_of(order), world.cases_of(order))
    assert [] == faults(world)
