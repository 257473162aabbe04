"""A sales order as rows of the vendor's templates: formats, limits, wrapping. How rows are sent is in `injection`.

Nothing that identifies or delivers is ever cut: what does not fit refuses the order and says which field and which limit.
Only a contact's name is shortened, which delivers all the same, and that is logged.
"""

import hashlib
import logging
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import is_plain, one_line, one_lines
from cogent_pipelines.adapters.warehouses.peoplevox.dates import printed
from cogent_pipelines.adapters.warehouses.peoplevox.settings import CustomerHandling, LineIdentity, PeoplevoxSettings
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.money import Money, minor_unit_exponent
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine

_log = logging.getLogger(__name__)

SHORT_MARK = "~"
"""Begins a line code that stands for a longer line reference."""


class DoesNotFit(ValueError):
    """The order cannot be said in the vendor's fields; `reasons` name field and limit."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


Row = Mapping[str, str]
"""Our field names to values; fields whose value is empty may be left out."""


class LineRow(NamedTuple):
    """One line as it is sent, and as it must be found when read back. A tuple: thousands are made, and used once."""

    item: str
    line: str
    quantity: int
    price: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One sales order, ready to be sent."""

    ref: str
    header: Row
    lines: tuple[LineRow, ...]
    customer: Row | None

    @property
    def repeats_an_item(self) -> bool:
        """Whether the tenant's idea of a line's identity matters for this order."""
        return len({line.item.casefold() for line in self.lines}) < len(self.lines)


def draft(order: SalesOrder, settings: PeoplevoxSettings) -> Draft:
    """Say an order in the vendor's fields.

    Raises:
        DoesNotFit: something in it does not go into its field.
    """
    codes = [line_code(line.line_ref, settings.line_ref_prefix) for line in order.lines]
    reasons = _faults_of_identities(order, codes, settings)
    customer = _customer(order) if settings.customers is CustomerHandling.IMPORT else None
    header = _header(order, settings, customer, reasons)
    if reasons:
        raise DoesNotFit(*reasons)
    return Draft(order.ref, header, _lines(order, codes, settings), customer)


def line_code(line_ref: str, prefix: str = "") -> str:
    """A line reference in at most 16 characters, always the same for the same reference.

    The configured prefix is left out. What is still too long becomes `~` and 15 characters of its SHA-256 in base 32:
    75 bits, so two lines of one order never share a code. Such a code is recognised, not turned back.
    """
    text = line_ref.removeprefix(prefix)
    if text.isalnum() and text.isascii() and len(text) <= version.LINE_LIMIT:
        return text
    if text and len(text) <= version.LINE_LIMIT and is_plain(text) and not text.startswith(SHORT_MARK):
        return text
    digest = hashlib.sha256(line_ref.encode()).digest()
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    number = int.from_bytes(digest, "big")
    return SHORT_MARK + "".join(alphabet[number >> 5 * at & 31] for at in range(version.LINE_LIMIT - 1))


def money(amount: Decimal, decimals: int) -> str:
    return str(amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def price(value: Money, quantity: int, decimals: int) -> str:
    """What one of so many costs, rounded half up; in whole numbers, which takes a fifth of the time of decimal ones."""
    exponent, size = minor_unit_exponent(value.currency), abs(value.minor)
    if exponent != decimals:
        parts = quantity * 10**exponent
        size = (2 * size * 10**decimals + parts) // (2 * parts)
    elif quantity != 1:
        size = (2 * size + quantity) // (2 * quantity)
    text = str(size).zfill(decimals + 1)
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    return f"-{text}" if value.minor < 0 and size else text


def _faults_of_identities(order: SalesOrder, codes: Sequence[str], settings: PeoplevoxSettings) -> list[str]:
    faults = [_too_long(name, value, limit) for name, value, limit in _identities(order) if len(value) > limit]
    if not order.ref or not is_plain(order.ref) or '"' in order.ref or "\\" in order.ref:
        faults.append(f"SalesOrderNumber is empty or holds a character that cannot be searched for: {order.ref!r}")
    for line in order.lines:
        sku = line.sku
        if len(sku) > version.ITEM_CODE_LIMIT:
            faults.append(_too_long("ItemCode", sku, version.ITEM_CODE_LIMIT))
        usual = sku.isascii() and sku.isprintable() and sku.strip()
        if not usual and (not sku.strip() or not is_plain(sku.strip(" "))):
            faults.append(f"ItemCode is empty or holds line breaks or control characters: {sku!r}")
        if line.quantity < 1:
            faults.append(f"quantity of {sku} is {line.quantity}")
    if not order.lines:
        faults.append("the order has no lines")
    if settings.line_identity is LineIdentity.ITEM_AND_LINE and len(set(codes)) < len(codes):
        pairs = Counter((line.sku, code) for line, code in zip(order.lines, codes, strict=True))
        faults += [f"line {code} of {sku} is given twice" for (sku, code), times in pairs.items() if times > 1]
    return faults


def _identities(order: SalesOrder) -> tuple[tuple[str, str, int], ...]:
    return (
        ("SalesOrderNumber", order.ref, version.SALES_ORDER_NUMBER_LIMIT),
        ("CustomerPurchaseOrderReferenceNumber", order.order_name, version.ORDER_NAME_LIMIT),
        ("Email", order.email, version.EMAIL_LIMIT),
        ("ChannelName", order.channel, version.CHANNEL_LIMIT),
        ("ServiceType", order.service, version.SERVICE_TYPE_LIMIT),
    )


def _too_long(name: str, value: str, limit: int) -> str:
    # The text itself is shown where it is no person's.
    shown = "" if name == "Email" else f": {value}"
    return f"{name} takes {limit} characters and would get {len(value)}{shown}"


def _header(order: SalesOrder, settings: PeoplevoxSettings, customer: Row | None, faults: list[str]) -> dict[str, str]:
    to, billed, decimals = order.shipping_address, order.invoice_address, settings.price_decimals
    name, contact, email, phone, channel, service = one_lines(
        (order.order_name, to.name, order.email, order.phone or to.phone, order.channel, order.service)
    )
    shipping = _address("ShippingAddress", to, settings, faults)
    # Most are billed where they are sent to, and what fits there fits here.
    alike = not faults and billed == to
    invoice = shipping if alike else _address("InvoiceAddress", billed, settings, faults)
    line1, line2, city, region, postcode, country = shipping
    billed_line1, billed_line2, billed_city, billed_region, billed_postcode, billed_country = invoice
    local = order.created_at.astimezone(ZoneInfo(settings.template_time_zone))
    row = {
        "SalesOrderNumber": order.ref,
        "Customer": customer["Reference"] if customer else settings.customer,
        "CustomerPurchaseOrderReferenceNumber": name,
        "ContactName": _shortened("ContactName", contact, version.CONTACT_NAME_LIMIT, order.ref),
        "Email": email,
        "TelephoneNumber": phone,
        "ChannelName": channel,
        "ServiceType": service,
        "PaymentMethod": settings.payment_method,
        "Site": settings.site,
        "TotalSale": price(order.total, 1, decimals),
        "ShippingCost": price(order.shipping, 1, decimals),
        "Discount": price(order.discount, 1, decimals),
        "TaxPaid": price(order.tax, 1, decimals),
        "CreatedDate": printed(local, settings.import_date_format),
        "ShippingAddressLine1": line1,
        "ShippingAddressLine2": line2,
        "ShippingAddressCity": city,
        "ShippingAddressRegion": region,
        "ShippingAddressPostcode": postcode,
        "ShippingAddressCountry": country,
        "InvoiceAddressLine1": billed_line1,
        "InvoiceAddressLine2": billed_line2,
        "InvoiceAddressCity": billed_city,
        "InvoiceAddressRegion": billed_region,
        "InvoiceAddressPostcode": billed_postcode,
        "InvoiceAddressCountry": billed_country,
    }
    if settings.requested_delivery_days is not None:
        wanted = local + timedelta(days=settings.requested_delivery_days)
        row["RequestedDeliveryDate"] = printed(wanted, settings.import_date_format)
    if settings.partial_shipment is not None:
        row["IsPartialShipment"] = str(settings.partial_shipment)
    return row


_FIELDS = ("Line1", "Line2", "City", "Region", "Postcode", "Country")


def _address(role: str, address: Address, settings: PeoplevoxSettings, faults: list[str]) -> Sequence[str]:
    """An address in the vendor's six fields."""
    company, line1, line2, city, region, postcode = one_lines(
        (address.company, address.line1, address.line2, address.city, address.region, address.postcode)
    )
    country = settings.country_names.get(address.country_code, address.country_code)
    if company or not line1 or max(len(line1), len(line2)) > version.ADDRESS_LIMIT:
        line1, line2 = _two_lines(role, [part for part in (company, line1, line2) if part], faults)
    place = (line1, line2, city, region, postcode, country)
    if max(map(len, place)) > version.ADDRESS_LIMIT:
        for name, value in zip(_FIELDS, place, strict=True):
            if len(value) > version.ADDRESS_LIMIT:
                faults.append(f"{role}{name} takes {version.ADDRESS_LIMIT} characters and would get {len(value)}")
    return place


def _two_lines(role: str, parts: list[str], faults: list[str]) -> tuple[str, str]:
    """Company and two address lines in the two lines there are: as they are where they fit, else wrapped between words."""
    limit = version.ADDRESS_LIMIT
    if len(parts) <= 2 and max(map(len, parts), default=0) <= limit:  # noqa: PLR2004 - there are two lines
        return _pair(parts)
    for joint in range(1, len(parts)):
        first, second = ", ".join(parts[:joint]), ", ".join(parts[joint:])
        if len(first) <= limit and len(second) <= limit:
            return first, second
    wrapped = textwrap.wrap(", ".join(parts), limit, break_long_words=False, break_on_hyphens=False)
    if len(wrapped) <= 2 and all(len(line) <= limit for line in wrapped):  # noqa: PLR2004 - as above
        return _pair(wrapped)
    faults.append(f"{role}Line1 and Line2 take {limit} characters each and would get {len(', '.join(parts))} in all")
    return "", ""


def _pair(lines: list[str]) -> tuple[str, str]:
    first, second, *_ = [*lines, "", ""]
    return first, second


def _shortened(name: str, text: str, limit: int, ref: str) -> str:
    if len(text) <= limit:
        return text
    _log.warning("%s: %s was cut from %d to %d characters", ref, name, len(text), limit)
    return text[:limit].rstrip()


def _lines(order: SalesOrder, codes: Sequence[str], settings: PeoplevoxSettings) -> tuple[LineRow, ...]:
    if settings.line_identity is LineIdentity.ITEM:
        return tuple(_merged(order, settings))
    decimals = settings.price_decimals
    return tuple(
        [
            LineRow(line.sku, code, line.quantity, price(line.value, line.quantity, decimals))
            for line, code in zip(order.lines, codes, strict=True)
        ]
    )


def _merged(order: SalesOrder, settings: PeoplevoxSettings) -> list[LineRow]:
    """One row per item: quantities summed, the price their average, the line code that of the first."""
    groups: dict[str, list[SalesOrderLine]] = {}
    for line in order.lines:
        groups.setdefault(line.sku, []).append(line)
    rows = []
    for sku, lines in groups.items():
        quantity = sum(line.quantity for line in lines)
        price = sum((line.value.amount for line in lines), Decimal(0)) / quantity
        code = line_code(lines[0].line_ref, settings.line_ref_prefix)
        rows.append(LineRow(sku, code, quantity, money(price, settings.price_decimals)))
    return rows


def _customer(order: SalesOrder) -> Row:
    """The buyer by e-mail address; by our order reference where there is none, or none that fits."""
    email = order.email.strip().casefold()
    address = order.invoice_address if order.invoice_address.name else order.shipping_address
    name = address.company or address.name or order.order_name or order.ref
    first, _, last = one_line(address.name).partition(" ")
    limit = version.PERSON_NAME_LIMIT
    return {
        "Reference": email if email and len(email) <= version.CUSTOMER_LIMIT else order.ref,
        "Name": _shortened("Name", one_line(name), limit, order.ref),
        "FirstName": first[:limit],
        "LastName": last[:limit],
        "Phone": one_line(order.phone or address.phone)[:limit],
        "Email": one_line(order.email),
    }
