"""Two catalogues, what they disagree on, and what follows when they agree again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Item, Product
from cogent_pipelines.flows.sku_audit import HELD_FOR_SKUS, audit_skus, map_sku
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import Move, SalesOrderState
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order

NAME = NORTHWIND.name


class Catalogues:
    """Both sides' catalogues; `breaks` ends a reading after its first page."""

    def __init__(self) -> None:
        self.sold: dict[str, Product] = {}
        self.stocked: dict[str, Item] = {}
        self.breaks = False

    def sells(self, sku: str, *, ref: str = "", barcode: str = "", active: bool = True) -> None:
        product = Product(ref or f"p-{sku}", Sku(sku), f"Product {sku}", active=active, barcode=barcode)
        self.sold[product.ref] = product

    def stocks(self, sku: str, *, active: bool = True, barcode: str = "") -> None:
        self.stocked[sku] = Item(Sku(sku), f"Item {sku}", active, barcode)

    def products(self) -> Iterator[list[Product]]:
        yield from self._pages(list(self.sold.values()))

    def items(self) -> Iterator[list[Item]]:
        yield from self._pages(list(self.stocked.values()))

    def _pages(self, everything: list) -> Iterator[list]:
        yield everything[:1]
        if self.breaks:
            raise VendorUnavailable("the connection broke")
        yield everything[1:]


class World:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = StillClock()
        self.sides = Catalogues()
        self.connection = NORTHWIND

    def audit(self):
        self.clock.advance(60)
        return audit_skus(self.connection, storefront=self.sides, warehouse=self.sides, ledger=self.ledger, clock=self.clock)

    def holds_an_order_for(self, sku: str, reason: str = "unknown_sku") -> None:
        """An order was to be sent, and its SKU kept it back."""
        now = self.clock.now()
        self.ledger.orders.store(NORTHWIND, [an_order(1001, lines=(a_line(sku=sku),))], now=now)
        [due] = claimed(self.ledger, NORTHWIND, limit=1, now=now)
        self.ledger.sales_orders.record(NAME, [Move(due.claim, SalesOrderState.HELD, reason)], now=now)

    def states(self) -> list[str]:
        return [count.state.value for count in self.ledger.sales_orders.counts(NAME)]

    def suggested(self) -> list[tuple[str, str, str]]:
        return [(each.storefront_sku, each.warehouse_sku, each.state.value) for each in self.ledger.mappings.all(NAME)]

    def cases(self) -> list[tuple[str, str]]:
        return [(case.kind, case.subject) for case in self.ledger.cases.open(NAME)]


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


def test_catalogues_that_agree_are_no_trouble(world):
    """Every SKU that is sold is at the warehouse under that spelling."""
    world.sides.sells("MUG")
    world.sides.stocks("MUG")

    report = world.audit()

    assert (1, 1, 0) == (report.products, report.items, report.unknown)
    assert [] == world.cases()


def test_a_variant_that_cannot_be_read_keeps_no_other_from_being_compared(world):
    """It has a case, and what was known of it is not forgotten for not having been seen; the case closes by itself."""
    for sku in ("MUG", "CUP"):
        world.sides.sells(sku)
        world.sides.stocks(sku)
    world.audit()
    readable = world.sides.sold["p-CUP"]
    world.sides.sold["p-CUP"] = UnreadableProduct("p-CUP", "field sku is no text")
    world.sides.sells("GHOST")

    report = world.audit()

    assert (1, 0) == (report.unknown, report.products_gone)
    assert {"sku_mismatch", "unreadable_product"} == {case.kind for case in world.ledger.cases.open(NAME)}
    world.sides.sold["p-CUP"] = readable
    assert 0 == world.audit().products_gone
    assert {"sku_mismatch"} == {case.kind for case in world.ledger.cases.open(NAME)}


def test_each_problem_is_counted_and_one_case_says_which_skus(world):
    """Unknown, spelt differently, deactivated, without a SKU, sold twice, twice at the warehouse."""
    for sku in ("GHOST", "mug blue", "OLD", "   ", "CUP", "BOWL"):
        world.sides.sells(sku)
    world.sides.sells("CUP", ref="another variant")
    world.sides.stocks("MUG-BLUE")
    world.sides.stocks("MUGBLUE")
    world.sides.stocks("OLD", active=False)
    world.sides.stocks("CUP")
    world.sides.stocks("BOWL")
    world.sides.stocks("bowl")

    report = world.audit()

    assert (1, 1, 1, 1, 1, 1) == (
        report.unknown,
        report.spelt_differently,
        report.inactive_at_warehouse,
        report.blank,
        report.sold_twice,
        report.twin_at_warehouse,
    )
    assert {
        ("sku_mismatch", "unknown"),
        ("sku_mismatch", "spelt_differently"),
        ("sku_mismatch", "inactive_at_warehouse"),
        ("sku_mismatch", "blank"),
        ("sku_mismatch", "sold_twice"),
        ("sku_mismatch", "twin_at_warehouse"),
    } == {*world.cases()}


def test_a_case_closes_when_its_last_sku_is_put_right(world):
    """The next audit finds nothing, and says so by closing."""
    world.sides.sells("GHOST")
    world.audit()
    before = world.cases()

    world.sides.stocks("GHOST")
    world.audit()

    assert [("sku_mismatch", "unknown")] == before
    assert [] == world.cases()


def test_a_spelling_that_differs_in_case_is_suggested_and_not_used(world):
    """A person confirms; until then the order stays where it is."""
    world.sides.stocks("MUG-BLUE")
    world.holds_an_order_for("mug-blue", "sku_variant")

    world.audit()

    assert [("mug-blue", "MUG-BLUE", "suggested")] == world.suggested()
    assert ["held"] == world.states()


def test_an_unknown_sku_with_a_known_barcode_is_suggested(world):
    """The same thing under another name."""
    world.sides.sells("NEW-NAME", barcode="5012345678900")
    world.sides.stocks("OLD-NAME", barcode="5012345678900")

    world.audit()

    assert [("NEW-NAME", "OLD-NAME", "suggested")] == world.suggested()


def test_two_candidates_make_no_suggestion(world):
    """A guess between two would be wrong half of the time."""
    world.sides.sells("mug")
    world.sides.stocks("MUG")
    world.sides.stocks("Mug")

    world.audit()

    assert [] == world.suggested()


def test_a_suggestion_that_no_longer_holds_is_withdrawn_and_a_decision_never(world):
    """What a person rejected is not suggested again; what the catalogue answered needs no suggestion."""
    world.sides.sells("mug")
    world.sides.sells("cup")
    world.sides.stocks("MUG")
    world.sides.stocks("CUP")
    world.audit()
    rejected = SkuMapping(Sku("cup"), Sku("CUP"), MappingState.REJECTED, decided_by="ops")
    map_sku(NORTHWIND, rejected, ledger=world.ledger, clock=world.clock)

    world.sides.stocks("mug")
    world.audit()

    assert [("cup", "CUP", "rejected")] == world.suggested()


def test_an_order_goes_when_its_sku_became_known(world):
    """Nobody has to remember which orders waited for the article."""
    world.holds_an_order_for("GHOST")
    world.audit()
    before = world.states()

    world.sides.stocks("GHOST")
    report = world.audit()

    assert ["held"] == before
    assert 1 == report.released
    assert ["pending"] == world.states()


def test_an_order_goes_when_a_person_maps_its_sku(world):
    """The mapping is the answer that it waited for."""
    world.sides.stocks("MUG-BLUE")
    world.audit()
    world.holds_an_order_for("mug-blue", "sku_variant")

    mapping = SkuMapping(Sku("mug-blue"), Sku("MUG-BLUE"), MappingState.CONFIRMED, decided_by="ops")
    released = map_sku(NORTHWIND, mapping, ledger=world.ledger, clock=world.clock)

    assert 1 == released
    assert ["pending"] == world.states()


def test_an_order_that_is_held_for_its_address_stays(world):
    """A SKU that became known heals nothing else."""
    world.holds_an_order_for("GHOST", "bad_address")
    world.sides.stocks("GHOST")

    report = world.audit()

    assert 0 == report.released
    assert "bad_address" not in HELD_FOR_SKUS
    assert ["held"] == world.states()


def test_what_a_full_reading_no_longer_brings_is_forgotten(world):
    """An item that was deleted is not known any more."""
    world.sides.stocks("MUG")
    world.sides.stocks("CUP")
    world.audit()

    del world.sides.stocked["CUP"]
    report = world.audit()

    assert 1 == report.items_gone
    assert [] == list(world.ledger.items.known(NAME, [Sku("CUP")]))


def test_a_reading_that_broke_off_forgets_nothing(world):
    """Half a catalogue is no proof of what is missing, and a case says that it broke."""
    for sku in ("MUG", "CUP", "BOWL"):
        world.sides.sells(sku)
        world.sides.stocks(sku)
    world.audit()
    world.sides.breaks = True

    with pytest.raises(VendorUnavailable):
        world.audit()

    assert {"MUG", "CUP", "BOWL"} == {*world.ledger.items.known(NAME, [Sku("MUG"), Sku("CUP"), Sku("BOWL")])}
    assert [("vendor_unavailable", "shopify: sku_audit")] == world.cases()


def test_an_answer_with_no_items_at_all_forgets_nothing(world):
    """A warehouse that suddenly has no catalogue is a fault, not a fact."""
    world.sides.stocks("MUG")
    world.audit()

    world.sides.stocked.clear()
    report = world.audit()

    assert 0 == report.items_gone
    assert ["MUG"] == list(world.ledger.items.known(NAME, [Sku("MUG")]))


def test_the_index_of_stock_handles_knows_what_the_catalogue_said(world):
    """The storefront's adapter finds a SKU's stock without asking, and sees that a SKU is not unique."""
    for ref, sku in (("v1", "MUG"), ("v2", "MUG"), ("v3", "CUP")):
        product = Product(ref, Sku(sku), sku, active=True, stock_ref=f"stock-{ref}")
        world.sides.sold[ref] = product
    world.audit()

    found = world.ledger.products.index(NAME).find([Sku("MUG"), Sku("CUP"), Sku("GHOST")])

    assert {"MUG": ["stock-v1", "stock-v2"], "CUP": ["stock-v3"]} == {sku: sorted(refs) for sku, refs in found.items()}


def test_an_order_for_something_taken_off_sale_is_told(world):
    """The order stands; somebody should know that the shop no longer offers it."""
    world.sides.sells("MUG", active=False)
    world.sides.stocks("MUG")
    now = world.clock.now()
    world.ledger.orders.store(NORTHWIND, [an_order(1001, lines=(a_line(sku="MUG"),))], now=now)

    report = world.audit()

    assert 1 == report.inactive_at_storefront


# ---- bundles


@pytest.fixture
def sets(world: World) -> World:
    """Sets of a mug and tea are on sale."""
    world.connection = replace(NORTHWIND, bundles=Bundles.of([("SET", [("MUG", 1), ("TEA", 1)])]))
    world.sides.sells("SET", barcode="500")
    world.sides.stocks("MUG")
    return world


def test_a_bundle_is_asked_about_by_its_components(sets):
    """The set itself is nowhere at the warehouse, and need not be; an item with the set's barcode is no component."""
    sets.sides.stocks("TEA-BOX", barcode="500")

    sets.audit()

    [case] = sets.ledger.cases.open(NAME)
    assert ("unknown", "1 SKU is unknown to the warehouse: TEA (in the bundle SET).") == (case.subject, case.message)
    assert [] == sets.suggested()


def test_a_bundle_whose_components_are_all_known_is_no_trouble(sets):
    """Even where a component is taken off sale by itself."""
    sets.sides.sells("TEA", active=False)
    sets.sides.stocks("TEA")
    sets.holds_an_order_for("SET")

    report = sets.audit()

    assert ([], 1, ["pending"]) == (sets.cases(), report.released, sets.states())


def test_mapping_a_component_lets_orders_of_its_bundles_go(sets):
    """The order names the set only."""
    sets.sides.stocks("tea")
    sets.audit()
    sets.holds_an_order_for("SET", "sku_variant")

    released = map_sku(
        sets.connection,
        SkuMapping(Sku("TEA"), Sku("tea"), MappingState.CONFIRMED, decided_by="ada"),
        ledger=sets.ledger,
        clock=sets.clock,
    )

    assert (1, ["pending"]) == (released, sets.states())
