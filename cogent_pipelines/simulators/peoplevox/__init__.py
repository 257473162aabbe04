"""A stand-in Peoplevox warehouse: SOAP IntegrationServiceV4 with the books behind it.

Written from the vendor's published facts alone. What is not publicly known is a switch with a stated default.
"""

from cogent_pipelines.simulators.peoplevox.seed import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.peoplevox.simulator import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox.switches import Switches

__all__ = ["PeoplevoxSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
