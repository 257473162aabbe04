"""Orders and what hangs on them, kept compact: slotted objects, shared amounts, nothing computed that can be read off.

Only state and small sums over it; what changes the state is in `ordering`, `fulfilling`, `inventory` and their like.
"""

from typing import ClassVar, NamedTuple

from cogent_pipelines.simulators.shopify.aftersale import CancelJob, Refund, Transaction
from cogent_pipelines.simulators.shopify.catalogue import Location, Variant
from cogent_pipelines.simulators.shopify.money import Bag, Currencies, total, zero
from cogent_pipelines.simulators.shopify.parcels import Fulfilment, FulfilmentOrder
from cogent_pipelines.simulators.shopify.people import Address, Attribute, Customer, PurchasingCompany


class Tax(NamedTuple):
    title: str
    rate: float
    amount: Bag


class Discount(NamedTuple):
    """One discount application of an order."""

    place: int
    kind: str
    """code, automatic or manual"""
    label: str
    description: str | None
    value_minor: int | None
    percentage: float | None
    currency: str
    target: str
    """LINE_ITEM or SHIPPING_LINE"""
    selection: str
    """ALL, ENTITLED or EXPLICIT"""
    method: str
    """ACROSS, EACH or ONE"""


class Allocation(NamedTuple):
    discount: Discount
    amount: Bag


class Group(NamedTuple):
    """The bundle that several lines came from."""

    id: int
    title: str
    quantity: int
    variant_id: int | None
    variant_sku: str | None
    product_id: int | None
    attributes: tuple[Attribute, ...]


class Line:
    """One line of an order. `quantity` never falls; what was taken away is counted beside it."""

    __slots__ = (
        "allocations",
        "attributes",
        "cancelled",
        "flags",
        "fulfilled",
        "group",
        "id",
        "location",
        "order",
        "price",
        "quantity",
        "refunded",
        "removed",
        "sku",
        "taxes",
        "title",
        "variant",
    )
    gql: ClassVar[str] = "LineItem"
    SHIPS, TAXABLE, GIFT_CARD, ADDED = 1, 2, 4, 8

    def __init__(
        self,
        number: int,
        order: "Order",
        *,
        variant: Variant | None,
        sku: str | None,
        title: str,
        quantity: int,
        price: Bag,
        flags: int,
        location: Location | None,
    ) -> None:
        self.id = number
        self.order = order
        self.variant = variant
        self.sku = sku
        self.title = title
        self.quantity = quantity
        self.price = price
        self.flags = flags
        self.location = location
        self.allocations: tuple[Allocation, ...] = ()
        self.taxes: tuple[Tax, ...] = ()
        self.attributes: tuple[Attribute, ...] = ()
        self.group: Group | None = None
        self.removed = 0
        self.refunded = 0
        self.cancelled = 0
        """Of the refunded units, those that had not been fulfilled."""
        self.fulfilled = 0

    @property
    def ships(self) -> bool:
        return bool(self.flags & Line.SHIPS)

    @property
    def taxable(self) -> bool:
        return bool(self.flags & Line.TAXABLE)

    @property
    def gift_card(self) -> bool:
        return bool(self.flags & Line.GIFT_CARD)

    @property
    def current_quantity(self) -> int:
        return self.quantity - self.removed - self.refunded

    @property
    def unfulfilled_quantity(self) -> int:
        return max(0, self.quantity - self.removed - self.cancelled - self.fulfilled)

    @property
    def original_total(self) -> Bag:
        return self.price.times(self.quantity)

    @property
    def discounted(self) -> Bag:
        return total((a.amount for a in self.allocations), self.price.currencies)

    @property
    def line_discounts(self) -> Bag:
        """Discounts of this line alone that no code brought: what the vendor calls line-level."""
        own = (a.amount for a in self.allocations if a.discount.selection != "ALL" and a.discount.kind != "code")
        return total(own, self.price.currencies)

    @property
    def net(self) -> Bag:
        """After all discounts, taken-away units included."""
        return self.original_total.minus(self.discounted) if self.allocations else self.original_total

    @property
    def tax(self) -> Bag:
        return total((t.amount for t in self.taxes), self.price.currencies)

    def current(self, amount: Bag) -> Bag:
        """Give the part of a line's amount that its current units bear."""
        return amount.share(self.current_quantity, self.quantity)


class ShippingLine:
    __slots__ = ("allocations", "carrier", "code", "id", "price", "refunded", "removed", "source", "taxes", "title")
    gql: ClassVar[str] = "ShippingLine"

    def __init__(self, number: int, *, title: str, code: str | None, price: Bag, source: str, carrier: str | None) -> None:
        self.id = number
        self.title = title
        self.code = code
        self.price = price
        self.source = source
        self.carrier = carrier
        self.allocations: tuple[Allocation, ...] = ()
        self.taxes: tuple[Tax, ...] = ()
        self.removed = False
        self.refunded = zero(price.currencies)

    @property
    def net(self) -> Bag:
        if not self.allocations:
            return self.price
        return self.price.minus(total((a.amount for a in self.allocations), self.price.currencies))

    @property
    def tax(self) -> Bag:
        return total((t.amount for t in self.taxes), self.price.currencies)


class Order:
    __slots__ = (
        "attributes",
        "billing",
        "cancel_job",
        "cancel_note",
        "cancel_reason",
        "cancelled_at",
        "closed_at",
        "confirmation",
        "created_at",
        "currencies",
        "customer",
        "discounts",
        "edited",
        "email",
        "fulfilment_orders",
        "fulfilments",
        "id",
        "indexed_at",
        "lines",
        "name",
        "note",
        "number",
        "original_total",
        "phone",
        "po_number",
        "processed_at",
        "purchaser",
        "refunds",
        "routed_at",
        "shipping",
        "shipping_lines",
        "source_identifier",
        "source_name",
        "tags",
        "taxes_included",
        "test",
        "transactions",
        "updated_at",
    )
    gql: ClassVar[str] = "Order"

    def __init__(self, number: int, *, sequence: int, name: str, currencies: Currencies, created_at: int) -> None:
        self.id = number
        self.number = sequence
        self.name = name
        self.currencies = currencies
        self.created_at = self.processed_at = self.updated_at = created_at
        self.indexed_at = created_at
        """The updatedAt that a lagging search index still shows."""
        self.routed_at: int | None = None
        self.lines: list[Line] = []
        self.shipping_lines: list[ShippingLine] = []
        self.discounts: tuple[Discount, ...] = ()
        self.transactions: list[Transaction] = []
        self.refunds: list[Refund] = []
        self.fulfilment_orders: list[FulfilmentOrder] = []
        self.fulfilments: list[Fulfilment] = []
        self.taxes_included = False
        self.customer: Customer | None = None
        self.purchaser: PurchasingCompany | None = None
        self.shipping: Address | None = None
        self.billing: Address | None = None
        self.email: str | None = None
        self.phone: str | None = None
        self.note: str | None = None
        self.tags: list[str] = []
        self.attributes: tuple[Attribute, ...] = ()
        self.po_number: str | None = None
        self.source_name = "web"
        self.source_identifier: str | None = None
        self.confirmation = ""
        self.test = False
        self.edited = False
        self.closed_at: int | None = None
        self.cancelled_at: int | None = None
        self.cancel_reason: str | None = None
        self.cancel_note: str | None = None
        self.cancel_job: CancelJob | None = None
        self.original_total = zero(currencies)
        """What the order cost when it was placed."""

    # ---- money

    def sum_of(self, bags: "list[Bag]") -> Bag:
        return total(bags, self.currencies)

    @property
    def subtotal(self) -> Bag:
        return self.sum_of([line.net for line in self.lines])

    @property
    def shipping_original(self) -> Bag:
        return self.sum_of([s.price for s in self.shipping_lines if not s.removed])

    @property
    def shipping_net(self) -> Bag:
        return self.sum_of([s.net for s in self.shipping_lines if not s.removed])

    @property
    def shipping_refunded(self) -> Bag:
        return self.sum_of([s.refunded for s in self.shipping_lines])

    @property
    def tax(self) -> Bag:
        taxes = [line.tax for line in self.lines]
        return self.sum_of(taxes + [s.tax for s in self.shipping_lines if not s.removed])

    @property
    def discounted(self) -> Bag:
        bags = [a.amount for line in self.lines for a in line.allocations]
        return self.sum_of(bags + [a.amount for s in self.shipping_lines for a in s.allocations])

    @property
    def total(self) -> Bag:
        goods = self.subtotal.plus(self.shipping_net)
        return goods if self.taxes_included else goods.plus(self.tax)

    @property
    def current_subtotal(self) -> Bag:
        return self.sum_of([line.current(line.net) for line in self.lines])

    @property
    def current_shipping(self) -> Bag:
        return self.shipping_net.minus(self.shipping_refunded)

    @property
    def current_tax(self) -> Bag:
        goods = [line.current(line.tax) for line in self.lines]
        return self.sum_of(goods + [_left_of(s.tax, s) for s in self.shipping_lines if not s.removed])

    @property
    def current_discounted(self) -> Bag:
        goods = [line.current(line.discounted) for line in self.lines if line.allocations]
        return self.sum_of(goods + [a.amount for s in self.shipping_lines for a in s.allocations])

    @property
    def current_total(self) -> Bag:
        goods = self.current_subtotal.plus(self.current_shipping)
        return goods if self.taxes_included else goods.plus(self.current_tax)

    @property
    def received(self) -> Bag:
        return self.sum_of([t.amount for t in self.transactions if t.kind in {"SALE", "CAPTURE"} and t.status == "SUCCESS"])

    @property
    def refunded(self) -> Bag:
        return self.sum_of([t.amount for t in self.transactions if t.kind == "REFUND" and t.status == "SUCCESS"])

    # ---- states

    @property
    def financial_status(self) -> str | None:
        if not self.transactions:
            return None
        return self._paid_status()

    def _paid_status(self) -> str:
        received, refunded = self.received.shop, self.refunded.shop
        if received:
            if refunded >= received:
                return "REFUNDED"
            if refunded:
                return "PARTIALLY_REFUNDED"
            return "PAID" if received >= self.current_total.shop else "PARTIALLY_PAID"
        kinds = {t.kind for t in self.transactions if t.status == "SUCCESS"}
        # An order that costs nothing has nothing left to pay.
        free = "SALE" in kinds and not self.current_total.shop
        states = (("VOID" in kinds, "VOIDED"), (free, "PAID"), ("AUTHORIZATION" in kinds, "AUTHORIZED"))
        return next((state for is_so, state in states if is_so), "PENDING")

    @property
    def fulfilment_status(self) -> str:
        fulfilled = any(line.fulfilled for line in self.lines)
        if fulfilled:
            left = any(line.unfulfilled_quantity for line in self.lines)
            return "PARTIALLY_FULFILLED" if left else "FULFILLED"
        states = {part.status for part in self.fulfilment_orders if not part.done}
        for state in ("ON_HOLD", "IN_PROGRESS", "SCHEDULED"):
            if state in states:
                return state
        return "UNFULFILLED"

    @property
    def closed(self) -> bool:
        return self.closed_at is not None


def _left_of(tax: Bag, line: ShippingLine) -> Bag:
    paid = line.net
    return tax if not line.refunded.shop else tax.share(max(0, paid.shop - line.refunded.shop), paid.shop)
