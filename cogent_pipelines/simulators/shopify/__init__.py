"""A stand-in for Shopify's Admin GraphQL API, written from the vendor's published schema and recorded answers.

It keeps a shop (catalogue, stock, orders, fulfilment orders, parcels, refunds) and its books, and serves them over the
vendor's wire protocol. Nothing here knows who the client is.
"""

from cogent_pipelines.simulators.shopify.seeded import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator
from cogent_pipelines.simulators.shopify.switches import Switches

__all__ = ["ShopifySimulator", "Switches", "connection_details", "empty_simulator", "seeded_simulator"]
