"""The vendor's envelope: who may call, what a refusal looks like, what a query costs."""

from collections.abc import Callable

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify.graph.cost import factor
from cogent_pipelines_tests.simulators.shopify.conftest import Client
from cogent_pipelines_tests.simulators.shopify.errors import codes


def test_a_call_without_a_good_token_is_refused(client: Client) -> None:
    """401, and `errors` is a string."""
    client.token = "wrong"

    answer = client.post("{ shop { name } }")

    assert 401 == answer.status_code
    assert isinstance(answer.json()["errors"], str)


def test_client_credentials_buy_a_token_for_a_day(client: Client, sim: ShopifySimulator, clock: VirtualClock) -> None:
    """The token works until its time is over."""
    body = {"client_id": sim.client_id, "client_secret": sim.client_secret, "grant_type": "client_credentials"}
    granted = client.request("POST", "/admin/oauth/access_token", json=body).json()
    client.token = granted["access_token"]

    assert 86400 == granted["expires_in"]
    assert "read_orders" in granted["scope"].split(",")
    assert 200 == client.post("{ shop { name } }").status_code
    clock.advance(86401)
    assert 401 == client.post("{ shop { name } }").status_code


def test_wrong_client_credentials_buy_nothing(client: Client, sim: ShopifySimulator) -> None:
    """401 for a wrong secret."""
    body = {"client_id": sim.client_id, "client_secret": "x", "grant_type": "client_credentials"}

    assert 401 == client.request("POST", "/admin/oauth/access_token", json=body).status_code


def test_a_body_without_a_query_is_a_bad_request(client: Client) -> None:
    """400, and `errors` is an object."""
    answer = client.post("")

    assert 400 == answer.status_code
    assert {"errors": {"query": "Required parameter missing or invalid"}} == answer.json()


@pytest.mark.parametrize(
    ("asked", "served"), [("2026-10", "2026-10"), ("2026-04", "2026-04"), ("2023-01", "2026-01"), ("unstable", "unstable")]
)
def test_an_expired_version_falls_forward(client: Client, asked: str, served: str) -> None:
    """The oldest supported version answers for one that is gone."""
    client.version = asked

    assert served == client.post("{ shop { name } }").headers["X-Shopify-API-Version"]


def test_a_version_that_never_was_is_not_found(client: Client) -> None:
    """404 for a version of the future."""
    client.version = "2031-01"

    assert 404 == client.post("{ shop { name } }").status_code


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ shop { nope } }", "undefinedField", "Field 'nope' doesn't exist on type 'Shop'"),
        (
            "mutation M { fulfillmentCancel(id: null) { userErrors { message } } }",
            "argumentLiteralsIncompatible",
            "Argument 'id' on Field 'fulfillmentCancel' has an invalid value (null). Expected type 'ID!'.",
        ),
        (
            "mutation M { fulfillmentCancel { userErrors { message } } }",
            "missingRequiredArguments",
            "Field 'fulfillmentCancel' is missing required arguments: id",
        ),
        (
            'mutation M { fulfillmentCancel(id: "gid://shopify/Fulfillment/1") { userErrors { code } } }',
            "undefinedField",
            "Field 'code' doesn't exist on type 'UserError'",
        ),
        (
            "{ orders(first: 1, updatedAfter: 3) { nodes { id } } }",
            "argumentNotAccepted",
            "Field 'orders' doesn't accept argument 'updatedAfter'",
        ),
        (
            "query Q($a: Int) { shop { name } }",
            "variableNotUsed",
            "Variable $a is declared by Q but not used",
        ),
        ("{ shop { name } ", "PARSE_ERROR", "syntax error, unexpected end of file at [1, 17]"),
        (
            'mutation M { orderUpdate(input: {note: "x"}) { order { id } } }',
            "missingRequiredInputObjectAttribute",
            "Argument 'id' on InputObject 'OrderInput' is required. Expected type ID!",
        ),
        (
            "{ shop @whatever { name } }",
            "undefinedDirective",
            "Directive @whatever is not defined",
        ),
    ],
)
def test_a_wrong_document_is_refused_in_the_vendors_words(client: Client, query: str, code: str, message: str) -> None:
    """HTTP 200, no data, one error with the vendor's code."""
    answer = client.ask(query)

    assert "data" not in answer
    assert [(message, code)] == [(e["message"], e["extensions"]["code"]) for e in answer["errors"]]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("{ draftOrders(first: 1) { nodes { id } } }", "QueryRoot.draftOrders"),
        ("mutation M { productSet(input: {}) { product { id } } }", "Mutation.productSet"),
        ("{ orders(first: 1) { nodes { customerJourneySummary { ready } } } }", "Order.customerJourneySummary"),
        ("{ shop { customerAccounts } }", "Shop.customerAccounts"),
    ],
)
def test_what_the_vendor_has_and_the_simulator_has_not_is_said_plainly(client: Client, query: str, named: str) -> None:
    """A field of the published schema that is not modelled is an error, never a silent null."""
    errors = client.errors(query)

    assert "NOT_MODELLED_BY_SIMULATOR" == codes(errors)[0]
    assert errors[0]["message"].startswith(named)


def test_a_wrong_variable_is_told_with_its_problems(client: Client) -> None:
    """INVALID_VARIABLE carries the value and where it is wrong."""
    query = """mutation M($input: InventorySetQuantitiesInput!) {
      inventorySetQuantities(input: $input) @idempotent(key: "k") { userErrors { code } } }"""
    row = {"inventoryItemId": "gid://shopify/InventoryItem/1", "locationId": "gid://shopify/Location/1", "quantity": 1}
    given = {"name": "available", "reason": "correction", "ignoreCompareQuantity": True, "quantities": [row]}

    [error] = client.errors(query, input=given)

    assert "INVALID_VARIABLE" == error["extensions"]["code"]
    assert ["ignoreCompareQuantity"] == error["extensions"]["problems"][0]["path"]
    assert given == error["extensions"]["value"]


def test_an_array_of_251_is_too_long(client: Client) -> None:
    """No input array holds more than 250 items."""
    [error] = client.errors("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["gid://shopify/Order/1"] * 251)

    assert "MAX_INPUT_SIZE_EXCEEDED" == error["extensions"]["code"]
    assert "The input array size of 251 is greater than the maximum allowed of 250." == error["message"]
    assert ["nodes", "ids"] == error["path"]


@pytest.mark.parametrize(
    ("identifier", "message"),
    [("gid://shopify/Product/1", "Invalid id: gid://shopify/Product/1"), ("gid://shopify/Order/0", "invalid id")],
)
def test_an_id_of_another_type_is_not_found(client: Client, identifier: str, message: str) -> None:
    """A foreign or zero id is a top-level error; an unknown one is null."""
    [error] = client.errors("query Q($id: ID!) { order(id: $id) { id } }", id=identifier)

    assert (message, "RESOURCE_NOT_FOUND") == (error["message"], error["extensions"]["code"])
    assert {"order": None} == client.data('{ order(id: "gid://shopify/Order/12345") { id } }')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 1, last: 1", "providing both first and last is not supported"),
        ('query: "x"', "you must provide one of first or last"),
    ],
)
def test_a_list_needs_first_or_last(client: Client, arguments: str, message: str) -> None:
    """One of the two, never both."""
    [error] = client.errors(f"{{ orders({arguments}) {{ nodes {{ id }} }} }}")

    assert (message, "BAD_REQUEST") == (error["message"], error["extensions"]["code"])


@pytest.mark.parametrize(
    ("rows", "points"), [(1, 3), (2, 4), (3, 4), (5, 5), (10, 6), (20, 7), (50, 9), (200, 12), (250, 13)]
)
def test_a_connection_costs_what_was_measured(client: Client, rows: int, points: int) -> None:
    """The recorded costs of a connection whose child is one object."""
    cost = client.ask(f"{{ products(first: {rows}) {{ nodes {{ id }} }} }}")["extensions"]["cost"]

    assert points == cost["requestedQueryCost"]


def test_nested_connections_cost_what_was_measured(client: Client, sim: ShopifySimulator) -> None:
    """Three connections of 250 within one of 250 cost 442."""
    inner = "a: variants(first: 250) { nodes { id } } b: variants(first: 250) { nodes { id } }"
    inner += " c: variants(first: 250) { nodes { id } }"

    cost = client.ask(f"{{ products(first: 250) {{ nodes {{ id {inner} }} }} }}")["extensions"]["cost"]

    assert 442 == cost["requestedQueryCost"]
    assert cost["actualQueryCost"] < 442


def test_factors_never_fall() -> None:
    """A larger page never costs less."""
    factors = [factor(rows) for rows in range(251)]

    assert sorted(factors) == factors


def test_a_query_over_a_thousand_points_is_refused(client: Client) -> None:
    """MAX_COST_EXCEEDED names the cost and the limit."""
    deep = "{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem { inventoryLevels(first: 250)"
    deep += " { nodes { id item { id } } } } } } } } }"

    [error] = client.errors(deep)

    assert "MAX_COST_EXCEEDED" == error["extensions"]["code"]
    assert 1000 == error["extensions"]["maxCost"]


def test_an_empty_bucket_throttles_and_refills_with_time(client: Client, sim: ShopifySimulator, clock: VirtualClock) -> None:
    """THROTTLED comes as HTTP 200 without data; waiting as told helps."""
    sim.bucket.drain()
    query = "{ products(first: 250) { nodes { id } } }"

    throttled = client.post(query)
    status = throttled.json()["extensions"]["cost"]["throttleStatus"]
    clock.advance(1)

    assert 200 == throttled.status_code
    assert "data" not in throttled.json()
    assert ["THROTTLED"] == codes(throttled.json()["errors"])
    assert (2000.0, 0, 100.0) == (status["maximumAvailable"], status["currentlyAvailable"], status["restoreRate"])
    assert "errors" not in client.ask(query)


def test_a_dearer_plan_restores_faster(make_sim: Callable[..., ShopifySimulator]) -> None:
    """The restore rate follows the shop's plan."""
    cost = Client(make_sim(plan="plus")).ask("{ shop { name } }")["extensions"]["cost"]

    assert 1000.0 == cost["throttleStatus"]["restoreRate"]


def test_a_time_that_is_none_is_refused(client: Client) -> None:
    """Scalars are read, not passed on."""
    create = """mutation E($event: FulfillmentEventInput!) {
      fulfillmentEventCreate(fulfillmentEvent: $event) { userErrors { message } } }"""
    given = {"fulfillmentId": "gid://shopify/Fulfillment/1", "status": "DELIVERED", "happenedAt": "yesterday"}

    [error] = client.errors(create, event=given)

    assert ("INVALID_VARIABLE", ["happenedAt"]) == (
        error["extensions"]["code"],
        error["extensions"]["problems"][0]["path"],
    )


def test_an_unknown_address_is_not_found_in_json(client: Client) -> None:
    """404 has the vendor's shape, too."""
    answer = client.request("GET", "/admin/api/2026-10/products.json")

    assert (404, {"errors": "Not Found"}) == (answer.status_code, answer.json())


def test_a_missing_scope_is_denied(make_sim: Callable[..., ShopifySimulator]) -> None:
    """ACCESS_DENIED names the scope."""
    client = Client(make_sim(scopes=("read_products",)))

    [error] = client.errors("{ orders(first: 1) { nodes { id } } }")

    assert "ACCESS_DENIED" == error["extensions"]["code"]
    assert "`read_orders`" in error["message"]


def test_fulfilment_orders_beyond_the_scopes_are_silently_missing(make_sim: Callable[..., ShopifySimulator]) -> None:
    """No error, only a shorter list."""
    sim = make_sim(scopes=("read_orders", "read_assigned_fulfillment_orders"))
    sim.place_order(lines=[{"sku": "MUG"}])

    found = Client(sim).data("{ orders(first: 1) { nodes { fulfillmentOrders(first: 5) { nodes { id } } } } }")

    assert [] == found["orders"]["nodes"][0]["fulfillmentOrders"]["nodes"]


def test_several_operations_need_a_name(client: Client) -> None:
    """A document of two needs to be told which."""
    text = "query A { shop { name } } query B { shop { id } }"

    assert "An operation name is required" == client.ask(text)["errors"][0]["message"]
    assert {"name": "Northwind Gifts"} == client.post(text, operationName="A").json()["data"]["shop"]
    assert 'No operation named "C"' == client.post(text, operationName="C").json()["errors"][0]["message"]


def test_the_schema_can_be_read(client: Client) -> None:
    """Introspection works, as a code generator needs."""
    found = client.data('{ __type(name: "Order") { fields { name } } }')

    assert {"name": "lineItems"} in found["__type"]["fields"]
