"""Cancelling a whole order: accepted at once, done a moment later."""

from cogent_pipelines.simulators.shopify.shop import Shop


def finish_due(shop: Shop) -> None:
    del shop
