"""Which sales commercetools takes off the entries that we publish to."""

import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, opened, page
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, custom_line, line, order, uuid
from cogent_pipelines_tests.adapters.storefronts.commercetools.translating import read


def counted(given_order, **rules):
    return [each.takes_stock for each in read(given_order, **rules).lines]


@pytest.mark.parametrize(
    ("mode", "counts"),
    [
        (None, False),
        ("None", False),
        ("TrackOnly", True),
        ("ReserveOnOrder", True),
        ("ReserveOnCart", True),
        ("ReserveOnDelivery", False),
    ],
)
def test_the_orders_mode_says_whether_its_units_were_counted(mode, counts):
    """None is what an order is in unless somebody chose; what is new is told rather than left out."""
    assert [counts] == counted(order(inventoryMode=mode))


def test_a_lines_own_mode_goes_before_the_orders():
    """It is there only where it is another."""
    lines = line(1), line(2, inventoryMode="None"), line(3, inventoryMode="TrackOnly")

    assert [True, False, True] == counted(order(1, *lines, inventoryMode="ReserveOnOrder"))
    assert [False, False, True] == counted(order(1, *lines, inventoryMode="None"))


@pytest.mark.parametrize(
    ("published", "counts"), [("", [False, False, True]), ("uk", [True, False, False]), ("de", [False, True, False])]
)
def test_only_a_sale_from_the_channel_that_we_publish_to_lowers_our_entry(published, counts):
    """A line without a channel is taken off the entry that has none."""
    lines = [line(place, supplyChannel={"typeId": "channel", "id": key}) for place, key in enumerate(("uk", "de"), 1)]

    assert counts == counted(order(1, *lines, line(3), inventoryMode="TrackOnly"), stock_channel=published)


def test_goods_on_a_custom_line_are_counted_by_nobody():
    """They have no inventory entry."""
    given = order(1, line(), customLineItems=[custom_line()], inventoryMode="ReserveOnOrder")

    assert [True, False] == counted(given, custom_lines=CustomLines.GOODS)


def test_the_channels_key_becomes_the_id_that_lines_hold():
    """The connection names a key."""
    at_channel = line(supplyChannel={"typeId": "channel", "id": uuid(3000)})
    project = Project().on("GET /channels/key=uk", channel("uk", "InventorySupply"))
    project.on("GET /orders", page(order(1, at_channel, line(2), inventoryMode="ReserveOnOrder")))
    with opened(project, supply_channel="uk") as storefront:
        [found] = storefront.orders_named([uuid(1)])

    assert [True, False] == [each.takes_stock for each in found.lines]
