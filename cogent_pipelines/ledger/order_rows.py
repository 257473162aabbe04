"""An order as rows. No SQL here: what is a column, what is detail, and what is personal; and back is `order_reading`.

Personal data goes into `OrderRow.personal` and nowhere else, so that it lands in its own columns and never in a version's
document.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.money import MoneyBag
from cogent_pipelines.canonical.order import Discount, Order, OrderLine, ShippingLine, TaxLine
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
        # Only where it is so: a key more would make every other order look changed.
        **({} if line.takes_stock else {"takes_stock": False}),
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
