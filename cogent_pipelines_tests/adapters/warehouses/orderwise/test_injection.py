"""Promises about putting orders in: each once, whole, and nothing sent again while anything is in doubt."""

import httpx
import pytest

from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import STATUSES, OrderState
from cogent_pipelines.ports.errors import AuthenticationFailed, TryLater, VendorRefused
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, NotFound, Rejected, Unavailable, Unknown
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
    tenant.answers[Question.ORDER_BY_REF] = [(200, []), (200, [])]

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert isinstance(outcome, Unknown)
    assert "order_by_ref" in outcome.reason


def test_later_orders_are_believed_at_once(connect, tenant):
    """One look per process is enough to know that looking works."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    before = tenant.calls.count(Question.ORDER_BY_REF)

    connected.warehouse.create_sales_orders([order("SO-2")])

    assert 1 == tenant.calls.count(Question.ORDER_BY_REF) - before


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


def test_an_order_whose_import_is_deferred_is_in_doubt_until_it_is_there(connect, tenant):
    """Taken is not there; it is asked for, and not sent again."""
    tenant.imports = "deferred"
    connected = connect()

    [taken] = connected.warehouse.create_sales_orders([order()])
    [missing] = connected.warehouse.find_sales_orders([order().ref])
    [waiting] = connected.warehouse.create_sales_orders([order()])
    tenant.import_now()
    [found] = connected.warehouse.find_sales_orders([order().ref])
    [there] = connected.warehouse.create_sales_orders([order()])

    assert Unknown("taken, and not imported yet") == taken
    assert NotFound("SO-1") == missing
    assert Unknown("sent a while ago, and not imported yet") == waiting
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


def test_an_unavailable_warehouse_blames_no_order(connect, tenant):
    """Nothing was written: the same call may succeed later."""
    connected = connect()
    tenant.answers["create"] = [httpx.Response(503)] * 2

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Unavailable("HTTP 503") == outcome


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


@pytest.mark.parametrize(("order_id", "outcome"), [("501", Acknowledged("501")), (0, None), (True, None), ("x", None)])
def test_an_order_has_an_id_or_is_looked_for(connect, tenant, order_id, outcome):
    """As a number or as its digits; anything else proves nothing."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-0")])
    tenant.answers["create"] = [(200, {"orderId": order_id, "eCommerceOrderNumber": "SO-1"})]

    [found] = connected.warehouse.create_sales_orders([order("SO-1")])

    assert (outcome or Unknown("taken, and not imported yet")) == found


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


def test_an_answer_about_another_order_proves_nothing(connect, tenant):
    """A proxy that mixes up answers is believed in nothing."""
    connected = connect()
    tenant.answers["create"] = [(200, {"orderId": 9, "orderNumber": "9", "eCommerceOrderNumber": "SO-9"})]

    [outcome] = connected.warehouse.create_sales_orders([order()])

    assert Unknown("the answer to SO-1 is about another order") == outcome


def test_no_password_is_in_the_evidence(connect):
    """Neither as it is nor as the log-in sends it."""
    connected = connect()
    connected.warehouse.create_sales_orders([order()])

    kept = b"".join(each.request + each.response for each in connected.evidence.exchanges)

    assert b"SO-1" in kept
    assert b"a long password" not in kept
    assert b"Bearer t1" not in kept
