"""Shopify, through its Admin GraphQL API. `adapter.open_storefront` and `webhook.ShopifyWebhooks` are the ways in."""
