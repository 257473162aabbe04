"""SCAYLE's adapter and its stand-in, beyond what every storefront promises: judged by the stand-in's own books."""

from datetime import timedelta

import pytest

from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import HandedOver
from cogent_pipelines.ports.outcomes import Marked
from cogent_pipelines.simulators.scayle.books import totals
from cogent_pipelines_tests.contracts.benches import KNOWN
from cogent_pipelines_tests.contracts.scayle_bench import ScayleBench


@pytest.fixture
def scayle():
    bench = ScayleBench()
    yield bench
    bench.close()


def closed_by_force(scayle):
    scayle.tenant.tick()
    return totals(scayle.tenant.tenant)["force_closed"]


def test_an_order_says_when_it_is_closed_by_force(scayle):
    """To the second: what is told by then is billed as it was sent."""
    [order] = scayle.port.orders_named([scayle.place(KNOWN, 2)])

    scayle.clock.advance(to=order.closes_at - timedelta(seconds=1))
    before = closed_by_force(scayle)
    scayle.clock.advance(2)

    assert (0, 1) == (before, closed_by_force(scayle))


def test_an_order_of_a_shop_country_that_is_not_listed_is_given_out_and_is_not_ours(scayle):
    """Any path gives out any order; where it was delegated to us, somebody hears of it."""
    tenant, listed = scayle.tenant.tenant, scayle.tenant.shop_country
    scayle.tenant.shop_country = tenant.add_shop_country(listed.shop_key, "IE", currency="GBP")
    tenant.open_shop(scayle.tenant.shop_country, next(iter(tenant.warehouses.values())), tenant.default_merchant)
    stranger = scayle.place(KNOWN, 1)
    scayle.tenant.shop_country = listed
    ours = scayle.place(KNOWN, 1)

    assert [ours] == [order.ref for page in scayle.port.orders(scayle.now() - timedelta(hours=1)) for order in page]
    with pytest.raises(VendorRefused, match=f"order {stranger} is left aside: it was delegated to us, .* nw/IE"):
        scayle.port.orders_named([ours, stranger])
    assert [ours] == [order.ref for order in scayle.port.orders_named([ours])]


def test_showing_our_reference_keeps_the_custom_data_that_are_there():
    """Whatever the capture reads of them, and where a write replaces them all, too."""
    bench = ScayleBench(exported_field="wms", custom_data=[])
    try:
        bench.tenant.switches.change(custom_data_write="replace")
        ref = bench.place(KNOWN, 1)
        order = bench.tenant.tenant.orders[int(ref)]
        order.custom["gift"] = True

        outcomes = bench.port.mark_exported([HandedOver(ref, SalesOrderRef("SO-1"), bench.now())])
    finally:
        bench.close()

    assert ([Marked()], {"gift": True, "wms": "SO-1"}) == (outcomes, order.custom)
