"""Connections that put orders into one account of a warehouse under the same names: each would take the other's for its own.

It cannot be decided for certain, and so refuses nothing: whether two storefronts ever number an order alike is in no file,
and one account may go by two users.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.side import StorefrontSide, WarehouseSide

_NAMES_AN_ACCOUNT = re.compile(r"(?:^|_)(?:url|shop|project|shop_key|tenant|client_id|username|user|token)(?:_env)?$")
_SECRET = re.compile(r"password|secret")


def named_alike(
    settings: ConnectionSettings, others: Iterable[ConnectionSettings], environment: Mapping[str, str]
) -> list[str]:
    """The names of other connections, of other storefronts, whose orders have the same names at the same warehouse."""
    warehouse, storefront = _account(settings.warehouse, environment), _account(settings.storefront, environment)
    return sorted(
        other.name
        for other in others
        if other.name != settings.name
        and other.injection.sales_order_prefix == settings.injection.sales_order_prefix
        and _account(other.warehouse, environment) == warehouse
        and _account(other.storefront, environment) != storefront
    )


def _account(side: StorefrontSide | WarehouseSide, environment: Mapping[str, str]) -> dict[str, str]:
    """What tells one account of a vendor from another, by the variables' values where they are set."""
    return {"vendor": side.vendor, **dict(_named(side.model_dump(), environment))}


def _named(fields: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if name == "secrets_env":
            # A profile names its credentials as it likes; whatever is no secret beside a name tells accounts apart.
            yield from ((key, environment.get(value[key]) or value[key]) for key in value if not _SECRET.search(key))
        elif value and isinstance(value, str) and (name == "profile" or _NAMES_AN_ACCOUNT.search(name)):
            said = environment.get(value) or value if name.endswith("_env") else value
            yield name.removesuffix("_env"), said.rstrip("/")
