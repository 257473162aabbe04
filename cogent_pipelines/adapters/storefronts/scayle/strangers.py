"""Orders of shop countries that are not among this connection's.

SCAYLE's events are of every shop country, and any order is given out under any shop country's path (scayle.dev, "Webhooks
overview", "Manage transactions"): who ships it is not said by having been told of it. Pure.
"""

from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import is_listed, name_of
from cogent_pipelines.adapters.storefronts.scayle.standing import cancelled_at, is_on_hold
from cogent_pipelines.adapters.storefronts.scayle.translate import version_of
from cogent_pipelines.adapters.storefronts.scayle.units import units_of


def is_strange(entity: Any, settings: ScayleSettings) -> bool:
    """Whether it is of another shop country; what cannot be read is as good as ours, so that somebody hears of it."""
    try:
        return not is_listed(Node(entity).inner("shopCountry"), settings.shops)
    except Unreadable:
        return False


def waits_for_us(entity: Any, settings: ScayleSettings) -> str:
    """What to do about a stranger that SCAYLE delegated to our warehouse all the same; '' where nobody waits for us."""
    try:
        order = Node(entity)
        units = units_of(order, settings)
        known_elsewhere = bool(settings.shops_elsewhere) and is_listed(order.inner("shopCountry"), settings.shops_elsewhere)
        cancelled = cancelled_at(order, units, settings, version_of(order, settings)) is not None
        delegated = settings.hand_over is HandOver.DELEGATION and not is_on_hold(order, units, settings)
        if known_elsewhere or cancelled or not delegated or not any(unit.owed for unit in units):
            return ""
        return (
            f"it was delegated to us, and its shop country {name_of(order)} is not among `shops`: add it there, or to "
            "`shops_elsewhere` where another connection ships it"
        )
    except Unreadable:
        return ""
