"""The feed of orders, the cheap look before it, and orders by name."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import PageSizes
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, opened, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import order, uuid

SINCE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_FIRST = re.compile(r'lastModifiedAt >= "([^"]+)"')
_NEXT = re.compile(r'lastModifiedAt > "([^"]+)" or \(lastModifiedAt = "\1" and id > "([^"]+)"\)')


class Shelf:
    """Orders as the vendor keeps them: sorted by time and id, pages cut by the predicate."""

    def __init__(self, *orders):
        self.orders = list(orders)
        self.after_page = lambda: None

    def _cut(self, where, size):
        self.orders.sort(key=lambda each: (each["lastModifiedAt"], each["id"]))
        if first := _FIRST.fullmatch(where):
            found = [each for each in self.orders if each["lastModifiedAt"] >= first.group(1)]
        else:
            last = _NEXT.fullmatch(where).groups()
            found = [each for each in self.orders if (each["lastModifiedAt"], each["id"]) > last]
        cut = found[:size]
        self.after_page()
        return cut

    def whole(self, asked):
        return page(*self._cut(asked.all("where")[0], int(asked.all("limit")[0])))

    def slim(self, asked):
        given = asked.body["variables"]
        rows = self._cut(given["where"], given["limit"])
        return {
            "data": {"orders": {"results": [{"id": each["id"], "lastModifiedAt": each["lastModifiedAt"]} for each in rows]}}
        }


def at(second):
    return (SINCE + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def refs(pages):
    return [each.ref for found in pages for each in found]


def project_of(shelf):
    return Project().on("GET /orders", shelf.whole).on("POST /graphql", shelf.slim)


def test_the_feed_walks_by_time_and_id_so_that_ties_are_neither_lost_nor_repeated():
    """Five orders of the same millisecond over pages of two."""
    shelf = Shelf(*(order(number, at=at(0)) for number in (3, 1, 5, 2, 4)), order(9, at=at(1)))
    project = project_of(shelf)
    with opened(project, pages=PageSizes(orders=2)) as storefront:
        found = refs(storefront.orders(SINCE))

    assert [uuid(number) for number in (1, 2, 3, 4, 5, 9)] == found
    assert {("lastModifiedAt asc", "id asc")} == {tuple(asked.all("sort")) for asked in project.to("GET /orders")}
    assert {("false",)} == {tuple(asked.all("withTotal")) for asked in project.to("GET /orders")}
    assert [] == [asked for asked in project.asked if asked.all("offset")]


def test_an_order_that_changes_while_pages_are_read_comes_again_at_the_end():
    """And takes no other's place."""
    shelf = Shelf(*(order(number, at=at(number)) for number in (1, 2, 3, 4)))

    def change():
        shelf.after_page = lambda: None
        shelf.orders[0]["lastModifiedAt"] = at(60)

    shelf.after_page = change
    with opened(project_of(shelf), pages=PageSizes(orders=2)) as storefront:
        found = refs(storefront.orders(SINCE))

    assert [uuid(number) for number in (1, 2, 3, 4, 1)] == found


def test_the_feed_begins_at_the_time_given_and_never_later():
    """The predicate has milliseconds, our times may have more."""
    project = project_of(Shelf())
    with opened(project) as storefront:
        list(storefront.orders(SINCE + timedelta(microseconds=1999)))

    assert ['lastModifiedAt >= "2026-11-02T09:00:00.001Z"'] == project.asked[-1].all("where")


def test_a_feed_that_stands_still_ends_with_an_error():
    """A vendor that answers the same page for ever does not hold us for ever."""
    project = Project().on("GET /orders", page(order(1), order(2)))
    with opened(project, pages=PageSizes(orders=2)) as storefront, pytest.raises(VendorRefused, match="begins where"):
        list(storefront.orders(SINCE))


def test_a_feed_that_goes_round_in_a_circle_ends_with_an_error():
    """Two pages that follow each other, as well."""
    pages = [page(order(1), order(2)), page(order(3), order(4))]
    project = Project().on("GET /orders", *pages, *pages)
    with opened(project, pages=PageSizes(orders=2)) as storefront, pytest.raises(VendorRefused, match="or one before it"):
        list(storefront.orders(SINCE))


def test_an_order_that_cannot_be_read_stands_in_the_feed_with_its_fault():
    """The others are read; the reason names the field and nobody."""
    shelf = Shelf(order(1, at=at(1)), order(2, at=at(2), totalPrice="12 High Street"), order(3, at=at(3)))
    with opened(project_of(shelf)) as storefront:
        [found] = storefront.orders(SINCE)

    assert [Order, UnreadableOrder, Order] == [type(each) for each in found]
    assert (uuid(2), SINCE + timedelta(seconds=2)) == (found[1].ref, found[1].version)
    assert "order CT-2 cannot be read: field totalPrice is a str, not an object" == found[1].why


def test_a_page_of_which_no_order_can_be_read_ends_no_feed():
    """Two such orders alone in a quiet hour; what comes behind them is read."""
    shelf = Shelf(order(1, lineItems=None), order(2, lineItems=None), order(3, at=at(1)))
    with opened(project_of(shelf), pages=PageSizes(orders=2)) as storefront:
        first, second = storefront.orders(SINCE)

    assert [(uuid(1), SINCE), (uuid(2), SINCE)] == [(each.ref, each.version) for each in first]
    assert [UnreadableOrder, UnreadableOrder, Order] == [type(each) for each in (*first, *second)]


@pytest.mark.parametrize("answer", [{"results": None}, {"results": [order(1), "order"]}, {"results": [{"version": 1}]}])
def test_an_answer_that_is_no_page_of_orders_is_an_error(answer):
    """Nobody knows what it leaves out."""
    with opened(Project().on("GET /orders", answer)) as storefront, pytest.raises(VendorRefused, match="results"):
        list(storefront.orders(SINCE))


@pytest.mark.parametrize("moment", [None, "soon", 5, "9999-01-01T00:00:00.000Z"])
def test_an_order_that_does_not_say_when_it_changed_is_set_aside_with_the_time_of_its_neighbour(moment):
    """The feed goes on behind the last that says it."""
    rows = [order(1, at=at(1)), order(2, at=at(2)), order(3, lastModifiedAt=moment)], [order(4, at=at(4))]
    project = Project().on("GET /orders", page(*rows[0]), page(*rows[1]))
    project.on("POST /graphql", {"data": {"orders": {"results": rows[0]}}}, {"data": {"orders": {"results": rows[1]}}})
    with opened(project, pages=PageSizes(orders=3, more=3)) as storefront:
        whole = [each for found in storefront.orders(SINCE) for each in found]
        slim = [each for found in storefront.order_changes(SINCE) for each in found]

    times = [SINCE + timedelta(seconds=second) for second in (1, 2, 2, 4)]
    assert [Order, Order, UnreadableOrder, Order] == [type(each) for each in whole]
    assert (times, times) == ([each.version for each in whole], [when for _, when in slim])
    assert f'id > "{uuid(2)}"' in project.to("GET /orders")[1].all("where")[0]


def test_a_page_in_which_no_order_says_when_it_changed_ends_the_feed():
    """Nothing can follow it."""
    project = Project().on("GET /orders", page(order(1, lastModifiedAt=None)))
    with opened(project, pages=PageSizes(orders=1)) as storefront, pytest.raises(VendorRefused, match="lastModifiedAt"):
        list(storefront.orders(SINCE))


def test_the_cheap_look_asks_for_two_fields():
    """By GraphQL, over the same pages."""
    shelf = Shelf(*(order(number, at=at(number)) for number in (1, 2, 3)))
    project = project_of(shelf)
    with opened(project, pages=PageSizes(more=2)) as storefront:
        found = [each for rows in storefront.order_changes(SINCE) for each in rows]

    assert [(uuid(number), SINCE + timedelta(seconds=number)) for number in (1, 2, 3)] == found
    assert ["POST /graphql"] * 2 == project.paths


def test_the_cheap_look_asks_for_the_stores_orders_where_there_is_a_store():
    """Below `inStore`, with the store's key."""
    answer = {"data": {"inStore": {"orders": {"results": [{"id": uuid(1), "lastModifiedAt": at(1)}]}}}}
    project = Project().on("POST /graphql", answer)
    with opened(project, store="uk") as storefront:
        found = [each for rows in storefront.order_changes(SINCE) for each in rows]

    assert [(uuid(1), SINCE + timedelta(seconds=1))] == found
    assert {"typeId": "store", "key": "uk"} == project.asked[-1].body["variables"]["store"]


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "ResourceNotFound"),
        refused(403, "insufficient_scope"),
        {"errors": [{"message": "no such field"}], "data": None},
        {"data": {"orders": None}},
    ],
)
def test_without_graphql_the_look_is_at_whole_orders(answer):
    """Dearer, and the same; it is not tried again every minute."""
    shelf = Shelf(order(1, at=at(1)))
    project = project_of(shelf).on("POST /graphql", answer)
    with opened(project) as storefront:
        looks = [[each for rows in storefront.order_changes(SINCE) for each in rows] for _ in range(2)]

    assert [[(uuid(1), SINCE + timedelta(seconds=1))]] * 2 == looks
    assert ["POST /graphql", "GET /orders", "GET /orders"] == project.paths


def test_orders_by_name_come_in_batches_each_once_in_the_order_asked_for():
    """What does not exist is left out."""

    def answer(asked):
        wanted = re.findall(r'"([^"]+)"', asked.all("where")[0])
        return page(*(order(number) for number in (1, 2, 3) if uuid(number) in wanted))

    project = Project().on("GET /orders", answer)
    with opened(project, pages=PageSizes(named=2)) as storefront:
        found = [each.ref for each in storefront.orders_named([uuid(3), uuid(9), uuid(1), uuid(3), uuid(2)])]

    assert [uuid(3), uuid(1), uuid(2)] == found
    assert [f'id in ("{uuid(3)}", "{uuid(9)}")', f'id in ("{uuid(1)}", "{uuid(2)}")'] == [
        asked.all("where")[0] for asked in project.to("GET /orders")
    ]


@pytest.mark.parametrize("answer", [page(), refused(400, "InvalidInput", "not a valid UUID")])
def test_a_reference_that_is_no_id_harms_no_other(answer):
    """Whether the vendor looks for it or refuses to; and it cannot break out of its quotes."""

    def reply(asked):
        return page(order(1)) if uuid(1) in asked.all("where")[0] else answer

    project = Project().on("GET /orders", reply)
    with opened(project) as storefront:
        found = storefront.orders_named(['x") or id != ("', uuid(1)])

    assert [uuid(1)] == [each.ref for each in found]
    assert r'id in ("x\") or id != (\"")' in [asked.all("where")[0] for asked in project.to("GET /orders")]


def test_a_vendor_that_is_away_is_no_empty_answer():
    """Also for references that are no ids."""
    project = Project().on("GET /orders", httpx.Response(503, text="over capacity"))
    with opened(project) as storefront:
        for ref in (uuid(1), "1"):
            with pytest.raises(VendorUnavailable):
                storefront.orders_named([ref])


def test_a_stores_orders_are_read_in_that_store():
    """Its key is part of the path."""
    project = Project().on("GET /in-store/key=uk/trade/orders", page(order(1)))
    with opened(project, store="uk/trade") as storefront:
        storefront.orders_named([uuid(1)])

    assert "/northwind/in-store/key=uk%2Ftrade/orders" == project.asked[-1].request.url.raw_path.decode().partition("?")[0]


def test_keys_of_states_become_ids_once():
    """Orders hold ids; a key that the project does not have is said, and nothing is read on a guess."""
    states = page({"id": "s-1", "key": "fraud-check"})
    project = Project().on("GET /states", states).on("GET /orders", page(order(1, state={"typeId": "state", "id": "s-1"})))
    with opened(project, held_states=frozenset({"fraud-check"})) as storefront:
        assert [True] == [each.on_hold for _ in range(2) for each in storefront.orders_named([uuid(1)])][:1]
    assert 1 == len(project.to("GET /states"))

    with opened(project, held_states=frozenset({"nosuch"})) as storefront, pytest.raises(VendorRefused, match="nosuch"):
        storefront.orders_named([uuid(1)])
