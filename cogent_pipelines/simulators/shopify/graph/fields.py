"""The one registry of all fields that the simulator models."""

from functools import lru_cache

from cogent_pipelines.simulators.shopify.graph import (
    fields_app,
    fields_catalogue,
    fields_fulfilment,
    fields_money,
    fields_orders,
    mutations_fulfilment,
    mutations_orders,
    mutations_stock,
    roots,
)
from cogent_pipelines.simulators.shopify.graph.registry import Registry


@lru_cache(maxsize=1)
def all_fields() -> Registry:
    registry = Registry()
    for module in (
        fields_money,
        fields_catalogue,
        fields_orders,
        fields_fulfilment,
        fields_app,
        roots,
        mutations_stock,
        mutations_fulfilment,
        mutations_orders,
    ):
        module.register(registry)
    return registry
