"""A stand-in for commercetools' HTTP API and Import API, written from the vendor's published document and reference.

It keeps a project (products, inventory, orders with deliveries and returns, messages, subscriptions) and its books, and
serves them over the vendor's wire protocol. Nothing here knows who the client is.
"""

from cogent_pipelines.simulators.commercetools.seeded import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.switches import Switches

__all__ = ["CommercetoolsSimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
