"""Promises about putting orders into Mintsoft and reading them back, each against one way in which it goes wrong."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, NotFound, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import line, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.mintsoft_app import always, html, lost, once


def test_an_order_goes_in_with_what_the_vendor_wants(mintsoft, connect):
    """Our reference, the storefront's own, the address in parts, exact prices, and nothing for nothing."""
    [outcome] = connect().warehouse.create_sales_orders([order("1001")])

    [call] = [call for call in mintsoft.calls if str(call) == "PUT /api/Order"]
    assert Acknowledged("100") == outcome
    assert {
        "OrderNumber": "1001",
        "ExternalOrderReference": "shop-1001",
        "FirstName": "Ada King",
        "LastName": "Byron",
        "Address1": "12 Row Lane",
        "Town": "York",
        "PostCode": "YO1 7HH",
        "Country": "GB",
        "Email": "ada@example.com",
        "CourierService": "AUTO",
        "Warehouse": "Main Warehouse",
        "Currency": "GBP",
        "OrderValue": 42.45,
        "OrderItems": [
            {"SKU": "MUG", "Quantity": 1, "UnitPrice": 12.5},
            {"SKU": "PLATE", "Quantity": 2, "UnitPrice": 12.5},
        ],
    } == call.body


def test_the_customer_says_what_differs_with_him(mintsoft, connect):
    """Parameters of the profile, and words for the routing's services."""
    connected = connect(parameters={"warehouse": "North"}, words={"service": {"express": "DPD NEXT DAY"}})

    connected.warehouse.create_sales_orders([order("1001", service="express")])

    [call] = [call for call in mintsoft.calls if str(call) == "PUT /api/Order"]
    assert ("North", "DPD NEXT DAY") == (call.body["Warehouse"], call.body["CourierService"])


def test_one_log_in_serves_many_orders_at_once(mintsoft, connect):
    """And every order has its own outcome, in order."""
    outcomes = connect().warehouse.create_sales_orders([order(str(number)) for number in range(1000, 1020)])

    assert [Acknowledged] * 20 == [type(outcome) for outcome in outcomes]
    assert (1, 20) == (mintsoft.log_ins, mintsoft.count("PUT /api/Order"))


def test_an_order_that_is_there_is_looked_up_and_not_sent(mintsoft, connect):
    """By another process as well: the look comes first."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("1001")])

    assert [AlreadyThere("1001")] == connected.again().create_sales_orders([order("1001")])
    assert 1 == mintsoft.count("PUT /api/Order")


def test_a_search_that_finds_more_is_not_believed(mintsoft, connect):
    """The vendor may match parts of a number; an order is its own number only."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])

    [found, short] = warehouse.find_sales_orders([SalesOrderRef("1001"), SalesOrderRef("100")])

    assert (Found, NotFound("100")) == (type(found), short)


def test_an_order_that_is_there_with_something_else_in_it_is_refused_in_words(connect):
    """Whoever reads it knows which units differ."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])

    [outcome] = warehouse.create_sales_orders([order("1001", line(1, "MUG", 3))])

    assert Rejected(("1001 is there as NEW and lacks 2 x MUG and has besides 2 x PLATE",)) == outcome


@pytest.mark.parametrize(("status", "word"), [(3, "is CANCELLED"), (13, "will not be shipped: it stands as QUERYRAISED")])
def test_an_order_that_is_there_and_will_not_be_shipped_is_refused(mintsoft, connect, status, word):
    """Cancelled or set aside: saying that it is there would be no help."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.of("1001")["OrderStatusId"] = status

    [outcome] = warehouse.create_sales_orders([order("1001")])
    [found] = warehouse.find_sales_orders([SalesOrderRef("1001")])

    assert isinstance(outcome, Rejected)
    assert word in outcome.reasons[0]
    assert (status == 3, status != 13) == (found.sales_order.cancelled, found.sales_order.released)


def test_a_refusal_in_a_friendly_status_is_a_refusal(mintsoft, connect):
    """The vendor answers 200 and `Success: false`; its words are the reason, and the others go in."""
    outcomes = connect().warehouse.create_sales_orders([order("1"), order("2", line(1, "NOSUCH")), order("3")])

    assert [Acknowledged, Rejected, Acknowledged] == [type(outcome) for outcome in outcomes]
    assert ("SKU NOSUCH not found",) == outcomes[1].reasons


def test_what_the_vendor_would_refuse_is_not_even_sent(mintsoft, connect):
    """A missing line of the address, and a reference that is too long."""
    nowhere = order("1001", shipping_address=Address(name="Ada", line1="1 Row", country_code="GB"))

    outcomes = connect().warehouse.create_sales_orders([nowhere, order("9" * 51)])

    assert Rejected(("address: city is missing", "address: postcode is missing")) == outcomes[0]
    assert Rejected((f"the reference {'9' * 51} has more than 50 characters",)) == outcomes[1]
    assert [] == mintsoft.calls


def test_the_same_order_twice_in_a_batch_is_one_order(mintsoft, connect):
    """Alike they are one; different they are a mistake that nobody may settle by guessing."""
    alike, first = order("1001"), order("1002")

    outcomes = connect().warehouse.create_sales_orders([alike, alike, first, replace(first, email="other@example.com")])

    assert [Acknowledged("100")] * 2 == outcomes[:2]
    assert [Rejected] * 2 == [type(outcome) for outcome in outcomes[2:]]
    assert 1 == mintsoft.count("PUT /api/Order")


def test_a_split_order_is_one_order_in_several_parts(mintsoft, connect):
    """One outcome with every part's number; read back, the lines of all parts."""
    mintsoft.parts = 2
    warehouse = connect().warehouse

    outcomes = [warehouse.create_sales_orders([order("1001")])[0] for _ in range(2)]
    [found] = warehouse.find_sales_orders([SalesOrderRef("1001")])

    assert [Acknowledged("100,101"), AlreadyThere("1001")] == outcomes
    assert [("MUG", 1, Decimal("12.5")), ("PLATE", 2, Decimal("12.5"))] == [
        (each.sku, each.quantity, each.unit_price) for each in found.sales_order.lines
    ]


# ---- doubt


@pytest.mark.parametrize("answer", [lost(), html(), PlainTextResponse("oops", 500), JSONResponse([])])
def test_a_lost_answer_is_found_by_reading_back(mintsoft, connect, answer):
    """The order is there: it is acknowledged, and never sent again."""
    mintsoft.after.append(once("PUT /api/Order", answer))
    warehouse = connect().warehouse

    [outcome] = warehouse.create_sales_orders([order("1001")])

    assert Acknowledged("100") == outcome
    assert 1 == mintsoft.count("PUT /api/Order")


def test_what_is_not_shown_yet_is_unknown(mintsoft, connect):
    """A vendor may show a new order late: not there proves nothing, and the next look settles it."""
    mintsoft.after.append(once("PUT /api/Order", lost()))
    mintsoft.shows_new_orders = False
    warehouse = connect().warehouse

    [outcome] = warehouse.create_sales_orders([order("1001")])
    mintsoft.shows_new_orders = True

    assert isinstance(outcome, Unknown)
    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])
    assert 1 == mintsoft.created("1001")


def test_a_duplicate_that_the_vendor_refuses_is_compared(mintsoft, connect):
    """The look saw nothing, the vendor knows better: the order is there, and it is ours."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.before.append(once("GET /api/Order/Search", Response(status_code=404)))

    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])
    assert (2, 1) == (mintsoft.count("PUT /api/Order"), mintsoft.created("1001"))


def test_a_refusal_in_words_that_no_rule_knows_is_looked_behind(mintsoft, connect):
    """The order was sent before and shows late: what is refused is there, and is no case for a person."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.before.append(once("GET /api/Order/Search", Response(status_code=404)))
    words = [{"Success": False, "Message": "OrderNumber taken"}]
    mintsoft.before.append(once("PUT /api/Order", JSONResponse(words)))

    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])


def test_a_refusal_that_cannot_be_looked_behind_is_not_final(mintsoft, connect):
    """It may be there: it is looked for again before anybody believes the refusal."""
    looks = iter([Response(status_code=404)])
    mintsoft.before.append(always("GET /api/Order/Search", lambda: next(looks, Response(status_code=503))))

    [outcome] = connect().warehouse.create_sales_orders([order("1", line(1, "NOSUCH"))])

    assert Unknown("SKU NOSUCH not found (and whether it is there cannot be seen: HTTP 503)") == outcome


def test_how_late_an_order_may_show_is_the_profiles_to_say(connect):
    """Nothing is sent again before."""
    assert timedelta(minutes=5) == connect().warehouse.capabilities.shows_orders_within


def test_an_order_that_cannot_be_looked_up_waits_alone(mintsoft, connect):
    """The others go in; nothing is sent blindly."""
    broken = lambda asked: Response(status_code=503) if asked.query.get("OrderNumber") == "1002" else None  # noqa: E731
    mintsoft.before.append(broken)

    outcomes = connect().warehouse.create_sales_orders([order("1001"), order("1002")])

    assert [Acknowledged, Unavailable] == [type(outcome) for outcome in outcomes]


def test_a_vendor_that_is_down_says_so_for_all(mintsoft, connect):
    """Nothing was attempted: the whole call is to be tried later."""
    mintsoft.before.append(always("GET", lambda: Response(status_code=503)))

    with pytest.raises(VendorUnavailable):
        connect().warehouse.create_sales_orders([order("1001")])


def test_too_many_calls_are_waited_for_exactly(mintsoft, connect):
    """As long as the vendor asks, and the order then goes in once."""
    mintsoft.before.append(once("PUT /api/Order", Response(status_code=429, headers={"Retry-After": "7"})))
    connected = connect()
    before = connected.clock.now()

    [outcome] = connected.warehouse.create_sales_orders([order("1001")])

    assert Acknowledged("100") == outcome
    assert 7 <= (connected.clock.now() - before).total_seconds() <= 8


# ---- credentials


def test_a_token_that_has_expired_is_renewed_once_and_the_call_repeated(mintsoft, connect):
    """In the middle of work."""
    warehouse = connect().warehouse
    warehouse.find_sales_orders([SalesOrderRef("1")])
    mintsoft.token = "token-2"

    assert [Acknowledged("100")] == warehouse.create_sales_orders([order("1001")])
    assert 2 == mintsoft.log_ins


def test_a_token_is_renewed_before_it_is_too_old(mintsoft, connect):
    """The profile says how long one lives."""
    connected = connect()
    connected.warehouse.find_sales_orders([SalesOrderRef("1")])
    connected.clock.advance(3000)
    connected.warehouse.find_sales_orders([SalesOrderRef("1")])

    assert 2 == mintsoft.log_ins


def test_a_wrong_password_is_said_once_and_kept_out_of_the_evidence(mintsoft, connect):
    """The whole connection stops."""
    connected = connect(secrets={"username": "robot", "password": "wrong-password"})

    with pytest.raises(AuthenticationFailed):
        connected.warehouse.create_sales_orders([order("1001")])
    kept = b"".join(each.request + each.response for each in connected.evidence.exchanges)
    assert 1 == mintsoft.count("POST /api/Auth")
    assert b"wrong-password" not in kept


def test_the_token_is_not_in_the_evidence_of_a_write(mintsoft, connect):
    """The order is, with its reference."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("1001")])

    [exchange] = connected.evidence.exchanges
    assert ("create_order", ("1001",)) == (exchange.operation, exchange.subjects)
    assert b"token-1" not in exchange.request + exchange.response
    assert b"12 Row Lane" in exchange.request


def test_an_answer_in_another_form_is_said_to_be_one(mintsoft, connect):
    """A read never makes an empty answer of what it cannot read."""
    mintsoft.before.append(always("GET /api/Order/Search", lambda: JSONResponse({"rows": []})))

    with pytest.raises(VendorRefused, match="no list"):
        connect().warehouse.find_sales_orders([SalesOrderRef("1001")])
