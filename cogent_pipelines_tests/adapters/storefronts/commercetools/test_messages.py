"""Messages about orders, read page by page."""

import re
from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import PageSizes
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused
from cogent_pipelines.ports.extras import OrderNews, TellsOrderNews
from cogent_pipelines_tests.adapters.storefronts.commercetools import project as shop
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import message, uuid

SINCE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def opened(project, **settings):
    return shop.opened(project, poll_messages=True, **settings)


def feed(*rows):
    """Messages as the vendor cuts them into pages."""

    def answer(asked):
        about, where = asked.all("where")
        assert 'resource(typeId = "order")' == about
        behind = re.fullmatch(r'createdAt > "([^"]+)" or \(createdAt = "\1" and id > "([^"]+)"\)', where)
        found = [row for row in rows if behind is None or (row["createdAt"], row["id"]) > behind.groups()]
        return page(*found[: int(asked.all("limit")[0])])

    return Project().on("GET /messages", answer)


def test_messages_say_what_happened_to_which_order():
    """Page by page, ties of one millisecond included."""
    project = feed(message(1), message(2, 2, kind="OrderDeleted"), message(3, sequence=2))
    with opened(project, pages=PageSizes(more=2)) as storefront:
        found = [each for rows in storefront.order_news(SINCE) for each in rows]

    assert OrderNews(uuid(1), uuid(5001), "OrderStateChanged", 1, SINCE) == found[0]
    assert [(uuid(2), "OrderDeleted"), (uuid(1), "OrderStateChanged")] == [(each.ref, each.kind) for each in found[1:]]
    assert 'createdAt >= "2026-11-02T09:00:00.000Z"' == project.to("GET /messages")[0].all("where")[1]


def test_messages_are_not_asked_for_where_nobody_wants_them():
    """The API client may not be allowed to."""
    project = Project()
    with shop.opened(project) as storefront:
        assert isinstance(storefront, TellsOrderNews)
        assert [] == list(storefront.order_news(SINCE))

    assert [] == project.asked


def test_a_project_that_keeps_no_messages_says_so():
    """Never an empty answer."""
    project = Project().on("GET /messages", refused(403, "Forbidden", "messages are disabled"))
    with opened(project) as storefront, pytest.raises(AuthenticationFailed, match="messages are disabled"):
        list(storefront.order_news(SINCE))


@pytest.mark.parametrize(
    "broken",
    [
        {"sequenceNumber": "2"},
        {"sequenceNumber": 0},
        {"sequenceNumber": 2**70},
        {"resource": {"typeId": "order"}},
        {"type": None},
        {"createdAt": 5},
    ],
)
def test_a_message_that_cannot_be_read_is_left_out_and_ends_no_feed(broken, caplog):
    """Its number is missing among those of its order, which is what a message that never came looks like."""
    bad = message(2, sequence=2) | broken
    project = Project().on("GET /messages", page(message(1), bad), page(message(3, sequence=3)))
    with opened(project, pages=PageSizes(more=2)) as storefront:
        found = [each.sequence for rows in storefront.order_news(SINCE) for each in rows]

    assert [1, 3] == found
    assert [uuid(5002)] == [record.args[0] for record in caplog.records if record.name.endswith("messages")]


def test_messages_of_which_none_says_when_it_happened_end_the_feed():
    """Nothing can follow them."""
    project = Project().on("GET /messages", page(message(1) | {"createdAt": None}))
    with opened(project, pages=PageSizes(more=1)) as storefront, pytest.raises(VendorRefused, match="createdAt"):
        list(storefront.order_news(SINCE))
