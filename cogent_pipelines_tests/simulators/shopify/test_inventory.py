"""Stock is written under the vendor's rules, and sales move it."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify.catalogue import Level
from cogent_pipelines.simulators.shopify.ids import gid
from cogent_pipelines_tests.simulators.shopify.conftest import Client
from cogent_pipelines_tests.simulators.shopify.documents import LEVEL, SET

ADJUST = """
mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta } }
    userErrors { field message code }
  }
}"""


@pytest.fixture
def level(sim: ShopifySimulator) -> Level:
    variant = sim.shop.variant_by_sku("MUG")
    assert variant is not None
    return next(iter(variant.item.levels.values()))


def row(level: Level, quantity: int, **more: Any) -> dict[str, Any]:
    return {
        "inventoryItemId": gid("InventoryItem", level.item.id),
        "locationId": gid("Location", level.location.id),
        "quantity": quantity,
        "changeFromQuantity": None,
        **more,
    }


def set_to(client: Client, *rows: dict[str, Any], key: str = "k1", name: str = "available", **more: Any) -> dict[str, Any]:
    given = {"name": name, "reason": "correction", "quantities": list(rows), **more}
    answer: dict[str, Any] = client.data(SET, input=given, key=key)["inventorySetQuantities"]
    return answer


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["userErrors"]]


def test_setting_available_moves_on_hand_with_it(client: Client, level: Level) -> None:
    """A mirrored on_hand row comes back; quantityAfterChange is null as recorded."""
    answer = set_to(client, row(level, 25, changeFromQuantity=10))

    assert [] == answer["userErrors"]
    assert [
        {"name": "available", "delta": 15, "quantityAfterChange": None},
        {"name": "on_hand", "delta": 15, "quantityAfterChange": None},
    ] == answer["inventoryAdjustmentGroup"]["changes"]
    assert (25, 25) == (level.available, level.on_hand)


def test_a_stale_comparison_changes_nothing(client: Client, level: Level, sim: ShopifySimulator) -> None:
    """One stale row refuses the whole call."""
    other = next(found for found in sim.shop.levels.values() if found is not level)

    answer = set_to(client, row(other, 99), row(level, 25, changeFromQuantity=11))

    assert ["CHANGE_FROM_QUANTITY_STALE"] == codes(answer)
    assert ["input", "quantities", "1", "changeFromQuantity"] == answer["userErrors"][0]["field"]
    assert (10, 4) == (level.available, other.available)


def test_the_same_key_acts_once(client: Client, level: Level) -> None:
    """The first answer comes again; nothing is done twice."""
    first = set_to(client, row(level, 25))
    level.available = 7

    again = set_to(client, row(level, 25))

    assert first == again
    assert 7 == level.available


def test_the_same_key_with_other_arguments_is_refused(client: Client, level: Level) -> None:
    """A key belongs to one operation."""
    set_to(client, row(level, 25))

    assert ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"] == codes(set_to(client, row(level, 26)))


def test_a_key_whose_call_failed_is_spent(client: Client, level: Level) -> None:
    """After a refusal a new key is needed."""
    set_to(client, row(level, 25, changeFromQuantity=1))

    answer = set_to(client, row(level, 25, changeFromQuantity=1))

    assert ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"] == codes(answer)
    assert [] == codes(set_to(client, row(level, 25, changeFromQuantity=10), key="k2"))


def test_a_key_is_forgotten_in_time(client: Client, level: Level, clock: VirtualClock) -> None:
    """The memory of keys is as long as the switch says."""
    set_to(client, row(level, 25))
    level.available = 7
    clock.advance(24 * 3600 + 1)

    set_to(client, row(level, 25))

    assert 25 == level.available


def test_a_stock_write_needs_a_key(client: Client, level: Level) -> None:
    """BAD_REQUEST at top level, and a null root."""
    query = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    given = {"name": "available", "reason": "correction", "quantities": [row(level, 5)]}

    answer = client.ask(query, input=given)

    assert {"inventorySetQuantities": None} == answer["data"]
    assert (
        "The @idempotent directive is required for this mutation but was not provided.",
        "BAD_REQUEST",
        ["inventorySetQuantities"],
    ) == (answer["errors"][0]["message"], answer["errors"][0]["extensions"]["code"], answer["errors"][0]["path"])


def test_before_2026_04_a_key_was_optional(client: Client, level: Level) -> None:
    """The rule came with a version."""
    client.version = "2026-01"
    query = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    bare = {name: value for name, value in row(level, 5).items() if name != "changeFromQuantity"}

    answer = client.data(query, input={"name": "available", "reason": "correction", "quantities": [bare]})

    assert [] == answer["inventorySetQuantities"]["userErrors"]


def test_the_comparison_must_be_present_even_if_null(client: Client, level: Level) -> None:
    """INVALID_FIELD_ARGUMENTS when it is left out."""
    bare = {name: value for name, value in row(level, 5).items() if name != "changeFromQuantity"}

    answer = client.ask(SET, input={"name": "available", "reason": "correction", "quantities": [bare]}, key="k")

    [error] = answer["errors"]
    assert "InventoryQuantityInput must include the following argument: changeFromQuantity." == error["message"]
    assert "INVALID_FIELD_ARGUMENTS" == error["extensions"]["code"]


@pytest.mark.parametrize(
    ("name", "quantity", "code"),
    [
        ("available", 1_000_000_001, "INVALID_QUANTITY_TOO_HIGH"),
        ("available", -1_000_000_001, "INVALID_QUANTITY_TOO_LOW"),
        ("on_hand", -1, "INVALID_QUANTITY_NEGATIVE"),
        ("committed", 1, "INVALID_NAME"),
    ],
)
def test_bounds_and_names_are_kept(client: Client, level: Level, name: str, quantity: int, code: str) -> None:
    """Each has its code."""
    assert [code] == codes(set_to(client, row(level, quantity), name=name))


def test_every_wrong_row_is_named(client: Client, level: Level) -> None:
    """Unknown item, unknown location, repeated pair, wrong reason."""
    unknown = row(level, 1, inventoryItemId="gid://shopify/InventoryItem/1")
    nowhere = row(level, 1, locationId="gid://shopify/Location/1")

    assert ["INVALID_INVENTORY_ITEM", "INVALID_LOCATION"] == codes(set_to(client, unknown, nowhere, key="a"))
    twice = set_to(client, row(level, 1), row(level, 2), key="b")
    assert ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"] * 2 == codes(twice)
    assert ["INVALID_REASON"] == codes(set_to(client, row(level, 1), key="c", reason="because"))


def test_250_rows_fit_one_call(client: Client, sim: ShopifySimulator) -> None:
    """250 rows are taken, 251 are not."""
    sim.shop.add_products({"sku": f"S{number}", "price": "1", "stock": 0} for number in range(300))
    levels = list(sim.shop.levels.values())

    assert [] == set_to(client, *(row(found, 3) for found in levels[:250]))["userErrors"]
    given = {"name": "available", "reason": "correction", "quantities": [row(found, 4) for found in levels[:251]]}
    [error] = client.errors(SET, input=given, key="k2")
    assert ["inventorySetQuantities", "input", "quantities"] == error["path"]


def test_a_bundles_stock_cannot_be_written(client: Client, sim: ShopifySimulator) -> None:
    """It follows from its components."""
    [product] = sim.shop.add_products([{"sku": "SET", "price": "40", "components": [{"sku": "MUG"}, {"sku": "POT"}]}])
    level = next(iter(product.variants[0].item.levels.values()))

    assert ["NON_MUTABLE_INVENTORY_ITEM"] == codes(set_to(client, row(level, 1)))


def test_an_adjustment_of_nothing_succeeds_without_a_group(client: Client, level: Level) -> None:
    """A null group is no failure."""
    change = row(level, 0)
    change["delta"] = change.pop("quantity")

    answer = client.data(ADJUST, input={"name": "available", "reason": "correction", "changes": [change]}, key="k")

    assert {"inventoryAdjustmentGroup": None, "userErrors": []} == answer["inventoryAdjustQuantities"]


@pytest.mark.parametrize(
    ("name", "uri", "code"),
    [
        ("available", "app://doc/1", "INVALID_AVAILABLE_DOCUMENT"),
        ("damaged", None, "INVALID_QUANTITY_DOCUMENT"),
        ("damaged", "gid://shopify/Order/1", "INTERNAL_LEDGER_DOCUMENT"),
    ],
)
def test_ledger_documents_have_rules(client: Client, level: Level, name: str, uri: str | None, code: str) -> None:
    """Forbidden for available, required for the others, never internal."""
    change = row(level, 0)
    change["delta"] = change.pop("quantity") + 1
    change["ledgerDocumentUri"] = uri

    answer = client.data(ADJUST, input={"name": name, "reason": "damaged", "changes": [change]}, key="k")

    assert [code] == codes(answer["inventoryAdjustQuantities"])


def test_units_move_between_states_at_one_location(client: Client, level: Level) -> None:
    """From available to damaged; on hand stays."""
    move = """mutation Move($input: InventoryMoveQuantitiesInput!) {
      inventoryMoveQuantities(input: $input) @idempotent(key: "m") {
        inventoryAdjustmentGroup { changes { name delta } } userErrors { field message code } } }"""
    place = gid("Location", level.location.id)
    change = {
        "inventoryItemId": gid("InventoryItem", level.item.id),
        "quantity": 3,
        "from": {"locationId": place, "name": "available", "changeFromQuantity": 10},
        "to": {"locationId": place, "name": "damaged", "changeFromQuantity": 0, "ledgerDocumentUri": "app://d/1"},
    }

    answer = client.data(move, input={"reason": "damaged", "referenceDocumentUri": "app://r/1", "changes": [change]})

    assert [] == answer["inventoryMoveQuantities"]["userErrors"]
    assert (7, 3, 10) == (level.available, level.damaged, level.on_hand)


def test_activating_makes_a_level_and_only_once(client: Client, sim: ShopifySimulator, level: Level) -> None:
    """onHand seeds a new level; seeding an active one is an error."""
    place = sim.shop.add_location("Bristol")
    activate = """mutation A($item: ID!, $place: ID!, $onHand: Int, $key: String!) {
      inventoryActivate(inventoryItemId: $item, locationId: $place, onHand: $onHand) @idempotent(key: $key) {
        inventoryLevel { quantities(names: ["on_hand"]) { quantity } } userErrors { field message } } }"""
    given = {"item": gid("InventoryItem", level.item.id), "place": gid("Location", place.id), "onHand": 6}

    first = client.data(activate, **given, key="1")["inventoryActivate"]
    second = client.data(activate, **given, key="2")["inventoryActivate"]

    assert {"inventoryLevel": {"quantities": [{"quantity": 6}]}, "userErrors": []} == first
    assert [["onHand"]] == [error["field"] for error in second["userErrors"]]


def test_a_sale_commits_and_a_parcel_takes_the_goods(
    client: Client, sim: ShopifySimulator, level: Level, order_of: Callable[..., Any]
) -> None:
    """available → committed on sale; committed and on hand fall with the parcel."""
    order = order_of(("MUG", 3))
    sold = (level.available, level.committed, level.on_hand)
    part = gid("FulfillmentOrder", order.fulfilment_orders[0].id)
    fulfil = """mutation F($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"""
    client.data(fulfil, f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part}]})

    assert (7, 3, 10) == sold
    assert (7, 0, 7) == (level.available, level.committed, level.on_hand)
    place = gid("Location", level.location.id)
    read = client.data(LEVEL, item=gid("InventoryItem", level.item.id), place=place)
    assert [7, 0, 7] == [q["quantity"] for q in read["inventoryItem"]["inventoryLevel"]["quantities"]]


def test_what_is_sold_beyond_the_stock_is_counted(sim: ShopifySimulator, level: Level, order_of: Callable[..., Any]) -> None:
    """Only the units that were not there."""
    order_of(("MUG", 8))
    order_of(("MUG", 5))
    order_of(("MUG", 2))

    assert 5 == level.oversold
    assert -5 == level.available


def test_a_checkout_that_looks_sells_no_more_than_there_is(make_sim: Callable[..., ShopifySimulator]) -> None:
    """With the switch, the customer is turned away and the books say so."""
    sim = make_sim(checkout_checks_stock=True)

    placed = sim.place_orders([{"lines": [{"sku": "MUG", "quantity": 11}]}, {"lines": [{"sku": "MUG", "quantity": 1}]}])

    assert [None, "#1001"] == [order.name if order else None for order in placed]
    assert [{"sku": "MUG", "quantity": 11}] == [
        {"sku": row["sku"], "quantity": row["quantity"]} for row in sim.shop.refused_sales
    ]
