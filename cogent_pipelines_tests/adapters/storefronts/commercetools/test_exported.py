"""Marks on orders that the warehouse has."""

from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import HandedOver, MarksExported, RecordsReturns
from cogent_pipelines.ports.outcomes import Marked, Rejected
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, opened, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, order, uuid
from cogent_pipelines_tests.adapters.storefronts.commercetools.shop import Shop, somebody_changes

AT = datetime(2026, 11, 2, 9, 5, 0, 123_456, UTC)
EXPORT = channel("wms", "OrderExport", number=3001)


def handed_over(number=1, ref="SO-1"):
    return HandedOver(uuid(number), ref, AT)


def a_shop(*orders):
    return Shop(*(orders or [order(1)])).on("GET /channels/key=wms", EXPORT)


def mark(shop, *orders):
    with opened(shop, export_channel="wms") as storefront:
        return storefront.mark_exported(orders)


def test_an_order_is_marked_with_the_warehouses_reference_on_the_channel():
    """And the time, never later than it was."""
    shop = a_shop()

    assert [Marked()] == mark(shop, handed_over())
    assert [
        [
            {
                "action": "updateSyncInfo",
                "channel": {"typeId": "channel", "id": uuid(3001)},
                "externalId": "SO-1",
                "syncedAt": "2026-11-02T09:05:00.123Z",
            }
        ]
    ] == shop.written


def test_the_same_mark_again_changes_nothing():
    """Every write would be an update that others are told of."""
    shop = a_shop()
    mark(shop, handed_over())

    assert ([Marked()], 1) == (mark(shop, handed_over()), len(shop.written))


def test_a_mark_of_another_channel_or_reference_is_no_mark_of_ours():
    """Other systems mark, too."""
    theirs = [
        {"channel": {"typeId": "channel", "id": uuid(9)}, "externalId": "SO-1", "syncedAt": "2026-11-02T09:00:00.000Z"},
        {"channel": {"typeId": "channel", "id": uuid(3001)}, "externalId": "OLD", "syncedAt": "2026-11-02T09:00:00.000Z"},
    ]
    shop = a_shop(order(1, syncInfo=theirs))

    assert ([Marked()], 1) == (mark(shop, handed_over()), len(shop.written))


def test_marks_survive_conflicts_and_lost_answers():
    """Read again; written once."""
    shop = a_shop(order(1), order(2))
    shop.before, shop.after = [somebody_changes], [httpx.ReadTimeout("lost")]

    assert [Marked(), Marked()] == mark(shop, handed_over(1), handed_over(2, "SO-2"))
    assert [1, 1] == [len(each["syncInfo"]) for each in shop.orders.values()]


def test_an_order_that_is_gone_is_refused():
    """One outcome each."""
    assert [Rejected((f"commercetools has no order {uuid(7)}",)), Marked()] == mark(a_shop(), handed_over(7), handed_over())


def test_a_channel_that_is_not_there_is_said_before_anything_is_written():
    """By its key."""
    shop = Shop(order(1)).on("GET /channels/key=wms", refused(404, "ResourceNotFound", "no channel with key wms"))
    with opened(shop, export_channel="wms") as storefront, pytest.raises(VendorRefused, match="wms"):
        storefront.mark_exported([handed_over()])

    assert [] == shop.written


def test_only_a_storefront_with_an_export_channel_says_that_it_marks():
    """Flows ask what it can do."""
    with opened(Project()) as without, opened(Project(), export_channel="wms") as with_one:
        assert (False, True) == (isinstance(without, MarksExported), isinstance(with_one, MarksExported))
        assert isinstance(without, RecordsReturns)
