"""A sales order as the JSON of OWAPI: fields, limits, money. How it is sent is in `injection`.

Nothing that identifies or delivers is ever cut: what does not fit refuses the order and says which field and which limit.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cogent_pipelines.adapters.warehouses.orderwise import version
from cogent_pipelines.adapters.warehouses.orderwise.finding import SEPARATOR
from cogent_pipelines.adapters.warehouses.orderwise.settings import Lengths, OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.times import to_server
from cogent_pipelines.adapters.warehouses.orderwise.translate import folded
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.money import Money, total
from cogent_pipelines.canonical.sales_order import SalesOrder

_ADDRESS_LINES = 3


class DoesNotFit(ValueError):
    """The order cannot be said in the vendor's fields; `reasons` name field and limit, and no person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line as it is sent: `unit_gross` times `quantity` is exactly what the customer pays for it.

    `place` is the line of the order that it says, or says a part of, counted from 1.
    """

    item_number: int
    place: int
    sku: str
    quantity: int
    unit_gross: Money


@dataclass(frozen=True, slots=True)
class Draft:
    """One sales order, ready to be sent."""

    ref: str
    body: Mapping[str, Any]
    lines: tuple[OrderLine, ...]

    @property
    def units(self) -> dict[str, int]:
        """What must be found when it is read back, by `folded` code."""
        units: dict[str, int] = {}
        for line in self.lines:
            units[folded(line.sku)] = units.get(folded(line.sku), 0) + line.quantity
        return units

    @property
    def places(self) -> dict[str, list[int]]:
        """Which lines of the order are of a code."""
        places: dict[str, dict[int, None]] = {}
        for line in self.lines:
            places.setdefault(folded(line.sku), {}).setdefault(line.place)
        return {code: list(found) for code, found in places.items()}


def draft(order: SalesOrder, settings: OrderWiseSettings) -> Draft:
    """Say an order in the vendor's fields.

    Raises:
        DoesNotFit: something in it does not go into its field.
    """
    faults = [*_faults(order, settings)]
    method = settings.order.delivery_methods.get(order.service)
    if method is None:
        what = f"service {order.service!r}" if order.service else "orders without a service"
        faults.append(f"no delivery method is configured for {what}")
    address = _address(order, settings, faults)
    if faults:
        raise DoesNotFit(*faults)
    goods, shipping = _gross(order)
    lines = _lines(order, goods)
    header = _header(order, settings, shipping, total(goods, order.total.currency) + shipping)
    body = {
        "customer": _customer(settings),
        "orderHeader": {**header, "deliveryMethodId": method},
        "customerDeliveryAddress": {**address, "deliveryMethodId": method},
        "orderLines": [_line(line, order, settings) for line in lines],
    }
    return Draft(order.ref, body, lines)


# ---- what makes an order impossible to send


def _faults(order: SalesOrder, settings: OrderWiseSettings) -> list[str]:
    lengths = settings.lengths
    faults = [
        _too_long("eCommerceOrderNumber", order.ref, lengths.reference, shown=True),
        *(_too_long("variantCode", line.sku, lengths.variant_code, shown=True) for line in order.lines),
        *(f"quantity of {line.sku} is {line.quantity}" for line in order.lines if line.quantity < 1),
        *(f"value of {line.sku} is {line.value}" for line in order.lines if line.value.minor < 0),
    ]
    if not order.ref.strip() or order.ref != order.ref.strip() or SEPARATOR in order.ref or not order.ref.isprintable():
        faults.append(f"eCommerceOrderNumber cannot be found again: {order.ref!r}")
    faults += [f"variantCode is no code: {line.sku!r}" for line in order.lines if not _is_code(line.sku)]
    if not order.lines:
        faults.append("the order has no lines")
    currencies = {order.total.currency, order.shipping.currency, order.tax.currency}
    currencies |= {line.value.currency for line in order.lines}
    if currencies != {settings.order.currency}:
        said = ", ".join(sorted(currencies))
        faults.append(f"the order is in {said}; OrderWise is sent orders in {settings.order.currency}")
    elif words := _does_not_add_up(order):
        faults.append(words)
    return [fault for fault in faults if fault]


def _is_code(sku: str) -> bool:
    return bool(sku.strip()) and sku.isprintable()


def _does_not_add_up(order: SalesOrder) -> str:
    net = _sum_of_lines(order) + order.shipping
    if order.total in (net, net + order.tax):
        return ""
    return f"lines and delivery come to {net}, with tax to {net + order.tax}; the order says {order.total}"


def _too_long(name: str, value: str, limit: int, *, shown: bool = False) -> str:
    if len(value) <= limit:
        return ""
    return f"{name} takes {limit} characters and would get {len(value)}" + (f": {value}" if shown else "")


# ---- money


def _sum_of_lines(order: SalesOrder) -> Money:
    return total((line.value for line in order.lines), order.total.currency)


def _gross(order: SalesOrder) -> tuple[list[Money], Money]:
    """Each line's value and the delivery's with tax. Where prices are net the order's tax is shared out, to the penny."""
    values, shipping = [line.value for line in order.lines], order.shipping
    if order.total == _sum_of_lines(order) + shipping or not order.tax.minor:
        return values, shipping
    weights = [*(value.minor for value in values), shipping.minor]
    if sum(weights) <= 0:
        weights = [*(line.quantity for line in order.lines), 0]
    *taxes, on_shipping = order.tax.split(weights)
    return [value + tax for value, tax in zip(values, taxes, strict=True)], shipping + on_shipping


def _lines(order: SalesOrder, goods: Sequence[Money]) -> tuple[OrderLine, ...]:
    """Lines whose units have one price each. A value that its units do not share evenly makes two lines of one.

    So header and lines agree to the penny, as OrderWise demands, however it rounds (public client's history, read 2026-11).
    """
    found: list[OrderLine] = []
    for place, (line, value) in enumerate(zip(order.lines, goods, strict=True), 1):
        low, dearer = divmod(value.minor, line.quantity)
        for quantity, minor in ((line.quantity - dearer, low), (dearer, low + 1)):
            if quantity:
                found.append(OrderLine(len(found) + 1, place, line.sku, quantity, Money(minor, value.currency)))
    return tuple(found)


def _figure(amount: Money) -> float:
    """A JSON number; two decimals of any sum below a hundred thousand million are exact to the penny."""
    return float(amount.amount)


# ---- the blocks


def _customer(settings: OrderWiseSettings) -> dict[str, Any]:
    fields = settings.order
    return {"accountNumber": fields.account_number} if fields.customer_id is None else {"id": fields.customer_id}


def _header(order: SalesOrder, settings: OrderWiseSettings, shipping: Money, whole: Money) -> dict[str, Any]:
    fields = settings.order
    header: dict[str, Any] = {
        "systemOrderType": version.ORDER,
        "eCommerceOrderNumber": order.ref,
        "orderDate": to_server(order.created_at, settings).isoformat(),
        "orderGross": _figure(whole),
        "deliveryGross": _figure(shipping),
        "specialInstructions": _instructions(order, settings.lengths),
    }
    if fields.customer_ref_field:
        header[fields.customer_ref_field] = order.ref
    if fields.required_days is not None:
        wanted = order.created_at + timedelta(days=fields.required_days)
        header["requiredDate"] = to_server(wanted, settings).isoformat()
    return header


def _instructions(order: SalesOrder, lengths: Lengths) -> str:
    """What the packer may be glad to know; it delivers nothing, so it may be shortened."""
    words = [order.order_name, f"PO {order.purchase_order_number}" if order.purchase_order_number else ""]
    return " / ".join(_one_line(word) for word in words if word.strip())[: lengths.instructions]


def _line(line: OrderLine, order: SalesOrder, settings: OrderWiseSettings) -> dict[str, Any]:
    row: dict[str, Any] = {
        "variantCode": line.sku,
        "itemNumber": line.item_number,
        "quantity": line.quantity,
        "itemGross": _figure(line.unit_gross),
    }
    tax_rate = _tax_rate(order, settings)
    if tax_rate is not None:
        row["taxRateId"] = tax_rate
    if settings.order.stock_location_id is not None:
        row["stockLocationId"] = settings.order.stock_location_id
    return row


def _tax_rate(order: SalesOrder, settings: OrderWiseSettings) -> int | None:
    fields = settings.order
    if not order.tax.minor and fields.untaxed_rate_id is not None:
        return fields.untaxed_rate_id
    return fields.tax_rates.get(order.shipping_address.country_code, fields.tax_rate_id)


def _address(order: SalesOrder, settings: OrderWiseSettings, faults: list[str]) -> dict[str, Any]:
    address, lengths = order.shipping_address, settings.lengths
    country = settings.order.country_names.get(address.country_code, address.country_code)
    block = {
        "deliveryName": _one_line(address.company or address.name),
        "contactName": _one_line(address.name),
        **_address_lines(address, lengths, faults),
        "town": _one_line(address.city),
        "county": _one_line(address.region),
        "country": country,
        "countryCode": address.country_code,
        "postcode": _one_line(address.postcode),
        "telephone": _one_line(order.phone or address.phone),
        "email": _one_line(order.email),
    }
    limits = {
        "deliveryName": lengths.name,
        "contactName": lengths.name,
        "town": lengths.town,
        "county": lengths.county,
        "postcode": lengths.postcode,
        "telephone": lengths.telephone,
        "email": lengths.email,
    }
    faults += [fault for name, limit in limits.items() if (fault := _too_long(name, block[name], limit))]
    return block


def _address_lines(address: Address, lengths: Lengths, faults: list[str]) -> dict[str, str]:
    """The lines as given where they fit; else wrapped at words into the three that there are."""
    given = [line for line in (_one_line(address.line1), _one_line(address.line2)) if line]
    if any(len(line) > lengths.address_line for line in given):
        given = textwrap.wrap(", ".join(given), lengths.address_line, break_long_words=False, break_on_hyphens=False)
    if len(given) > _ADDRESS_LINES or any(len(line) > lengths.address_line for line in given):
        faults.append(
            f"address1 to address3 take {lengths.address_line} characters each and would get "
            f"{len(address.line1) + len(address.line2)} in all"
        )
    first, second, third, *_ = [*given, "", "", ""]
    return {"address1": first, "address2": second, "address3": third}


def _one_line(text: str) -> str:
    return " ".join(text.split())
