"""The kinds of thing a deployment declares in YAML."""

from cogent_pipelines.components.operations import Operations
from cogent_pipelines.components.storefront_warehouse_connection import StorefrontWarehouseConnection

__all__ = ["Operations", "StorefrontWarehouseConnection"]
