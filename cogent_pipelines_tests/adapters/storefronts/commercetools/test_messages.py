"""Messages about orders, and the gaps between their numbers."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.commercetools.messages import OrderNews, SequenceGap, SequenceWatch
from cogent_pipelines.adapters.storefronts.commercetools.settings import PageSizes
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, opened, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import message, uuid

SINCE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


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


def test_a_gap_is_said_once_everything_has_been_read():
    """The order must be read again; what came late is no gap."""
    project = feed(message(1, sequence=4), message(2, sequence=7), message(3, sequence=5), message(4, 2, sequence=2))
    with opened(project, pages=PageSizes(more=2)) as storefront:
        *_, last = storefront.order_news(SINCE, {uuid(1): 3, uuid(2): 1})

    assert [SequenceGap(uuid(1), 6, 6)] == last


def test_a_project_that_keeps_no_messages_says_so():
    """Never an empty answer."""
    project = Project().on("GET /messages", refused(403, "Forbidden", "messages are disabled"))
    with opened(project) as storefront, pytest.raises(AuthenticationFailed, match="messages are disabled"):
        list(storefront.order_news(SINCE))


@pytest.mark.parametrize("broken", [{"sequenceNumber": "2"}, {"resource": {"typeId": "order"}}, {"createdAt": 5}])
def test_a_message_that_cannot_be_read_is_an_error_of_the_feed(broken):
    """Whoever skipped it would not know what was missed."""
    with opened(feed(message(1) | broken)) as storefront, pytest.raises(VendorRefused):
        list(storefront.order_news(SINCE))


@given(st.permutations(range(1, 12)), st.sets(st.integers(2, 11)), st.integers(0, 3))
def test_the_gaps_are_exactly_what_is_missing_in_whatever_order_they_come(order, missing, repeats):
    """Also where some come twice."""
    watch = SequenceWatch({"o": 0})
    for number in [each for each in order if each not in missing] * (repeats + 1):
        watch.note("o", number)

    seen = set(range(1, 12)) - missing
    expected = {number for number in missing if number < max(seen)}
    assert expected == {number for gap in watch.gaps() for number in range(gap.first, gap.last + 1)}


def test_of_an_order_that_is_new_the_first_number_seen_counts():
    """What was before it, nobody asked for."""
    watch = SequenceWatch()
    for number in (5, 4, 7):
        watch.note("o", number)

    assert [SequenceGap("o", 6, 6)] == watch.gaps()
