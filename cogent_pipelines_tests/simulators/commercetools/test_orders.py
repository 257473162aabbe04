"""Updating orders: versions, all or nothing, and the actions that are not about parcels or returns."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, types_of, wish

EXPORT = {"typeId": "channel", "key": "warehouse-export"}
CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}


def test_an_update_of_an_old_version_conflicts(client: Client, order_of: Callable[..., Any]) -> None:
    """409 with the version that is current, in the published words; nothing was done."""
    ref = order_of().ref
    client.act(ref, CONFIRM)

    body = {"version": 1, "actions": [{"action": "changeOrderState", "orderState": "Complete"}]}
    answer = client.call("POST", f"/orders/{ref}", json=body)

    text = f"Object {ref} has a different version than expected. Expected: 1 - Actual: 2."
    error = {"code": "ConcurrentModification", "message": text, "currentVersion": 2}
    assert {"statusCode": 409, "message": text, "errors": [error]} == answer.json()
    assert "Confirmed" == client.get(f"/orders/{ref}")["orderState"]


def test_one_wrong_action_undoes_all(client: Client, order_of: Callable[..., Any]) -> None:
    """All actions or none: no state, no version, no message."""
    ref = order_of().ref
    before = client.get(f"/orders/{ref}")

    refused = client.act_refused(ref, CONFIRM, {"action": "removeDelivery", "deliveryId": "nobody"})

    assert (400, "InvalidOperation") == refused[:2]
    assert before == client.get(f"/orders/{ref}")
    assert ["OrderCreated"] == types_of(client.told())


def test_each_action_raises_the_version(client: Client, order_of: Callable[..., Any], clock: VirtualClock) -> None:
    """And the time of the last change moves."""
    ref = order_of().ref
    clock.advance(3)

    after = client.act(ref, CONFIRM, {"action": "setLocale", "locale": "de-DE"})

    assert (3, "2026-11-02T09:00:03.000Z", "de-DE") == (after["version"], after["lastModifiedAt"], after["locale"])
    assert client.details["client_id"] == after["lastModifiedBy"]["clientId"]


def test_an_update_that_changes_nothing_leaves_the_version(
    make_sim: Callable[..., CommercetoolsSimulator],
) -> None:
    """A switch: it may count all the same."""
    versions = []
    for keeps in (True, False):
        sim = make_sim(unchanged_keeps_version=keeps)
        placed = sim.trade.place(wish())
        assert placed is not None
        open_again = {"action": "changeOrderState", "orderState": "Open"}
        versions.append(Client(sim).act(placed.ref, open_again)["version"])

    assert [1, 2] == versions


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"action": "nonsense"}, (400, "InvalidInput")),
        ({"orderState": "Open"}, (400, "InvalidJsonInput")),
        ({"action": "changeOrderState"}, (400, "InvalidJsonInput")),
        ({"action": "changeOrderState", "orderState": "Canceled"}, (400, "InvalidJsonInput")),
        ({"action": "changeShipmentState", "shipmentState": "Cancelled"}, (400, "InvalidJsonInput")),
        ({"action": "updateSyncInfo"}, (400, "InvalidJsonInput")),
        ({"action": "updateSyncInfo", "channel": {"key": "nobody"}}, (400, "ReferencedResourceNotFound")),
        ({"action": "updateSyncInfo", "channel": {"key": "main-warehouse"}}, (400, "InvalidInput")),
        ({"action": "updateSyncInfo", "channel": EXPORT, "syncedAt": "yesterday"}, (400, "InvalidJsonInput")),
        ({"action": "updateSyncInfo", "channel": {"typeId": "store", "key": "x"}}, (400, "InvalidJsonInput")),
        ({"action": "addDelivery", "items": [{"id": "x"}]}, (400, "InvalidJsonInput")),
        ({"action": "addDelivery", "items": [{"id": "x", "quantity": 1}]}, (400, "InvalidInput")),
        ({"action": "addDelivery", "deliveryKey": "x"}, (400, "InvalidJsonInput")),
        ({"action": "addDelivery", "parcels": {}}, (400, "InvalidJsonInput")),
        ({"action": "setCustomField", "name": "x", "value": 1}, (400, "InvalidOperation")),
        ({"action": "setOrderNumber", "orderNumber": "another"}, (400, "InvalidOperation")),
        ({"action": "addPayment", "payment": {"id": "x"}}, (501, "NotSimulated")),
    ],
)
def test_what_an_action_may_not_be(
    client: Client, order_of: Callable[..., Any], action: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Unknown ones, incomplete ones, wrong values; and what is not simulated says so."""
    assert expected == client.act_refused(order_of().ref, action)[:2]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"actions": []}', b'{"version": "1", "actions": []}', b'{"version": 1}']
)
def test_a_body_that_is_no_update_is_refused(client: Client, order_of: Callable[..., Any], body: bytes) -> None:
    """400 InvalidJsonInput, with the place in its detail."""
    answer = client.call("POST", f"/orders/{order_of().ref}", content=body)

    error = answer.json()["errors"][0]
    assert (400, "InvalidJsonInput", "Request body does not contain valid JSON.") == (
        answer.status_code,
        error["code"],
        error["message"],
    )
    assert error["detailedErrorMessage"]


def test_more_than_five_hundred_actions_are_too_many(client: Client, order_of: Callable[..., Any]) -> None:
    ref = order_of().ref
    few, many = ([{"action": "setLocale", "locale": "de"}] * count for count in (500, 501))

    assert (400, "InvalidJsonInput") == client.act_refused(ref, *many)[:2]
    assert "de" == client.act(ref, *few)["locale"]


def test_an_order_is_marked_as_handed_over(client: Client, order_of: Callable[..., Any]) -> None:
    """One mark per channel: the second replaces the first. No message tells of it."""
    ref = order_of().ref

    client.act(ref, {"action": "updateSyncInfo", "channel": EXPORT, "externalId": "W1"})
    after = client.act(ref, {"action": "updateSyncInfo", "channel": EXPORT, "syncedAt": "2026-11-01T10:00:00Z"})

    channel = {"typeId": "channel", "id": client.sim.export_channel["id"]}
    assert [{"channel": channel, "syncedAt": "2026-11-01T10:00:00.000Z"}] == after["syncInfo"]
    assert ["OrderCreated"] == types_of(client.told())
    assert [True] == [order.handed_over for order in client.sim.trade.books().orders]


def test_a_second_mark_may_be_appended(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The vendor does not say which it is: a switch; the books call it a duplicate."""
    sim = make_sim(sync_info_repeats="append")
    placed, client = sim.trade.place(wish()), Client(sim)
    assert placed is not None

    for name in ("W1", "W2"):
        client.act(placed.ref, {"action": "updateSyncInfo", "channel": EXPORT, "externalId": name})

    assert ["W1", "W2"] == [mark["externalId"] for mark in client.get(f"/orders/{placed.ref}")["syncInfo"]]
    duplicates = client.request("GET", "/_sim/books").json()["duplicates"]
    assert [("sync info", 2)] == [(row["what"], row["times"]) for row in duplicates]


def test_states_change_with_messages(client: Client, order_of: Callable[..., Any]) -> None:
    """Each with the old state and the new; one that stays says nothing."""
    ref = order_of(paid=False).ref

    client.act(
        ref,
        {"action": "changePaymentState", "paymentState": "Paid"},
        {"action": "changeShipmentState", "shipmentState": "Partial"},
        {"action": "changeShipmentState", "shipmentState": "Partial"},
        {"action": "changeOrderState", "orderState": "Complete"},
    )

    told = client.query("/messages", f'resource(id="{ref}") and sequenceNumber > 1', sort="sequenceNumber asc")
    assert [
        ("OrderPaymentStateChanged", "Paid", "Pending"),
        ("OrderShipmentStateChanged", "Partial", None),
        ("OrderStateChanged", "Complete", "Open"),
    ] == [_state_of(message) for message in told]


def _state_of(message: dict[str, Any]) -> tuple[str, Any, Any]:
    fields = {"OrderPaymentStateChanged": "paymentState", "OrderShipmentStateChanged": "shipmentState"}
    field = fields.get(message["type"], "orderState")
    return message["type"], message[field], message.get(f"old{field[0].upper()}{field[1:]}")


def test_custom_fields_need_a_type_that_knows_them(client: Client, order_of: Callable[..., Any]) -> None:
    """Set the type, then fields of it; each change is told."""
    ref = order_of().ref
    draft = {
        "key": "hand-over",
        "name": {"en": "Hand-over"},
        "resourceTypeIds": ["order"],
        "fieldDefinitions": [
            {"name": name, "type": {"name": kind}, "label": {"en": name}, "required": False}
            for name, kind in (("exported", "Boolean"), ("note", "String"))
        ],
    }
    client.post("/types", draft)
    client.act(ref, {"action": "setCustomType", "type": {"key": "hand-over"}, "fields": {"exported": False}})
    client.act(ref, {"action": "setCustomField", "name": "exported", "value": True})

    refused = [
        client.act_refused(ref, {"action": "setCustomField", "name": "exported", "value": "yes"})[:2],
        client.act_refused(ref, {"action": "setCustomField", "name": "nobody", "value": 1})[:2],
    ]

    assert [(400, "InvalidField"), (400, "InvalidField")] == refused
    assert [ref] == [order["id"] for order in client.query("/orders", "custom(fields(exported=true))")]
    assert ["OrderCreated", "OrderCustomTypeSet", "OrderCustomFieldChanged"] == types_of(client.told())


def test_units_move_through_the_states_of_a_line(client: Client, order_of: Callable[..., Any]) -> None:
    """Only units that are in a state can leave it."""
    ref = order_of(("MUG", 3)).ref
    line = client.get(f"/orders/{ref}")["lineItems"][0]
    picked = client.sim.project.keep_new(
        client.sim.project.states,
        {**client.sim.project.fresh(), "key": "Picked", "type": "LineItemState", "initial": False, "builtIn": False},
    )
    move = {
        "action": "transitionLineItemState",
        "lineItemId": line["id"],
        "quantity": 2,
        "fromState": {"typeId": "state", "key": "Initial"},
        "toState": {"typeId": "state", "id": picked["id"]},
    }

    after = client.act(ref, move)["lineItems"][0]["state"]

    assert [1, 2] == [row["quantity"] for row in after]
    assert (400, "InvalidOperation") == client.act_refused(ref, move)[:2]


def test_an_imported_order_is_told_as_imported(client: Client) -> None:
    """201, prices as they were told, OrderImported instead of OrderCreated; the number is unique."""
    money = {"currencyCode": "EUR", "centAmount": 1500}
    draft = {
        "orderNumber": "IMP-1",
        "totalPrice": money,
        "lineItems": [
            {"name": {"en": "Mug"}, "variant": {"sku": "MUG"}, "quantity": 1, "price": {"value": money}},
        ],
        "shippingAddress": {"country": "DE", "city": "Berlin"},
        "paymentState": "Paid",
    }

    order = client.post("/orders/import", draft)

    assert ("IMP-1", 1500, "None", "Open") == (
        order["orderNumber"],
        order["totalPrice"]["centAmount"],
        order["inventoryMode"],
        order["orderState"],
    )
    assert ["OrderImported"] == types_of(client.told())
    assert (10, 10) == client.stock("MUG")
    assert (400, "DuplicateField") == client.refused("POST", "/orders/import", json=draft)[:2]


def test_an_order_is_deleted_at_its_version(client: Client, order_of: Callable[..., Any]) -> None:
    ref = order_of().ref

    missing = client.refused("DELETE", f"/orders/{ref}")[:2]
    stale = client.refused("DELETE", f"/orders/{ref}", params={"version": 9})[:2]
    gone = client.call("DELETE", f"/orders/{ref}", params={"version": 1})

    assert ((400, "InvalidInput"), (409, "ConcurrentModification"), 200) == (missing, stale, gone.status_code)
    assert 404 == client.call("GET", f"/orders/{ref}").status_code
    assert ["OrderCreated", "OrderDeleted"] == types_of(client.told())


def test_a_business_order_names_its_unit(client: Client, order_of: Callable[..., Any]) -> None:
    """The unit is there to be read."""
    order = client.get(f"/orders/{order_of(trade=True).ref}")

    unit = client.get(f"/business-units/key={order['businessUnit']['key']}")

    assert ("business-unit", "Company") == (order["businessUnit"]["typeId"], unit["unitType"])


def test_what_an_order_costs_adds_up(client: Client, order_of: Callable[..., Any]) -> None:
    """Lines less their discounts and the delivery are the total; net and tax are the gross, everywhere."""
    ref = order_of(("MUG", 3), ("TRAY", 7), shipping_minor=395, discount_minor=1000).ref

    order = client.get(f"/orders/{ref}")

    lines = [line["totalPrice"]["centAmount"] for line in order["lineItems"]]
    by_unit = [
        sum(row["quantity"] * row["discountedPrice"]["value"]["centAmount"] for row in line["discountedPricePerQuantity"])
        for line in order["lineItems"]
    ]
    taxed = [order["taxedPrice"], order["taxedShippingPrice"], *(line["taxedPrice"] for line in order["lineItems"])]
    assert (3 * 1250 + 7 * 999 - 1000, lines) == (sum(lines), by_unit)
    assert sum(lines) + 395 == order["totalPrice"]["centAmount"]
    assert all(
        row["totalNet"]["centAmount"] + row["totalTax"]["centAmount"] == row["totalGross"]["centAmount"] for row in taxed
    )


def test_fields_that_are_not_published_are_noticed(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The published shapes do not forbid them: the books count them, and a switch refuses them."""
    sim = make_sim()
    client = Client(sim)
    placed = sim.trade.place(wish())
    assert placed is not None

    client.act(placed.ref, {"action": "addDelivery", "deliverykey": "misspelt"})
    counted = client.request("GET", "/_sim/books").json()["unknown_fields"]
    sim.switches.change(refuse_unknown_fields=True)
    refused = client.act_refused(placed.ref, {"action": "addDelivery", "deliverykey": "misspelt"})

    assert ({"actions -> deliverykey": 1}, (400, "InvalidJsonInput")) == (counted, refused[:2])


def test_order_edits_and_searches_are_not_here(client: Client) -> None:
    """The search answers as the vendor's does where it is off; making edits says that nobody simulates it."""
    assert (400, "SearchDeactivated") == client.refused("POST", "/orders/search", json={})[:2]
    assert (501, "NotSimulated") == client.refused("POST", "/orders/edits", json={})[:2]
    assert [] == client.query("/orders/edits")


def test_an_order_moves_to_a_store_and_a_business(client: Client, order_of: Callable[..., Any]) -> None:
    """Both are told; the path of the store finds it then."""
    client.sim.project.add_store("north")
    client.sim.project.add_business_unit("acme", name="Acme")
    ref = order_of().ref

    after = client.act(
        ref,
        {"action": "setStore", "store": {"key": "north"}},
        {"action": "setBusinessUnit", "businessUnit": {"typeId": "business-unit", "key": "acme"}},
        {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-1"},
    )

    assert ("north", "acme", "PO-1") == (after["store"]["key"], after["businessUnit"]["key"], after["purchaseOrderNumber"])
    assert ["OrderStoreSet", "OrderBusinessUnitSet", "OrderPurchaseOrderNumberSet"] == types_of(client.told())[1:]
    assert [ref] == [order["id"] for order in client.query("/in-store/key=north/orders", 'businessUnit(key="acme")')]


def test_the_shopkeeper_edits_an_order(client: Client, order_of: Callable[..., Any]) -> None:
    """Another quantity, a line less, another total, and OrderEditApplied; only where no stock is held."""
    free = Extras(inventory_mode="None")
    ref = order_of(("MUG", 2), ("POT", 1), ("TRAY", 1), extras=free, shipping_minor=100).ref
    held = order_of(("MUG", 1)).ref

    told = client.request("POST", "/_sim/orders/edit", json={"ref": ref, "units": {"MUG": 3, "POT": 0}})
    refused = [
        client.request("POST", "/_sim/orders/edit", json={"ref": name, "units": units}).status_code
        for name, units in ((held, {"MUG": 2}), (ref, {"NOBODY": 1}), ("nobody", {}))
    ]

    order = client.get(f"/orders/{ref}")
    lines = {line["variant"]["sku"]: line["quantity"] for line in order["lineItems"]}
    assert ({"version": 2}, [409, 409, 409]) == (told.json(), refused)
    assert ({"MUG": 3, "TRAY": 1}, 3 * 1250 + 999 + 100) == (lines, order["totalPrice"]["centAmount"])
    (message,) = client.query("/messages", 'type="OrderEditApplied"')
    assert [message["edit"]] == client.query("/orders/edits", f'resource(id="{ref}")')
    before, after = (message["result"][f"excerpt{when}Edit"]["totalPrice"]["centAmount"] for when in ("Before", "After"))
    assert (2 * 1250 + 3000 + 999 + 100, order["totalPrice"]["centAmount"], 2) == (before, after, message["resourceVersion"])
