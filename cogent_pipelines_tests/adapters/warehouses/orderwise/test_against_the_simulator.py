"""The adapter and the simulated tenant, written apart from the same facts, agree; judged by the tenant's books."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    Cancelled,
    Found,
    NotFound,
    Pending,
    Rejected,
    Taken,
    TooLate,
    Unavailable,
    Unsupported,
)
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import line, order
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.contracts.orderwise_bench import OrderWiseBench

REF = SalesOrderRef("SO-1")


@pytest.fixture
def at_bench() -> Iterator[Callable[..., OrderWiseBench]]:
    """Give a function that sets up a tenant with changed switches; `block` are fields of the connection."""
    made: list[OrderWiseBench] = []

    def make(block: dict[str, Any] | None = None, **switches: Any) -> OrderWiseBench:
        bench = OrderWiseBench(**(block or {}))
        bench.tenant.switches.change(**switches)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.close()


def wanted(ref: str = "SO-1", sku: str = KNOWN, quantity: int = 3, pence: int = 1000) -> Any:
    return order(ref, line(1, sku, quantity, pence))


def parcels(bench: OrderWiseBench) -> list[Any]:
    """All of them, when none can grow any more."""
    since = bench.now()
    bench.clock.advance(180)
    return [each for page in bench.port.despatches(since) for each in page]


def contents(found: list[Any]) -> list[dict[str, int]]:
    return [{row.sku: row.quantity for row in each.lines} for each in found if isinstance(each, Despatch)]


# ---- orders


@pytest.mark.parametrize("duplicates", ["duplicate", "reject", "ignore"])
@pytest.mark.parametrize("error_form", ["message", "text", "json_text", "nested"])
def test_an_order_is_made_once_whatever_the_tenant_does_with_a_duplicate(at_bench, duplicates, error_form):
    """A lost answer, a repetition, another process: it is not public what OrderWise would do, so it is never asked to."""
    bench = at_bench(duplicates=duplicates, error_form=error_form)
    bench.loses_an_answer(wanted())

    outcomes = [bench.port.create_sales_orders([wanted()])[0], bench.another_process().create_sales_orders([wanted()])[0]]

    assert [Acknowledged, AlreadyThere] == [type(outcome) for outcome in outcomes]
    assert (1, {}) == (bench.times_created(REF), bench.tenant.truth.duplicates())


@pytest.mark.parametrize("error_form", ["message", "text", "json_text", "nested"])
@pytest.mark.parametrize("status", [400, 422, 500])
def test_unknown_variants_are_named_in_every_envelope(at_bench, error_form, status):
    """Status and envelope are not public."""
    bench = at_bench(error_form=error_form, refused_status=status)

    [outcome] = bench.port.create_sales_orders([wanted(sku="NOSUCH")])

    assert (
        Rejected(("variant code NOSUCH does not exist or is not active (line 1)", "no variant has been provided")) == outcome
    )


@pytest.mark.parametrize("answer", ["nulls", "ids"])
def test_a_deferred_order_is_found_when_it_is_imported(at_bench, answer):
    """Taken until then, and made once."""
    bench = at_bench(import_after_seconds=300.0, deferred_answer=answer)

    [taken] = bench.port.create_sales_orders([wanted()])
    [missing] = bench.port.find_sales_orders([REF])
    [waiting] = bench.port.create_sales_orders([wanted()])
    bench.clock.advance(301)
    [found] = bench.port.find_sales_orders([REF])
    [there] = bench.port.create_sales_orders([wanted()])

    assert [Taken, NotFound, Taken, Found] == [type(each) for each in (taken, missing, waiting, found)]
    assert (AlreadyThere(REF), 1) == (there, bench.times_created(REF))


@pytest.mark.parametrize("answer", ["nulls", "ids"])
def test_an_order_that_fails_at_its_import_is_taken_and_nowhere(at_bench, answer):
    """It was accepted, by an id even, and will never be there: nobody acknowledges it, and a person has it sent again."""
    bench = at_bench(
        {"import_seconds": 600}, import_after_seconds=300.0, deferred_answer=answer, deferred_checks="at_import"
    )
    bench.tenant.switches.change(import_after_seconds=0.0)
    bench.port.create_sales_orders([wanted("SO-0")])
    bench.tenant.switches.change(import_after_seconds=300.0)
    [taken] = bench.port.create_sales_orders([wanted(sku="NOSUCH")])
    bench.tenant.switches.change(import_after_seconds=0.0, deferred_checks="now")
    bench.clock.advance(601)

    [later] = bench.port.create_sales_orders([wanted(sku="NOSUCH")])
    [again] = bench.another_process().create_sales_orders([wanted(sku="NOSUCH")])

    assert [Taken, Taken, Rejected] == [type(each) for each in (taken, later, again)]
    assert 0 == bench.times_created(REF)


def test_every_total_adds_up_for_the_tenant(at_bench):
    """It refuses what does not, to the penny."""
    bench = at_bench(totals="refused")
    orders = [wanted(f"SO-{pence}", quantity=7, pence=pence) for pence in range(993, 1003)]
    net = order("SO-NET", line(1, KNOWN, 3, 1001), tax=Money(299, "GBP"), total=Money(1001 + 495 + 299, "GBP"))

    outcomes = bench.port.create_sales_orders([*orders, net])

    assert {Acknowledged} == {type(outcome) for outcome in outcomes}
    assert [] == bench.tenant.truth.not_adding_up()


def test_nothing_is_sent_that_the_tenant_does_not_know(at_bench):
    """A field that OrderWise refused would refuse every order."""
    bench = at_bench(unknown_fields="refuse")

    assert [Acknowledged] == [type(outcome) for outcome in bench.port.create_sales_orders([wanted()])]


def test_a_reference_that_does_not_arrive_is_noticed_with_the_first_order(at_bench):
    """Else no look would ever find one, and none would prevent a duplicate."""
    bench = at_bench({"customer_ref_field": ""}, cust_order_ref="given")

    first, *others = bench.port.create_sales_orders([wanted(f"SO-{number}") for number in range(1, 6)])

    assert isinstance(first, Taken)
    assert "order_by_ref" in first.reason
    assert ([Unavailable] * 4, 1) == ([type(each) for each in others], len(bench.tenant.live.orders))


def test_a_token_that_ends_is_renewed_in_the_middle(at_bench):
    """However short it lives, and though a new one ends the old."""
    bench = at_bench(token_seconds=30.0, single_token=True)
    bench.port.create_sales_orders([wanted()])
    bench.clock.advance(31)

    assert [AlreadyThere(REF)] == bench.port.create_sales_orders([wanted()])


# ---- parcels


def test_parts_of_an_order_are_parcels_of_their_own(at_bench):
    """Each with its number, each under one reference."""
    bench = at_bench()
    bench.port.create_sales_orders([wanted()])
    bench.tenant.trade.despatch(REF, quantities={KNOWN: 1}, tracking="later")
    [first] = parcels(bench)
    bench.clock.advance(3600)
    bench.tenant.trade.despatch(REF)
    bench.tenant.trade.tracking_arrives()

    found = parcels(bench)

    assert [{KNOWN: 1}, {KNOWN: 2}] == contents(found)
    assert (first.ref, "", True) == (found[0].ref, first.tracking.number, all(each.tracking.number for each in found))
    assert found == bench.port.despatches_of([REF])


@pytest.mark.parametrize("parcels_as", ["deliveries", "joined"])
def test_parcels_that_leave_together_are_one_with_all_numbers(at_bench, parcels_as):
    """Nothing says which goods are in which box."""
    bench = at_bench(parcels_as=parcels_as)
    bench.port.create_sales_orders([wanted()])
    bench.tenant.trade.despatch(REF, parcels=2)

    [found] = parcels(bench)

    assert ([{KNOWN: 3}], 2) == (contents([found]), len(found.tracking.number.split(",")))


@pytest.mark.parametrize("kit_movements", ["components", "kit"])
def test_a_kit_leaves_as_the_kit_that_was_ordered(at_bench, kit_movements):
    """Whatever its movements show."""
    bench = at_bench(kit_movements=kit_movements)
    company = bench.tenant.live
    company.add_variant("SET", price=Decimal(10))
    company.make_kit("SET", {KNOWN: Decimal(2), OTHER: Decimal(1)})
    bench.port.create_sales_orders([wanted(sku="SET")])
    bench.tenant.trade.despatch(REF)

    assert [{"SET": 3}] == contents(parcels(bench))


@pytest.mark.parametrize("kit_lines", ["joined", "single_units"])
@pytest.mark.parametrize("kit_copies", ["none", "per_line"])
def test_a_kit_leaves_by_the_recipe_that_its_line_has(at_bench, kit_copies, kit_lines):
    """A copy of its own where it has one, though the kit is another by now; and every line of the recipe counts."""
    bench = at_bench(kit_copies=kit_copies, kit_lines=kit_lines, not_direct_as="null")
    company = bench.tenant.live
    company.add_variant("SET", price=Decimal(10))
    company.make_kit("SET", {KNOWN: Decimal(2), OTHER: Decimal(1)})
    bench.port.create_sales_orders([wanted(sku="SET")])
    if kit_copies == "per_line":
        company.make_kit("SET", {KNOWN: Decimal(1), OTHER: Decimal(1)})
    bench.tenant.trade.despatch(REF)

    assert [{"SET": 3}] == contents(parcels(bench))


def test_a_status_that_nobody_mapped_is_told(at_bench):
    """By its own text, and the parcel all the same."""
    bench = at_bench(status_names={"completed": "Alles raus"})
    bench.port.create_sales_orders([wanted()])
    bench.tenant.trade.despatch(REF)

    found = parcels(bench)

    assert ["Alles raus" in each.why for each in found if isinstance(each, UnreadableDespatch)] == [True]
    assert [{KNOWN: 3}] == contents(found)


# ---- stock


@pytest.mark.parametrize("kit_stock", ["none", "zero"])
def test_a_kit_is_as_many_as_its_components_make(at_bench, kit_stock):
    """Also when only a component moved, and whatever rows it has of its own."""
    bench = at_bench(kit_stock=kit_stock)
    company = bench.tenant.live
    company.add_variant("SET", price=Decimal(10))
    company.make_kit("SET", {KNOWN: Decimal(2), OTHER: Decimal(1)})
    since = bench.now()
    bench.has(KNOWN, 7)

    everything = {level.sku: level.available for page in bench.port.stock_all() for level in page}
    changed = {level.sku: level.available for page in bench.port.stock(since) for level in page}

    assert (3, 3) == (everything["SET"], changed["SET"])


@pytest.mark.parametrize("kit_lines", ["joined", "single_units"])
@pytest.mark.parametrize("kit_copies", ["none", "per_line"])
def test_a_kit_is_counted_by_its_own_recipe(at_bench, kit_copies, kit_lines):
    """Not by the copies that orders have of an older one; and a component on two of its lines is needed twice."""
    bench = at_bench(kit_copies=kit_copies, kit_lines=kit_lines)
    company = bench.tenant.live
    company.add_variant("SET", price=Decimal(10))
    company.make_kit("SET", {KNOWN: Decimal(1), OTHER: Decimal(9)})
    bench.port.create_sales_orders([wanted(sku="SET", quantity=1)])
    company.make_kit("SET", {KNOWN: Decimal(3)})

    figures = {level.sku: level.available for page in bench.port.stock_all() for level in page}

    assert (9, 3) == (figures[KNOWN], figures["SET"])


def test_an_order_that_is_not_in_the_figure_is_later_than_the_figure(at_bench):
    """The figure is calculated later than the order came: its time says so."""
    bench = at_bench(recalculate_after_seconds=600.0)
    bench.clock.advance(60)
    came = bench.now()
    bench.port.create_sales_orders([wanted()])
    bench.clock.advance(60)

    before = {level.sku: level for page in bench.port.stock_all() for level in page}[KNOWN]
    bench.clock.advance(600)
    after = {level.sku: level for page in bench.port.stock_all() for level in page}[KNOWN]

    assert (10, True) == (before.available, before.snapshot_at <= came)
    assert (7, True) == (after.available, after.snapshot_at > came)


def test_a_figure_that_stands_unchanged_is_as_young_as_the_tenant_lets_us_say(at_bench):
    """Within a minute every movement is in it: what has not moved was true a minute before it was read."""
    bench = at_bench({"recalculated_within_seconds": 60.0}, recalculate_after_seconds=30.0)
    bench.clock.advance(3600)
    came = bench.now()
    bench.port.create_sales_orders([wanted()])

    before = {level.sku: level for page in bench.port.stock_all() for level in page}[KNOWN]
    bench.clock.advance(3600)
    after = {level.sku: level for page in bench.port.stock_all() for level in page}[KNOWN]

    assert (10, True) == (before.available, came - timedelta(seconds=61) < before.snapshot_at <= came)
    assert (7, True) == (after.available, after.snapshot_at > came + timedelta(seconds=3000))


def test_a_number_that_comes_days_later_finds_its_parcel_whole(at_bench):
    """The goods moved before the time that is asked about; the order was written to within it."""
    bench = at_bench()
    order = wanted()
    bench.port.create_sales_orders([order])
    bench.sends(order)
    [before] = [parcel for page in bench.port.despatches(bench.now() - timedelta(hours=1)) for parcel in page]
    bench.clock.advance(3 * 24 * 3600)
    bench.tracking_arrives()

    [after] = [parcel for page in bench.port.despatches(bench.now() - timedelta(hours=1)) for parcel in page]

    assert (before.ref, before.lines, "") == (after.ref, after.lines, before.tracking.number)
    assert after.tracking.number


def test_quarantine_and_shortage_make_nothing_to_sell(at_bench):
    """What lies in another location does not count, and less than nothing is nothing."""
    bench = at_bench()
    company = bench.tenant.live
    company.set_stock(company.by_code[KNOWN], on_hand=Decimal(50), location_id=2)
    bench.port.create_sales_orders([wanted(quantity=12)])

    figures = {level.sku: level.available for page in bench.port.stock_all() for level in page}

    assert 0 == figures[KNOWN]


@pytest.mark.parametrize("switches", [{"empty_export": "204"}, {"bit_columns": "number"}])
def test_rows_are_read_in_every_spelling(at_bench, switches):
    """No rows, or yes and no as numbers."""
    bench = at_bench(**switches)

    items = {item.sku: item.active for page in bench.port.items() for item in page}

    assert ({KNOWN: True, OTHER: True}, [NotFound(REF)]) == (items, bench.port.find_sales_orders([REF]))


def test_codes_are_found_under_nearly_the_right_spelling(at_bench):
    """By the tenant's own search."""
    bench = at_bench()
    bench.tenant.live.add_variant("VP255R ", price=Decimal(1))

    assert ["VP255R "] == [item.sku for item in bench.port.items_named([Sku("vp 255r")])]


# ---- cancelling


def test_an_order_is_cancelled_by_the_tenants_call_while_it_can_be(at_bench):
    """And proved by its status; one that has left is too late."""
    call = {"cancel_call": {"path": "sales/order/{order_id}/cancel", "method": "POST"}}
    bench = at_bench(call, cancel_operation="present")
    bench.port.create_sales_orders([wanted("SO-1"), wanted("SO-2")])
    bench.tenant.trade.despatch("SO-2")

    outcomes = bench.port.cancel_sales_orders([REF, SalesOrderRef("SO-2"), SalesOrderRef("nobody")])

    assert [Cancelled(), TooLate("Completed"), NotFound(SalesOrderRef("nobody"))] == outcomes
    assert bench.port.find_sales_orders([REF])[0].sales_order.cancelled


@pytest.mark.parametrize(("sub_statuses", "outcome"), [([], Pending()), ([""], TooLate("Awaiting despatch / Picking"))])
def test_a_tenant_that_says_yes_to_a_picked_order_has_cancelled_nothing(at_bench, sub_statuses, outcome):
    """Its word alone proves nothing; where the sub-status is known to be too late, it is not even asked."""
    call = {"path": "sales/order/{order_id}/cancel", "method": "POST", "sub_statuses": sub_statuses}
    bench = at_bench({"cancel_call": call}, cancel_operation="present", cancel_policy="answers_yes")
    bench.port.create_sales_orders([wanted()])
    bench.tenant.live.floor.pick(bench.tenant.truth.orders_of(REF)[0])

    assert [outcome] == bench.port.cancel_sales_orders([REF])


def test_a_tenant_without_a_call_needs_a_person(at_bench):
    """Who is told the number."""
    bench = at_bench()
    bench.port.create_sales_orders([wanted()])

    [outcome] = bench.port.cancel_sales_orders([REF])

    assert isinstance(outcome, Unsupported)
    assert bench.tenant.truth.orders_of(REF)[0].number in outcome.manual_step


# ---- the proof


def test_the_proof_finds_nothing_against_a_tenant_as_it_is_shipped(at_bench):
    """Every definition, id, status and the clock."""
    assert {} == {each.subject: each.finding for each in at_bench().port.check() if not each.ok}


def test_the_proof_names_a_status_and_a_permission_that_are_missing(at_bench):
    """In OrderWise's own words."""
    bench = at_bench(status_names={"held": "Wartet"}, denied=["Value lists GET"])

    wrong = {each.subject: each.finding for each in bench.port.check() if not each.ok}

    assert "'Wartet'" in wrong["statuses"]
    assert "Value lists GET" in wrong["delivery methods"]
