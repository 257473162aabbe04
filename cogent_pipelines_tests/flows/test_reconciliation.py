"""Order values: every penny between the two sides has a cause, and the parts add up to the gap."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from cogent_pipelines.canonical.order import OrderLine
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.reconciliation import ValueReport, reconcile_order_values
from cogent_pipelines.ports.outcomes import Found, NotFound
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order, pounds


class Reconciled:
    """One order, acknowledged; `held` changes what the warehouse says it holds before the comparison."""

    def __init__(self, ledger, warehouse, clock):
        self.ledger, self.warehouse, self.clock = ledger, warehouse, clock
        self.changes = lambda held: held
        self.warehouse.find_sales_orders = self._find

    def given(self, *lines: OrderLine, **changes):
        order = an_order(lines=lines or None, **changes)
        self.ledger.orders.store(NORTHWIND, [order], now=self.clock.now())
        with self.ledger.pool.session() as session:
            session.execute(
                "insert into warehouse_item (connection, sku, active, seen_at) values "
                "('northwind_uk', 'MUG-BLUE', true, now()), ('northwind_uk', 'CUP', true, now())"
            )
        inject_due_orders(NORTHWIND, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock, random=Random(1))
        (self.sent,) = self.warehouse.sales_orders.values()

    def compare(self) -> ValueReport:
        day = self.clock.now().date()
        return reconcile_order_values(NORTHWIND, day, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)

    def parts(self) -> list[tuple[str, int, bool]]:
        with self.ledger.pool.session() as session:
            return session.execute(
                "select cause, storefront_minor - warehouse_minor, explained from order_value_difference order by cause"
            ).fetchall()

    def cases(self) -> list[str]:
        return [case.message for case in self.ledger.cases.open(limit=10)]

    def _find(self, refs):
        sent = self.sent
        held = HeldSalesOrder(
            ref=sent.ref,
            status="New",
            released=True,
            cancelled=False,
            lines=tuple(HeldLine(line.line_ref, line.sku, line.quantity, round(line.unit_price, 2)) for line in sent.lines),
            shipping=sent.shipping.amount,
        )
        changed = self.changes(held)
        return [NotFound(ref) if changed is None else Found(changed) for ref in refs]


@pytest.fixture
def reconciled(ledger, warehouse, clock) -> Reconciled:
    return Reconciled(ledger, warehouse, clock)


def test_two_sides_that_agree_leave_nothing(reconciled):
    reconciled.given()

    report = reconciled.compare()

    assert (1, 1, 0, 2395, 2395) == (
        report.orders,
        report.read_back,
        report.differing,
        report.storefront_minor,
        report.warehouse_minor,
    )
    assert [] == reconciled.parts()


def test_a_value_that_units_cannot_share_evenly_is_rounding_and_no_case(reconciled):
    """Ten pounds over three units is 3.33 each at the warehouse: a penny, explained."""
    reconciled.given(a_line(quantity=3, price=334, line_total=pounds(1000)), total=pounds(1395))

    report = reconciled.compare()

    assert [("unit_price_rounding", 1, True)] == reconciled.parts()
    assert (1, 1, 0) == (report.difference_minor, report.explained_minor, report.unexplained_minor)
    assert [] == reconciled.cases()


def test_a_warehouse_that_keeps_fewer_decimals_is_named(reconciled):
    reconciled.given(a_line(quantity=2, price=1234))
    reconciled.changes = lambda held: _priced(held, Decimal("12.3"))

    reconciled.compare()

    assert [("warehouse_rounding", 8, True)] == reconciled.parts()


def test_another_price_is_a_case_for_finance_that_closes_when_it_is_put_right(reconciled, clock):
    """The case says the gap and the cause; nothing is plugged."""
    reconciled.given()
    reconciled.changes = lambda held: _priced(held, Decimal("8.00"))
    reconciled.compare()

    assert [("price_changed", 400, False)] == reconciled.parts()
    assert ["The storefront's value is 4.00 GBP above the warehouse's: price changed 4.00 GBP."] == reconciled.cases()

    reconciled.changes = lambda held: held
    with reconciled.ledger.pool.session() as session:
        session.execute("delete from sales_order_read_back")
    reconciled.compare()

    assert [] == reconciled.parts()
    assert [] == reconciled.cases()


def test_a_line_that_is_on_one_side_only_is_missing_or_extra(reconciled):
    reconciled.given(a_line(1), a_line(2, sku="CUP", quantity=1, price=500))
    reconciled.changes = lambda held: replace(held, lines=(held.lines[0], HeldLine(None, "SPOON", 1, Decimal("1.50"))))

    report = reconciled.compare()

    assert [("line_extra", -150, False), ("line_missing", 500, False)] == reconciled.parts()
    assert 350 == report.difference_minor == report.unexplained_minor


def test_another_quantity_is_named_with_its_whole_amount(reconciled):
    reconciled.given()
    reconciled.changes = lambda held: replace(held, lines=(replace(held.lines[0], quantity=1),))

    reconciled.compare()

    assert [("quantity_differs", 1000, False)] == reconciled.parts()


def test_a_warehouse_that_merges_lines_of_one_item_is_compared_item_by_item(reconciled):
    """Two lines of one SKU may come back as one without a line's reference."""
    reconciled.given(a_line(1, quantity=1), a_line(2, quantity=1))
    reconciled.changes = lambda held: replace(held, lines=(HeldLine(None, "MUG-BLUE", 2, Decimal("10.00")),))

    reconciled.compare()

    assert [] == reconciled.parts()


def test_what_is_sold_and_not_shipped_is_explained(reconciled):
    """A voucher is worth money at the storefront and is never at the warehouse."""
    reconciled.given(a_line(1), a_line(2, sku=None, quantity=1, price=2500, requires_shipping=False))

    report = reconciled.compare()

    assert [("not_sent", 2500, True)] == reconciled.parts()
    assert 2500 == report.explained_minor


def test_shipping_that_differs_and_a_total_that_does_not_add_up_are_shown(reconciled):
    reconciled.given(total=pounds(2400))
    reconciled.changes = lambda held: replace(held, shipping=Decimal("2.95"))

    report = reconciled.compare()

    assert [("shipping_differs", 100, False), ("unexplained", 5, False)] == reconciled.parts()
    assert 105 == report.difference_minor


def test_an_order_that_the_warehouse_no_longer_has_is_a_case(reconciled):
    reconciled.given()
    reconciled.changes = lambda held: None

    report = reconciled.compare()

    assert [("missing_at_warehouse", 2395, False)] == reconciled.parts()
    assert (2395, 0) == (report.storefront_minor, report.warehouse_minor)


def test_tax_beside_the_prices_is_explained(reconciled):
    reconciled.given(taxes_included=False, total=pounds(2395 + 399), tax_total=pounds(399))

    report = reconciled.compare()

    assert [("tax_outside_prices", 399, True)] == reconciled.parts()
    assert 0 == report.unexplained_minor


def test_an_order_is_read_back_once(reconciled):
    """The second look of a day costs no calls."""
    reconciled.given()
    reconciled.compare()

    assert 0 == reconciled.compare().read_back


def _priced(held: HeldSalesOrder, price: Decimal) -> HeldSalesOrder:
    return replace(held, lines=tuple(replace(line, unit_price=price) for line in held.lines))
