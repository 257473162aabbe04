"""Orders into the warehouse: once, whole, or held with the reason."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.routing import RoutingRule
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines_tests.factories.orders import ADDRESS, NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.warehouse import items

NAME = NORTHWIND.name
MINUTE = 60


def test_due_orders_are_sent_in_batches_and_acknowledged(capture, inject, states, cases, warehouse, clock):
    """Every order is at the warehouse once; the report says how many and how long it took."""
    capture(*(an_order(number) for number in range(1, 251)))
    clock.advance(2)

    report = inject()

    assert (250, 3, 2.0) == (report.acknowledged, report.batches, report.latency.quantile(0.99))
    assert {1} == set(warehouse.created.values())
    assert {"acknowledged"} == set(states().values())
    assert [] == cases()
    assert not inject().worked


def test_one_bad_order_never_holds_up_its_batch(capture, inject, states, cases, warehouse):
    """What is wrong with each is a case of its own, with the exact words; the good ones are gone."""
    warehouse.rejects["2"] = "Carrier 'XYZ' is not set up"
    capture(
        an_order(1),
        an_order(2),
        an_order(3, lines=(a_line(sku="NOPE"),)),
        an_order(4, shipping_address=replace(ADDRESS, postcode=" ")),
        an_order(5, lines=(a_line(), a_line(2, sku=None))),
        an_order(6),
    )

    report = inject()

    assert (2, 3, 1) == (report.acknowledged, report.held, report.failed)
    expected = ["acknowledged", "failed", "held", "held", "held", "acknowledged"]
    assert expected == list(states().values())
    assert [("#2", "injection_rejected"), ("#3", "unknown_sku"), ("#4", "bad_address"), ("#5", "missing_sku")] == cases()
    assert {"1", "6"} == set(warehouse.sales_orders)


def test_a_rejection_carries_the_warehouses_exact_words(capture, inject, ledger, warehouse):
    """Nobody has to guess what the warehouse did not like."""
    warehouse.rejects["1"] = "Carrier 'XYZ' is not set up"
    capture(an_order(1))
    inject()

    assert ["Carrier 'XYZ' is not set up"] == [case.message for case in ledger.cases.open(NAME)]


def test_a_busy_warehouse_is_tried_again_later_and_the_desk_hears_of_it_only_when_it_lasts(
    capture, inject, states, cases, warehouse, clock
):
    """Quick attempts help quietly; then a transient case says so, and closes itself."""
    warehouse.unavailable["1"] = 3
    capture(an_order(1))

    inject()
    assert ({"1": "retrying"}, []) == (states(), cases())
    clock.advance(MINUTE)
    inject()
    clock.advance(MINUTE)
    inject()
    assert ({"1": "retrying"}, [("#1", "injection_retrying")]) == (states(), cases())
    clock.advance(MINUTE)
    inject()

    assert ({"1": "acknowledged"}, []) == (states(), cases())


def test_an_order_that_is_never_taken_fails_with_a_critical_case(capture, inject, states, ledger, warehouse, clock):
    """After the last attempt a person is told, with the last answer."""
    warehouse.unavailable["1"] = 99
    capture(an_order(1))
    connection = replace(NORTHWIND, injection=InjectionRules(max_attempts=3))
    for _ in range(3):
        inject(connection)
        clock.advance(MINUTE)

    [case] = ledger.cases.open(NAME)
    assert ({"1": "failed"}, "injection_exhausted", "critical") == (states(), case.kind, case.severity)
    assert "not taken in 3 attempts; the last answer: busy" == case.message


def test_a_vendor_that_is_away_blames_no_order_and_is_one_case(capture, inject, states, cases, warehouse, ledger, clock):
    """However long it lasts, no order runs out of attempts; the case closes when the vendor is back."""
    capture(*(an_order(number) for number in range(1, 4)))
    warehouse.trouble = VendorUnavailable("504 Gateway Time-out", retry_after=20)
    for _ in range(20):
        report = inject()
        clock.advance(5 * MINUTE)

    assert (3, "504 Gateway Time-out", False) == (report.retrying, report.trouble, report.worked)
    assert ([("", "vendor_unavailable")], {"retrying"}) == (cases(), set(states().values()))
    warehouse.trouble = None
    inject()
    assert ([], {"acknowledged"}) == (cases(), set(states().values()))


def test_orders_wait_as_long_as_the_vendor_asked(capture, inject, states, warehouse, clock):
    """Retry-After is obeyed."""
    capture(an_order(1))
    warehouse.trouble = VendorUnavailable("busy", retry_after=120)
    inject()
    warehouse.trouble = None
    clock.advance(119)
    assert not inject().worked
    clock.advance(MINUTE)

    assert 1 == inject().acknowledged


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(AuthenticationFailed("bad password"), "credentials_refused"), (VendorRefused("no template"), "vendor_refused")],
)
def test_refused_credentials_or_calls_fail_the_run_and_spare_the_orders(
    capture, inject, states, cases, warehouse, clock, trouble, kind
):
    """A person must act; once he has, the orders go by themselves."""
    capture(an_order(1))
    warehouse.trouble = trouble
    for _ in range(10):
        with pytest.raises(type(trouble)):
            inject()
        clock.advance(10 * MINUTE)
    assert ([("", kind)], {"1": "retrying"}) == (cases(), states())

    warehouse.trouble = None
    inject()

    assert ([], {"1": "acknowledged"}) == (cases(), states())


def test_trouble_with_a_vendor_is_over_when_nobody_waits_for_it_any_more(capture, inject, cases, warehouse, clock):
    """Whoever waited was cancelled; as long as one order waits, the case stays."""
    capture(an_order(1), an_order(2))
    warehouse.trouble = AuthenticationFailed("find_item: HTTP 401")
    with pytest.raises(AuthenticationFailed):
        inject()
    later = clock.now() + timedelta(minutes=1)

    capture(an_order(1, version=later, cancelled_at=later))
    inject()
    assert [("", "credentials_refused")] == cases()

    capture(an_order(2, version=later, cancelled_at=later))
    inject()
    assert [] == cases()


def test_a_batch_of_which_nothing_was_taken_means_the_vendor_is_away(capture, inject, cases, warehouse, ledger):
    """No order spends an attempt on it."""
    warehouse.unavailable = {"1": 1, "2": 1}
    capture(an_order(1), an_order(2))

    assert "busy" == inject().trouble
    with ledger.pool.session() as session:
        assert [(0,), (0,)] == session.execute("select attempt from sales_order").fetchall()
    assert [("", "vendor_unavailable")] == cases()


def test_an_unknown_sku_is_asked_for_once_and_held_until_it_is_known(capture, inject, cases, ledger, warehouse, clock):
    """The catalogue may be older than the item; when it is not, merchandising is told."""
    warehouse.stocked = dict(items("MUG-BLUE"))
    capture(*(an_order(number, lines=(a_line(sku="NEW"),)) for number in range(1, 4)))

    assert 3 == inject().held
    assert [("items_named", 1)] == warehouse.calls
    warehouse.stocked |= dict(items("NEW"))
    assert 3 == len(ledger.sales_orders.requeue_held(NAME, ["unknown_sku"], [Sku("NEW")], now=clock.now()))
    assert 3 == inject().acknowledged
    assert [] == cases()


def test_a_sku_that_differs_in_case_is_held_with_a_suggestion_and_never_merged(capture, inject, cases, ledger, warehouse):
    """Only a person's word makes two spellings one."""
    capture(an_order(1, lines=(a_line(sku="mug-blue "),)))

    inject()

    assert [("#1", "sku_variant")] == cases()
    assert "map “mug-blue ” to “MUG-BLUE”" == ledger.cases.open(NAME)[0].suggestion
    assert [SkuMapping(Sku("mug-blue "), Sku("MUG-BLUE"), MappingState.SUGGESTED, "differs in case or spaces only")] == (
        ledger.mappings.all(NAME)
    )
    assert {} == warehouse.sales_orders


def test_a_confirmed_mapping_is_sent_in_the_warehouses_spelling(capture, inject, ledger, warehouse, clock):
    """The storefront's line stays recognisable by its reference."""
    mapping = SkuMapping(Sku("OLD-MUG"), Sku("MUG-BLUE"), MappingState.CONFIRMED, decided_by="kim")
    ledger.mappings.decide(NAME, mapping, now=clock.now())
    capture(an_order(1, lines=(a_line(sku="OLD-MUG"),)))

    assert 1 == inject().acknowledged
    assert [("line-1", "MUG-BLUE", 2)] == [
        (line.line_ref, line.sku, line.quantity) for line in warehouse.sales_orders["1"].lines
    ]


def test_an_inactive_item_holds_the_order(capture, inject, cases, warehouse):
    """A deactivated item cannot be picked."""
    warehouse.stocked = dict(items("MUG-BLUE", active=False))
    capture(an_order(1))

    inject()

    assert [("#1", "inactive_sku")] == cases()


def test_a_corrected_order_goes_out_and_its_case_closes(capture, inject, cases, states, clock):
    """Nobody has to tell us that the storefront was corrected."""
    capture(an_order(1, shipping_address=replace(ADDRESS, line1="")))
    inject()
    assert [("#1", "bad_address")] == cases()

    capture(an_order(1, version=clock.now() + timedelta(minutes=1)))
    inject()

    assert ([], {"1": "acknowledged"}) == (cases(), states())


def test_an_order_cancelled_while_held_closes_its_case(capture, inject, cases, states, clock):
    """What is not to be sent any more is nobody's trouble."""
    capture(an_order(1, lines=(a_line(sku="NOPE"),)))
    inject()

    capture(an_order(1, lines=(a_line(sku="NOPE"),), version=clock.now() + timedelta(minutes=1), cancelled_at=clock.now()))

    assert ([], {"1": "cancelled"}) == (cases(), states())


def test_a_reference_too_long_for_the_warehouse_is_held(capture, inject, cases, warehouse):
    """Cut short it might be somebody else's."""
    warehouse.capabilities = replace(warehouse.capabilities, longest_sales_order_ref=3)
    capture(an_order(1234))

    inject()

    assert [("#1234", "unsendable_order")] == cases()


def test_two_runs_at_once_send_each_order_once(capture, ledger, warehouse, clock, states):
    """The lock should keep them apart; where it fails, the claims do."""
    capture(*(an_order(number) for number in range(1, 201)))
    connection = replace(NORTHWIND, injection=InjectionRules(batch_size=7))

    def run(seed):
        return inject_due_orders(connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(seed))

    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(run, range(4)))

    assert 200 == sum(report.acknowledged for report in reports)
    assert ({1}, {"acknowledged"}) == (set(warehouse.created.values()), set(states().values()))
    assert {} == warehouse.sent_again


def test_an_order_that_another_run_sent_meanwhile_is_not_held_for_what_it_was(capture, inject, states, warehouse, clock):
    """The lock should keep runs apart; where it fails, whoever comes late leaves the order to the one that has it."""
    capture(an_order(1, shipping_address=None), an_order(2, lines=(a_line(sku="NOPE"),)))
    warehouse.loses_answer.add("1")
    named, meanwhile = warehouse.items_named, []

    def slowly(skus):
        if not meanwhile:
            meanwhile.append("another run")
            capture(an_order(1, version=clock.now() + timedelta(minutes=1)))
            assert 1 == inject().in_doubt
        return named(skus)

    warehouse.items_named = slowly
    inject()

    assert {"1": "sent", "2": "held"} == states()


def test_a_run_begins_no_batch_after_its_time(capture, inject, ledger, warehouse, clock):
    """What is left waits for the successor."""
    capture(an_order(1))

    report = inject_due_orders(
        NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1), until=clock.now()
    )

    assert not report.worked
    assert 1 == inject().acknowledged


def test_a_late_change_of_an_order_that_was_never_taken_is_no_case(capture, inject, cases, states, warehouse, clock):
    """It was on its way when it was changed, came back, and goes out as it is now."""
    capture(an_order(1))
    create = warehouse.create_sales_orders

    def changed_meanwhile(orders):
        capture(an_order(1, version=clock.now() + timedelta(minutes=1), lines=(a_line(quantity=1),)))
        assert [("#1", "changed_after_injection")] == cases()
        warehouse.create_sales_orders = create
        raise VendorUnavailable("503")

    warehouse.create_sales_orders = changed_meanwhile
    inject()
    assert [("", "vendor_unavailable")] == cases()
    clock.advance(MINUTE)
    inject()

    assert ([], {"1": "acknowledged"}) == (cases(), states())
    assert [1] == [line.quantity for line in warehouse.sales_orders["1"].lines]


def test_a_routing_rule_chooses_channel_and_service_and_is_noted_on_the_order(capture, inject, ledger, warehouse):
    """Whoever asks later why it went by courier finds the rule's name."""
    rule = RoutingRule("next day", shipping=("STD",), channel="Web next day", service="DPD-NEXT")
    capture(an_order(1))

    inject(replace(NORTHWIND, injection=InjectionRules(channel="Web", routing=(rule,))))

    assert ("Web next day", "DPD-NEXT") == (warehouse.sales_orders["1"].channel, warehouse.sales_orders["1"].service)
    with ledger.pool.session() as session:
        assert ("next day",) == session.execute("select routing_rule from sales_order").fetchone()


def test_an_order_held_for_a_sku_goes_out_by_itself_once_the_item_exists(capture, inject, cases, ledger, warehouse, clock):
    """Merchandising makes the item and need not tell us; until then the warehouse is asked now and then only."""
    capture(an_order(1, lines=(a_line(sku="NEW"),)), an_order(2, shipping_address=None))
    inject()
    for _ in range(3):
        clock.advance(9 * MINUTE)
        inject()
    assert 1 == warehouse.times_called("items_named")
    warehouse.stocked |= dict(items("NEW"))
    clock.advance(5 * MINUTE)

    assert (NAME, "order_injection") in [(work.connection, work.flow) for work in ledger.due_work.due(clock.now())]
    assert 1 == inject().acknowledged
    assert [("#2", "bad_address")] == cases()
