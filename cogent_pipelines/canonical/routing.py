"""Which way an order takes through the warehouse: channel and carrier service, by rules of which the first match wins."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cogent_pipelines.canonical.order import Order


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """A rule holds where each of its conditions does; a condition left empty always does.

    `tags`, `countries`, `shipping` and `sources` hold where the order has one of them; `shipping` is a shipping line's code
    or title. Case is ignored throughout. `least_total_minor` compares the total in the shop's currency.
    An empty `channel` or `service` leaves the connection's own channel, and the service to the warehouse.
    """

    name: str
    trade: bool | None = None
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    shipping: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    least_total_minor: int = 0
    channel: str = ""
    service: str = ""

    def holds(self, order: Order) -> bool:
        if self.trade is not None and self.trade is not (order.buyer is not None):
            return False
        country = order.shipping_address.country_code if order.shipping_address else ""
        named = [text for line in order.shipping_lines for text in (line.code, line.title)]
        return (
            _one_of(self.countries, [country])
            and _one_of(self.tags, order.tags)
            and _one_of(self.shipping, named)
            and _one_of(self.sources, [order.source])
            and order.total.shop.minor >= self.least_total_minor
        )


def route(order: Order, rules: Iterable[RoutingRule]) -> RoutingRule | None:
    """The first rule that holds; None where none does."""
    return next((rule for rule in rules if rule.holds(order)), None)


def _one_of(wanted: Collection[str], found: Iterable[str]) -> bool:
    return not wanted or not {text.casefold() for text in wanted}.isdisjoint(text.casefold() for text in found)
