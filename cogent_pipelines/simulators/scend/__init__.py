"""A stand-in Scend account. What is publicly known of the vendor is little; the rest is assumed, and said so.

`switches` lists everything that was chosen, so that somebody who holds the vendor's own documents can set it right.
"""

from cogent_pipelines.simulators.scend.seed import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.scend.simulator import ScendSimulator
from cogent_pipelines.simulators.scend.switches import Switches

__all__ = ["ScendSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
