"""What expressions can do, and that a vendor's silence stays a silence."""

from decimal import Decimal

import pytest

from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Maps, NotMapped, ProfileFunctions, compiled
from cogent_pipelines.adapters.warehouses.rest_profile.shapes import unknown_names

MAPS = Maps({"carrier": {"RM24": "Royal Mail"}, "strict": {}}, {"carrier": "Other"}, {"strict"})


def of(text, value):
    return compiled(f"={text}").of(value, ProfileFunctions(MAPS))


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ("to_string(Id)", {"Id": 7}, "7"),
        ("to_string(Id)", {}, None),
        ("to_string(Price)", {"Price": Decimal("12.30")}, "12.30"),
        ("to_string(Rows)", {"Rows": [1, 2]}, "[1, 2]"),
        ("trim(Sku)", {"Sku": " A "}, "A"),
        ("trim(Sku)", {}, None),
        ("upper(Sku)", {"Sku": "a"}, "A"),
        ("lower(Sku)", {"Sku": "A"}, "a"),
        ("replace(Sku, '-', '')", {"Sku": "A-B"}, "AB"),
        ("concat(A, '/', B, C)", {"A": 1, "B": True}, "1/true"),
        ("default(A, 'x')", {"A": ""}, "x"),
        ("default(A, 'x')", {"A": 0}, 0),
        ("decimal_add(A, B)", {"A": Decimal("0.1"), "B": "0.2"}, Decimal("0.3")),
        ("decimal_add(A, B)", {"A": 1}, None),
        ("decimal_mul(A, `3`)", {"A": Decimal("0.10")}, Decimal("0.30")),
        ("lookup('carrier', C)", {"C": "RM24"}, "Royal Mail"),
        ("lookup('carrier', C)", {"C": "DPD"}, "Other"),
        ("lookup('carrier', C)", {}, None),
        ("regex_extract(T, 'wait (\\d+)')", {"T": "please wait 12 ms"}, "12"),
        ("regex_extract(T, 'x')", {"T": "abc"}, None),
        ("regex_extract(T, 'x')", {}, None),
    ],
)
def test_functions_shape_what_jmespath_cannot(text, value, answer):
    assert answer == of(text, value)


def test_a_word_that_must_be_mapped_and_is_not_says_where():
    with pytest.raises(NotMapped, match=r"'x' is not in maps\.strict; add it there"):
        of("lookup('strict', C)", {"C": "x"})


def test_what_cannot_be_evaluated_is_an_error_of_value():
    """Which whoever sends or reads turns into words about one order."""
    with pytest.raises(ValueError, match="no number"):
        of("decimal_add(A, B)", {"A": "x", "B": 1})


SHAPE = {"ref": None, "lines": [{"sku": None, "price": None}], "config": {"client": None}}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("ref", []),
        ("refs", ["refs"]),
        ("config.client", []),
        ("config.cliant", ["cliant"]),
        ("lines[].sku", []),
        ("lines[].skuu", ["skuu"]),
        ("lines[*].{a: sku, b: prise}", ["prise"]),
        ("lines[?sku=='A'].price | [0]", []),
        ("lines[?sq=='A'].price", ["sq"]),
        ("lines[0].sku", []),
        ("lines[0].x", ["x"]),
        ("lines[0:2].x", ["x"]),
        ("lines[].{a: sku} | [0].a", []),
        ("lines[].{a: sku} | [0].b", ["b"]),
        ("ref || reff", ["reff"]),
        ("!reff", ["reff"]),
        ("default(reff, 'x')", ["reff"]),
        ("[ref, reff]", ["reff"]),
        ("map(&anything, lines)", []),
        ("ref == 'a' && lines[0].sku", []),
        ("config.*", []),
        ("@", []),
    ],
)
def test_a_name_that_will_not_be_there_is_found_before(text, unknown):
    """In every corner of an expression."""
    assert unknown == [name for name, _ in unknown_names(compiled(f"={text}").compiled.parsed, SHAPE)]
