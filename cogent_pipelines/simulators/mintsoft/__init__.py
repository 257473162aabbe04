"""A stand-in Mintsoft account: the public REST service with the books behind it.

Written from the vendor's published facts alone. What is not publicly known is a switch with a stated default.
"""

from cogent_pipelines.simulators.mintsoft.seed import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.mintsoft.simulator import MintsoftSimulator
from cogent_pipelines.simulators.mintsoft.switches import Switches

__all__ = ["MintsoftSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
