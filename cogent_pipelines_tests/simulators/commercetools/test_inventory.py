"""Inventory entries: on stock, available, what orders hold, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import Goods
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, types_of, wish


def act(client: Client, entry: dict[str, Any], *actions: dict[str, Any]) -> Any:
    return client.post(f"/inventory/{entry['id']}", {"version": entry["version"], "actions": list(actions)})


def quantity(action: str, units: int) -> dict[str, Any]:
    return {"action": action, "quantity": units}


def test_an_order_holds_what_it_wants(client: Client, order_of: Callable[..., Any]) -> None:
    """The figure on stock stays, the available one falls, the entry's version rises."""
    before = client.entry("MUG")["version"]

    order_of(("MUG", 3))

    assert ((10, 7), before + 1) == (client.stock("MUG"), client.entry("MUG")["version"])


def test_writing_the_figure_keeps_what_is_held(client: Client, order_of: Callable[..., Any]) -> None:
    """changeQuantity sets what is on stock; free stock is therefore free plus held."""
    order_of(("MUG", 3))

    entry = act(client, client.entry("MUG"), quantity("changeQuantity", 20 + 3))

    assert (23, 20) == (entry["quantityOnStock"], entry["availableQuantity"])


def test_quantities_can_be_added_and_taken_below_nothing(client: Client) -> None:
    entry = act(client, client.entry("POT"), quantity("addQuantity", 2), quantity("removeQuantity", 9))

    assert (-3, -3) == (entry["quantityOnStock"], entry["availableQuantity"])


def test_a_figure_written_against_an_old_version_conflicts(client: Client, order_of: Callable[..., Any]) -> None:
    """An order came between reading and writing."""
    entry = client.entry("MUG")
    order_of(("MUG", 1))

    body = {"version": entry["version"], "actions": [quantity("changeQuantity", 5)]}

    assert (409, "ConcurrentModification") == client.refused("POST", f"/inventory/{entry['id']}", json=body)[:2]


def test_orders_may_leave_the_version_alone(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """Not published: a switch."""
    sim = make_sim(orders_raise_inventory_version=False)
    client = Client(sim)
    before = client.entry("MUG")["version"]
    sim.trade.place(wish(("MUG", 1)))

    assert ((10, 9), before) == (client.stock("MUG"), client.entry("MUG")["version"])


def test_only_a_clients_change_is_told(client: Client, order_of: Callable[..., Any]) -> None:
    """InventoryEntryQuantitySet with old and new figures; an order's reservation has no message."""
    order_of(("MUG", 3))
    entry = client.entry("MUG")
    act(client, entry, quantity("changeQuantity", 12))

    (told,) = client.query("/messages", 'type="InventoryEntryQuantitySet"')

    assert (10, 12, 7, 9) == (
        told["oldQuantityOnStock"],
        told["newQuantityOnStock"],
        told["oldAvailableQuantity"],
        told["newAvailableQuantity"],
    )


def test_the_last_unit_is_told(client: Client, order_of: Callable[..., Any]) -> None:
    """Whoever took it, an order or a client's figure; what was gone already is not told again."""
    order_of(("POT", 4))
    act(client, client.entry("POT"), quantity("changeQuantity", 3))
    act(client, client.entry("MUG"), quantity("changeQuantity", 0))

    gone = client.query("/messages", 'type="InventoryEntryOutOfStock"')

    assert ["POT", "MUG"] == [message["sku"] for message in gone]


def test_the_checkout_refuses_what_is_not_there(client: Client, sim: CommercetoolsSimulator) -> None:
    """Nothing is held by an order that was refused."""
    placed = sim.trade.place(wish(("MUG", 1), ("POT", 5)))

    assert (None, (10, 10), (4, 4), []) == (placed, client.stock("MUG"), client.stock("POT"), client.query("/orders"))


def test_a_day_of_restocking_lets_an_order_through(client: Client, sim: CommercetoolsSimulator) -> None:
    """The vendor takes an order for more than there is where `restockableInDays` is set, nought included."""
    act(client, client.entry("POT"), {"action": "setRestockableInDays", "restockableInDays": 0})

    placed = sim.trade.place(wish(("POT", 5)))

    assert placed is not None
    assert ((4, -1), 1) == (client.stock("POT"), sim.trade.books().oversold_units)


@pytest.mark.parametrize(("mode", "stock"), [("None", (4, 4)), ("TrackOnly", (4, -2)), ("ReserveOnOrder", (4, 4))])
def test_the_inventory_mode_decides(sim: CommercetoolsSimulator, client: Client, mode: str, stock: Any) -> None:
    """None has no effect, TrackOnly takes whatever is wanted, ReserveOnOrder refuses."""
    sim.trade.place(wish(("POT", 6)), Extras(inventory_mode=mode))

    assert stock == client.stock("POT")


def test_figures_may_follow_an_order_late(make_sim: Callable[..., CommercetoolsSimulator], clock: VirtualClock) -> None:
    """Up to ten seconds; a client's own change is seen at once, and the checkout knows the truth."""
    sim = make_sim(inventory_lag_seconds=10)
    client = Client(sim)
    sim.trade.place(wish(("MUG", 8)))
    at_once = client.stock("MUG")
    refused = sim.trade.place(wish(("MUG", 3)))
    act(client, client.entry("MUG"), quantity("changeQuantity", 11))
    written = client.stock("MUG")
    clock.advance(10)

    assert ((10, 10), None, (11, 11), (11, 3)) == (at_once, refused, written, client.stock("MUG"))


def test_shipping_may_take_units_out_of_both_figures(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The vendor does not say when a reservation ends: a switch."""
    stocks = []
    for until in ("for ever", "shipped"):
        sim = make_sim(reserved_until=until)
        client, placed = Client(sim), sim.trade.place(wish(("MUG", 3)))
        assert placed is not None
        client.act(placed.ref, {"action": "changeShipmentState", "shipmentState": "Shipped"})
        stocks.append(client.stock("MUG"))

    assert [(10, 7), (7, 7)] == stocks


def test_cancelling_may_give_units_back(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The vendor does not say: a switch."""
    stocks = []
    for frees in (False, True):
        sim = make_sim(cancelling_frees_stock=frees)
        placed = sim.trade.place(wish(("MUG", 3)))
        assert placed is not None
        sim.trade.cancel(placed.ref)
        stocks.append(Client(sim).stock("MUG"))

    assert [(10, 7), (10, 10)] == stocks


def test_an_entry_is_one_of_its_sku_and_channel(client: Client) -> None:
    """A second is a DuplicateField; the default entry, without a channel, is another."""
    channel = {"typeId": "channel", "key": "main-warehouse"}
    draft = {"sku": "MUG", "quantityOnStock": 1}

    refused = client.refused("POST", "/inventory", json={**draft, "supplyChannel": channel})
    default = client.post("/inventory", draft)
    moved = {"version": default["version"], "actions": [{"action": "setSupplyChannel", "supplyChannel": channel}]}

    assert (400, "DuplicateField") == refused[:2]
    assert "supplyChannel" not in default
    assert (400, "DuplicateField") == client.refused("POST", f"/inventory/{default['id']}", json=moved)[:2]


def test_an_entry_moves_to_another_channel(client: Client) -> None:
    """And its former place is free again."""
    client.post("/channels", {"key": "second", "roles": ["InventorySupply"]})
    entry = client.post("/inventory", {"sku": "NEW", "quantityOnStock": 1, "key": "new-entry"})

    act(client, entry, {"action": "setSupplyChannel", "supplyChannel": {"key": "second"}})
    again = client.post("/inventory", {"sku": "NEW", "quantityOnStock": 2})

    assert 2 == len(client.query("/inventory", 'sku in ("NEW")'))
    found = client.query("/inventory", 'sku="NEW" and supplyChannel is not defined')
    assert ([again["id"]], "new-entry") == ([row["id"] for row in found], client.get("/inventory/key=new-entry")["key"])


@pytest.mark.parametrize(
    "draft",
    [
        {"sku": "X"},
        {"quantityOnStock": 1},
        {"sku": "X", "quantityOnStock": 1.5},
        {"sku": "X", "quantityOnStock": "1"},
        {"sku": "X", "quantityOnStock": True},
        {"sku": "X", "quantityOnStock": 1, "supplyChannel": {"key": "nobody"}},
        {"sku": "X", "quantityOnStock": 1, "key": "a b"},
    ],
)
def test_a_wrong_draft_makes_no_entry(client: Client, draft: dict[str, Any]) -> None:
    answer = client.call("POST", "/inventory", json=draft)

    assert (400, []) == (answer.status_code, client.query("/inventory", 'sku="X"'))


def test_an_entry_is_deleted_and_told(client: Client) -> None:
    entry = client.entry("POT")

    answer = client.call("DELETE", f"/inventory/{entry['id']}", params={"version": entry["version"]})

    assert 200 == answer.status_code
    assert ([], "InventoryEntryDeleted") == (
        client.query("/inventory", 'sku="POT"'),
        types_of(client.query("/messages", sort="createdAt asc"))[-1],
    )


def test_channels_can_be_made_and_given_roles(client: Client) -> None:
    """What a client needs before it can mark orders as handed over."""
    channel = client.post("/channels", {"key": "erp", "roles": ["InventorySupply"]})
    wanted = {"version": channel["version"], "actions": [{"action": "addRoles", "roles": ["OrderExport"]}]}

    changed = client.post("/channels/key=erp", wanted)

    assert ["InventorySupply", "OrderExport"] == changed["roles"]
    assert (400, "DuplicateField") == client.refused("POST", "/channels", json={"key": "erp"})[:2]
    assert ["erp"] == [row["key"] for row in client.query("/channels", 'roles contains any ("OrderExport") and key="erp"')]


def test_products_are_listed_with_their_variants(client: Client, sim: CommercetoolsSimulator) -> None:
    """By SKU of either kind of variant; what is not on sale is hidden from the published view."""
    (found,) = client.query("/product-projections", 'masterVariant(sku="MUG") or variants(sku="MUG")')
    sim.trade.sell([Goods("MUG", "Mug", 1300, stock=10, active=False)])

    assert ("MUG", 1250) == (found["masterVariant"]["sku"], found["masterVariant"]["prices"][0]["value"]["centAmount"])
    assert (2, 3) == (len(client.query("/product-projections")), len(client.query("/product-projections", staged="true")))
    master = client.get(f"/products/{found['id']}")["masterData"]["current"]["masterVariant"]
    assert 1300 == master["prices"][0]["value"]["centAmount"]
