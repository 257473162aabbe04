"""A vendor may quote the customer; nobody else does."""

import pytest

from cogent_pipelines.flows.impersonal import impersonal, without
from cogent_pipelines.ports.outcomes import Acknowledged, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import order

ORDER = order("SO-1", email="ada@example.com", phone="+44 20 7946 0000")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Email ADA@EXAMPLE.COM is not valid", "Email [personal] is not valid"),
        ("no carrier serves SW1Y 4JH, 12 st james's square", "no carrier serves [personal], [personal]"),
        ("Ada Byron and Byron alone", "[personal] and [personal] alone"),
        ("call +44 20 7946 0000", "call [personal]"),
        ("item MUG of SO-1 has no stock", "item MUG of SO-1 has no stock"),
        ("", ""),
    ],
)
def test_what_the_vendor_quotes_of_the_customer_is_masked(said, told):
    """Whatever the case; what identifies goods and orders stays, because somebody must act on it."""
    assert told == without(said, [ORDER])


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Rejected(("bad e-mail ada@example.com", "no item")), Rejected(("bad e-mail [personal]", "no item"))),
        (Unavailable("busy with ada@example.com", 3.0), Unavailable("busy with [personal]", 3.0)),
        (Unknown("lost: ada@example.com"), Unknown("lost: [personal]")),
        (Acknowledged("SO-1"), Acknowledged("SO-1")),
    ],
)
def test_an_outcome_keeps_all_but_the_customer(outcome, told):
    assert told == impersonal(outcome, ORDER)
