"""Every warehouse held to the port: the stand-in that tests use, and each vendor's adapter against its simulator."""

from cogent_pipelines_tests.contracts.benches import FakeWarehouseBench, PeoplevoxBench
from cogent_pipelines_tests.contracts.profile_benches import MintsoftBench, ScendBench
from cogent_pipelines_tests.contracts.warehouse_contract import WarehouseContract


class TestTheFake(WarehouseContract):
    def make_bench(self) -> FakeWarehouseBench:
        return FakeWarehouseBench()


class TestPeoplevox(WarehouseContract):
    def make_bench(self) -> PeoplevoxBench:
        return PeoplevoxBench()


class TestMintsoft(WarehouseContract):
    def make_bench(self) -> MintsoftBench:
        return MintsoftBench()


class TestScend(WarehouseContract):
    def make_bench(self) -> ScendBench:
        return ScendBench()
