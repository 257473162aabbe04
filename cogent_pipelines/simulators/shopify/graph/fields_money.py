"""Fields of amounts, taxes and discounts."""

from typing import ClassVar

from cogent_pipelines.simulators.shopify.graph.registry import Registry
from cogent_pipelines.simulators.shopify.money import wire
from cogent_pipelines.simulators.shopify.records import Discount


class Money:
    """One side of a bag."""

    __slots__ = ("currency", "minor")
    gql = "MoneyV2"

    def __init__(self, minor: int, currency: str) -> None:
        self.minor = minor
        self.currency = currency


class Percentage:
    __slots__ = ("percentage",)
    gql = "PricingPercentageValue"

    def __init__(self, percentage: float) -> None:
        self.percentage = percentage


class Application:
    """A discount application; its type follows from what brought the discount."""

    __slots__ = ("discount", "gql")
    TYPES: ClassVar[dict[str, str]] = {
        "code": "DiscountCodeApplication",
        "automatic": "AutomaticDiscountApplication",
        "manual": "ManualDiscountApplication",
    }

    def __init__(self, discount: Discount) -> None:
        self.discount = discount
        self.gql = self.TYPES[discount.kind]

    @property
    def value(self) -> Money | Percentage:
        if self.discount.percentage is not None:
            return Percentage(self.discount.percentage)
        return Money(self.discount.value_minor or 0, self.discount.currency)


def register(registry: Registry) -> None:
    registry.plain(
        "MoneyBag",
        shopMoney=lambda bag: Money(bag.shop, bag.currencies.shop),
        presentmentMoney=lambda bag: Money(bag.presentment, bag.currencies.presentment),
    )
    registry.plain(
        "MoneyV2",
        amount=lambda money: wire(money.minor, money.currency),
        currencyCode=lambda money: money.currency,
    )
    registry.plain(
        "TaxLine",
        title=lambda tax: tax.title,
        rate=lambda tax: tax.rate,
        ratePercentage=lambda tax: round(tax.rate * 100, 6),
        source=lambda _: "Shopify",
        channelLiable=lambda _: False,
        price=lambda tax: wire(tax.amount.shop, tax.amount.currencies.shop),
        priceSet=lambda tax: tax.amount,
    )
    registry.plain(
        "DiscountAllocation",
        allocatedAmount=lambda row: Money(row.amount.shop, row.amount.currencies.shop),
        allocatedAmountSet=lambda row: row.amount,
        discountApplication=lambda row: Application(row.discount),
    )
    for type_name in Application.TYPES.values():
        registry.plain(
            type_name,
            allocationMethod=lambda row: row.discount.method,
            index=lambda row: row.discount.place,
            targetSelection=lambda row: row.discount.selection,
            targetType=lambda row: row.discount.target,
            value=lambda row: row.value,
        )
    registry.plain("DiscountCodeApplication", code=lambda row: row.discount.label)
    registry.plain("AutomaticDiscountApplication", title=lambda row: row.discount.label)
    registry.plain(
        "ManualDiscountApplication",
        title=lambda row: row.discount.label,
        description=lambda row: row.discount.description,
    )
    registry.plain("PricingPercentageValue", percentage=lambda row: row.percentage)
    registry.plain("Attribute", key=lambda row: row.key, value=lambda row: row.value)
    registry.plain("Count", count=lambda row: row[0], precision=lambda row: row[1])
    registry.plain(
        "PageInfo",
        hasNextPage=lambda page: page.has_next,
        hasPreviousPage=lambda page: page.has_previous,
        startCursor=lambda page: page.start,
        endCursor=lambda page: page.end,
    )
