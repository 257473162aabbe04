"""What every storefront promises, whoever it is. A class per vendor inherits these and brings a bench."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import pytest

from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Published, Rejected, Superseded, Unknown, UnknownSku
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER, UNKNOWN, a_parcel


class StorefrontContract(ABC):
    @abstractmethod
    def make_bench(self) -> Any:
        """The vendor, selling two known SKUs of which it has some."""

    @pytest.fixture
    def bench(self) -> Iterator[Any]:
        bench = self.make_bench()
        yield bench
        bench.close()

    def order(self, bench: Any, quantity: int = 3) -> Any:
        [order] = bench.port.orders_named([bench.place(KNOWN, quantity)])
        return order

    # ---- orders

    def test_the_feed_gives_what_changed_since_oldest_first(self, bench):
        """The watermark may then follow page by page."""
        early = bench.place(KNOWN, 1)
        [first] = bench.port.orders_named([early])
        later = [bench.place(KNOWN, 1) for _ in range(4)]

        found = [order for page in bench.port.orders(first.version) for order in page]
        after = [order.ref for page in bench.port.orders(found[1].version) for order in page]

        assert [early, *later] == [order.ref for order in found]
        assert sorted(order.version for order in found) == [order.version for order in found]
        assert later == after

    def test_the_cheap_look_names_what_the_feed_would_bring(self, bench):
        """Same orders, same versions."""
        refs = [bench.place(KNOWN, 1) for _ in range(3)]
        [first] = bench.port.orders_named(refs[:1])

        looked = {ref: version for page in bench.port.order_changes(first.version) for ref, version in page}

        assert {order.ref: order.version for page in bench.port.orders(first.version) for order in page} == looked

    def test_orders_are_read_by_name_each_once_and_strangers_left_out(self, bench):
        """An order that was deleted is no error."""
        one, two = bench.place(KNOWN, 1), bench.place(OTHER, 2)

        found = bench.port.orders_named([two, OrderRef("999999999"), one, two])

        assert [two, one] == [order.ref for order in found]
        assert [2] == [line.ordered for line in found[0].lines]

    def test_a_storefront_that_is_away_says_so(self, bench):
        """A read that failed is never an empty answer."""
        bench.goes_away()

        with pytest.raises(TryLater):
            list(bench.port.orders(bench.now()))
        with pytest.raises(TryLater):
            bench.port.orders_named([OrderRef("1")])

    # ---- catalogue and stock

    def test_every_sellable_variant_is_a_product_and_has_a_figure(self, bench):
        """What is counted can be compared."""
        products = {product.sku for page in bench.port.products() for product in page}
        figures = {each.sku: each.quantity for page in bench.port.stock() for each in page}

        assert products >= {KNOWN, OTHER}
        assert {KNOWN: bench.offered(KNOWN), OTHER: bench.offered(OTHER)} == {sku: figures[sku] for sku in (KNOWN, OTHER)}

    def test_figures_are_taken_where_the_storefront_believes_what_we_expect(self, bench):
        """One outcome each, in order; a stranger or a wrong guess blocks nobody."""
        figures = [
            StockToPublish(KNOWN, 5, bench.offered(KNOWN), "i1", bench.now()),
            StockToPublish(UNKNOWN, 5, None, "i2", bench.now()),
            StockToPublish(OTHER, 5, bench.offered(OTHER) + 1, "i3", bench.now()),
        ]
        before = bench.offered(OTHER)

        outcomes = bench.port.publish_stock(figures)

        assert [Published, UnknownSku, Superseded] == [type(outcome) for outcome in outcomes]
        assert (5, before) == (bench.offered(KNOWN), bench.offered(OTHER))

    def test_a_first_figure_expects_nothing(self, bench):
        """There is nothing yet to compare with."""
        [outcome] = bench.port.publish_stock([StockToPublish(KNOWN, 4, None, "i1", bench.now())])

        assert (Published(), 4) == (outcome, bench.offered(KNOWN))

    @pytest.mark.parametrize("by", ["the same process", "another process"])
    def test_the_same_intent_twice_has_one_effect(self, bench, by):
        """Somebody bought in between: the repetition must not put that unit back on sale."""
        figure = StockToPublish(KNOWN, 5, bench.offered(KNOWN), "i1", bench.now())
        bench.port.publish_stock([figure])
        bench.buys(KNOWN, 1)
        port = bench.port if by == "the same process" else bench.another_process()

        [outcome] = port.publish_stock([figure])

        assert isinstance(outcome, Published | Superseded)
        assert 4 == bench.offered(KNOWN)

    # ---- parcels

    def test_a_parcel_is_recorded_with_its_lines_and_its_tracking(self, bench):
        """And can be read back."""
        order = self.order(bench)
        parcel = a_parcel(order, 2)

        [outcome] = bench.port.create_fulfilments([parcel])
        [found] = bench.port.fulfilments_of([order.ref])[order.ref]

        assert isinstance(outcome, Created)
        assert [(2, "T1")] == bench.told(order.ref)
        assert (outcome.ref, parcel.lines, ("T1",), False) == (
            found.ref,
            found.lines,
            found.tracking_numbers,
            found.cancelled,
        )

    @pytest.mark.parametrize("by", ["the same process", "another process"])
    def test_a_parcel_that_is_recorded_is_not_recorded_again(self, bench, by):
        """The customer hears of it once."""
        order = self.order(bench)
        [first] = bench.port.create_fulfilments([a_parcel(order, 2)])
        port = bench.port if by == "the same process" else bench.another_process()

        [again] = port.create_fulfilments([a_parcel(order, 2)])

        assert (AlreadyThere(first.ref), [(2, "T1")]) == (again, bench.told(order.ref))

    def test_two_parcels_of_one_order_are_two(self, bench):
        """The same units, other numbers."""
        order = self.order(bench, 4)

        outcomes = bench.port.create_fulfilments([a_parcel(order, 2), a_parcel(order, 2, ref="D2", number="T2")])

        assert [Created, Created] == [type(outcome) for outcome in outcomes]
        assert [(2, "T1"), (2, "T2")] == sorted(bench.told(order.ref))

    def test_parcels_have_outcomes_one_each_and_in_order(self, bench):
        """A parcel for a stranger, or with more than was ordered, is refused with words and holds up nobody."""
        one, two = self.order(bench, 1), self.order(bench, 1)
        stranger = a_parcel(one, 1, ref="D0", number="T0")
        stranger = type(stranger)(stranger.despatch_ref, OrderRef("999999999"), stranger.lines, stranger.tracking, False)

        outcomes = bench.port.create_fulfilments([stranger, a_parcel(one, 1), a_parcel(two, 2, ref="D2", number="T2")])

        assert [Rejected, Created, Rejected] == [type(outcome) for outcome in outcomes]
        assert all(outcomes[0].reasons)
        assert all(outcomes[2].reasons)
        assert [] == bench.told(two.ref)

    def test_a_lost_answer_is_found_out_by_reading_back(self, bench):
        """Unknown or created, never refused; told again, it is there once."""
        order = self.order(bench)
        bench.loses_an_answer()

        [outcome] = bench.port.create_fulfilments([a_parcel(order, 2)])
        found = bench.port.fulfilments_of([order.ref])[order.ref]
        [again] = bench.port.create_fulfilments([a_parcel(order, 2)])

        assert isinstance(outcome, Unknown | Created)
        assert 1 == len(found)
        assert (AlreadyThere(found[0].ref), [(2, "T1")]) == (again, bench.told(order.ref))

    def test_tracking_is_put_on_a_parcel_that_had_none(self, bench):
        """And a second time changes nothing."""
        order = self.order(bench)
        [made] = bench.port.create_fulfilments([a_parcel(order, 2, number="")])
        with_number = a_parcel(order, 2)

        outcomes = [bench.port.add_tracking(made.ref, with_number) for _ in range(2)]

        assert [Created(made.ref), AlreadyThere(made.ref)] == outcomes
        assert [(2, "T1")] == bench.told(order.ref)

    def test_an_order_without_parcels_has_none(self, bench):
        """Whoever asks for several orders gets an answer for each."""
        order = self.order(bench)

        told = bench.port.fulfilments_of([order.ref, OrderRef("999999999")])

        assert {order.ref: [], "999999999": []} == told
