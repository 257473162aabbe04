"""Every storefront held to the port: the stand-in that tests use, and each vendor's adapter against its simulator."""

from cogent_pipelines.ports.outcomes import Created, Rejected
from cogent_pipelines_tests.contracts.benches import FakeStorefrontBench, ShopifyBench, a_parcel
from cogent_pipelines_tests.contracts.commercetools_bench import CommercetoolsBench
from cogent_pipelines_tests.contracts.scayle_bench import ScayleBench
from cogent_pipelines_tests.contracts.storefront_contract import StorefrontContract


class TestTheFake(StorefrontContract):
    def make_bench(self) -> FakeStorefrontBench:
        return FakeStorefrontBench()


class TestShopify(StorefrontContract):
    def make_bench(self) -> ShopifyBench:
        return ShopifyBench()


class TestScayle(StorefrontContract):
    def make_bench(self) -> ScayleBench:
        return ScayleBench()

    def test_tracking_is_put_on_a_parcel_that_had_none(self, bench):
        """SCAYLE cannot: its shipment has no other number than that of its making. It says so, and tells nobody twice."""
        order = self.order(bench)
        [made] = bench.port.create_fulfilments([a_parcel(order, 2, number="")])

        outcome = bench.port.add_tracking(made.ref, a_parcel(order, 2))

        assert (Created, Rejected) == (type(made), type(outcome))
        assert [(2, "parcel-D1")] == bench.told(order.ref)
        assert [()] == [each.tracking_numbers for each in bench.port.fulfilments_of([order.ref])[order.ref]]


class TestCommercetools(StorefrontContract):
    def make_bench(self) -> CommercetoolsBench:
        return CommercetoolsBench()
