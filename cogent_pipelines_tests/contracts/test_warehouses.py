"""Every warehouse held to the port: the stand-in that tests use, and each vendor's adapter against its simulator."""

from cogent_pipelines_tests.contracts.benches import FakeWarehouseBench, PeoplevoxBench
from cogent_pipelines_tests.contracts.orderwise_bench import OrderWiseBench
from cogent_pipelines_tests.contracts.warehouse_contract import WarehouseContract


class TestTheFake(WarehouseContract):
    def make_bench(self) -> FakeWarehouseBench:
        return FakeWarehouseBench()


class TestPeoplevox(WarehouseContract):
    def make_bench(self) -> PeoplevoxBench:
        return PeoplevoxBench()


class TestOrderWise(WarehouseContract):
    def make_bench(self) -> OrderWiseBench:
        return OrderWiseBench()


class TestOrderWiseByLineTotals(WarehouseContract):
    """A tenant whose stock movements are not to be relied on."""

    def make_bench(self) -> OrderWiseBench:
        return OrderWiseBench(despatches_from="line_totals")
