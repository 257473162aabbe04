"""Both catalogues as last read, and the mapping between their SKUs."""

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Item, Product
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping, Suggestion
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND

NAME = NORTHWIND.name
MUG, CUP = Sku("MUG"), Sku("CUP")


def item(sku: str, *, active: bool = True) -> Item:
    return Item(Sku(sku), f"Item {sku}", active)


def test_storing_counts_what_is_new_or_differs(ledger: Ledger):
    """A catalogue that did not change is no news."""
    first = ledger.items.store(NAME, [item("MUG"), item("CUP")], now=NINE)
    again = ledger.items.store(NAME, [item("MUG"), item("CUP", active=False)], now=NINE)

    assert (2, 1) == (first, again)


def test_an_item_that_comes_twice_in_a_page_is_stored_once(ledger: Ledger):
    """Catalogues change while they are read; the later word counts."""
    ledger.items.store(NAME, [item("MUG"), item("MUG", active=False)], now=NINE)

    assert {MUG: item("MUG", active=False)} == ledger.items.known(NAME, [MUG])


def test_near_spellings_are_found_and_the_exact_one_is_not_among_them(ledger: Ledger):
    """Case and spaces may differ; what is spelt alike is not near, it is it."""
    ledger.items.store(NAME, [item("MUG BLUE"), item("mug-blue"), item("CUP")], now=NINE)

    near = ledger.items.nearly(NAME, [Sku("mugblue"), Sku("CUP"), Sku("Mug-Blue")])

    assert {"mugblue": ["MUG BLUE"], "Mug-Blue": ["mug-blue"]} == {
        sku: [found.sku for found in items] for sku, items in near.items()
    }


def test_a_products_change_of_name_is_a_change(ledger: Ledger):
    """Every column of a product is compared, also where one is empty."""
    ledger.products.store(NAME, [Product("p1", None, "Mug", active=True)], now=NINE)

    assert 0 == ledger.products.store(NAME, [Product("p1", None, "Mug", active=True)], now=NINE)
    assert 1 == ledger.products.store(NAME, [Product("p1", MUG, "Mug", active=True)], now=NINE)


def test_only_what_a_person_confirmed_is_used(ledger: Ledger):
    """A suggestion is no mapping."""
    ledger.mappings.suggest(NAME, [Suggestion(Sku("mug"), MUG, "differs in case")], now=NINE)
    ledger.mappings.decide(NAME, SkuMapping(Sku("cup"), CUP, MappingState.CONFIRMED, decided_by="ops"), now=NINE)

    assert {Sku("cup"): CUP} == ledger.mappings.confirmed(NAME, [Sku("mug"), Sku("cup")])


def test_a_decision_is_not_overwritten_by_a_suggestion(ledger: Ledger):
    """The audit never takes back what a person said."""
    ledger.mappings.decide(NAME, SkuMapping(Sku("mug"), CUP, MappingState.REJECTED, decided_by="ops"), now=NINE)

    noted = ledger.mappings.suggest(NAME, [Suggestion(Sku("mug"), MUG, "differs in case")], now=NINE)

    assert 0 == noted
    assert [SkuMapping(Sku("mug"), CUP, MappingState.REJECTED, "", "ops")] == ledger.mappings.all(NAME)
