"""Tracking put on what was recorded without: once, on every part, and read back where the answer was lost."""

import pytest

from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Rejected, Unknown
from cogent_pipelines_tests.adapters.storefronts.shopify.recording import LOST, parcel, tracked
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened


def fulfilment(*numbers):
    return {"node": {"id": "gid://shopify/Fulfillment/5", "trackingInfo": [{"number": one} for one in numbers]}}


def test_tracking_is_put_on_a_fulfilment_once():
    """Telling the customer twice is worse than one more look."""
    store = Store().on("Tracking", fulfilment(), fulfilment("RM1")).on("UpdateTracking", tracked())
    with opened(store) as storefront:
        assert Created("5") == storefront.add_tracking("5", parcel())
        assert AlreadyThere("5") == storefront.add_tracking("5", parcel())

    assert 1 == len(store.variables_of("UpdateTracking"))


def test_tracking_goes_on_every_part_of_a_parcel():
    """That left from two locations."""
    store = Store().on("Tracking", fulfilment()).on("UpdateTracking", tracked())
    with opened(store) as storefront:
        assert Created("5 6") == storefront.add_tracking("5 6", parcel())

    assert ["gid://shopify/Fulfillment/5", "gid://shopify/Fulfillment/6"] == [
        asked["fulfillmentId"] for asked in store.variables_of("UpdateTracking")
    ]


@pytest.mark.parametrize(
    ("after", "outcome"),
    [(fulfilment("RM1"), Created("5")), (fulfilment(), None)],
    ids=["it was done", "it is not there"],
)
def test_lost_tracking_is_read_back(after, outcome):
    """As with parcels."""
    store = Store().on("Tracking", fulfilment(), after).on("UpdateTracking", LOST)
    with opened(store) as storefront:
        got = storefront.add_tracking("5", parcel())

    assert (outcome == got) if outcome else isinstance(got, Unknown)


def test_tracking_that_shopify_refuses_is_refused_in_its_words():
    """And a parcel without a number has nothing to add."""
    store = Store().on("Tracking", fulfilment()).on("UpdateTracking", tracked("Fulfillment does not exist."))
    with opened(store) as storefront:
        assert Rejected(("Fulfillment does not exist.",)) == storefront.add_tracking("5", parcel())
        assert isinstance(storefront.add_tracking("5", parcel(number="")), Rejected)
