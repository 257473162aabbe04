"""Nothing goes wrong."""

from cogent_pipelines_tests.journeys.verdict import faults


def test_an_order_goes_out_and_its_parcel_comes_back(world):
    """The whole path once: webhook, order, sales order, parcel, fulfilment, stock."""
    order = world.place(("TEE-S", 2), ("COAT-L", 1))

    world.run_until_quiet()

    assert [] == faults(world)
    assert [1] == [parcel.lines and 1 for parcel in order.fulfilments]
    assert "FULFILLED" == order.fulfilment_status
    assert set() == world.cases()
