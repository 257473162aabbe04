"""An order is taken as it was posted, or refused with everything that is wrong with it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines.simulators.orderwise.entities import Stage
from cogent_pipelines_tests.simulators.orderwise.conftest import LONG_AGO, Client, message, order


def changed(block: str, **values: Any) -> dict[str, Any]:
    body = order()
    body[block] = {**body[block], **values}
    return body


def with_line(**values: Any) -> dict[str, Any]:
    body = order()
    body["orderLines"][0] |= values
    return body


def test_an_order_is_answered_with_its_numbers_and_is_there(client: Client, sim: OrderWiseSimulator):
    """A whole number, a number that is text, and the client's own."""
    made = client.create("WEB-1", ("MUG", 2), orderGross=29.95, deliveryGross=4.95)

    [kept] = sim.truth.orders_of("WEB-1")
    assert {"orderId": kept.id, "orderNumber": kept.number, "eCommerceOrderNumber": "WEB-1"} == made
    assert (True, True) == (isinstance(made["orderId"], int), isinstance(made["orderNumber"], str))
    assert (Decimal("29.95"), []) == (kept.value, sim.truth.not_adding_up())


def test_the_same_order_twice_is_two_orders_and_the_books_say_so(client: Client, sim: OrderWiseSimulator):
    """Nothing protects a client that repeats itself, and the goods are promised twice."""
    numbers = [client.create()["orderNumber"] for _ in range(2)]

    assert {"WEB-1": numbers} == sim.truth.duplicates()
    assert Decimal(6) == sim.live.stock.free(sim.live.by_code["MUG"].id)


def test_a_stray_space_or_case_makes_no_other_order_in_the_books(client: Client, sim: OrderWiseSimulator):
    """The tenant takes it as another; whoever judges the client does not."""
    client.create("WEB-1")
    client.create("web-1 ")

    assert ["WEB-1"] == list(sim.truth.duplicates())


def test_where_the_tenant_refuses_duplicates_the_second_is_refused(make_sim: Callable[..., OrderWiseSimulator]):
    """In its own session only."""
    client = Client(make_sim(duplicates="reject"))
    client.sim.live.sessions[2] = "Marketplace"
    client.create()

    assert 400 == client.post_order(order()).status_code
    assert 200 == client.post_order(order(), session="2").status_code
    assert (2, {}) == (client.sim.truth.times_created("WEB-1"), client.sim.truth.duplicates())


def test_where_the_tenant_ignores_duplicates_the_first_is_answered(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(duplicates="ignore"))

    assert client.create() == client.create()
    assert 1 == client.sim.truth.times_created("WEB-1")


@pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=2", "?session_id=one", "?session_id=-1"])
def test_an_order_needs_a_session_of_the_tenant(client: Client, sim: OrderWiseSimulator, query: str):
    answer = client.ask("POST", f"sales/order{query}", json=order())

    assert (400, True) == (answer.status_code, message(answer).startswith("E-Commerce Session"))
    assert 0 == sim.truth.times_created("WEB-1")


def test_everything_that_is_wrong_is_said_in_one_message(client: Client):
    """The vendor's two texts, each with the order's number before it, one after the other."""
    answer = client.post_order(order("WEB-9", ("TEE", 1), ("GONE", 1), ("MUG", 1)))

    assert 400 == answer.status_code
    assert (
        "Order number WEB-9 variant code: TEE does not exist or is not active "
        "Order number WEB-9 variant code: GONE does not exist or is not active "
        "Order number WEB-9 no variant has been provided"
    ) == message(answer)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "no sales order has been provided"),
        ([], "no sales order has been provided"),
        (changed("customer", id=7), "customer 7 does not exist"),
        ({**order(), "customer": {"accountNumber": "NOBODY"}}, "customer NOBODY does not exist"),
        ({**order(), "customer": None}, "no customer has been provided"),
        (changed("orderHeader", eCommerceOrderNumber=" "), "no eCommerceOrderNumber has been provided"),
        (changed("orderHeader", eCommerceOrderNumber=12), "orderHeader.eCommerceOrderNumber is not a text"),
        (changed("orderHeader", systemOrderType=9), "system order type 9 does not exist"),
        (changed("orderHeader", deliveryMethodId=99), "delivery method 99 does not exist"),
        (changed("orderHeader", orderDate="yesterday"), "orderHeader.orderDate is not a date"),
        (changed("orderHeader", orderGross="84.00"), "orderHeader.orderGross is not a number"),
        (changed("customerDeliveryAddress", address1=""), "no address1 has been provided"),
        (changed("customerDeliveryAddress", countryCode="GBR"), "country code GBR does not exist"),
        ({**order(), "orderLines": []}, "no variant has been provided"),
        (with_line(variantCode=None), "no variant has been provided"),
        (with_line(variantCode="mug"), "variant code: mug does not exist or is not active"),
        (with_line(variantCode="VP255R"), "variant code: VP255R does not exist or is not active"),
        (with_line(quantity=0), "quantity 0 of MUG is not above nought"),
        (with_line(quantity="2"), "orderLines[1].quantity is not a number"),
        (with_line(quantity=1e14), "orderLines[1].quantity is not a number"),
        (with_line(quantity=0.00001), "is not above nought"),
        (with_line(itemNumber=2**31), "orderLines[1].itemNumber is not a whole number"),
        (with_line(itemNumber=1.5), "orderLines[1].itemNumber is not a whole number"),
        (changed("orderHeader", orderGross=1e300), "orderHeader.orderGross is not a number"),
        (with_line(taxRateId=9), "tax rate 9 does not exist"),
        (with_line(stockLocationId=9), "stock location 9 does not exist"),
        (with_line(itemGross=-1), "itemGross of MUG is below nought"),
        (with_line(calculateLineSystemPrice="yes"), "orderLines[1].calculateLineSystemPrice is not a true or false"),
    ],
)
def test_an_order_with_a_fault_is_refused_and_not_there(client: Client, sim: OrderWiseSimulator, body: Any, said: str):
    answer = client.post_order(body)

    assert 400 == answer.status_code
    assert said in message(answer)
    assert {} == sim.live.orders


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_what_is_no_json_is_refused(client: Client, body: bytes, headers: dict[str, str], status: int):
    assert status == client.ask("POST", "sales/order?session_id=1", content=body, headers=headers).status_code


def test_a_customer_may_be_named_by_account(client: Client, sim: OrderWiseSimulator):
    assert 200 == client.post_order({**order(), "customer": {"accountNumber": "WEB001"}}).status_code
    assert 1001 == sim.truth.orders_of("WEB-1")[0].customer_id


def test_a_code_is_meant_with_its_spaces(client: Client):
    """Real codes have them; without them it is another code."""
    assert 200 == client.post_order(order("WEB-1", ("VP255R ", 1))).status_code


def test_where_the_tenant_looks_as_its_database_does_case_and_trailing_spaces_do_not_count(
    make_sim: Callable[..., OrderWiseSimulator],
):
    client = Client(make_sim(variant_match="collation"))

    assert 200 == client.post_order(order("WEB-1", ("vp255r", 1), ("Mug", 1))).status_code
    assert 400 == client.post_order(order("WEB-2", (" MUG", 1))).status_code


def test_fields_that_nobody_knows_are_ignored_and_noted(client: Client, sim: OrderWiseSimulator):
    """A misspelt field is lost without a word, as it would be; the books tell."""
    client.post_order(changed("orderHeader", ecommerceOrdernumber="X", notes="!"))

    assert ["orderHeader.ecommerceOrdernumber", "orderHeader.notes"] == sim.truth.orders_of("WEB-1")[0].ignored_fields


def test_where_the_tenant_is_strict_unknown_fields_are_refused(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(unknown_fields="refuse"))

    assert "orderHeader.notes is not a field" in message(client.post_order(changed("orderHeader", notes="!")))


def test_a_total_that_is_not_the_sum_of_its_parts_is_noted_or_refused(client: Client, sim: OrderWiseSimulator):
    made = client.create("WEB-1", ("MUG", 2), orderGross=24.99)
    assert [made["orderNumber"]] == sim.truth.not_adding_up()

    sim.switches.change(totals="refused")
    assert "is not the sum of its parts" in message(client.post_order(order("WEB-2", ("MUG", 2), orderGross=24.99)))


def test_a_line_may_be_priced_by_the_system(client: Client, sim: OrderWiseSimulator):
    """Ten pounds net at the standard rate, whatever the client says."""
    client.post_order(with_line(calculateLineSystemPrice=True, itemGross=1))

    assert Decimal("12.00") == sim.truth.orders_of("WEB-1")[0].lines[0].gross


@pytest.mark.parametrize(
    ("holds", "given", "kept"),
    [
        ("given_or_ecommerce", "PO-7", "PO-7"),
        ("given_or_ecommerce", None, "WEB-1"),
        ("given", None, None),
        ("ecommerce", "PO-7", "WEB-1"),
    ],
)
def test_where_the_reference_is_kept_is_the_tenants(make_sim: Callable[..., OrderWiseSimulator], holds, given, kept):
    """The column that find-by-reference looks at; its JSON name is a switch as well."""
    client = Client(make_sim(cust_order_ref=holds, customer_order_ref_field="custRef"))
    client.create("WEB-1", custRef=given)

    assert [kept] == [row["ref"] for row in client.export("orders_changed", since=LONG_AGO)]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", "Order number WEB-1 no variant has been provided"),
        ("json_text", '"Order number WEB-1 no variant has been provided"'),
        ("nested", '{"errors":[{"order":{"messages":["Order number WEB-1 no variant has been provided"]}}]}'),
    ],
)
def test_the_envelope_of_an_error_is_the_tenants(make_sim: Callable[..., OrderWiseSimulator], form: str, said: str):
    client = Client(make_sim(error_form=form))

    assert said == client.post_order({**order(), "orderLines": []}).text


def test_an_order_may_be_accepted_now_and_there_later(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    """Until then nobody finds it, though its books know that it waits."""
    client = Client(make_sim(import_after_seconds=300))
    answer = client.create()

    assert {"orderId": None, "orderNumber": None, "eCommerceOrderNumber": "WEB-1"} == answer
    assert ([], ["WEB-1"]) == (client.export("by_ref", ref="WEB-1"), client.sim.truth.books()["waiting"])
    clock.advance(300)
    assert (1, []) == (len(client.export("by_ref", ref="WEB-1")), client.sim.truth.books()["waiting"])


def test_numbers_given_in_advance_are_those_it_gets(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    """Until it is imported its status is not found."""
    client = Client(make_sim(import_after_seconds=300, deferred_answer="ids"))
    made = client.create()

    assert 404 == client.ask("GET", f"sales/order/{made['orderId']}/status").status_code
    clock.advance(300)
    assert made["orderNumber"] == client.get(f"sales/order/{made['orderId']}/status")["orderNumber"]


def test_a_deferred_order_may_fail_where_nobody_hears_of_it(
    make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock
):
    client = Client(make_sim(import_after_seconds=300, deferred_checks="at_import"))
    client.create("WEB-1", ("NONE", 1))
    clock.advance(300)

    assert [] == client.export("by_ref", ref="WEB-1")
    assert ["WEB-1"] == [failed["ecommerce_number"] for failed in client.sim.truth.books()["failed_imports"]]


def test_an_order_waits_where_its_customer_is_on_hold_or_it_is_paused(client: Client, sim: OrderWiseSimulator):
    """Somebody has to let it go; a paused one is no sales order before."""
    client.tell("customers", {"account_number": "BAD", "name": "Bad payer", "on_hold": True})
    client.post_order({**order("WEB-1"), "customer": {"accountNumber": "BAD"}})
    client.create("WEB-2", systemOrderType=3)

    assert ["On hold"] == [row["status_text"] for row in client.export("orders_changed", since=LONG_AGO)]
    assert [Stage.HELD] * 2 == [found.stage for found in sim.live.orders.values()]
    client.tell("work", [{"release": "WEB-1"}, {"release": "WEB-2"}])
    assert ["Awaiting despatch"] * 2 == [row["status_text"] for row in client.export("orders_changed", since=LONG_AGO)]


def test_a_quote_and_a_credit_move_no_goods(client: Client, sim: OrderWiseSimulator):
    client.create("WEB-1", systemOrderType=2)
    client.create("WEB-2", systemOrderType=4)

    assert ([], Decimal(10)) == (client.export("orders_changed", since=LONG_AGO), sim.live.stock.free(1))
    client.tell("work", {"cancel": "WEB-1"})
    assert Decimal(10) == sim.live.stock.free(1)


def test_the_status_says_four_things(client: Client):
    made = client.create()

    expected = {
        "orderNumber": made["orderNumber"],
        "eCommerceOrderNumber": "WEB-1",
        "orderStatus": "Awaiting despatch",
        "subStatus": None,
    }
    assert expected == client.get(f"sales/order/{made['orderId']}/status?include_lines=true&include_delivery=true")
    assert 404 == client.ask("GET", "sales/order/1/status").status_code
    assert 404 == client.ask("GET", f"sales/order/{'9' * 5000}/status").status_code


@pytest.mark.parametrize(
    ("policy", "stage", "status", "cancelled"),
    [
        ("before_picking", None, 200, True),
        ("before_picking", "picking", 400, False),
        ("before_despatch", "picking", 200, True),
        ("before_despatch", "despatch", 400, False),
        ("answers_yes", "picking", 200, False),
    ],
)
def test_cancelling_is_there_where_the_tenant_has_it(
    make_sim: Callable[..., OrderWiseSimulator], policy: str, stage: str | None, status: int, *, cancelled: bool
):
    """And an answer alone proves nothing: one tenant says yes whatever it does."""
    client = Client(make_sim(cancel_operation="present", cancel_policy=policy))
    made = client.create()
    if stage:
        client.tell("work", {"despatch": "WEB-1"} if stage == "despatch" else {"pick": "WEB-1", "to": stage})

    assert status == client.ask("POST", f"sales/order/{made['orderId']}/cancel").status_code
    assert cancelled == (client.sim.truth.orders_of("WEB-1")[0].stage is Stage.CANCELLED)
    assert cancelled == (Decimal(10) == client.sim.live.stock.free(1))
