"""Which shop country an order is of, and whether its orders are this connection's. Pure."""

from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings, ShopCountry


def path_of(shop: ShopCountry) -> str:
    return f"/shops/{shop.shop}/countries/{shop.country}"


def shop_country_of(order: Node, settings: ScayleSettings) -> ShopCountry:
    """Where the order was placed. Where a country occurs twice in a shop, SCAYLE wants the shop country's id instead."""
    said = order.inner("shopCountry")
    shop, country, number = said.text("shopKey"), said.text("countryCode"), said.text("id")
    by_number = next((one for one in settings.shops if number and one.country == number), None)
    if by_number is not None:
        return by_number
    if shop and country:
        return ShopCountry(shop, country)
    return settings.shops[0]


def is_listed(said: Node, shops: Sequence[ShopCountry]) -> bool:
    """Whether a shop country is one of them, each named by code or by id; what does not say which it is, is."""
    shop, country, number = said.text("shopKey"), said.text("countryCode"), said.text("id")
    if any(number == one.country for one in shops):
        return True
    if shop and country:
        return any(same(one.shop, shop) and same(one.country, country) for one in shops)
    return not number or not all(one.country.isdecimal() for one in shops)


def name_of(order: Node) -> str:
    """The shop country in words, as the settings would name it."""
    said = order.inner("shopCountry")
    return f"{said.text('shopKey') or '?'}/{said.text('countryCode') or said.text('id')}"


def same(one: str, other: str) -> bool:
    """Keys and codes come in either case."""
    return one.casefold() == other.casefold()
