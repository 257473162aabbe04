"""SCAYLE's adapter and its stand-in, beyond what every storefront promises: judged by the stand-in's own books."""

from datetime import timedelta

import pytest

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
