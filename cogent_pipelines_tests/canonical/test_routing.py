"""Which way an order takes through the warehouse."""

import pytest

from cogent_pipelines.canonical.order import B2BBuyer
from cogent_pipelines.canonical.routing import RoutingRule, route
from cogent_pipelines_tests.factories.orders import an_order

TRADE = B2BBuyer("c-1", "Row Ltd")


@pytest.mark.parametrize(
    ("conditions", "changes", "expected"),
    [
        ({}, {}, True),
        ({"trade": True}, {}, False),
        ({"trade": True}, {"buyer": TRADE}, True),
        ({"trade": False}, {"buyer": TRADE}, False),
        ({"countries": ("ie", "gb")}, {}, True),
        ({"countries": ("GB",)}, {"shipping_address": None}, False),
        ({"tags": ("VIP", "Web")}, {}, True),
        ({"tags": ("vip",)}, {}, False),
        ({"shipping": ("standard",)}, {}, True),
        ({"shipping": ("std",)}, {}, True),
        ({"shipping": ("express",)}, {}, False),
        ({"sources": ("pos",)}, {"source": "POS"}, True),
        ({"least_total_minor": 2395}, {}, True),
        ({"least_total_minor": 2396}, {}, False),
        ({"countries": ("GB",), "tags": ("vip",)}, {}, False),
    ],
)
def test_a_rule_holds_where_all_its_conditions_do(conditions, changes, expected):
    """A condition left empty asks for nothing; several must hold together; case is ignored."""
    assert expected == RoutingRule("rule", **conditions).holds(an_order(**changes))


def test_the_first_rule_that_holds_decides():
    """Rules are read from the top, as people write them."""
    rules = [RoutingRule("trade", trade=True), RoutingRule("web", tags=("web",)), RoutingRule("rest")]

    assert ["trade", "web", "rest"] == [
        route(order, rules).name for order in (an_order(buyer=TRADE), an_order(), an_order(tags=()))
    ]
    assert route(an_order(), rules[:1]) is None
