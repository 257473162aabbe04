"""What every warehouse promises, whoever it is. A class per vendor inherits these and brings a bench."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, NotFound, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER, UNKNOWN, VARIANT
from cogent_pipelines_tests.factories.orders import NINE

HOME = Address(name="Ada King", line1="12 Row Lane", city="York", postcode="YO1 7HH", country_code="GB")


def wanted(ref: str = "1001", *lines: tuple[Sku, int]) -> SalesOrder:
    """A sales order of these units, ten pounds each."""
    rows = lines or ((KNOWN, 2), (OTHER, 1))
    return SalesOrder(
        ref=SalesOrderRef(ref),
        order_ref=OrderRef(f"o{ref}"),
        order_name=f"#{ref}",
        created_at=NINE,
        total=Money(sum(units for _, units in rows) * 1000, "GBP"),
        shipping=Money(0, "GBP"),
        discount=Money(0, "GBP"),
        tax=Money(0, "GBP"),
        lines=tuple(
            SalesOrderLine(LineRef(f"{ref}-{at}"), sku, units, Money(units * 1000, "GBP"))
            for at, (sku, units) in enumerate(rows)
        ),
        shipping_address=HOME,
        invoice_address=HOME,
    )


class WarehouseContract(ABC):
    @abstractmethod
    def make_bench(self) -> Any:
        """The vendor, with some of two known items in stock."""

    @pytest.fixture
    def bench(self) -> Iterator[Any]:
        bench = self.make_bench()
        yield bench
        bench.close()

    # ---- putting orders in

    def test_an_order_is_acknowledged_and_then_there_whole_and_released(self, bench):
        """Acknowledged means that it can be picked."""
        order = wanted()

        [outcome] = bench.port.create_sales_orders([order])
        [found] = bench.port.find_sales_orders([order.ref])

        assert isinstance(outcome, Acknowledged)
        assert (order.ref, True, False) == (
            found.sales_order.ref,
            found.sales_order.released,
            found.sales_order.cancelled,
        )
        assert Counter({KNOWN: 2, OTHER: 1}) == Counter({line.sku: line.quantity for line in found.sales_order.lines})

    @pytest.mark.parametrize("by", ["the same process", "another process"])
    def test_an_order_that_is_there_is_not_made_again(self, bench, by):
        """Safe to repeat, by whomever."""
        order = wanted()
        bench.port.create_sales_orders([order])
        port = bench.port if by == "the same process" else bench.another_process()

        [again] = port.create_sales_orders([order])

        assert (AlreadyThere(order.ref), 1) == (again, bench.times_created(order.ref))

    def test_outcomes_come_one_per_order_and_in_their_order(self, bench):
        """One bad order holds up nobody, and is refused with words."""
        orders = [wanted("1001"), wanted("1002", (UNKNOWN, 1)), wanted("1003")]
        bench.refuses(orders[1])

        outcomes = bench.port.create_sales_orders(orders)

        assert [Acknowledged, Rejected, Acknowledged] == [type(outcome) for outcome in outcomes]
        assert all(outcomes[1].reasons)

    def test_nothing_in_nothing_out(self, bench):
        """An empty batch is no call to be afraid of."""
        assert ([], []) == (bench.port.create_sales_orders([]), bench.port.find_sales_orders([]))

    def test_a_lost_answer_is_found_out_by_reading_back(self, bench):
        """Unknown or acknowledged, never refused; afterwards it is there once."""
        order = wanted()
        bench.loses_an_answer(order)

        [outcome] = bench.port.create_sales_orders([order])
        [found] = bench.port.find_sales_orders([order.ref])
        [again] = bench.port.create_sales_orders([order])

        assert isinstance(outcome, Unknown | Acknowledged)
        assert isinstance(found, Found)
        assert (AlreadyThere(order.ref), 1) == (again, bench.times_created(order.ref))

    def test_a_warehouse_that_is_away_makes_nothing_and_blames_no_order(self, bench):
        """Either the call as a whole is to be tried later, or each order is."""
        order = wanted()
        bench.goes_away()

        try:
            outcomes = bench.port.create_sales_orders([order])
        except TryLater:
            outcomes = [Unavailable("the whole call")]

        assert [Unavailable] == [type(outcome) for outcome in outcomes]
        assert 0 == bench.times_created(order.ref)

    def test_a_warehouse_that_is_away_says_so_when_it_is_read(self, bench):
        """A read that failed is never an empty answer."""
        bench.goes_away()

        with pytest.raises(TryLater):
            bench.port.find_sales_orders([wanted().ref])
        with pytest.raises(TryLater):
            list(bench.port.stock_all())

    # ---- reading back

    def test_what_is_not_there_is_not_found_and_keeps_its_place(self, bench):
        """Answers come in the order of the questions."""
        order = wanted("1001")
        bench.port.create_sales_orders([order])
        refs = [SalesOrderRef("nobody"), order.ref, SalesOrderRef("never")]

        outcomes = bench.port.find_sales_orders(refs)

        assert [NotFound, Found, NotFound] == [type(outcome) for outcome in outcomes]
        assert ("nobody", "never") == (outcomes[0].ref, outcomes[2].ref)

    # ---- stock and catalogue

    def test_all_stock_names_every_item_with_the_time_of_its_figure(self, bench):
        """A figure without its time could overwrite a newer one."""
        bench.has(KNOWN, 7)

        levels = {level.sku: level for page in bench.port.stock_all() for level in page}

        assert 7 == levels[KNOWN].available
        assert OTHER in levels
        assert all(level.snapshot_at <= bench.now() for level in levels.values())

    def test_changed_stock_names_what_changed(self, bench):
        """Whatever else it names, what moved is among it."""
        since = bench.now()
        bench.has(KNOWN, 3)

        levels = {level.sku: level.available for page in bench.port.stock(since) for level in page}

        assert 3 == levels[KNOWN]

    def test_the_catalogue_has_deactivated_items_and_marks_them(self, bench):
        """Known and out of use is something else than unknown."""
        bench.deactivates(OTHER)

        items = {item.sku: item.active for page in bench.port.items() for item in page}

        assert (True, False) == (items[KNOWN], items[OTHER])

    def test_items_are_found_under_a_spelling_that_is_nearly_right(self, bench):
        """So that a suggestion can be made; a stranger is left out."""
        found = bench.port.items_named([VARIANT, UNKNOWN])

        assert [KNOWN] == [item.sku for item in found]

    # ---- parcels

    def test_a_parcel_keeps_its_reference_when_its_tracking_arrives(self, bench):
        """Else it would be told twice."""
        order = wanted()
        since = bench.now() - timedelta(hours=1)
        bench.port.create_sales_orders([order])
        bench.sends(order)
        [before] = [parcel for page in bench.port.despatches(since) for parcel in page]

        bench.tracking_arrives()
        [after] = [parcel for page in bench.port.despatches(since) for parcel in page]

        assert (before.ref, order.ref, "") == (after.ref, after.sales_order_ref, before.tracking.number)
        assert after.tracking.number
        assert Counter({KNOWN: 2, OTHER: 1}) == Counter({line.sku: line.quantity for line in after.lines})

    def test_parcels_of_an_order_are_its_own(self, bench):
        """And those of a stranger are none."""
        mine, other = wanted("1001"), wanted("1002")
        bench.port.create_sales_orders([mine, other])
        bench.sends(mine)
        bench.sends(other)

        found = bench.port.despatches_of([mine.ref, SalesOrderRef("nobody")])

        assert [mine.ref] == [parcel.sales_order_ref for parcel in found]
