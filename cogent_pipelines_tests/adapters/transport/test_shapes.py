"""A change on a vendor's side is named by its field, and the value itself is told to nobody."""

from typing import Any

import pytest

from cogent_pipelines.adapters.transport.shapes import Maybe, Nullable, Shape, fault_in

PARCEL: Shape = {
    "id": str,
    "note": str | None,
    "lines": [{"sku": str, "quantity": int}],
    "courier": Maybe({"name": str}),
    "address": Nullable({"city": str}),
    "extra": object,
}


def parcel(**changed: Any) -> dict[str, Any]:
    whole = {"id": "P-1", "note": None, "lines": [{"sku": "MUG", "quantity": 2}], "address": {"city": "York"}, "extra": 1}
    return {**whole, **changed}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"note": "mind the step", "courier": {"name": "DPD"}, "extra": []},
        {"address": None, "courier": None, "lines": []},
        {"nobody": "asked for this"},
    ],
)
def test_what_is_as_published_has_no_fault(changed: dict[str, Any]) -> None:
    """Fields that a shape does not name are not looked at."""
    assert "" == fault_in(parcel(**changed), PARCEL)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": None}, "field id is null, not str"),
        ({"note": 5}, "field note is a int, not a text or null"),
        ({"lines": {}}, "field lines is a dict, not a list"),
        ({"lines": [{"sku": "MUG", "quantity": 1}, {"sku": "BAG"}]}, "field lines[1].quantity is missing"),
        ({"lines": [{"sku": "MUG", "quantity": True}]}, "field lines[0].quantity is a bool, not int"),
        ({"courier": "DPD"}, "field courier is a str, not an object"),
        ({"courier": {}}, "field courier.name is missing"),
        ({"address": {"city": None}}, "field address.city is null, not str"),
    ],
)
def test_the_first_field_that_is_not_as_published_is_named(changed: dict[str, Any], said: str) -> None:
    """With the way to it, what it is and what it should be."""
    assert said == fault_in(parcel(**changed), PARCEL)


@pytest.mark.parametrize("name", ["address", "extra", "note"])
def test_only_what_may_be_absent_may_be_absent(name: str) -> None:
    """A field that may be null must still be there."""
    without = {key: value for key, value in parcel().items() if key != name}

    assert f"field {name} is missing" == fault_in(without, PARCEL)


def test_an_order_that_is_no_object_is_named_too() -> None:
    assert "field order is a str, not an object" == fault_in("an order", PARCEL)


def test_a_value_is_not_told() -> None:
    """It may be somebody's address."""
    assert "9 Mill Lane" not in fault_in(parcel(id=["9 Mill Lane"]), PARCEL)
