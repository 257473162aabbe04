"""Orders of every make: what was paid arrives at the warehouse line by line, or the difference is explained to the penny."""

import pytest

from cogent_pipelines_tests.journeys.verdict import faults

LINE_DISCOUNT = [{"sku": "TEE-S", "quantity": 3, "discounts": [{"amount": "1.00", "title": "Damaged box"}]}]
KINDS = {
    "a plain one": {},
    "no tax": {"tax_rate": None},
    "a discount on the order": {"discounts": [{"code": "TEN", "percentage": 10}]},
    "a discount that leaves a third of a penny": {"discounts": [{"code": "ODD", "amount": "10.00"}]},
    "a discount on a line": {"lines": [*LINE_DISCOUNT, {"sku": "COAT-L", "quantity": 1}]},
    "both discounts": {"lines": LINE_DISCOUNT, "discounts": [{"code": "TEN", "percentage": 10}]},
    "free delivery by code": {
        "shipping": {"title": "Standard", "price": "3.95", "discounts": [{"code": "F", "percentage": 100}]}
    },
    "no delivery": {"shipping": []},
    "everything for nothing": {"discounts": [{"code": "ALL", "percentage": 100}], "shipping": []},
    "paid in euros": {"currency": "EUR", "rate": 1.17},
    "paid in yen": {"currency": "JPY", "rate": 191.3},
    "a trade order": {"company": {"name": "Mercer & Sons", "external_id": "C-1"}, "po_number": "PO-77"},
    "an address with commas and quotes": {
        "shipping_address": {
            "first_name": 'Ada "Bee"',
            "last_name": "O'Neill, Jr",
            "company": "Knit, Purl & Sons",
            "address1": "Flat 3, 21 Mill Lane",
            "address2": "=HYPERLINK()",
            "city": "Ynysddu",
            "zip": "NP11 7JG",
            "country_code": "GB",
        }
    },
}


@pytest.mark.parametrize("taxes_included", [True, False])
def test_what_was_paid_arrives(world, taxes_included):
    """Quantities and money of every kind of order on both sides, judged line by line."""
    for units in (1, 3):
        lines = [{"sku": "TEE-S", "quantity": units}, {"sku": "COAT-L", "quantity": 2}]
        for kind, given in KINDS.items():
            world.place(**{"lines": lines, "note": kind, "taxes_included": taxes_included, **given})

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in world.shop.shop.orders.values()}


def test_a_price_that_the_warehouse_rounds_differently_is_explained(make_world):
    """The warehouse keeps this item's price to one decimal: the pennies between have a name."""
    world = make_world(price_decimals_by_sku={"RIBBON": 1})
    world.shop.shop.add_products([{"sku": "RIBBON", "price": "1.25", "stock": 50}])
    world.tenant.warehouse.add_items([{"ItemCode": "RIBBON", "Name": "Ribbon", "OnHand": 50}])
    world.place(("RIBBON", 7), ("TEE-S", 1))

    world.run_until_quiet()
    [report] = world.reconcile()

    assert [] == faults(world)
    assert (1, -35, -35, 0) == (
        report.differing,
        report.difference_minor,
        report.explained_minor,
        report.unexplained_minor,
    )


def test_a_price_that_somebody_changed_at_the_warehouse_is_finances_matter(make_world):
    """No rounding explains it, so it is not explained away."""
    world = make_world(works_by_itself=False)
    order = world.place(("TEE-S", 2))
    world.work()
    [line] = world.tenant.warehouse.orders[world.number_of(order)].lines.values()
    line.sale_price -= 3

    world.run_until_quiet()

    assert {"value_discrepancy"} == world.cases_of(order)


def test_an_order_of_three_hundred_lines_arrives_whole(world):
    """More lines than either vendor gives or takes at once."""
    skus = [f"BULK-{number:03d}" for number in range(300)]
    world.shop.shop.add_products([{"sku": sku, "price": "1.99", "stock": 5} for sku in skus])
    world.tenant.warehouse.add_items([{"ItemCode": sku, "Name": sku, "OnHand": 5} for sku in skus])
    order = world.place(*((sku, 1) for sku in skus))

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert (300, "FULFILLED") == (
        sum(world.tenant.truth.ordered_units(world.number_of(order)).values()),
        order.fulfilment_status,
    )


@pytest.mark.parametrize("known", [True, False])
def test_the_same_sku_twice_on_an_order(world, known):
    """Two lines stay two lines, with their own prices, whether or not the tenant is known to keep them apart."""
    if known:
        world.place(("SOCK-S", 1), ("SOCK-S", 1))
        world.run_until_quiet()
    lines = [{"sku": "TEE-S", "quantity": 2}, {"sku": "TEE-S", "quantity": 1, "price": "5.00"}]
    order = world.place(lines=lines)

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert 2 == len(world.tenant.warehouse.orders[world.number_of(order)].lines)


def test_a_flash_sale_of_three_hundred_orders(world):
    """A burst within one minute: within the vendor's calls, each once, nothing oversold."""
    orders = [world.place(("TEE-M", 1), ("SOCK-L", 1)) for _ in range(30)]
    orders += [world.place((f"{product}-{size}", 1)) for product in PRODUCTS for size in "SML" for _ in range(9)]

    world.run_until_quiet()

    assert (300, [], set()) == (len(orders), faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


PRODUCTS = ("TEE", "HOOD", "JEAN", "SHIRT", "KNIT", "COAT", "SHORT", "DRESS", "SOCK", "SCARF")
