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
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import is_plain, one_line
from cogent_pipelines.adapters.warehouses.peoplevox.dates import to_vendor
from cogent_pipelines.adapters.warehouses.peoplevox.settings import CustomerHandling, LineIdentity, PeoplevoxSettings
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.money import Money
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


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as it is sent, and as it must be found when read back."""

    item: str
    line: str
    quantity: int
    price: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One sales order, ready to be sent."""

    order: SalesOrder
    header: Row
    lines: tuple[LineRow, ...]
    customer: Row | None

    @property
    def ref(self) -> str:
        return self.order.ref

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
    return Draft(order, header, _lines(order, codes, settings), customer)


def line_code(line_ref: str, prefix: str = "") -> str:
    """A line reference in at most 16 characters, always the same for the same reference.

    The configured prefix is left out. What is still too long becomes `~` and 15 characters of its SHA-256 in base 32:
    75 bits, so two lines of one order never share a code. Such a code is recognised, not turned back.
    """
    text = line_ref.removeprefix(prefix)
    if text and len(text) <= version.LINE_LIMIT and is_plain(text) and not text.startswith(SHORT_MARK):
        return text
    digest = hashlib.sha256(line_ref.encode()).digest()
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    number = int.from_bytes(digest, "big")
    return SHORT_MARK + "".join(alphabet[number >> 5 * at & 31] for at in range(version.LINE_LIMIT - 1))


def money(amount: Decimal, decimals: int) -> str:
    return str(amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@lru_cache(maxsize=65_536)
def price(value: Money, quantity: int, decimals: int) -> str:
    """What one of so many costs. A retailer's prices are few and come again and again, so a written one is remembered."""
    return money(value.amount / quantity, decimals)


def _faults_of_identities(order: SalesOrder, codes: Sequence[str], settings: PeoplevoxSettings) -> list[str]:
    faults = [_too_long(name, value, limit) for name, value, limit in _identities(order) if len(value) > limit]
    if not order.ref or not is_plain(order.ref) or '"' in order.ref or "\\" in order.ref:
        faults.append(f"SalesOrderNumber is empty or holds a character that cannot be searched for: {order.ref!r}")
    for line in order.lines:
        if len(line.sku) > version.ITEM_CODE_LIMIT:
            faults.append(_too_long("ItemCode", line.sku, version.ITEM_CODE_LIMIT))
        if not line.sku.strip() or not is_plain(line.sku.strip(" ")):
            faults.append(f"ItemCode is empty or holds line breaks or control characters: {line.sku!r}")
        if line.quantity < 1:
            faults.append(f"quantity of {line.sku} is {line.quantity}")
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
    row = {
        "SalesOrderNumber": order.ref,
        "Customer": customer["Reference"] if customer else settings.customer,
        "CustomerPurchaseOrderReferenceNumber": one_line(order.order_name),
        "ContactName": _shortened("ContactName", order.shipping_address.name, version.CONTACT_NAME_LIMIT, order.ref),
        "Email": one_line(order.email),
        "TelephoneNumber": one_line(order.phone or order.shipping_address.phone),
        "ChannelName": one_line(order.channel),
        "ServiceType": one_line(order.service),
        "PaymentMethod": settings.payment_method,
        "Site": settings.site,
        **_amounts(order, settings),
        **_dates(order.created_at, settings),
        **_address("ShippingAddress", order.shipping_address, settings, faults),
        **_address("InvoiceAddress", order.invoice_address, settings, faults),
    }
    if settings.partial_shipment is not None:
        row["IsPartialShipment"] = str(settings.partial_shipment)
    return row


def _amounts(order: SalesOrder, settings: PeoplevoxSettings) -> dict[str, str]:
    decimals = settings.price_decimals
    return {
        "TotalSale": price(order.total, 1, decimals),
        "ShippingCost": price(order.shipping, 1, decimals),
        "Discount": price(order.discount, 1, decimals),
        "TaxPaid": price(order.tax, 1, decimals),
    }


def _dates(created_at: datetime, settings: PeoplevoxSettings) -> dict[str, str]:
    local = to_vendor(created_at, ZoneInfo(settings.template_time_zone))
    dates = {"CreatedDate": local.strftime(settings.import_date_format)}
    if settings.requested_delivery_days is not None:
        wanted = local + timedelta(days=settings.requested_delivery_days)
        dates["RequestedDeliveryDate"] = wanted.strftime(settings.import_date_format)
    return dates


def _address(role: str, address: Address, settings: PeoplevoxSettings, faults: list[str]) -> dict[str, str]:
    country = settings.country_names.get(address.country_code, address.country_code)
    line1, line2 = _two_lines(role, address, faults)
    row = {
        f"{role}Line1": line1,
        f"{role}Line2": line2,
        f"{role}City": one_line(address.city),
        f"{role}Region": one_line(address.region),
        f"{role}Postcode": one_line(address.postcode),
        f"{role}Country": country,
    }
    for name, value in row.items():
        if len(value) > version.ADDRESS_LIMIT:
            faults.append(f"{name} takes {version.ADDRESS_LIMIT} characters and would get {len(value)}")
    return row


def _two_lines(role: str, address: Address, faults: list[str]) -> tuple[str, str]:
    """Company and two address lines in the two lines there are: as they are where they fit, else wrapped between words."""
    parts = [part for part in map(one_line, (address.company, address.line1, address.line2)) if part]
    limit = version.ADDRESS_LIMIT
    if len(parts) <= 2 and all(len(part) <= limit for part in parts):  # noqa: PLR2004 - there are two lines
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


def _shortened(name: str, value: str, limit: int, ref: str) -> str:
    text = one_line(value)
    if len(text) > limit:
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
    first, _, last = one_line(address.name).partition(" ")
    limit = version.PERSON_NAME_LIMIT
    return {
        "Reference": email if email and len(email) <= version.CUSTOMER_LIMIT else order.ref,
        "Name": _shortened("Name", address.company or address.name or order.order_name or order.ref, limit, order.ref),
        "FirstName": first[:limit],
        "LastName": last[:limit],
        "Phone": one_line(order.phone or address.phone)[:limit],
        "Email": one_line(order.email),
    }
