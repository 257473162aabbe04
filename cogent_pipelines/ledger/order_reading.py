"""Orders out of their rows, whole. What goes into which column is `order_rows`'.

Every order that is sent comes through here, so rows are taken by position and JSON as text: what is written twice, or is
empty, is not read.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import Attribute, ConnectionName, OrderRef
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, Discount, Order, OrderLine, PaymentState, ShippingLine, TaxLine
from cogent_pipelines.ledger.pool import Pool, Session

Row = tuple[Any, ...]
Bags = Callable[[int, int], MoneyBag]
"""An amount of an order, given in minor units as the shop books it and as the customer saw it."""

ORDER_COLUMNS = """
    storefront_order.order_ref, name, created_at, version, payment, taxes_included, currency, presentment_currency,
    total_minor, presentment_total_minor, subtotal_minor, shipping_minor, tax_minor, discount_minor, details::text,
    shipping_address::text, billing_address::text, email, phone, note, purchase_order_number, source, tags,
    attributes::text, cancelled_at, cancel_reason, on_hold, is_test
    """
"""What `order_of` wants of an order, in this order."""

_PAYMENTS = {state.value: state for state in PaymentState}
_NO_ATTRIBUTES = "[]"


def read_orders(pool: Pool, connection: ConnectionName, refs: Sequence[OrderRef]) -> list[Order]:
    """Read whole orders, in the order of the references."""
    if not refs:
        return []
    with pool.session() as session:
        rows = session.execute(
            f"select {ORDER_COLUMNS} from storefront_order where connection = %s and order_ref = any(%s)",  # noqa: S608
            [connection, list(refs)],
        ).fetchall()
        lines = read_lines(session, connection, refs)
    found = {row[0]: order_of(row, lines.get(row[0], ())) for row in rows}
    return [found[ref] for ref in refs if ref in found]


def read_lines(session: Session, connection: ConnectionName, refs: Sequence[OrderRef]) -> Mapping[str, Sequence[Row]]:
    """The lines' rows of each order that has any, as `order_of` wants them."""
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in session.execute(
        """
        select order_ref, line_ref, sku, title, ordered, current, to_ship, requires_shipping, unit_price_minor,
               line_total_minor, details::text, attributes::text, takes_stock
        from storefront_order_line where connection = %s and order_ref = any(%s) order by order_ref, position
        """,
        [connection, list(refs)],
        prepare=True,  # asked again for every batch
    ).fetchall():
        lines[row[0]].append(row)
    return lines


def order_of(row: Row, lines: Sequence[Row]) -> Order:
    """Put an order together from its row, `ORDER_COLUMNS`, and its lines' rows."""
    (
        ref,
        name,
        created_at,
        version,
        payment,
        taxes_included,
        currency,
        presentment_currency,
        total_minor,
        presentment_total_minor,
        subtotal_minor,
        shipping_minor,
        tax_minor,
        discount_minor,
        details_text,
        shipped_to,
        billed_to,
        email,
        phone,
        note,
        purchase_order_number,
        source,
        tags,
        attributes,
        cancelled_at,
        cancel_reason,
        on_hold,
        is_test,
    ) = row
    bags = _bags(currency, presentment_currency)
    details = orjson.loads(details_text)
    presentment, buyer, closes_at = details["presentment"], details["buyer"], details.get("closes_at")
    shipping_address = _address(shipped_to)
    return Order(
        ref,
        name,
        created_at,
        version,
        _PAYMENTS[payment],
        taxes_included,
        bags(total_minor, presentment_total_minor),
        bags(subtotal_minor, presentment["subtotal"]),
        bags(shipping_minor, presentment["shipping"]),
        bags(tax_minor, presentment["tax"]),
        bags(discount_minor, presentment["discount"]),
        tuple([_line(line, bags) for line in lines]),
        tuple([_shipping_line(each, bags) for each in details["shipping_lines"]]),
        _taxes(details["taxes"], bags),
        shipping_address,
        shipping_address if billed_to == shipped_to else _address(billed_to),
        email,
        phone,
        note,
        purchase_order_number,
        B2BBuyer(buyer["company_ref"], buyer["company"], buyer["location"]) if buyer else None,
        source,
        tuple(tags),
        () if attributes == _NO_ATTRIBUTES else _attributes(attributes),
        cancelled_at,
        cancel_reason,
        on_hold,
        is_test,
        datetime.fromisoformat(closes_at) if closes_at else None,
    )


def _line(row: Row, bags: Bags) -> OrderLine:
    _, ref, sku, title, ordered, current, to_ship, ships, unit_price_minor, line_total_minor, text, attributes, takes = row
    details = orjson.loads(text)
    unit_price, line_total = details["presentment"]
    return OrderLine(
        ref,
        sku,
        title,
        ordered,
        current,
        to_ship,
        ships,
        bags(unit_price_minor, unit_price),
        bags(line_total_minor, line_total),
        _discounts(details["discounts"], bags) if "discounts" in details else (),
        _taxes(details["taxes"], bags) if "taxes" in details else (),
        () if attributes == _NO_ATTRIBUTES else _attributes(attributes),
        takes,
    )


def _shipping_line(found: dict[str, Any], bags: Bags) -> ShippingLine:
    price = bags(found["shop"], found["presentment"])
    return ShippingLine(
        found["title"], found["code"], price, _discounts(found["discounts"], bags), _taxes(found["taxes"], bags)
    )


def _discounts(found: Sequence[dict[str, Any]], bags: Bags) -> tuple[Discount, ...]:
    return tuple([Discount(each["title"], bags(each["shop"], each["presentment"])) for each in found])


def _taxes(found: Sequence[dict[str, Any]], bags: Bags) -> tuple[TaxLine, ...]:
    return tuple([TaxLine(each["title"], each["rate"], bags(each["shop"], each["presentment"])) for each in found])


def _attributes(text: str) -> tuple[Attribute, ...]:
    return tuple([Attribute(key, value) for key, value in orjson.loads(text)])


def _address(text: str | None) -> Address | None:
    return None if text is None else Address(**orjson.loads(text))


@lru_cache(maxsize=64)
def _bags(shop: str, presentment: str) -> Bags:
    """How amounts become values where the shop books in one currency and the customer saw another, or the same."""

    @lru_cache(maxsize=16_384)
    def single(minor: int) -> MoneyBag:
        """Prices repeat: the same value, made once."""
        money = Money(minor, shop)
        return MoneyBag(money, money)

    def apart(booked: int, seen: int) -> MoneyBag:
        return MoneyBag(Money(booked, shop), Money(seen, presentment))

    def together(booked: int, seen: int) -> MoneyBag:
        return single(booked) if booked == seen else apart(booked, seen)

    return together if shop == presentment else apart
