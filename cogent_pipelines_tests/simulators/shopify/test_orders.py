"""Orders: their money, and what becomes of them when they are cancelled, edited, refunded."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify.ids import gid
from cogent_pipelines.simulators.shopify.money import minor_units, split, wire
from cogent_pipelines_tests.simulators.shopify.conftest import Client

TOTALS = """
query Totals($id: ID!) {
  order(id: $id) {
    subtotalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } }
    totalDiscountsSet { shopMoney { amount } }
    totalShippingPriceSet { shopMoney { amount } }
    totalTaxSet { shopMoney { amount } }
    totalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } }
    currentTotalPriceSet { shopMoney { amount } }
    totalRefundedSet { shopMoney { amount } }
  }
}"""


def amounts(client: Client, order: Any) -> dict[str, str]:
    found = client.data(TOTALS, id=gid("Order", order.id))["order"]
    return {name.removesuffix("Set"): bag["shopMoney"]["amount"] for name, bag in found.items()}


def state(client: Client, order: Any) -> dict[str, Any]:
    query = """query S($id: ID!) { order(id: $id) {
      closed cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus
      lineItems(first: 9) { nodes { quantity currentQuantity unfulfilledQuantity } }
      fulfillmentOrders(first: 9) { nodes { status lineItems(first: 9) { nodes { remainingQuantity } } } } } }"""
    found: dict[str, Any] = client.data(query, id=gid("Order", order.id))["order"]
    return found


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(2000, "GBP", "20.0"), (94995, "GBP", "949.95"), (5, "GBP", "0.05"), (-150, "GBP", "-1.5"), (700, "JPY", "700.0")],
)
def test_amounts_have_as_many_decimals_as_they_need(minor: int, currency: str, text: str) -> None:
    """At least one."""
    assert text == wire(minor, currency)
    assert minor == minor_units(text, currency)


def test_a_split_loses_no_penny() -> None:
    """The parts add up to the whole."""
    assert [34, 33, 33] == split(100, [1, 1, 1])
    assert [0, 100] == split(100, [0, 7])


def test_prices_with_tax_inside_add_up(client: Client, order_of: Callable[..., Any]) -> None:
    """Two at 12.50 and 30.00, 10 % off, delivery 3.95, VAT inside."""
    order = order_of(
        ("MUG", 2),
        ("POT", 1),
        tax_rate=0.2,
        taxes_included=True,
        shipping={"title": "Post", "price": "3.95"},
        discounts=[{"code": "TEN", "percentage": 10}],
    )

    assert {
        "subtotalPrice": "49.5",
        "totalDiscounts": "5.5",
        "totalShippingPrice": "3.95",
        "totalTax": "8.91",
        "totalPrice": "53.45",
        "currentTotalPrice": "53.45",
        "totalRefunded": "0.0",
    } == amounts(client, order)


def test_tax_on_top_is_added(client: Client, order_of: Callable[..., Any]) -> None:
    """Without taxesIncluded the tax comes on top."""
    order = order_of(("POT", 1), tax_rate=0.2)

    assert ("30.0", "6.0", "36.0") == tuple(
        amounts(client, order)[name] for name in ("subtotalPrice", "totalTax", "totalPrice")
    )


def test_a_customer_may_pay_in_another_currency(client: Client, order_of: Callable[..., Any]) -> None:
    """Both sides are kept, each adding up by itself."""
    order = order_of(("MUG", 3), currency="EUR", rate="1.2")

    found = client.data(TOTALS, id=gid("Order", order.id))["order"]["totalPriceSet"]

    assert {"amount": "37.5"} == found["shopMoney"]
    assert {"amount": "45.0", "currencyCode": "EUR"} == found["presentmentMoney"]


def test_a_business_buyer_is_told_apart(client: Client, order_of: Callable[..., Any]) -> None:
    """purchasingEntity is a PurchasingCompany, else a Customer."""
    company = {"name": "Fenwick", "external_id": "F1", "location": {"name": "Depot", "external_id": "D9"}}
    order_of(company=company, customer={"email": "b@example.com"}, po_number="PO-7")
    order_of(customer={"email": "c@example.com"})
    query = """{ orders(first: 2, sortKey: ID) { nodes { poNumber purchasingEntity { __typename
      ... on PurchasingCompany { company { name externalId } location { name externalId } contact { customer { email } } }
      ... on Customer { email } } } } }"""

    business, private = client.data(query)["orders"]["nodes"]

    assert "PO-7" == business["poNumber"]
    assert {
        "__typename": "PurchasingCompany",
        "company": {"name": "Fenwick", "externalId": "F1"},
        "location": {"name": "Depot", "externalId": "D9"},
        "contact": {"customer": {"email": "b@example.com"}},
    } == business["purchasingEntity"]
    assert {"__typename": "Customer", "email": "c@example.com"} == private["purchasingEntity"]


def test_a_bundles_lines_share_a_group(client: Client, sim: ShopifySimulator) -> None:
    """Component lines point at one parent."""
    group = {"title": "Tea for two", "sku": "SET", "quantity": 1}
    sim.place_order(lines=[{"sku": "MUG", "quantity": 2, "group": group}, {"sku": "POT", "group": group}, {"sku": "mug"}])

    found = client.data(
        "{ orders(first: 1) { nodes { lineItems(first: 5) { nodes { lineItemGroup { id variantSku } } } } } }"
    )

    groups = [row["lineItemGroup"] for row in found["orders"]["nodes"][0]["lineItems"]["nodes"]]
    assert groups[0] == groups[1]
    assert "SET" == groups[0]["variantSku"]
    assert groups[2] is None


CANCEL = """mutation Cancel($id: ID!, $restock: Boolean!, $refund: Boolean) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock, refund: $refund, staffNote: "changed their mind") {
    job { id done } orderCancelUserErrors { field message code } userErrors { field message } } }"""


def test_a_cancellation_is_accepted_first_and_done_later(
    make_sim: Callable[..., ShopifySimulator], clock: VirtualClock
) -> None:
    """The job is unfinished in the reply; a second request meanwhile is refused."""
    sim = make_sim(cancel_delay_seconds=3)
    client, order = Client(sim), sim.place_order(lines=[{"sku": "MUG", "quantity": 2}])
    given = {"id": gid("Order", order.id), "restock": True, "refund": True}

    job = client.data(CANCEL, **given)["orderCancel"]["job"]
    again = client.data(CANCEL, **given)["orderCancel"]
    before = order.cancelled_at
    clock.advance(4)
    done = client.data("query J($id: ID!) { job(id: $id) { done } }", id=job["id"])["job"]

    assert (False, None, True) == (job["done"], before, done["done"])
    assert [{"field": None, "message": "Cancellation is already in progress", "code": None}] == again[
        "orderCancelUserErrors"
    ]


def test_a_cancelled_order_is_closed_and_its_stock_free(
    client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]
) -> None:
    """Restock and refund: quantities read 0, fulfilment orders are closed, fulfilment stays UNFULFILLED."""
    order = order_of(("MUG", 2))
    variant = sim.shop.variant_by_sku("MUG")
    assert variant is not None

    client.data(CANCEL, id=gid("Order", order.id), restock=True, refund=True)

    found = state(client, order)
    assert (True, "CUSTOMER", "REFUNDED", "UNFULFILLED") == (
        found["closed"],
        found["cancelReason"],
        found["displayFinancialStatus"],
        found["displayFulfillmentStatus"],
    )
    assert [{"quantity": 2, "currentQuantity": 0, "unfulfilledQuantity": 0}] == found["lineItems"]["nodes"]
    assert ["CLOSED"] == [part["status"] for part in found["fulfillmentOrders"]["nodes"]]
    level = next(iter(variant.item.levels.values()))
    assert (10, 0) == (level.available, level.committed)


def test_a_cancellation_comes_too_late_or_twice(client: Client, order_of: Callable[..., Any]) -> None:
    """Outstanding parcels and a cancelled order are refused with INVALID."""
    sent, gone = order_of(), order_of()
    part = gid("FulfillmentOrder", sent.fulfilment_orders[0].id)
    fulfil = "mutation F($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
    client.data(fulfil, f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part}]})
    client.data(CANCEL, id=gid("Order", gone.id), restock=True)

    answers = [client.data(CANCEL, id=gid("Order", o.id), restock=True)["orderCancel"] for o in (sent, gone)]

    assert [
        ("Cannot cancel an order that has outstanding fulfillments", "INVALID"),
        ("Cannot cancel an order that has already been canceled", "INVALID"),
    ] == [(a["orderCancelUserErrors"][0]["message"], a["orderCancelUserErrors"][0]["code"]) for a in answers]


BEGIN = """mutation B($id: ID!) { orderEditBegin(id: $id) {
  calculatedOrder { id lineItems(first: 9) { nodes { id sku quantity } } } userErrors { field message } } }"""
SET_QUANTITY = """mutation Q($id: ID!, $line: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity) {
    calculatedLineItem { id quantity } userErrors { field message } } }"""
ADD = """mutation A($id: ID!, $variant: ID!) { orderEditAddVariant(id: $id, variantId: $variant, quantity: 2) {
  calculatedLineItem { id quantity } userErrors { field message } } }"""
COMMIT = "mutation C($id: ID!) { orderEditCommit(id: $id) { order { id } successMessages userErrors { field message } } }"


def test_an_edit_lowers_what_is_current_never_the_quantity(client: Client, order_of: Callable[..., Any]) -> None:
    """quantity 3 stays, currentQuantity and the fulfilment order follow."""
    order = order_of(("MUG", 3))
    edit = client.data(BEGIN, id=gid("Order", order.id))["orderEditBegin"]["calculatedOrder"]
    [line] = edit["lineItems"]["nodes"]

    client.data(SET_QUANTITY, id=edit["id"], line=line["id"], quantity=1)
    committed = client.data(COMMIT, id=edit["id"])["orderEditCommit"]

    found = state(client, order)
    assert ["Order updated"] == committed["successMessages"]
    assert line["id"].rpartition("/")[2] == str(order.lines[0].id)
    assert [{"quantity": 3, "currentQuantity": 1, "unfulfilledQuantity": 1}] == found["lineItems"]["nodes"]
    assert [1] == [r["remainingQuantity"] for p in found["fulfillmentOrders"]["nodes"] for r in p["lineItems"]["nodes"]]
    assert "12.5" == amounts(client, order)["currentTotalPrice"]


def test_an_edit_may_add_goods(client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]) -> None:
    """The added line gets an id of its own and joins the fulfilment order."""
    order = order_of(("MUG", 1))
    pot = sim.shop.variant_by_sku("POT")
    assert pot is not None
    edit = client.data(BEGIN, id=gid("Order", order.id))["orderEditBegin"]["calculatedOrder"]["id"]

    client.data(ADD, id=edit, variant=gid("ProductVariant", pot.id))
    client.data(COMMIT, id=edit)

    assert [("MUG", 1), ("POT", 2)] == [(line.sku, line.current_quantity) for line in order.lines]
    assert [("MUG", 1), ("POT", 2)] == [(r.line.sku, r.remaining) for r in order.fulfilment_orders[0].lines]


def test_an_edit_of_nothing_and_a_second_edit_are_refused(client: Client, order_of: Callable[..., Any]) -> None:
    """The recorded refusals."""
    order = order_of()
    edit = client.data(BEGIN, id=gid("Order", order.id))["orderEditBegin"]["calculatedOrder"]["id"]

    nothing = client.data(COMMIT, id=edit)["orderEditCommit"]["userErrors"]
    second = client.data(BEGIN, id=gid("Order", order.id))["orderEditBegin"]["userErrors"]

    assert ["There must be at least one change to be made."] == [error["message"] for error in nothing]
    assert ["The order cannot be edited."] == [error["message"] for error in second]


REFUND = """mutation R($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes { quantity restockType } } }
    userErrors { field message } } }"""


def refund_input(order: Any, quantity: int, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "orderId": gid("Order", order.id),
        "refundLineItems": [{"lineItemId": gid("LineItem", order.lines[0].id), "quantity": quantity, **more}],
        "transactions": [
            {
                "orderId": gid("Order", order.id),
                "kind": "REFUND",
                "gateway": "bogus",
                "amount": amount,
                "parentId": gid("OrderTransaction", order.transactions[0].id),
            }
        ],
    }


def test_a_refund_is_booked_once_per_key(client: Client, order_of: Callable[..., Any]) -> None:
    """Money back, units off, nothing doubled."""
    order = order_of(("MUG", 2))
    given = refund_input(order, 1, "12.50", restockType="CANCEL")

    answers = [client.data(REFUND, input=given, key="r1")["refundCreate"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert {"amount": "12.5"} == answers[0]["refund"]["totalRefundedSet"]["shopMoney"]
    assert 1 == len(order.refunds)
    assert ("PARTIALLY_REFUNDED", 1) == (order.financial_status, order.lines[0].current_quantity)
    assert 1 == order.fulfilment_orders[0].lines[0].remaining


@pytest.mark.parametrize(
    ("quantity", "amount", "message"),
    [
        (3, "1.00", "Quantity cannot refund more items than were purchased"),
        (1, "99.00", "Refund amount $99.00 is greater than net payment received $25.00"),
    ],
)
def test_a_refund_beyond_the_order_is_refused(
    client: Client, order_of: Callable[..., Any], quantity: int, amount: str, message: str
) -> None:
    """The recorded wording."""
    order = order_of(("MUG", 2))

    refused = client.data(REFUND, input=refund_input(order, quantity, amount), key="r")["refundCreate"]

    assert [message] == [error["message"] for error in refused["userErrors"]]
    assert [] == order.refunds


def test_tags_are_added_and_removed(client: Client, order_of: Callable[..., Any]) -> None:
    """tagsAdd takes several, ignores those that are there, and bumps the order."""
    order = order_of(tags=["vip"])
    add = "mutation T($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { message } } }"

    client.data(add, id=gid("Order", order.id), tags=["VIP", "exported"])
    client.data(add.replace("tagsAdd", "tagsRemove"), id=gid("Order", order.id), tags=["vip"])

    assert ["exported"] == order.tags


def test_a_pending_order_can_be_marked_as_paid_once(client: Client, order_of: Callable[..., Any]) -> None:
    """Then there is nothing left to pay."""
    order = order_of(financial_status="pending")
    pay = """mutation P($id: ID!) {
      orderMarkAsPaid(input: {id: $id}) { order { displayFinancialStatus } userErrors { message } } }"""

    first = client.data(pay, id=gid("Order", order.id))["orderMarkAsPaid"]
    second = client.data(pay, id=gid("Order", order.id))["orderMarkAsPaid"]

    assert {"displayFinancialStatus": "PAID"} == first["order"]
    assert ["Order cannot be marked as paid."] == [error["message"] for error in second["userErrors"]]


def test_an_order_without_payments_has_no_financial_status(client: Client, order_of: Callable[..., Any]) -> None:
    """displayFinancialStatus may be null."""
    assert state(client, order_of(financial_status="none"))["displayFinancialStatus"] is None


def test_an_order_that_costs_nothing_is_paid(client: Client, sim: ShopifySimulator) -> None:
    """Nobody waits for the payment of a free sample."""
    order = sim.place_order(lines=[{"sku": "MUG", "quantity": 1, "price": "0"}])

    assert "PAID" == state(client, order)["displayFinancialStatus"]
