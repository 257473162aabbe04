"""Orders that cannot go as they are: held with the reason, and gone as soon as the reason is."""

import json
import re

import pytest

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.flows.sku_audit import map_sku
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.orders import LEEDS
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import NAME, World

KEPT = {"firstName": "Ada", "lastName": "Fenwick", "address1": "4 Canal Yard", "city": "Leeds", "countryCode": "GB"}


def sell(world: World, sku: str, *, price: str = "12.50", stock: int = 0) -> None:
    """A product that only the shop has."""
    world.shop.shop.add_products([{"sku": sku, "title": sku, "price": price, "stock": stock}])


def stocked(world: World, code: str, on_hand: int = 20) -> None:
    world.tenant.warehouse.add_items([{"ItemCode": code, "Name": code, "OnHand": on_hand}])


def test_an_unknown_sku_holds_its_order_until_the_item_is_made(world):
    """Only that order waits, merchandising is told, and nobody has to let it go."""
    sell(world, "PLANTER", stock=9)
    held, good = world.place(("PLANTER", 1), ("TEE-S", 1)), world.place(("TEE-S", 1))
    world.run_until_quiet()
    during = faults(world), world.state_of(held), world.state_of(good), world.cases_of(held)

    stocked(world, "PLANTER", 9)
    world.run_until_quiet()

    assert ([], "held", "acknowledged", {"unknown_sku"}) == during
    assert ([], set()) == (faults(world), world.cases())
    assert "FULFILLED" == held.fulfilment_status


def test_a_sku_that_differs_in_case_is_suggested_and_never_merged_silently(world):
    """It stays held until a person has confirmed the mapping; then order, stock and parcel go by the right names."""
    sell(world, "mug-900", stock=6)
    stocked(world, "MUG-900", 6)
    order = world.place(("mug-900", 2))
    world.run_until_quiet()
    during = faults(world), world.state_of(order), world.cases_of(order)
    [suggested] = [each for each in world.ledger.mappings.all(NAME) if each.state is MappingState.SUGGESTED]

    map_sku(
        world.connection,
        SkuMapping(Sku("mug-900"), suggested.warehouse_sku, MappingState.CONFIRMED, decided_by="merchandising"),
        ledger=world.ledger,
        clock=world.runs["order_capture"].clock,
    )
    world.run_until_quiet()

    assert ([], "held", {"sku_variant"}) == during
    assert ("mug-900", "MUG-900") == (suggested.storefront_sku, suggested.warehouse_sku)
    assert ([], set()) == (faults(world), world.cases_of(order))
    assert {"MUG-900": 2} == world.tenant.truth.ordered_units(world.number_of(order))


def test_a_missing_postcode_is_corrected_at_the_storefront(world):
    """Customer service corrects the order where it was placed; the correction is picked up by itself."""
    order = world.place(shipping_address={**LEEDS, "zip": ""})
    world.run_until_quiet()
    during = faults(world), world.state_of(order), world.cases_of(order)

    shopkeeper.correct_address(world, order, zip="LS10 1LE", **KEPT)
    world.run_until_quiet()

    assert ([], "held", {"bad_address"}) == during
    assert ([], set()) == (faults(world), world.cases())
    assert "LS10 1LE" == world.tenant.warehouse.orders[world.number_of(order)].text("ShippingAddressPostcode")


def test_an_item_that_was_taken_out_of_use_holds_its_order(world):
    """It is known, and cannot be ordered: the case says which of the two."""
    sell(world, "OLD", stock=3)
    stocked(world, "OLD", 3)
    world.audit()
    world.tenant.warehouse.deactivate_item("OLD")
    world.audit()
    order = world.place(("OLD", 1))

    world.run_until_quiet()

    assert ([], "held") == (faults(world), world.state_of(order))
    assert world.cases_of(order) <= {"inactive_sku", "unknown_sku"}
    assert world.cases_of(order)


def test_an_order_with_nothing_to_ship_stays_here_and_says_so(world):
    """A voucher is sold, and no warehouse can pick it."""
    world.shop.shop.add_products([{"sku": "VOUCHER", "price": "25", "requires_shipping": False, "tracked": False}])
    order = world.place(("VOUCHER", 1))

    world.run_until_quiet()

    assert ([], {"nothing_to_ship"}) == (faults(world), world.cases_of(order))


def test_of_an_order_with_a_voucher_only_the_goods_are_sent(world):
    """The difference in value is the voucher's, and is named."""
    world.shop.shop.add_products([{"sku": "VOUCHER", "price": "25", "requires_shipping": False, "tracked": False}])
    order = world.place(("VOUCHER", 1), ("TEE-S", 1))

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert {"TEE-S": 1} == world.tenant.truth.ordered_units(world.number_of(order))


def test_an_unpaid_order_waits_for_its_money(world):
    """Nothing is picked for a promise; when the money comes the order goes."""
    order = world.place(financial_status="pending")
    world.run_until_quiet()
    during = world.state_of(order), world.tenant.truth.times_created(world.number_of(order))

    shopkeeper.mark_as_paid(world, order)
    world.run_until_quiet()

    assert ("waiting", 0) == during
    assert [] == faults(world)
    assert 1 == world.tenant.truth.times_created(world.number_of(order))


def test_an_order_on_hold_at_the_shop_waits_until_it_is_let_go(world):
    """A look for fraud is not overtaken by the warehouse."""
    order = world.place()
    shopkeeper.hold(world, order)
    world.run_until_quiet()
    during = world.state_of(order), world.tenant.truth.times_created(world.number_of(order))

    shopkeeper.release(world, order)
    world.run_until_quiet()

    assert ("waiting", 0) == during
    assert ([], 1) == (faults(world), world.tenant.truth.times_created(world.number_of(order)))


def test_a_line_that_was_edited_out_in_time_is_never_sent(world):
    """The storefront's latest word counts until the order is sent."""
    sell(world, "PLANTER", stock=9)
    order = world.place(("PLANTER", 1), ("TEE-S", 1))
    world.run_until_quiet()

    shopkeeper.change_quantity(world, order, order.lines[0], 0)
    world.run_until_quiet()

    assert {"TEE-S": 1} == world.tenant.truth.ordered_units(world.number_of(order))
    assert set() == world.cases_of(order)
    assert [] == faults(world)


def spoils_order(order, **fields):
    """What turns the answers about one order into something that was never published."""

    def spoil(_operation: str, content: bytes) -> bytes:
        gid = f"gid://shopify/Order/{order.id}"
        if gid.encode() not in content:
            return content
        answer = json.loads(content)
        for node in (answer.get("data") or {}).get("nodes") or []:
            if node and node["id"] == gid and "lineItems" in node:
                node.update(fields)
        return json.dumps(answer).encode()

    return spoil


@pytest.mark.parametrize("told", [True, False], ids=["by events", "by the poll alone"])
def test_an_order_that_nobody_can_read_stays_alone(world, told):
    """Those beside it and after it go; its case names the field; and it goes as soon as it can be read."""
    if not told:
        world.shop.faults.lose_events("*", times=None)
    good, bad = world.place(("TEE-S", 1)), world.place(("TEE-M", 1))
    world.router.spoils = spoils_order(bad, totalPriceSet={"shopMoney": None})
    world.run_until_quiet()
    later = world.place(("SOCK-S", 2))
    world.run_until_quiet()

    [case] = world.ledger.cases.open(NAME)
    assert ("unreadable_order", str(bad.id)) == (case.kind, case.subject)
    assert "totalPriceSet.shopMoney is null" in case.message
    # Nobody knows what is on the order that cannot be read, so its units are the only ones that are not counted.
    assert ["TEE-M: the shop offers 75, free are 74"] == faults(world)
    assert ([], ["FULFILLED", "FULFILLED"]) == (world.stopped, [good.fulfilment_status, later.fulfilment_status])

    world.router.spoils = None
    shopkeeper.write_note(world, bad, "mended")
    world.run_until_quiet()
    assert ([], set(), "FULFILLED") == (faults(world), world.cases(), bad.fulfilment_status)


def test_a_parcel_that_nobody_can_read_stays_alone(world):
    """Those beside it are told; its case names the column; and it is told as soon as it can be read."""
    good, bad = world.place(("TEE-S", 1)), world.place(("TEE-M", 1))
    world.router.spoils = spoils_despatch(world.number_of(bad))

    world.run_until_quiet()

    [case] = world.ledger.cases.open(NAME)
    assert ("unreadable_despatch", []) == (case.kind, world.stopped)
    assert "column 'Despatch date' is not a date" in case.message
    assert ["FULFILLED", "UNFULFILLED"] == [order.fulfilment_status for order in (good, bad)]

    world.router.spoils = None
    world.runs["despatch_to_fulfilment"].reads_again = True
    world.run_until_quiet()
    assert ([], set(), "FULFILLED") == (faults(world), world.cases(), bad.fulfilment_status)


def spoils_despatch(number: str):
    """The report's rows of one sales order, with a word where the date should be."""
    row = re.compile(rb"^.*\b" + number.encode() + rb"\b.*$", re.MULTILINE)

    def spoil(operation: str, content: bytes) -> bytes:
        if operation != "GetReportData:Despatch summary":
            return content
        return row.sub(lambda found: re.sub(rb"\d+/\d+/\d+ [\d:]+", b"soon", found[0]), content)

    return spoil
