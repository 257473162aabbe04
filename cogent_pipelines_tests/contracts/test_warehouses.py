"""Every warehouse held to the port: the stand-in that tests use, and each vendor's adapter against its simulator."""

from cogent_pipelines.simulators.mintsoft import Switches as MintsoftSwitches
from cogent_pipelines.simulators.scend import Switches as ScendSwitches
from cogent_pipelines_tests.contracts.benches import FakeWarehouseBench, PeoplevoxBench
from cogent_pipelines_tests.contracts.orderwise_bench import OrderWiseBench
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


class TestMintsoftOtherwise(WarehouseContract):
    """An account in which everything that is not publicly known is the other way round."""

    def make_bench(self) -> MintsoftBench:
        switches = MintsoftSwitches(
            refusal_form="object",
            search_nothing="empty",
            search_matches="contains",
            moments="offset",
            get_has_items=False,
            page_size=1,
            page_size_limit=1,
            references_ignore_case=False,
        )
        return MintsoftBench(switches)


class TestScendOtherwise(WarehouseContract):
    """Lists in an envelope, refusals in a friendly status, unknown SKUs taken and set aside, small pages."""

    def make_bench(self) -> ScendBench:
        switches = ScendSwitches(
            envelope="object",
            error_form="in_200",
            unknown_sku="quarantine",
            partial_style="parts",
            page_size=1,
            page_size_limit=1,
            empty_fields="left_out",
        )
        return ScendBench(switches)


class TestOrderWise(WarehouseContract):
    def make_bench(self) -> OrderWiseBench:
        return OrderWiseBench()


class TestOrderWiseByLineTotals(WarehouseContract):
    """A tenant whose stock movements are not to be relied on."""

    def make_bench(self) -> OrderWiseBench:
        return OrderWiseBench(despatches_from="line_totals")
