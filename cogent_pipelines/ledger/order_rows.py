"""An order as rows and back. No SQL here: what is a column, what is detail, and what is personal.

Personal data goes into `OrderRow.personal` and nowhere else, so that it lands in its own columns and never in a version's
document.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import Attribute, OrderRef
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, Discount, Order, OrderLine, PaymentState, ShippingLine, TaxLine
from cogent_pipelines.canonical.standing import Standing

_ADDRESS_FIELDS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country_code", "phone")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order ready to be stored, as JSON in bytes, keyed like the columns.

    `head` is the order without its lines, `lines` an array of so many objects, `personal` what is nobody else's business;
    of that, `engraved` says that a line has a part in it.
    """

    ref: OrderRef
    name: str
    version: datetime
    standing: Standing
    head: bytes
    lines: bytes
    line_count: int
    personal: bytes
    engraved: bool
    digest: str

    @property
    def public(self) -> bytes:
        """The whole order without personal data."""
        return _whole(self.head, self.lines)

    @property
    def document(self) -> bytes:
        """What is kept of this version when a newer one comes."""
        return zlib.compress(self.public, 1)


def order_row(order: Order, standing: Standing) -> OrderRow:
    """Take an order apart."""
    head = _dumps(_head(order))
    lines = _dumps([_line(position, line) for position, line in enumerate(order.lines)])
    personal = _dumps(_personal(order))
    digest = blake2b(_whole(head, lines), digest_size=16)
    digest.update(personal)
    digest.update(f"{standing.state}/{standing.reason}".encode())
    return OrderRow(
        ref=order.ref,
        name=order.name,
        version=order.version,
        standing=standing,
        head=head,
        lines=lines,
        line_count=len(order.lines),
        personal=personal,
        engraved=any(line.attributes for line in order.lines),
        digest=digest.hexdigest(),
    )


def _whole(head: bytes, lines: bytes) -> bytes:
    return head[:-1] + b',"lines":' + lines + b"}"


def address_json(address: Address | None) -> dict[str, str] | None:
    """An address as it is stored."""
    return None if address is None else {field: getattr(address, field) for field in _ADDRESS_FIELDS}


def _dumps(found: Any) -> bytes:
    text = orjson.dumps(found)
    # PostgreSQL has no NUL in text; a pasted note with one must not keep a whole page of orders out.
    return orjson.dumps(_without_nul(orjson.loads(text))) if b"\\u0000" in text else text


def _without_nul(found: Any) -> Any:
    if isinstance(found, str):
        return found.replace("\0", "")
    if isinstance(found, list):
        return [_without_nul(each) for each in found]
    if isinstance(found, dict):
        return {key: _without_nul(each) for key, each in found.items()}
    return found


def _head(order: Order) -> dict[str, Any]:
    return {
        "order_ref": order.ref,
        "name": order.name,
        "version": order.version,
        "created_at": order.created_at,
        "payment": order.payment,
        "cancelled_at": order.cancelled_at,
        "cancel_reason": order.cancel_reason,
        "on_hold": order.on_hold,
        "is_test": order.is_test,
        "taxes_included": order.taxes_included,
        "currency": order.currency,
        "presentment_currency": order.total.presentment.currency,
        "total_minor": order.total.shop.minor,
        "subtotal_minor": order.subtotal.shop.minor,
        "shipping_minor": order.shipping_total.shop.minor,
        "tax_minor": order.tax_total.shop.minor,
        "discount_minor": order.discount_total.shop.minor,
        "presentment_total_minor": order.total.presentment.minor,
        "purchase_order_number": order.purchase_order_number,
        "source": order.source,
        "is_trade": order.buyer is not None,
        "tags": order.tags,
        "details": {
            "presentment": {
                "subtotal": order.subtotal.presentment.minor,
                "shipping": order.shipping_total.presentment.minor,
                "tax": order.tax_total.presentment.minor,
                "discount": order.discount_total.presentment.minor,
            },
            "shipping_lines": [_shipping_line(line) for line in order.shipping_lines],
            "taxes": [_tax(tax) for tax in order.taxes],
            "buyer": order.buyer,
            # Only where there is one: a key more would make every other order look changed.
            **({} if order.closes_at is None else {"closes_at": order.closes_at}),
        },
    }


def _personal(order: Order) -> dict[str, Any]:
    return {
        "personal_ref": order.ref,
        "attributes": [[each.key, each.value] for each in order.attributes],
        "email": order.email,
        "phone": order.phone,
        "note": order.note,
        "shipping_address": address_json(order.shipping_address),
        "billing_address": address_json(order.billing_address),
        "line_attributes": {
            line.ref: [[each.key, each.value] for each in line.attributes] for line in order.lines if line.attributes
        },
    }


def _line(position: int, line: OrderLine) -> dict[str, Any]:
    details: dict[str, Any] = {"presentment": [line.unit_price.presentment.minor, line.line_total.presentment.minor]}
    if line.discounts:
        details["discounts"] = [_discount(discount) for discount in line.discounts]
    if line.taxes:
        details["taxes"] = [_tax(tax) for tax in line.taxes]
    return {
        "line_ref": line.ref,
        "position": position,
        "sku": line.sku,
        "title": line.title,
        "ordered": line.ordered,
        "current": line.current,
        "to_ship": line.to_ship,
        "requires_shipping": line.requires_shipping,
        "unit_price_minor": line.unit_price.shop.minor,
        "line_total_minor": line.line_total.shop.minor,
        "details": details,
    }


def _shipping_line(line: ShippingLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "code": line.code,
        **_bag(line.price),
        "discounts": [_discount(discount) for discount in line.discounts],
        "taxes": [_tax(tax) for tax in line.taxes],
    }


def _discount(discount: Discount) -> dict[str, Any]:
    return {"title": discount.title, **_bag(discount.amount)}


def _tax(tax: TaxLine) -> dict[str, Any]:
    return {"title": tax.title, "rate": tax.rate, **_bag(tax.amount)}


def _bag(bag: MoneyBag) -> dict[str, int]:
    return {"shop": bag.shop.minor, "presentment": bag.presentment.minor}


# ---- and back


@lru_cache(maxsize=16_384)
def _single(minor: int, currency: str) -> MoneyBag:
    """Prices repeat: the same value, made once."""
    return MoneyBag.single(Money(minor, currency))


@dataclass(frozen=True, slots=True)
class _Currencies:
    shop: str
    presentment: str

    def bag(self, shop: int, presentment: int) -> MoneyBag:
        if shop == presentment and self.shop == self.presentment:
            return _single(shop, self.shop)
        return MoneyBag(Money(shop, self.shop), Money(presentment, self.presentment))

    def read(self, found: dict[str, Any]) -> MoneyBag:
        return self.bag(found["shop"], found["presentment"])

    def discounts(self, found: Sequence[dict[str, Any]]) -> tuple[Discount, ...]:
        return tuple([Discount(each["title"], self.read(each)) for each in found]) if found else ()

    def taxes(self, found: Sequence[dict[str, Any]]) -> tuple[TaxLine, ...]:
        return tuple([TaxLine(each["title"], each["rate"], self.read(each)) for each in found]) if found else ()


LINE_COLUMNS = """
    line_ref, sku, title, ordered, current, to_ship, requires_shipping, unit_price_minor, line_total_minor, details,
    nullif(attributes, '[]')
    """
"""What `order_of` wants of a line, in this order."""


def order_of(row: dict[str, Any], lines: Sequence[tuple[Any, ...]]) -> Order:
    """Put an order together from its row and its lines' rows, in position order."""
    money = _Currencies(row["currency"], row["presentment_currency"])
    details = row["details"]
    presentment = details["presentment"]
    buyer, closes_at = details["buyer"], details.get("closes_at")
    shipping_address = _address(row["shipping_address"])
    billed_there = row["billing_address"] == row["shipping_address"]
    return Order(
        ref=OrderRef(row["order_ref"]),
        name=row["name"],
        created_at=row["created_at"],
        version=row["version"],
        payment=PaymentState(row["payment"]),
        taxes_included=row["taxes_included"],
        total=money.bag(row["total_minor"], row["presentment_total_minor"]),
        subtotal=money.bag(row["subtotal_minor"], presentment["subtotal"]),
        shipping_total=money.bag(row["shipping_minor"], presentment["shipping"]),
        tax_total=money.bag(row["tax_minor"], presentment["tax"]),
        discount_total=money.bag(row["discount_minor"], presentment["discount"]),
        lines=tuple([_order_line(line, money) for line in lines]),
        shipping_lines=tuple(
            ShippingLine(
                each["title"],
                each["code"],
                money.read(each),
                money.discounts(each["discounts"]),
                money.taxes(each["taxes"]),
            )
            for each in details["shipping_lines"]
        ),
        taxes=money.taxes(details["taxes"]),
        shipping_address=shipping_address,
        billing_address=shipping_address if billed_there else _address(row["billing_address"]),
        email=row["email"],
        phone=row["phone"],
        note=row["note"],
        purchase_order_number=row["purchase_order_number"],
        buyer=B2BBuyer(buyer["company_ref"], buyer["company"], buyer["location"]) if buyer else None,
        source=row["source"],
        tags=tuple(row["tags"]),
        attributes=_attributes(row["attributes"]),
        cancelled_at=row["cancelled_at"],
        cancel_reason=row["cancel_reason"],
        on_hold=row["on_hold"],
        is_test=row["is_test"],
        closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
    )


def _order_line(row: tuple[Any, ...], money: _Currencies) -> OrderLine:
    ref, sku, title, ordered, current, to_ship, ships, unit_price_minor, line_total_minor, details, attributes = row
    unit_price, line_total = details["presentment"]
    return OrderLine(
        ref,
        sku,
        title,
        ordered,
        current,
        to_ship,
        ships,
        money.bag(unit_price_minor, unit_price),
        money.bag(line_total_minor, line_total),
        money.discounts(details["discounts"]) if "discounts" in details else (),
        money.taxes(details["taxes"]) if "taxes" in details else (),
        _attributes(attributes) if attributes else (),
    )


def _attributes(found: list[list[str]]) -> tuple[Attribute, ...]:
    return tuple([Attribute(key, value) for key, value in found]) if found else ()


def _address(found: dict[str, str] | None) -> Address | None:
    return None if found is None else Address(**found)
