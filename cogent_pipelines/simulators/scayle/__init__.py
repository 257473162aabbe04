"""A stand-in for SCAYLE's Admin API and its webhooks, written from the vendor's published facts.

It keeps a tenant (catalogue, stock with its quantity blockers, orders of one row per unit, packages, returns) and its
books, and serves them over the vendor's wire protocol. What the vendor does not say is a switch. Nothing here knows who the
client is.
"""

from cogent_pipelines.simulators.scayle.deliver import Answer, Deliver
from cogent_pipelines.simulators.scayle.seeded import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator
from cogent_pipelines.simulators.scayle.switches import Switches

__all__ = ["Answer", "Deliver", "ScayleSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
