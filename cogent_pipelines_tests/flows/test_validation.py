"""What keeps an order from the warehouse."""

from dataclasses import replace

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.flows.validation import problems_of
from cogent_pipelines.ledger.sku_lookup import SkuAnswer
from cogent_pipelines_tests.factories.orders import ADDRESS, a_line, an_order

RULES = InjectionRules()
BUNDLES = Bundles.of([("TEA-SET", [("MUG-BLUE", 2), ("TEA", 1)])])


def answer(sku: str, *, to: str | None = None, known=True, active=True, variants=()) -> SkuAnswer:
    return SkuAnswer(Sku(sku), Sku(to or sku), known, active, variants)


def problems(order, *answers: SkuAnswer):
    known = {each.sku: each for each in answers or [answer("MUG-BLUE")]}
    return problems_of(order, SalesOrderRef("1001"), answers=known, rules=RULES, longest_ref=30, bundles=BUNDLES)


def test_a_good_order_has_no_problem():
    """Nor does a line that is not shipped, or not any more, whatever its SKU."""
    unshipped = (a_line(2, sku=None, requires_shipping=False), a_line(3, sku="GONE", to_ship=0))

    assert [] == problems(an_order(lines=(a_line(), *unshipped)))


@pytest.mark.parametrize(
    ("found", "kind", "message"),
    [
        (answer("MUG-BLUE", known=False), "unknown_sku", "Not known to the warehouse: MUG-BLUE."),
        (
            answer("MUG-BLUE", to="NEW-MUG", known=False),
            "unknown_sku",
            "Not known to the warehouse: MUG-BLUE (mapped to NEW-MUG).",
        ),
        (
            answer("MUG-BLUE", known=False, variants=("mug-blue",)),
            "sku_variant",
            "Spelt differently at the warehouse: “MUG-BLUE” is “mug-blue” there.",
        ),
        (answer("MUG-BLUE", active=False), "inactive_sku", "Deactivated at the warehouse: MUG-BLUE."),
    ],
)
def test_a_sku_that_cannot_be_picked_is_named(found, kind, message):
    """Each trouble in its own words, whose owner differs."""
    assert [(kind, message)] == [(each.kind.code, each.message) for each in problems(an_order(), found)]


@pytest.mark.parametrize("sku", [None, "", "  "])
def test_a_line_without_a_sku_is_named_by_its_title(sku):
    """A blank is no SKU."""
    [problem] = problems(an_order(lines=(a_line(sku=sku),)))

    assert ("missing_sku", "No SKU on: Thing 1.") == (problem.kind.code, problem.message)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"name": "", "company": " "}, "a name or company"),
        ({"line1": "  "}, "the first address line"),
        ({"city": ""}, "the town"),
        ({"country_code": ""}, "the country"),
        ({"postcode": ""}, "the postcode, which GB needs"),
        ({"postcode": "", "city": ""}, "the town, the postcode, which GB needs"),
    ],
)
def test_an_address_that_cannot_be_delivered_to_says_what_it_lacks(changes, lacking):
    """And nothing of what it has: that is personal."""
    [problem] = problems(an_order(shipping_address=replace(ADDRESS, **changes)))

    assert ("bad_address", f"The shipping address lacks {lacking}.") == (problem.kind.code, problem.message)


@pytest.mark.parametrize("changes", [{"country_code": "HK", "postcode": ""}, {"name": "", "company": "Row Ltd"}])
def test_what_a_country_or_a_company_does_not_need_is_not_asked_for(changes):
    """Hong Kong has no postcodes."""
    assert [] == problems(an_order(shipping_address=replace(ADDRESS, **changes)))


def test_everything_wrong_is_said_at_once():
    """Whoever corrects the order corrects it once."""
    order = an_order(lines=(a_line(sku=None), a_line(2, sku="X"), a_line(3, sku="X")), shipping_address=None)

    found = problems(order, answer("X", known=False))

    assert ["missing_sku", "unknown_sku", "bad_address"] == [each.kind.code for each in found]
    assert {"skus": "X"} == found[1].finding(order).evidence


def test_an_unknown_component_is_named_with_its_bundle():
    """Nobody finds the component on the order; the case's SKUs are what the warehouse lacks."""
    order = an_order(lines=(a_line(1, sku="TEA-SET"), a_line(2, sku="TEA-SET"), a_line(3)))

    [found] = problems(order, answer("MUG-BLUE"), answer("TEA", known=False))

    assert ("unknown_sku", "Not known to the warehouse: TEA in the bundle TEA-SET.", ("TEA",)) == (
        found.kind.code,
        found.message,
        found.skus,
    )


def test_a_bundle_itself_need_not_be_known():
    assert [] == problems(an_order(lines=(a_line(1, sku="TEA-SET"),)), answer("MUG-BLUE"), answer("TEA"))
