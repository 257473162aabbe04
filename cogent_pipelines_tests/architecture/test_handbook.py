"""The handbook says of everything that a person may meet what it means and what to do."""

import re
from pathlib import Path

import pytest

from cogent_pipelines.canonical.exception_case import ALL_KINDS
from cogent_pipelines.components.check_catalogue import CHECKS
from cogent_pipelines.ledger import differences
from cogent_pipelines.ledger.sales_order_claims import SalesOrderState

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def handbook() -> str:
    return (CHECKOUT / "docs" / "handbook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ALL_KINDS.values(), ids=lambda kind: kind.code)
def test_every_kind_of_case_is_explained_with_its_way_out(handbook, kind):
    assert f"| `{kind.code}` | {kind.severity} | {kind.team.replace('_', ' ')} |" in handbook
    assert kind.way_out in handbook


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_is_explained_on_its_table(handbook, check):
    assert f"| `{check.name}` | `{check.noun}` |" in handbook


@pytest.mark.parametrize("state", SalesOrderState)
def test_every_state_of_a_sales_order_is_explained(handbook, state):
    assert f"| `{state}` |" in handbook


def test_every_cause_of_a_difference_is_explained(handbook):
    """The causes are named in the ledger's statements."""
    source = Path(differences.__file__).read_text(encoding="utf-8")
    judged = set(re.findall(r"(?:then|else) '([a-z_]+)'", source)) | set(
        re.findall(r"\b0, '([a-z_]+)', (?:true|false)", source)
    )
    causes = (judged | set(re.findall(r"held_shipping_minor, '([a-z_]+)'", source))) - {"line", "sku"}

    assert {"price_changed", "not_sent", "unexplained", "shipping_differs", "line_extra"} <= causes
    assert [] == sorted(cause for cause in causes if f"`{cause}`" not in handbook)
