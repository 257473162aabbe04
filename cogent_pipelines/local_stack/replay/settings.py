"""A connection's settings as a replay uses them: the rules of the YAML, the addresses and credentials of stand-ins.

Limits are lifted, so that what is measured is our own work; whatever names an account or place of the real vendor goes.
"""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.vendors.peoplevox import PeoplevoxBlock
from cogent_pipelines.connections.vendors.shopify import ShopifyBlock

_SHOP_URL = "COGENT_REPLAY_SHOP_URL"
_SHOP_TOKEN = "COGENT_REPLAY_SHOP_TOKEN"  # noqa: S105 - the variable's name
_WAREHOUSE_URL = "COGENT_REPLAY_WAREHOUSE_URL"
_CLIENT_ID = "COGENT_REPLAY_CLIENT_ID"
_USERNAME = "COGENT_REPLAY_USERNAME"
_PASSWORD = "COGENT_REPLAY_PASSWORD"  # noqa: S105 - the variable's name

# Stand-ins show a change at once: a look back beyond the last second would only read the same again.
_ORDER_OVERLAP_SECONDS = 0.0
# Parcels come by events. The report that a poll reads knows minutes only, in which a replay has thousands of parcels.
_POLL_SECONDS = 3600.0


class NoStandInsForIt(ValueError):
    """A replay knows how to trade at Shopify and Peoplevox; the connection has another vendor."""


def replayed_blocks(settings: ConnectionSettings) -> tuple[ShopifyBlock, PeoplevoxBlock]:
    """Both sides' blocks.

    Raises:
        NoStandInsForIt: the connection is none from Shopify to Peoplevox.
    """
    storefront, warehouse = settings.storefront, settings.warehouse
    if isinstance(storefront, ShopifyBlock) and isinstance(warehouse, PeoplevoxBlock):
        return storefront, warehouse
    raise NoStandInsForIt(
        f"{settings.name} goes from {storefront.vendor} to {warehouse.vendor}; a replay needs one from shopify to peoplevox"
    )


def replay_settings(settings: ConnectionSettings, shop: Mapping[str, str]) -> ConnectionSettings:
    """Give the settings with stand-ins in the vendors' places; `shop` is what the storefront's stand-in announced."""
    replayed_blocks(settings)
    told: dict[str, Any] = settings.model_dump(mode="json")
    told["storefront"] |= {
        **dict.fromkeys(("shop_env", "client_id_env", "client_secret_env", "webhook_secret_env"), None),
        "previous_webhook_secret_env": None,
        "shop": shop["shop"],
        "base_url_env": _SHOP_URL,
        "access_token_env": _SHOP_TOKEN,
        "location_id": "",
        "rate_limited": False,
    }
    told["warehouse"] |= {
        "base_url_env": _WAREHOUSE_URL,
        "client_id_env": _CLIENT_ID,
        "username_env": _USERNAME,
        "password_env": _PASSWORD,
        **dict.fromkeys(("event_secret_env", "window_seconds_env"), None),
        "headings": {},
        "sites": [],
        "order_site": "",
        "date_order": "dmy",
        "incremental_stock_report": "",
        "rate_limited": False,
    }
    told["feeds"] |= {
        "poll_seconds": _POLL_SECONDS,
        "order_overlap_seconds": _ORDER_OVERLAP_SECONDS,
        "order_search_lag_seconds": 0.0,
    }
    return ConnectionSettings.model_validate(told)


def replay_variables(shop: Mapping[str, str], warehouse: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that those settings name, from what the stand-ins announced."""
    return {
        _SHOP_URL: shop["url"],
        _SHOP_TOKEN: shop["access_token"],
        _WAREHOUSE_URL: warehouse["url"],
        _CLIENT_ID: warehouse["client_id"],
        _USERNAME: warehouse["username"],
        _PASSWORD: warehouse["password"],
    }
