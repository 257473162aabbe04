"""Orders read as we read them, for tests of translating."""

from cogent_pipelines.adapters.storefronts.scayle.translate import order_of
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    order,
    settings,
)


def eur(minor):
    return MoneyBag.single(Money(minor, "EUR"))


def read(changes=None, **chosen):
    return order_of(order(**(changes or {})), settings(**chosen))


def attributes(found):
    return [(each.key, each.value) for each in found.attributes]
