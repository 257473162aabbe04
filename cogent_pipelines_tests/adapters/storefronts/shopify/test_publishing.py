"""Stock told to Shopify: in few calls, each row on its own merits."""

import httpx
import pytest

from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused
from cogent_pipelines.ports.outcomes import Published, Rejected, Superseded, Unavailable, Unknown, UnknownSku
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page, refused

LOCATION = "gid://shopify/Location/7"
LOST = httpx.ReadTimeout("no answer")


class Index:
    """Knows every SKU `SKU-n` as inventory item n, unless told otherwise."""

    def __init__(self, **others):
        self._others = {sku.replace("_", "-"): refs for sku, refs in others.items()}
        self.asked = 0

    def find(self, skus):
        self.asked += 1
        return {sku: self._others.get(sku, [sku.removeprefix("SKU-")]) for sku in skus}


def level(number, quantity=10, expected=8, intent=None):
    return StockToPublish(f"SKU-{number}", quantity, expected, intent or f"intent-{number}")


def set_stock(*errors):
    """What Shopify says to a call; each error is a code and the row that it concerns, None for the whole call."""
    told = [
        {
            "code": code,
            "field": ["input", "quantities", str(row), "inventoryItemId"] if row is not None else ["input"],
            "message": f"said {code}",
        }
        for code, row in errors
    ]
    return {"inventorySetQuantities": {"inventoryAdjustmentGroup": None, "userErrors": told}}


def believed(**available):
    """What the store believes, by inventory item: a figure, `None` where it has no level, `...` where that is inactive."""

    def item(gid):
        figure = available.get("i" + gid.rsplit("/", 1)[1], 8)
        quantities = [{"name": "available", "quantity": 0 if figure is ... else figure}]
        shown = None if figure is None else {"isActive": figure is not ..., "quantities": quantities}
        return {"id": gid, "tracked": True, "inventoryLevel": shown}

    return lambda variables: {"nodes": [item(gid) for gid in variables["ids"]]}


def publish(store, levels, *, skus=None, **settings):
    with opened(store, skus=skus or Index(), **({"location_id": "7"} | settings)) as storefront:
        return storefront.publish_stock(levels)


def keys(store):
    return [asked["key"] for asked in store.variables_of("SetStock")]


def rows(store):
    return [
        [row["inventoryItemId"].rsplit("/", 1)[1] for row in asked["input"]["quantities"]]
        for asked in store.variables_of("SetStock")
    ]


def test_a_figure_is_set_only_if_shopify_still_believes_what_we_expect():
    """Absolute, of what can be sold, at the location, with the comparison always said."""
    store = Store().on("SetStock", set_stock())

    assert [Published(), Published()] == publish(store, [level(1), level(2, 5, None)])
    assert [
        {
            "name": "available",
            "reason": "correction",
            "quantities": [
                {
                    "inventoryItemId": "gid://shopify/InventoryItem/1",
                    "locationId": LOCATION,
                    "quantity": 10,
                    "changeFromQuantity": 8,
                },
                {
                    "inventoryItemId": "gid://shopify/InventoryItem/2",
                    "locationId": LOCATION,
                    "quantity": 5,
                    "changeFromQuantity": None,
                },
            ],
        }
    ] == [asked["input"] for asked in store.variables_of("SetStock")]
    assert "@idempotent(key: $key)" in store.requests[0].content.decode()


def test_two_thousand_changes_are_eight_calls_and_no_look_ups():
    """250 rows a call; the handles come from what was remembered."""
    store, index = Store().on("SetStock", set_stock()), Index()

    outcomes = publish(store, [level(number) for number in range(1, 2001)], skus=index)

    assert [Published()] * 2000 == outcomes
    assert (8, 8, 1) == (len(store.asked), len(store.variables_of("SetStock")), index.asked)
    assert {250} == {len(call) for call in rows(store)}


def test_the_same_intents_again_have_the_same_key():
    """And other intents another: a repetition has no second effect, a new decision has."""
    first, again, other = (Store().on("SetStock", set_stock()) for _ in range(3))
    publish(first, [level(1), level(2)])
    publish(again, [level(1), level(2)])
    publish(other, [level(1), level(2, intent="later")])

    assert keys(first) == keys(again)
    assert keys(first) != keys(other)


def test_one_bad_row_does_not_block_the_others():
    """Shopify refuses the whole call; the rest goes again without it, under a new key."""
    store = Store().on("SetStock", set_stock(("INVALID_QUANTITY_TOO_HIGH", 1)), set_stock())

    outcomes = publish(store, [level(1), level(2), level(3)])

    assert [Published(), Rejected(("said INVALID_QUANTITY_TOO_HIGH",)), Published()] == outcomes
    assert [["1", "2", "3"], ["1", "3"]] == rows(store)
    assert 2 == len(set(keys(store)))


def test_a_stale_row_is_superseded_with_what_shopify_believes():
    """Orders were placed that we have not seen."""
    store = Store().on("SetStock", set_stock(("CHANGE_FROM_QUANTITY_STALE", 0)), set_stock()).on("Levels", believed(i1=6))

    assert [Superseded(6), Published()] == publish(store, [level(1), level(2)])
    assert [["1", "2"], ["2"]] == rows(store)


def test_a_stale_row_that_already_shows_the_figure_is_published():
    """An earlier call did it, and its answer was lost."""
    store = Store().on("SetStock", set_stock(("CHANGE_FROM_QUANTITY_STALE", 0))).on("Levels", believed(i1=10))

    assert [Published()] == publish(store, [level(1)])


def test_a_stale_error_that_names_no_row_is_settled_by_looking_at_all():
    """The body of this error was never recorded."""
    store = Store().on("SetStock", set_stock(("CHANGE_FROM_QUANTITY_STALE", None)), set_stock()).on("Levels", believed(i2=1))

    assert [Published(), Superseded(1), Published()] == publish(store, [level(1), level(2), level(3)])
    assert [["1", "2", "3"], ["1", "3"]] == rows(store)


def test_a_sku_that_stands_on_two_variants_is_not_guessed():
    """Nor one that nobody has; the others go out."""
    store = Store().on("SetStock", set_stock()).on("VariantsBySku", {"productVariants": page([])})
    index = Index(SKU_2=["2", "22"], SKU_3=[])

    outcomes = publish(store, [level(1), level(2), level(3)], skus=index)

    assert [Published, UnknownSku, UnknownSku] == [type(outcome) for outcome in outcomes]
    assert "2 variants have this SKU (inventory items 2, 22)" == outcomes[1].reason
    assert [["1"]] == rows(store)


def test_the_parent_of_a_bundle_is_not_counted():
    """Its stock follows from its components."""
    store = Store().on("SetStock", set_stock(("NON_MUTABLE_INVENTORY_ITEM", 0)))

    assert isinstance(publish(store, [level(1)])[0], UnknownSku)


def test_an_item_that_is_gone_is_unknown():
    """Deleted since it was remembered."""
    store = Store().on("SetStock", set_stock(("INVALID_INVENTORY_ITEM", 0))).on("Levels", {"nodes": [None]})

    assert [UnknownSku("said INVALID_INVENTORY_ITEM")] == publish(store, [level(1)])


@pytest.mark.parametrize("figure", [None, ...], ids=["no level", "inactive"])
def test_an_item_that_is_not_stocked_at_the_location_is_reported(figure):
    """Unless activation is allowed."""
    store = Store().on("SetStock", set_stock(("INVALID_LOCATION", 0))).on("Levels", believed(i1=figure))

    outcome = publish(store, [level(1)])[0]

    assert isinstance(outcome, UnknownSku)
    assert "not stocked at the location" in outcome.reason


def test_an_item_is_stocked_at_the_location_where_that_is_allowed():
    """Its level begins at zero, and the figure is set from there."""
    activated = {"inventoryActivate": {"inventoryLevel": {"id": "x"}, "userErrors": []}}
    store = (
        Store()
        .on("SetStock", set_stock(("INVALID_LOCATION", 0)), set_stock())
        .on("Levels", believed(i1=None))
        .on("ActivateStock", activated)
    )

    assert [Published()] == publish(store, [level(1)], activate_stock=True)
    assert [8, 0] == [asked["input"]["quantities"][0]["changeFromQuantity"] for asked in store.variables_of("SetStock")]
    assert "@idempotent(key: $key)" in store.requests[2].content.decode()


def test_an_item_that_shopify_will_not_stock_is_reported_in_its_words():
    """Deleted products, for example."""
    words = {"inventoryActivate": {"inventoryLevel": None, "userErrors": [{"field": None, "message": "was deleted."}]}}
    store = (
        Store().on("SetStock", set_stock(("INVALID_LOCATION", 0))).on("Levels", believed(i1=None)).on("ActivateStock", words)
    )

    assert [UnknownSku("was deleted.")] == publish(store, [level(1)], activate_stock=True)


def test_an_error_of_the_whole_call_concerns_every_row():
    """A reason that Shopify does not know, for example."""
    store = Store().on("SetStock", set_stock(("INVALID_REASON", None)))

    assert [Rejected(("said INVALID_REASON",))] * 2 == publish(store, [level(1), level(2)])


def test_an_error_that_nobody_foresaw_is_shown_in_its_words():
    """After a look at the level finds nothing to explain it."""
    store = Store().on("SetStock", set_stock(("SOMETHING_NEW", 0)), set_stock()).on("Levels", believed())

    assert [Rejected(("said SOMETHING_NEW",)), Published()] == publish(store, [level(1), level(2)])


def test_a_lost_answer_is_asked_for_again_under_the_same_key():
    """Which has no second effect."""
    store = Store().on("SetStock", LOST, set_stock())

    assert [Published()] == publish(store, [level(1)])
    assert keys(store)[0] == keys(store)[1]
    assert 2 == len(keys(store))


def test_an_answer_lost_twice_is_looked_up():
    """What shows the figure was done; of the rest nothing is known."""
    store = Store().on("SetStock", LOST).on("Levels", believed(i1=10, i2=8))

    outcomes = publish(store, [level(1), level(2)])

    assert Published() == outcomes[0]
    assert isinstance(outcomes[1], Unknown)
    assert 2 == len(keys(store))


def test_a_key_whose_first_attempt_failed_is_replaced():
    """As Shopify asks."""
    store = Store().on("SetStock", set_stock(("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", None)), set_stock())

    assert [Published()] == publish(store, [level(1)])
    assert 2 == len(set(keys(store)))


def test_a_key_whose_first_call_still_runs_is_tried_later():
    """Not under another key, which would race with it."""
    store = Store().on("SetStock", set_stock(("IDEMPOTENCY_CONCURRENT_REQUEST", None)))

    outcome = publish(store, [level(1)])[0]

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after is not None


def test_one_sku_twice_in_a_batch_is_two_calls_one_after_the_other():
    """Shopify takes an item once a call; the later figure stands."""
    store = Store().on("SetStock", set_stock())

    assert [Published()] * 3 == publish(store, [level(1, 10), level(2), level(1, 4, 10, "later")])
    assert [["1", "2"], ["1"]] == rows(store)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(503), Unavailable),
        (refused("MAX_INPUT_SIZE_EXCEEDED", "too many", path=["inventorySetQuantities", "input"]), Rejected),
    ],
)
def test_a_call_that_was_certainly_not_done_says_which_way(reply, kind):
    """Later, or never as it is."""
    assert kind is type(publish(Store().on("SetStock", reply), [level(1)])[0])


def test_a_missing_scope_is_everybodys_trouble():
    """No row is at fault."""
    store = Store().on("SetStock", refused("ACCESS_DENIED", "needs write_inventory", path=["inventorySetQuantities"]))
    with pytest.raises(AuthenticationFailed, match="write_inventory"):
        publish(store, [level(1)])


def locations(*active):
    nodes = [
        {"id": f"gid://shopify/Location/{number}", "name": f"L{number}", "isActive": is_active}
        for number, is_active in enumerate(active, 7)
    ]
    return {"locations": page(nodes)}


def test_the_only_active_location_need_not_be_named():
    """It is looked up once."""
    store = Store().on("Locations", locations(True, False)).on("SetStock", set_stock())
    with opened(store, skus=Index()) as storefront:
        storefront.publish_stock([level(1)])
        storefront.publish_stock([level(2)])

    assert 1 == len(store.variables_of("Locations"))
    assert LOCATION == store.variables_of("SetStock")[0]["input"]["quantities"][0]["locationId"]


def test_of_several_locations_none_is_guessed():
    """Stock at the wrong one is sold twice."""
    store = Store().on("Locations", locations(True, True))
    with pytest.raises(VendorRefused, match=r"L7 \(gid://shopify/Location/7\), L8"):
        publish(store, [level(1)], location_id="")


def test_nothing_to_publish_is_nothing_called():
    """Not even the location is looked up."""
    store = Store()

    assert [] == publish(store, [], location_id="")
    assert [] == store.asked
