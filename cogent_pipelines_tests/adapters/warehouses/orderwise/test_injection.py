"""Promises about putting orders in: each once, whole, and nothing sent again while anything is in doubt."""

import httpx
import pytest

from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import STATUSES, OrderState
from cogent_pipelines.ports.errors import AuthenticationFailed, TryLater, VendorRefused
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    Found,
    NotFound,
    Rejected,
    Taken,
    Unavailable,
    Unknown,
)
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import line, order, with_also
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import LostAnswer, html


def test_an_order_is_acknowledged_by_its_internal_id(connect, tenant):
    """It is what every later question about the order needs."""
    connected = connect()

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Acknowledged("501") == outcome
    assert "/OWAPI/sales/order?session_id=7" in tenant.urls


def test_every_order_is_looked_for_before_it_is_sent(connect, tenant):
    """OrderWise has no idempotency key."""
    connected = connect()

    connected.warehouse.create_sales_orders([order()])

    assert tenant.calls.index(Question.ORDER_BY_REF) < tenant.calls.index("create")


def test_the_first_order_of_a_process_proves_that_orders_can_be_found(connect, tenant):
    """Where the reference does not arrive, no look before sending would ever prevent a duplicate."""
    connected = connect()
    tenant.answers[Question.ORDER_BY_REF] = [(200, []), (200, []), (200, []), (200, [])]

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2"), order("SO-3")])

    words = (
        "order 41501 is there with the customer reference 'SO-1', and not found under SO-1: check that order_by_ref and "
        "orders_by_refs compare the column in which our reference arrives, and customer_ref_field"
    )
    assert Taken(words, "501") == outcomes[0]
    assert [Unavailable(f"not sent, because it is not certain that orders are found again: {words}")] * 2 == outcomes[1:]
    assert {"SO-1": 1} == dict(tenant.created)


@pytest.mark.parametrize("with_an_id", [True, False])
def test_orders_that_wait_for_their_import_hold_up_nobody(connect, tenant, with_an_id):
    """The first one is nowhere yet, under its id neither: that says nothing against the others."""
    tenant.imports = "deferred with ids" if with_an_id else "deferred"
    connected = connect()

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2"), order("SO-3")])

    assert [Taken] * 3 == [type(outcome) for outcome in outcomes]
    assert int(with_an_id) == tenant.calls.count(Question.ORDER_DELIVERIES)
    assert ["501", "502", "503"] if with_an_id else ["SO-1", "SO-2", "SO-3"] == [each.warehouse_ref for each in outcomes]


def test_an_order_that_cannot_be_looked_for_goes_alone(connect, tenant):
    """What was taken is not sent again, and no other is sent into the dark."""
    connected = connect()
    tenant.answers[Question.ORDER_BY_REF] = [(200, []), (200, []), httpx.Response(503), httpx.Response(503)]

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2")])

    assert [Taken, Unavailable] == [type(outcome) for outcome in outcomes]
    assert {"SO-1": 1} == dict(tenant.created)


def test_answers_that_are_lost_one_after_the_other_end_a_batch(connect, tenant):
    """A batch that waits for each answer as long as it may would not end while its orders are its own."""
    connected = connect()
    tenant.answers["create"] = [(500, {"Message": "boom"})] * 3

    outcomes = connected.warehouse.create_sales_orders([order(f"SO-{number}") for number in range(5)])

    assert [Unknown] * 3 + [Unavailable] * 2 == [type(outcome) for outcome in outcomes]


def test_every_new_order_is_looked_for_once_a_batch(connect, tenant):
    """Its id may be the answer to an order that fails at its import and is never sent out."""
    connected = connect(definitions=with_also(Question.ORDERS_BY_REFS))
    connected.warehouse.create_sales_orders([order("SO-1")])
    tenant.calls.clear()
    tenant.answers["create"] = [(200, {"orderId": 77, "orderNumber": "77", "eCommerceOrderNumber": "SO-2"})]

    outcomes = connected.warehouse.create_sales_orders([order(f"SO-{number}") for number in range(2, 6)])

    assert [Acknowledged] * 3 + [Taken] == sorted((type(each) for each in outcomes), key=lambda kind: kind.__name__)
    assert (2, 0) == (tenant.calls.count(Question.ORDERS_BY_REFS), tenant.calls.count(Question.ORDER_LINES))


def test_an_order_that_was_taken_and_is_nowhere_is_not_sent_again(connect, tenant):
    """However long it takes: OrderWise said that it has it."""
    connected = connect()
    tenant.answers["create"] = [(200, {"orderId": 77, "orderNumber": "77", "eCommerceOrderNumber": "SO-1"})]
    [taken] = connected.warehouse.create_sales_orders([order()])

    connected.clock.sleep(100 * connected.settings.import_seconds)
    [again] = connected.warehouse.create_sales_orders([order()])

    assert [(Taken, "77"), (Taken, "77")] == [(type(each), each.warehouse_ref) for each in (taken, again)]
    assert 1 == tenant.calls.count("create")


@pytest.mark.parametrize("extra", [(), (Question.ORDERS_BY_REFS,)])
def test_an_order_that_cannot_be_read_holds_up_no_other(connect, tenant, extra):
    """It is not sent, because something is there; a person hears in which column."""
    connected = connect(definitions=with_also(*extra))
    tenant.plant("SO-1", ["MUG", 1], status=["what"])
    tenant.plant("SO-2", ["MUG", 1]).lines.append(["PLATE", "many", 0])

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2"), order("SO-3")])

    question = extra[0] if extra else Question.ORDER_BY_REF
    assert [
        Rejected((f"SO-1 is there already and cannot be read: {question}: column status_text is a list, not a text",)),
        Rejected(("SO-2 is there already and cannot be read: order_lines: column qty_ordered is a str, not a number",)),
        Acknowledged("503"),
    ] == outcomes


def test_a_row_that_does_not_say_whose_it_is_is_asked_for_by_each_reference(connect, tenant):
    """The question says what the row does not."""
    connected = connect(definitions=with_also(Question.ORDERS_BY_REFS))
    good, bad = tenant.plant("SO-1", ["MUG", 1], ["PLATE", 2]), tenant.plant("SO-2", ["MUG", 1])
    header = {"contract_version": 1, "order_number": "1", "status_id": 1, "status_text": "On hold"}
    unreadable = {**header, "order_id": bad.order_id, "customer_order_ref": ["what"]}
    readable = {**header, "order_id": good.order_id, "customer_order_ref": "SO-1"}
    tenant.answers[Question.ORDERS_BY_REFS] = [(200, [readable, unreadable])]
    tenant.answers[Question.ORDER_BY_REF] = [(200, [unreadable]), (200, [])]

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2"), order("SO-3")])

    assert AlreadyThere("SO-1") == outcomes[0]
    assert [Acknowledged, Rejected] == sorted((type(each) for each in outcomes[1:]), key=lambda kind: kind.__name__)
    assert 1 == tenant.calls.count("create")


def test_an_order_that_is_there_is_not_sent(connect, tenant):
    """By whomever it was put in."""
    connected = connect()
    tenant.plant("SO-1", ["MUG", 1], ["plate ", 2])

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert AlreadyThere("SO-1") == outcome
    assert "create" not in tenant.calls


def test_an_order_that_is_there_with_other_lines_is_for_a_person(connect, tenant):
    """It is said what differs, and under which number it is found."""
    connected = connect()
    held = tenant.plant("SO-1", ["MUG", 1], ["OLD", 3])

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Rejected((f"SO-1 is there as order {held.number} and lacks 2 x plate and has besides 3 x OLD",)) == outcome


def test_an_order_that_is_there_twice_is_for_a_person(connect, tenant):
    """Somebody has to cancel one, or the customer gets two parcels."""
    connected = connect()
    first, second = (tenant.plant("SO-1", ["MUG", 1], ["PLATE", 2]) for _ in range(2))

    [outcome] = connected.warehouse.create_sales_orders([order()])

    words = f"SO-1 is there 2 times, as orders {first.number}, {second.number}: cancel all but one in OrderWise"
    assert Rejected((words,)) == outcome


def test_an_order_that_was_cancelled_there_is_not_sent_again(connect, tenant):
    """Where the connection says which status means cancelled."""
    connected = connect(statuses={**STATUSES, "Cancelled": OrderState.CANCELLED})
    tenant.plant("SO-1", ["MUG", 1], status="Cancelled")

    [outcome] = connected.warehouse.create_sales_orders([order()])
    [found] = connected.warehouse.find_sales_orders([order().ref])

    assert Rejected(("SO-1 is there already and is Cancelled",)) == outcome
    assert found.sales_order.cancelled


def test_unknown_variants_are_named_with_their_lines(connect, tenant):
    """Several failures come in one text; each becomes a reason."""
    connected = connect()
    wanted = order("SO-1", line(1, "NOPE-1"), line(2, "MUG"), line(3, "NO PE"), line(4, "nope-1"))

    [outcome] = connected.warehouse.create_sales_orders([wanted])

    assert (
        Rejected(
            (
                "variant code NOPE-1 does not exist or is not active (line 1, 4)",
                "variant code NO PE does not exist or is not active (line 3)",
                "variant code nope-1 does not exist or is not active (line 1, 4)",
                "no variant has been provided",
            )
        )
        == outcome
    )


@pytest.mark.parametrize("status", [200, 400, 409, 422, 500])
def test_the_importers_words_count_whatever_status_they_come_with(connect, tenant, status):
    """Neither the status nor the envelope is known for certain."""
    connected = connect()
    words = "Order number 9 variant code: MUG does not exist or is not active"
    tenant.answers["create"] = [(status, {"errors": [{"detail": [words]}]})]

    [outcome] = connected.warehouse.create_sales_orders([order("SO-1", line())])

    assert Rejected(("variant code MUG does not exist or is not active (line 1)",)) == outcome


def test_a_refusal_in_other_words_is_given_as_it_is(connect, tenant):
    """Whatever a person at the warehouse is told, they can search for."""
    connected = connect()
    tenant.answers["create"] = [(400, "Delivery method 3 is not allowed for this customer.")]

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Rejected(("Delivery method 3 is not allowed for this customer",)) == outcome


def test_a_refusal_because_it_is_there_already_is_no_refusal(connect, tenant):
    """Somebody was quicker, between the look and the call."""
    connected = connect()
    tenant.answers["create"] = [LostAnswer()]
    connected.warehouse.create_sales_orders([order()])
    tenant.answers[Question.ORDER_BY_REF] = [(200, [])]
    tenant.answers["create"] = [(400, {"Message": "eCommerce order number SO-1 already exists"})]

    [outcome] = connected.again().create_sales_orders([order()])

    assert (AlreadyThere("SO-1"), 1) == (outcome, tenant.created["SO-1"])


def test_a_lost_answer_is_settled_by_a_look(connect, tenant):
    """It was carried out: that is what the look shows."""
    connected = connect()
    tenant.answers["create"] = [LostAnswer()]

    [outcome] = connected.warehouse.create_sales_orders([order()])
    [again] = connected.warehouse.create_sales_orders([order()])

    assert (Acknowledged("501"), AlreadyThere("SO-1"), 1) == (outcome, again, tenant.created["SO-1"])


@pytest.mark.parametrize("answer", [(500, {"Message": "boom"}), html(200), html(500), httpx.Response(200, content=b'{"ord')])
def test_an_answer_that_proves_nothing_leaves_the_order_in_doubt(connect, tenant, answer):
    """It may still be carried out: it is not sent again, and not refused."""
    connected = connect()
    tenant.answers["create"] = [answer]

    [outcome] = connected.warehouse.create_sales_orders([order()])
    [again] = connected.warehouse.create_sales_orders([order()])

    assert [Unknown, Unknown] == [type(outcome), type(again)]
    assert 1 == tenant.calls.count("create")


def test_an_order_that_never_came_is_sent_again_when_its_import_is_overdue(connect, tenant):
    """Then not being there proves that it was lost."""
    connected = connect()
    tenant.answers["create"] = [(500, {"Message": "boom"})]
    connected.warehouse.create_sales_orders([order()])

    connected.clock.sleep(connected.settings.import_seconds)
    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert (Acknowledged("501"), 1) == (outcome, tenant.created["SO-1"])


def test_an_order_whose_import_is_deferred_is_taken_until_it_is_there(connect, tenant):
    """Taken is not there; it is asked for, and not sent again."""
    tenant.imports = "deferred"
    connected = connect()

    [taken] = connected.warehouse.create_sales_orders([order()])
    [missing] = connected.warehouse.find_sales_orders([order().ref])
    [waiting] = connected.warehouse.create_sales_orders([order()])
    tenant.import_now()
    [found] = connected.warehouse.find_sales_orders([order().ref])
    [there] = connected.warehouse.create_sales_orders([order()])

    assert Taken("taken, and not imported yet", "SO-1") == taken
    assert NotFound("SO-1") == missing
    assert Taken("taken a while ago, and not imported yet", "SO-1") == waiting
    assert isinstance(found, Found)
    assert (AlreadyThere("SO-1"), 1) == (there, tenant.created["SO-1"])


def test_one_bad_order_holds_up_nobody(connect, tenant):
    """Outcomes come one per order, in their order."""
    connected = connect()
    wanted = [order("SO-1"), order("SO-2", line(1, "NOPE")), order("SO-3"), order("SO-4", service="BY-BOAT")]

    outcomes = connected.warehouse.create_sales_orders(wanted)

    assert [Acknowledged, Rejected, Acknowledged, Rejected] == [type(outcome) for outcome in outcomes]
    assert ("no delivery method is configured for service 'BY-BOAT'",) == outcomes[3].reasons


def test_many_orders_are_looked_for_at_once_where_the_tenant_can(connect, tenant):
    """One call instead of one per order."""
    connected = connect(definitions=with_also(Question.ORDERS_BY_REFS))
    tenant.plant("SO-2", ["MUG", 1], ["PLATE", 2])

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2"), order("SO-3")])

    assert [Acknowledged, AlreadyThere, Acknowledged] == [type(outcome) for outcome in outcomes]
    assert ({"@refs": "SO-1|SO-2|SO-3"}, 0) == (tenant.given[0][1], tenant.calls.count(Question.ORDER_BY_REF))


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_outage_that_answers_an_order_leaves_it_in_doubt(connect, tenant, status):
    """It may have begun after the order was made: the call is not repeated without a look."""
    connected = connect()
    tenant.answers["create"] = [httpx.Response(status)]

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert (Unknown(f"HTTP {status}"), 1) == (outcome, tenant.calls.count("create"))


def test_a_warehouse_that_cannot_be_asked_is_sent_nothing(connect, tenant):
    """Not knowing what is there, nothing may be added to it."""
    connected = connect()
    tenant.answers[Question.ORDER_BY_REF] = [httpx.Response(503)] * 2

    with pytest.raises(TryLater):
        connected.warehouse.create_sales_orders([order()])

    assert "create" not in tenant.calls


@pytest.mark.parametrize(("status", "error"), [(404, VendorRefused), (403, AuthenticationFailed)])
def test_a_connection_that_is_wrong_blames_no_order(connect, tenant, status, error):
    """An address that is not there, a permission that lacks: somebody must put that right, and the orders wait."""
    connected = connect()
    tenant.answers["create"] = [(status, {"Message": "No HTTP resource was found"})]

    with pytest.raises(error) as refusal:
        connected.warehouse.create_sales_orders([order()])

    assert str(status) in refusal.value.message


def test_a_page_of_html_is_no_word_of_the_importers(connect, tenant):
    """A web server that refuses a request says nothing about an order; the others go on."""
    connected = connect()
    tenant.answers["create"] = [html(400)]

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-2")])

    assert [Acknowledged, Unavailable] == sorted((type(each) for each in outcomes), key=lambda kind: kind.__name__)


@pytest.mark.parametrize(("order_id", "name"), [("77", "77"), (77, "77"), (0, "SO-1"), (True, "SO-1"), ("x", "SO-1")])
def test_an_order_that_was_taken_is_called_by_its_id_where_it_has_one(connect, tenant, order_id, name):
    """As a number or as its digits; anything else is none, and it is called by our reference."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-0")])
    tenant.answers["create"] = [(200, {"orderId": order_id, "eCommerceOrderNumber": "SO-1"})]

    [found] = connected.warehouse.create_sales_orders([order("SO-1")])

    assert (Taken, name) == (type(found), found.warehouse_ref)


def test_a_missing_permission_is_named(connect, tenant):
    """As it is called in OrderWise."""
    connected = connect()
    tenant.answers["create"] = [httpx.Response(403)]

    with pytest.raises(AuthenticationFailed, match="Sales orders POST"):
        connected.warehouse.create_sales_orders([order()])


def test_an_order_given_twice_with_different_content_is_refused(connect, tenant):
    """Which of the two is meant, nobody can know."""
    connected = connect()

    outcomes = connected.warehouse.create_sales_orders([order("SO-1"), order("SO-1", line(1, "PLATE"))])

    assert [Rejected, Rejected] == [type(outcome) for outcome in outcomes]
    assert "create" not in tenant.calls


def test_an_answer_about_another_order_is_no_reason_to_send_again(connect, tenant):
    """Something was taken; which order it was, a person finds out."""
    connected = connect()
    tenant.answers["create"] = [(200, {"orderId": 9, "orderNumber": "9", "eCommerceOrderNumber": "SO-9"})]

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Taken("the answer to SO-1 is about another order", "SO-1") == outcome


def test_no_password_is_in_the_evidence(connect):
    """Neither as it is nor as the log-in sends it."""
    connected = connect()
    connected.warehouse.create_sales_orders([order()])

    kept = b"".join(each.request + each.response for each in connected.evidence.exchanges)

    assert b"SO-1" in kept
    assert b"a long password" not in kept
    assert b"Bearer t1" not in kept
