"""Bundles as a person lists them, and as they are picked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.canonical.bundle import Bundles, Component
from cogent_pipelines.canonical.identity import Sku


def components(bundles: Bundles, sku: str) -> dict[str, int]:
    return {part.sku: part.quantity for part in bundles.components_of(Sku(sku))}


def test_a_bundle_in_a_bundle_is_picked_as_what_it_holds():
    """The warehouse knows things, not bundles; units multiply, and what comes both ways is added up."""
    bundles = Bundles.of([("HAMPER", [("TEA-SET", 2), ("MUG", 1)]), ("TEA-SET", [("TEA", 3), ("MUG", 2)])])

    assert {"TEA": 6, "MUG": 5} == components(bundles, "HAMPER")
    assert {"TEA": 3, "MUG": 2} == components(bundles, "TEA-SET")
    assert ({"HAMPER", "TEA-SET"}, set()) == (bundles.holding([Sku("TEA")]), bundles.holding([Sku("TEA-SET")]))


def test_the_order_in_which_components_are_listed_does_not_matter():
    """References of lines are made from a component's place."""
    listed, other = Bundles.of([("SET", [("A", 1), ("B", 2)])]), Bundles.of([("SET", [("B", 2), ("A", 1)])])

    assert listed == other
    assert (Component(Sku("A"), 1), Component(Sku("B"), 2)) == listed.components_of(Sku("SET"))


def test_what_is_no_bundle_is_picked_as_itself():
    bundles = Bundles.of([("SET", [("MUG", 1)])])

    assert (["MUG"], ["CUP"], ()) == (
        bundles.picked_for(Sku("SET")),
        bundles.picked_for(Sku("CUP")),
        bundles.components_of(None),
    )


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ([("SET", [("MUG", 1)]), ("SET", [("CUP", 1)])], "bundle 'SET' is listed twice"),
        ([("SET", [("MUG", 1), ("MUG", 2)])], "bundle 'SET' lists 'MUG' twice"),
        ([("SET", [("MUG", 0)])], "bundle 'SET' holds 0 of 'MUG'"),
        ([("SET", [("MUG", -1)])], "bundle 'SET' holds -1 of 'MUG'"),
        ([("SET", [])], "bundle 'SET' has no components"),
        ([(" ", [("MUG", 1)])], "a bundle has no SKU"),
        ([("SET", [("", 1)])], "bundle 'SET' has a component without a SKU"),
        ([("SET", [("SET", 1)])], "bundle 'SET' holds itself: SET → SET"),
        ([("A", [("B", 1)]), ("B", [("C", 1)]), ("C", [("B", 1)])], "bundle 'B' holds itself: B → C → B"),
    ],
)
def test_a_list_that_cannot_be_picked_is_refused_and_says_why(listed, said):
    with pytest.raises(ValueError, match="bundle") as refused:
        Bundles.of(listed)

    assert said in str(refused.value)


@given(
    st.dictionaries(
        st.sampled_from("ABCDEF"), st.dictionaries(st.sampled_from("ABCDEFxyz"), st.integers(1, 3), min_size=1), max_size=6
    )
)
def test_whatever_is_taken_is_picked_from_things_alone(listed):
    """Either a list is refused, or no bundle is left among what is picked."""
    try:
        bundles = Bundles.of([(sku, list(parts.items())) for sku, parts in listed.items()])
    except ValueError:
        return

    assert set(listed) == set(bundles.by_sku)
    assert not {part.sku for parts in bundles.by_sku.values() for part in parts} & set(listed)
    assert all(part.quantity > 0 for parts in bundles.by_sku.values() for part in parts)
