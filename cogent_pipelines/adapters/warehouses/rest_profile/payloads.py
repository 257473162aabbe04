"""A sales order as what expressions are given, once it is certain that the vendor would not refuse its form.

Nothing that identifies or delivers is ever cut or folded: what does not fit refuses the order, and says which
field and which rule.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cogent_pipelines.adapters.warehouses.rest_profile import formats
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Maps, NotMapped
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.money import total
from cogent_pipelines.canonical.sales_order import SalesOrder

TABLES = frozenset({"service", "country", "channel"})
"""Whose words an order is put in."""


class DoesNotFit(ValueError):
    """The order cannot be said to this vendor; `reasons` name field and rule."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def context_of(order: SalesOrder, settings: RestProfileSettings, maps: Maps) -> dict[str, Any]:
    """An order in the words that `contract.ORDER` lists.

    Raises:
        DoesNotFit: something in it would be refused.
    """
    given = _given(order, settings)
    reasons = [*_faults(order, given, settings)]
    try:
        given["mapped"] = _mapped(order, maps)
    except NotMapped as error:
        reasons.append(str(error))
    if reasons:
        raise DoesNotFit(*reasons)
    return given


def _given(order: SalesOrder, settings: RestProfileSettings) -> dict[str, Any]:
    ways = settings.profile.written.formats
    goods = total((line.value for line in order.lines), order.total.currency)
    return {
        "external_ref": order.ref,
        "storefront_order_id": order.order_ref,
        "order_name": order.order_name,
        "created_at": formats.written(order.created_at, ways, settings.time_zone),
        "currency": order.total.currency,
        "total": order.total.amount,
        "goods": goods.amount,
        "shipping": order.shipping.amount,
        "discount": order.discount.amount,
        "tax": order.tax.amount,
        "email": order.email or None,
        "phone": order.phone or order.shipping_address.phone or None,
        "purchase_order_number": order.purchase_order_number or None,
        "channel": order.channel or None,
        "service": order.service or None,
        "is_trade": order.is_trade,
        "ship_to": _address(order.shipping_address),
        "bill_to": _address(order.invoice_address),
        "lines": [
            {
                "line_ref": line.line_ref,
                "number": number,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "value": line.value.amount,
            }
            for number, line in enumerate(order.lines, 1)
        ],
    }


def _address(address: Address) -> dict[str, str | None]:
    """Nothing is None, so that an expression can name what to send instead. A name is parted at its last space."""
    first, _, last = address.name.strip().rpartition(" ")
    values = {
        "name": address.name,
        "first_name": first or last,
        "last_name": last if first else "",
        "company": address.company,
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country_code": address.country_code,
        "phone": address.phone,
    }
    return {name: value or None for name, value in values.items()}


def _mapped(order: SalesOrder, maps: Maps) -> dict[str, str | None]:
    """The words that tables stand for; an order without a service takes the table's default, where it has one."""
    given = {"service": order.service, "country": order.shipping_address.country_code, "channel": order.channel}
    made: dict[str, str | None] = {}
    for table, word in given.items():
        if word:
            made[table] = maps.look_up(table, word)
        else:
            made[table] = maps.values.get(table, {}).get("", maps.defaults.get(table))
    return made


def _faults(order: SalesOrder, given: Mapping[str, Any], settings: RestProfileSettings) -> Iterator[str]:
    checks, pattern = settings.profile.written.checks, settings.profile.sku_pattern
    longest = settings.profile.written.capabilities.longest_ref
    if len(order.ref) > longest:
        yield f"the reference {order.ref} has more than {longest} characters"
    if not order.lines:
        yield "there is nothing to pick"
    for line in order.lines:
        if line.quantity <= 0:
            yield f"{line.sku}: {line.quantity} units cannot be picked"
        if checks.sku is not None and pattern is not None and not pattern.fullmatch(line.sku):
            yield f"SKU {line.sku!r}: {checks.sku.says}"
    for name in checks.required:
        if not formats.text(_at(given, name)).strip():
            yield f"{name.replace('ship_to.', 'address: ')} is missing"
    for name, most in checks.longest.items():
        if len(formats.text(_at(given, name))) > most:
            yield f"{name.replace('ship_to.', 'address: ')} has more than {most} characters"


def _at(given: Mapping[str, Any], name: str) -> Any:
    value: Any = given
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
