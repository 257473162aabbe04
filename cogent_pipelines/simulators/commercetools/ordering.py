"""Placing an order: from what a customer wants to the vendor's order document.

Prices hold their tax. An order is placed whole or not at all; what it takes of the stock is asked of `stock` first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.simulators.commercetools import money
from cogent_pipelines.simulators.commercetools.catalogue import Catalogue, OnSale
from cogent_pipelines.simulators.commercetools.custom_fields import custom_of
from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.stock import Line, Stock
from cogent_pipelines.simulators.common.trade import Buyer, NotPossible, WantedLine, Wish
from cogent_pipelines.simulators.common.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What this vendor's orders may have besides what every storefront's have. Stores, units and channels by their keys."""

    order_number: str | None = None
    purchase_order_number: str | None = None
    store: str | None = None
    business_unit: str | None = None
    supply_channel: str | None = None
    inventory_mode: str | None = None
    shipping_address: Mapping[str, str] | None = None
    custom: Mapping[str, Any] | None = None
    line_fields: Mapping[str, Any] = field(default_factory=dict)
    """Laid over every line item, for what a test wants otherwise."""
    order_fields: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the order itself."""


NO_EXTRAS = Extras()
_FIRST_NUMBER = 10_001
_EMPTY_AT_FIRST = words(
    "customLineItems shipping itemShippingAddresses discountCodes directDiscounts refusedGifts syncInfo returnInfo"
)
_ALWAYS = {
    "taxMode": "Platform",
    "taxRoundingMode": "HalfEven",
    "taxCalculationMode": "LineItemLevel",
    "shippingMode": "Single",
    "origin": "Customer",
}


class Ordering:
    """Places orders in one project."""

    def __init__(self, project: Project, *, catalogue: Catalogue, stock: Stock, messages: Messages) -> None:
        self._project = project
        self._catalogue = catalogue
        self._stock = stock
        self._messages = messages
        self._number = _FIRST_NUMBER
        self._shipping_method = {"typeId": "shipping-method", "id": project.new_id()}
        self._discount = {"typeId": "cart-discount", "id": project.new_id()}
        self.supply_channel: str | None = None
        """The key of the channel that lines without one of their own are supplied from."""

    def place(self, wish: Wish, extras: Extras = NO_EXTRAS) -> Document:
        """Place one order.

        Raises:
            NotPossible: an article is not on sale.
            Refused: 400 OutOfStock.
        """
        articles = [self._on_sale(line) for line in wish.lines]
        document = self._document(wish, articles, extras)
        mode = document["inventoryMode"]
        checked = self._project.switches.checkout_checks_stock
        lines = [stock_line(item, mode) for item in document["lineItems"]]
        self._project.orders.check_unique(document)
        self._stock.reserve(document["id"], lines, checked=checked)
        return keep_order(self._project, self._messages, document, kind="OrderCreated")

    def next_number(self) -> str:
        while self._project.orders.find(str(self._number), "orderNumber") is not None:
            self._number += 1
        return str(self._number)

    def _on_sale(self, line: WantedLine) -> OnSale:
        found = self._catalogue.find(line.sku)
        if found is None or not found.active:
            raise NotPossible(f"{line.sku} is not on sale")
        return found

    def _document(self, wish: Wish, articles: list[OnSale], extras: Extras) -> Document:
        project = self._project
        prices = [article.variant["prices"][0]["value"] for article in articles]
        currency = prices[0]["currencyCode"] if prices else project.currency
        rate = self._rate()
        full = [price["centAmount"] * line.quantity for price, line in zip(prices, wish.lines, strict=True)]
        off = min(wish.discount_minor, sum(full))
        on_lines = project.switches.discounts_on == "lines"
        shares = money.spread(off, full) if on_lines else [0] * len(full)
        items = [
            self._item(line, article, share, rate=rate, extras=extras)
            for line, article, share in zip(wish.lines, articles, shares, strict=True)
        ]
        shipping = self._shipping(wish.shipping_minor, currency, rate)
        goods = sum(item["totalPrice"]["centAmount"] for item in items)
        total = goods + wish.shipping_minor - (0 if on_lines else off)
        document = without_nothing(
            **self._who_and_where(wish, extras),
            lineItems=items,
            totalPrice=money.cents(total, currency),
            taxedPrice=money.taxed(total, currency, rate),
            taxedShippingPrice=shipping["taxedPrice"],
            discountOnTotalPrice=None if on_lines or not off else self._total_discount(off, currency),
            inventoryMode=extras.inventory_mode or project.switches.order_inventory_mode,
            shippingInfo=shipping,
            orderState="Open",
            paymentState="Paid" if wish.paid else "Pending",
            custom=custom_of(project, dict(extras.custom) if extras.custom else None, "order"),
            **{name: [] for name in _EMPTY_AT_FIRST},
            **_ALWAYS,
        )
        return {**document, **extras.order_fields}

    def _who_and_where(self, wish: Wish, extras: Extras) -> Document:
        project, address = self._project, self._address(wish.buyer, extras)
        return without_nothing(
            **project.fresh(),
            type="Order",
            orderNumber=extras.order_number or self.next_number(),
            purchaseOrderNumber=extras.purchase_order_number,
            customerEmail=wish.buyer.email or None,
            businessUnit=self._business_unit(wish, extras),
            store=project.key_reference(project.stores, {"key": extras.store}) if extras.store else None,
            billingAddress=address,
            shippingAddress=address,
            country=project.country,
            locale=project.language,
        )

    def _rate(self) -> Document:
        return {
            "name": "VAT",
            "amount": self._project.switches.tax_rate,
            "includedInPrice": True,
            "country": self._project.country,
            "id": "vat-standard",
            "subRates": [],
        }

    def _item(self, line: WantedLine, article: OnSale, off: int, *, rate: Document, extras: Extras) -> Document:
        project = self._project
        price = article.variant["prices"][0]
        each, currency = price["value"]["centAmount"], price["value"]["currencyCode"]
        total = each * line.quantity - off
        channel = extras.supply_channel or self.supply_channel
        data = article.product["masterData"]["current"]
        item = without_nothing(
            id=project.new_id(),
            productId=article.product["id"],
            productKey=article.product["key"],
            name=data["name"],
            productSlug=data["slug"],
            productType=article.product["productType"],
            variant=article.variant,
            price=price,
            quantity=line.quantity,
            totalPrice=money.cents(total, currency),
            discountedPricePerQuantity=self._discounted(each, line.quantity, off, currency),
            taxedPrice=money.taxed(total, currency, rate),
            taxedPricePortions=[],
            state=[{"quantity": line.quantity, "state": {"typeId": "state", "id": project.first_state["id"]}}],
            taxRate=rate,
            perMethodTaxRate=[],
            supplyChannel=project.reference(project.channels, {"key": channel}) if channel else None,
            priceMode="Platform",
            lineItemMode="Standard",
            addedAt=project.stamp(),
            lastModifiedAt=project.stamp(),
        )
        return {**item, **extras.line_fields}

    def _discounted(self, each: int, quantity: int, off: int, currency: str) -> list[Document]:
        """Say the price of the units; two prices where the discount does not divide."""
        if not off:
            return []
        low, dearer = divmod(each * quantity - off, quantity)
        prices = [(low, quantity - dearer), (low + 1, dearer)]
        return [
            {
                "quantity": units,
                "discountedPrice": {
                    "value": money.cents(price, currency),
                    "includedDiscounts": [
                        {"discount": self._discount, "discountedAmount": money.cents(each - price, currency)}
                    ],
                },
            }
            for price, units in prices
            if units
        ]

    def _total_discount(self, off: int, currency: str) -> Document:
        portion = {"discount": self._discount, "discountedAmount": money.cents(off, currency)}
        return {"discountedAmount": money.cents(off, currency), "includedDiscounts": [portion]}

    def _shipping(self, price: int, currency: str, rate: Document) -> Document:
        return {
            "shippingMethodName": "Standard delivery",
            "price": money.cents(price, currency),
            "shippingRate": {"price": money.cents(price, currency), "tiers": []},
            "taxedPrice": money.taxed(price, currency, rate),
            "taxRate": rate,
            "taxCategory": self._catalogue.tax_category,
            "shippingMethod": self._shipping_method,
            "deliveries": [],
            "shippingMethodState": "MatchesCart",
        }

    def _address(self, buyer: Buyer, extras: Extras) -> Document:
        if extras.shipping_address is not None:
            return dict(extras.shipping_address)
        first, _, last = buyer.name.partition(" ")
        told = {
            "firstName": first,
            "lastName": last,
            "company": buyer.company,
            "streetName": buyer.line1,
            "additionalStreetInfo": buyer.line2,
            "postalCode": buyer.postcode,
            "city": buyer.city,
            "country": buyer.country_code,
            "phone": buyer.phone,
            "email": buyer.email,
        }
        return {name: value for name, value in told.items() if value}

    def _business_unit(self, wish: Wish, extras: Extras) -> Document | None:
        project = self._project
        key = extras.business_unit
        if key is None and wish.trade:
            unit = next(iter(project.business_units), None)
            key = unit["key"] if unit else project.add_business_unit("trade-customer", name="Trade customer")["key"]
        return project.key_reference(project.business_units, {"key": key}) if key else None


def keep_order(project: Project, messages: Messages, document: Document, *, kind: str) -> Document:
    """Keep a new order and say so."""
    document["lastMessageSequenceNumber"] = 1
    project.keep_new(project.orders, document)
    messages.say(project.orders, document, kind, order=document)
    return document


def stock_line(item: Document, mode: str) -> Line:
    """Say what a line item wants of the stock."""
    channel = item.get("supplyChannel")
    return Line(
        line_id=item["id"],
        sku=item["variant"].get("sku", ""),
        channel_id=channel["id"] if channel else None,
        units=item["quantity"],
        mode=item.get("inventoryMode") or mode,
    )
