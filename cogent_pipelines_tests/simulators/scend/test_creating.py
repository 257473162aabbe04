"""A create: what is taken, rejected, put in quarantine, and what a second one of the same hears."""

import pytest

from cogent_pipelines_tests.simulators.scend.conftest import BASE


def test_an_order_is_taken_and_its_stock_is_promised(client, order, simulator):
    """What is free for sale goes down at once; what is available does not."""
    answer = client.post(f"{BASE}/orders", order())
    [tee] = client.get(f"{BASE}/stock", Sku="TEE").json()

    assert (201, "1001", "ALLOCATED") == (answer.status_code, answer.json()["ClientReference"], answer.json()["Status"])
    assert (10, 8, 2) == (tee["Available"], tee["Available for Sale"], tee["Allocated"])


def test_a_reference_is_taken_once(client, order, created, simulator):
    """The second one hears which order it is."""
    order_id = created()

    answer = client.post(f"{BASE}/orders", order(items=[("MUG", 1)]))

    assert (409, "DUPLICATE_REFERENCE", order_id) == (
        answer.status_code,
        answer.json()["Code"],
        answer.json()["OrderId"],
    )
    assert ([], 10) == (simulator.truth.duplicates(), simulator.trade.books().stock["MUG"])


def test_a_reference_may_give_the_same_order_again(client, order, created, switches, simulator):
    switches.change(duplicate="same")
    order_id = created()

    answer = client.post(f"{BASE}/orders", order())

    assert (200, order_id, 1) == (answer.status_code, answer.json()["OrderId"], simulator.truth.times_created("1001"))


def test_where_duplicates_are_accepted_the_books_tell(created, switches, simulator):
    switches.change(duplicate="accept")
    created()
    created()

    assert ["1001"] == simulator.truth.duplicates()


@pytest.mark.parametrize("sku", ["TEE S", " TEE", "TEE\t", "TÉE", "T" * 41, "", "NOSUCH", "tee"])
def test_a_sku_of_another_form_or_unknown_rejects_the_order(client, order, simulator, sku):
    """Nothing is taken; the field is named."""
    answer = client.post(f"{BASE}/orders", order(items=[("CAP", 1), (sku, 1)]))

    assert (422, "ORDER_REJECTED") == (answer.status_code, answer.json()["Code"])
    assert ["Lines[1].Sku"] == [error["Field"] for error in answer.json()["Errors"]]
    assert () == simulator.trade.books().sales_orders


def test_an_item_that_is_not_active_rejects_the_order(client, order):
    client.put(f"{BASE}/items/TEE", {"Active": False})

    assert 422 == client.post(f"{BASE}/orders", order()).status_code


@pytest.mark.parametrize("name", ["Name", "Line1", "City", "PostCode", "CountryCode"])
def test_a_missing_line_of_the_address_puts_the_order_in_quarantine(client, order, simulator, name):
    """It is taken, held, and promised nothing, with the reason on it."""
    answer = client.post(f"{BASE}/orders", order(address={name: None}))

    assert (201, "ON_HOLD", [f"DeliveryAddress.{name} is missing"]) == (
        answer.status_code,
        answer.json()["Status"],
        answer.json()["Reasons"],
    )
    [books] = simulator.trade.books().sales_orders
    assert (False, 10) == (books.released, simulator.trade.books().stock["TEE"])


def test_an_order_can_be_found_wrong_after_it_was_taken(client, order, created, switches, simulator, clock):
    """Unknown SKUs an hour later; what was promised to it is free again."""
    switches.change(unknown_sku="reject_later", missing_address="reject", wrong_after_seconds=3600)
    order_id = created(items=[("TEE", 1), ("NOSUCH", 1)])
    before, promised = client.get(f"{BASE}/orders/{order_id}").json(), simulator.trade.books().stock["TEE"]
    clock.advance(3600)
    after = client.get(f"{BASE}/orders/{order_id}").json()

    assert ("RECEIVED", [], 9) == (before["Status"], before["Reasons"], promised)
    assert ("REJECTED", ["Lines[1].Sku NOSUCH is not known"], 10) == (
        after["Status"],
        after["Reasons"],
        simulator.trade.books().stock["TEE"],
    )
    assert 422 == client.post(f"{BASE}/orders", order("2", address={"City": None})).status_code


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ClientReference": None}, "ClientReference"),
        ({"ClientReference": 7}, "ClientReference"),
        ({"DeliveryAddress": None}, "DeliveryAddress"),
        ({"DeliveryAddress": "here"}, "DeliveryAddress"),
        ({"Lines": []}, "Lines"),
        ({"Lines": [{"Sku": "TEE", "Quantity": 0}]}, "Lines[0].Quantity"),
        ({"Lines": [{"Sku": "TEE", "Quantity": "1"}]}, "Lines[0].Quantity"),
        ({"ServiceCode": "PIGEON"}, "ServiceCode"),
        ({"TotalValue": "ten"}, "TotalValue"),
        ({"TotalValue": "NaN"}, "TotalValue"),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(client, order, change, field):
    answer = client.post(f"{BASE}/orders", order(**change))

    assert (400, "INVALID_FIELD", field) == (answer.status_code, answer.json()["Code"], answer.json()["field"])


@pytest.mark.parametrize(
    ("more", "pence"), [({"TotalValue": 31.4}, 3140), ({"TotalValue": "31.40"}, 3140), ({"ShippingValue": 3.95}, 3380)]
)
def test_the_books_say_what_the_client_said_it_is_worth(created, simulator, more, pence):
    created(**more)

    assert (pence, "GBP") == (
        simulator.trade.books().sales_orders[0].value_minor,
        simulator.trade.books().sales_orders[0].currency,
    )


@pytest.mark.parametrize(("form", "told"), [("number", "9.95"), ("text", 9.95)])
def test_money_may_be_taken_in_one_form_only(client, order, switches, form, told):
    switches.change(amounts=form)

    assert 400 == client.post(f"{BASE}/orders", order(TotalValue=told)).status_code


def test_a_refusal_may_come_with_200(client, order, switches):
    """The status is then in no answer, and a stranger is still a stranger."""
    switches.change(error_form="in_200")

    answer = client.post(f"{BASE}/orders", order(items=[("NOSUCH", 1)]))

    assert (200, False, "ORDER_REJECTED") == (answer.status_code, answer.json()["Success"], answer.json()["Code"])
    client.headers = {}
    assert 401 == client.get(f"{BASE}/stock").status_code


def test_the_wires_names_are_switches(client, order, switches):
    """A field that has another name on the wire has it in bodies, answers and queries; the paths are switches too."""
    switches.change(
        field_names={"ClientReference": "clientRef"},
        paths={"orders": "/sales"},
        create_method="PUT",
        create_status=202,
        base_path="/v2",
    )
    body = {"clientRef" if name == "ClientReference" else name: value for name, value in order().items()}

    answer = client.put("/v2/sales", body)
    [found] = client.get("/v2/sales", clientRef="1001").json()

    assert (202, "1001", answer.json()) == (answer.status_code, answer.json()["clientRef"], found)
    assert 400 == client.put("/v2/sales", order("1002")).status_code


def test_empty_fields_may_be_left_out(client, created, switches):
    order_id = created()
    before = client.get(f"{BASE}/orders/{order_id}").json()
    switches.change(empty_fields="left_out")
    after = client.get(f"{BASE}/orders/{order_id}").json()

    assert (True, False) == ("Notes" in before, "Notes" in after)
