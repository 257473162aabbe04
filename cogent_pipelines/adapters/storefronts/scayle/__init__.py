"""SCAYLE, through its Admin API. `adapter.storefront_of` and `webhook.ScayleWebhook` are the ways in."""
