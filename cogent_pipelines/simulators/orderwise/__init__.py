"""A stand-in OrderWise tenant: OWAPI, API Export Definitions run as real SQL, and the books behind them.

Written from what integrators have published; the vendor's own reference ships to licence holders only. What is not
publicly known is a switch with a stated default. The classic XML session (where OrderWise calls the shop) is not
served.
"""

from cogent_pipelines.simulators.orderwise.seed import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.orderwise.simulator import OrderWiseSimulator
from cogent_pipelines.simulators.orderwise.switches import Switches

__all__ = ["OrderWiseSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
