"""Every storefront held to the port: the stand-in that tests use, and each vendor's adapter against its simulator."""

from cogent_pipelines_tests.contracts.benches import FakeStorefrontBench, ShopifyBench
from cogent_pipelines_tests.contracts.commercetools_bench import CommercetoolsBench
from cogent_pipelines_tests.contracts.storefront_contract import StorefrontContract


class TestTheFake(StorefrontContract):
    def make_bench(self) -> FakeStorefrontBench:
        return FakeStorefrontBench()


class TestShopify(StorefrontContract):
    def make_bench(self) -> ShopifyBench:
        return ShopifyBench()


class TestCommercetools(StorefrontContract):
    def make_bench(self) -> CommercetoolsBench:
        return CommercetoolsBench()
