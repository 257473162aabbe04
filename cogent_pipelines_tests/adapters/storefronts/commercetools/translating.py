"""Orders read as we read them, for tests of translating."""

from cogent_pipelines.adapters.storefronts.commercetools.settings import ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.translate import order_of
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    money,
)


def gbp(minor):
    return MoneyBag.single(Money(minor, "GBP"))


def read(given_order, **rules):
    return order_of(given_order, ReadingRules(**rules))


def discounted(quantity, cents, *parts):
    portions = [{"discount": {"typeId": "cart-discount", "id": name}, "discountedAmount": money(off)} for name, off in parts]
    return {"quantity": quantity, "discountedPrice": {"value": money(cents), "includedDiscounts": portions}}
