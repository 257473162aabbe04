"""Shopify, through its Admin GraphQL API. `adapter.ShopifyStorefront` and `webhook.ShopifyWebhook` are the ways in."""
