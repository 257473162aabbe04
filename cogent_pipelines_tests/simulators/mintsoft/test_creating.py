"""A create: what is taken, what is refused, and that nothing is taken twice."""

import pytest


def result_of(client, body):
    answer = client.put("/api/Order", body)
    assert 200 == answer.status_code, answer.text
    [result] = answer.json()
    return result


def test_an_order_is_taken_and_its_stock_is_promised(client, order, simulator):
    """NEW says that all of it is there."""
    result = result_of(client, order())

    assert (True, "NEW", 1, "1001") == (
        result["Success"],
        result["OrderStatus"],
        result["OrderStatusId"],
        result["OrderNumber"],
    )
    assert ["TEE", "CAP"] == [item["SKU"] for item in result["OrderItems"]]
    assert {"TEE": 8, "CAP": 9, "MUG": 10} == simulator.trade.books().stock


@pytest.mark.parametrize(
    "second",
    [
        {"number": "1001", "ExternalOrderReference": "other"},
        {"number": "1002", "ExternalOrderReference": "gid/1001"},
        {"number": " 1001 ", "ExternalOrderReference": None},
    ],
)
def test_the_same_order_is_not_taken_twice(client, order, created, simulator, second):
    """Neither its number nor the storefront's reference may come again for one client."""
    created("1001")

    result = result_of(client, order(**second))

    assert (False, 0) == (result["Success"], result["OrderId"])
    assert "already exists" in result["Message"]
    assert [] == simulator.truth.duplicates()


def test_where_duplicates_are_accepted_the_books_tell(client, order, created, simulator, switches):
    switches.change(duplicate_policy="accept")
    created("1001")
    created("1001")

    assert (["1001"], 2) == (simulator.truth.duplicates(), simulator.truth.times_created("1001"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"OrderNumber": None}, "OrderNumber"),
        ({"WarehouseId": None}, "Warehouse is required"),
        ({"WarehouseId": 99}, "Warehouse not found"),
        ({"Country": None}, "Country is required"),
        ({"Country": "Atlantis"}, "Country not found"),
        ({"CourierService": "PIGEON"}, "CourierService"),
        ({"ClientId": 4}, "Client"),
        ({"PostCode": None}, "PostCode"),
        ({"Address1": "  "}, "Address1"),
        ({"FirstName": None}, "FirstName"),
        ({"OrderItems": []}, "OrderItems"),
        ({"OrderItems": [{"SKU": "NOSUCH", "Quantity": 1}]}, "NOSUCH"),
        ({"OrderItems": [{"SKU": "tee", "Quantity": 1}]}, "tee"),
        ({"OrderItems": [{"SKU": "TEE", "Quantity": 0}]}, "Quantity"),
        ({"OrderItems": [{"SKU": "TEE"}]}, "Quantity"),
    ],
)
def test_what_is_wrong_is_refused_with_200_and_a_reason(client, order, simulator, change, why):
    """Success is false, and nothing is in the books."""
    result = result_of(client, order(**change))

    assert not result["Success"]
    assert why in result["Message"]
    assert () == simulator.trade.books().sales_orders


@pytest.mark.parametrize(
    "change",
    [
        {"OrderItems": [{"SKU": "TEE", "Quantity": "2"}]},
        {"OrderItems": [{"SKU": "TEE", "Quantity": 1.5}]},
        {"OrderItems": {"SKU": "TEE"}},
        {"OrderItems": ["TEE"]},
        {"OrderNumber": 1001},
        {"OrderValue": "ten"},
        {"RequiredDespatchDate": "tomorrow"},
    ],
)
def test_the_wrong_kind_of_thing_is_a_bad_request(client, order, change):
    """The field is named."""
    answer = client.put("/api/Order", order(**change))

    assert (400, "The request is invalid.") == (answer.status_code, answer.json()["Message"])
    assert next(iter(change)) in next(iter(answer.json()["ModelState"]))


def test_a_body_must_be_json(client):
    told = {"headers": {"content-type": "application/json"}, "content": b"{"}
    xml = {"headers": {"content-type": "text/xml"}, "content": b"<a/>"}

    assert 400 == client.call("PUT", "/api/Order", **told).status_code
    assert 415 == client.call("PUT", "/api/Order", **xml).status_code
    assert 400 == client.put("/api/Order", [1]).status_code


@pytest.mark.parametrize(("country", "number"), [("uk", 1), ("GBR", 1), ("United Kingdom", 1)])
def test_a_country_has_many_names(client, created, country, number):
    """Two letters, three, or its name, without regard to case."""
    order_id = created(Country=country)

    assert number == client.get(f"/api/Order/{order_id}").json()["CountryId"]


def test_a_discontinued_product_is_not_sold(client, order, simulator):
    simulator.depot.stock.articles["TEE"].active = False

    assert "discontinued" in result_of(client, order())["Message"]


def test_an_order_may_be_queried_after_it_was_taken(client, created, simulator, switches, clock):
    """A missing postcode is found by somebody, an hour later."""
    switches.change(missing_address="query", query_after_seconds=3600)
    order_id = created(PostCode=None)
    before = client.get(f"/api/Order/{order_id}").json()["OrderStatusId"]
    clock.advance(3600)

    assert (1, 13) == (before, client.get(f"/api/Order/{order_id}").json()["OrderStatusId"])
    assert not simulator.trade.books().sales_orders[0].released


@pytest.mark.parametrize(
    ("more", "pence"),
    [
        ({"OrderValue": 31.4}, 3140),
        ({}, 2985),
        ({"ShippingTotalExVat": 3.29, "ShippingTotalVat": 0.66, "DiscountTotalExVat": 5}, 2985 + 395 - 500),
    ],
)
def test_the_books_say_what_the_client_said_it_is_worth(created, simulator, more, pence):
    """In a word, or as the sum of its parts."""
    created(**more)

    [order] = simulator.trade.books().sales_orders
    assert (pence, "GBP", "1001") == (order.value_minor, order.currency, order.ref)


@pytest.mark.parametrize(
    ("policy", "statuses"),
    [("waits", ["ONBACKORDER"]), ("held", ["HOLDING"]), ("split", ["NEW", "ONBACKORDER"])],
)
def test_what_is_not_all_there_goes_by_the_accounts_policy(client, order, simulator, switches, policy, statuses):
    """A split answers with one result for each part."""
    switches.change(short_order=policy)

    results = client.put("/api/Order", order(items=[("TEE", 12)])).json()

    assert statuses == [result["OrderStatus"] for result in results]
    assert {"TEE": 2} == simulator.trade.books().short


@pytest.mark.parametrize(("form", "status"), [("object", 200), ("400", 400)])
def test_a_refusal_has_other_forms(client, order, switches, form, status):
    switches.change(refusal_form=form)

    answer = client.put("/api/Order", order(Country="Atlantis"))

    assert (status, "Country not found") == (answer.status_code, answer.json()["Message"])
