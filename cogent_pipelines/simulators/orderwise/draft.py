"""Reading a sales order as it is posted: the four blocks, their fields, and everything that is wrong with them at once.

Blocks and spellings: two integrations' requests (read 2026-11). A field that nobody is known to send is ignored or
refused as the tenant is switched, and named in the books. What becomes of a draft is `importing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.orderwise.entities import Customer, Variant
from cogent_pipelines.simulators.orderwise.refusals import NO_VARIANT, UNKNOWN_VARIANT
from cogent_pipelines.simulators.orderwise.times import moment_of

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.company import Company

_TEXT, _WHOLE, _NUMBER, _DATE, _YES_NO = "text", "whole number", "number", "date", "true or false"
# INT and DECIMAL(18,4), as the tables keep them.
_TOO_MUCH = {_WHOLE: 2**31, _NUMBER: 10**14}
_CUSTOMER = {"id": _WHOLE, "accountNumber": _TEXT}
_HEADER = {
    "systemOrderType": _WHOLE,
    "eCommerceOrderNumber": _TEXT,
    "orderDate": _DATE,
    "requiredDate": _DATE,
    "deliveryMethodId": _WHOLE,
    "orderGross": _NUMBER,
    "deliveryGross": _NUMBER,
    "specialInstructions": _TEXT,
}
_ADDRESS = {
    **dict.fromkeys(("deliveryName", "contactName", "address1", "address2", "address3", "town", "county"), _TEXT),
    **dict.fromkeys(("country", "countryCode", "postcode", "telephone", "email"), _TEXT),
    "deliveryMethodId": _WHOLE,
}
_LINE = {
    "variantCode": _TEXT,
    "itemNumber": _WHOLE,
    "quantity": _NUMBER,
    "itemGross": _NUMBER,
    "taxRateId": _WHOLE,
    "stockLocationId": _WHOLE,
    "calculateLineSystemPrice": _YES_NO,
}
_BLOCKS = ("customer", "orderHeader", "customerDeliveryAddress", "orderLines")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    variant: Variant
    quantity: Decimal
    gross: Decimal
    tax_rate_id: int
    location_id: int
    item_number: int


@dataclass(slots=True, kw_only=True)
class Draft:
    """An order as it was understood. With `faults` it is no order; `ignored` are fields that nobody took."""

    ecommerce_number: str = ""
    cust_order_ref: str = ""
    customer: Customer | None = None
    order_type: int = 1
    delivery_method_id: int = 0
    order_date: datetime | None = None
    required_at: datetime | None = None
    address: dict[str, Any] = field(default_factory=dict)
    instructions: str = ""
    order_gross: Decimal | None = None
    delivery_gross: Decimal = Decimal(0)
    lines: list[DraftLine] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        return sum((line.gross * line.quantity for line in self.lines), start=self.delivery_gross)


def read_draft(body: Any, company: "Company") -> Draft:
    """Read a posted order; never raises, its faults are in the draft."""
    return _Reader(company).read(body)


class _Reader:
    def __init__(self, company: "Company") -> None:
        self._company = company
        self._switches = company.switches
        self._draft = Draft()

    def read(self, body: Any) -> Draft:
        draft = self._draft
        if not isinstance(body, Mapping):
            draft.faults.append("no sales order has been provided")
            return draft
        self._strange("", body, _BLOCKS)
        header = self._block(body, "orderHeader", _HEADER, extra=self._switches.customer_order_ref_field)
        self._header(header)
        self._customer(self._block(body, "customer", _CUSTOMER))
        self._address(self._block(body, "customerDeliveryAddress", _ADDRESS), header)
        self._lines(body.get("orderLines"))
        if self._switches.totals == "refused" and draft.order_gross is not None and draft.order_gross != draft.value:
            draft.faults.append(f"order gross {draft.order_gross} is not the sum of its parts {draft.value}")
        return draft

    # ---- fields

    def _fault(self, text: str) -> None:
        self._draft.faults.append(text)

    def _strange(self, place: str, block: Mapping[str, Any], known: Any) -> None:
        for name in sorted(set(block) - set(known)):
            self._draft.ignored.append(f"{place}{name}")
            if self._switches.unknown_fields == "refuse":
                self._fault(f"{place}{name} is not a field")

    def _block(self, body: Mapping[str, Any], name: str, kinds: Mapping[str, str], *, extra: str = "") -> dict[str, Any]:
        block = body.get(name)
        if not isinstance(block, Mapping):
            self._fault(f"no {name} has been provided")
            return {}
        return self._fields(f"{name}.", block, {**kinds, extra: _TEXT} if extra else kinds)

    def _fields(self, place: str, block: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
        """Give the fields that are there, in their kinds; null is the same as absent."""
        self._strange(place, block, kinds)
        read = {}
        for name, kind in kinds.items():
            if block.get(name) is None:
                continue
            try:
                read[name] = self._value(block[name], kind)
            except (ValueError, ArithmeticError):
                self._fault(f"{place}{name} is not a {kind}")
        return read

    def _value(self, value: Any, kind: str) -> Any:
        if kind == _TEXT:
            if not isinstance(value, str):
                raise ValueError
            return value
        if kind == _YES_NO:
            if not isinstance(value, bool):
                raise ValueError
            return value
        if kind == _DATE:
            return moment_of(value if isinstance(value, str) else "", self._switches.zone)
        text_is_fine = self._switches.numbers_as_text == "accept"
        if isinstance(value, bool) or not isinstance(value, int | float | str if text_is_fine else int | float):
            raise ValueError  # noqa: TRY004 - a wrong kind and a wrong value are one fault to the client
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) >= _TOO_MUCH[kind] or (kind == _WHOLE and number != int(number)):
            raise ValueError
        return int(number) if kind == _WHOLE else number

    # ---- blocks

    def _header(self, header: dict[str, Any]) -> None:
        draft, switches = self._draft, self._switches
        draft.ecommerce_number = header.get("eCommerceOrderNumber", "")
        if not draft.ecommerce_number.strip():
            self._fault("no eCommerceOrderNumber has been provided")
        if switches.max_order_number and len(draft.ecommerce_number) > switches.max_order_number:
            self._fault(f"eCommerceOrderNumber is longer than {switches.max_order_number} characters")
        given = header.get(switches.customer_order_ref_field, "")
        draft.cust_order_ref = {
            "given": given,
            "ecommerce": draft.ecommerce_number,
            "given_or_ecommerce": given or draft.ecommerce_number,
        }[switches.cust_order_ref]
        draft.order_type = header.get("systemOrderType", 1)
        if draft.order_type not in self._company.value_lists[15]:
            self._fault(f"system order type {draft.order_type} does not exist")
        draft.order_date, draft.required_at = header.get("orderDate"), header.get("requiredDate")
        draft.order_gross = header.get("orderGross")
        draft.delivery_gross = header.get("deliveryGross", Decimal(0))
        draft.instructions = header.get("specialInstructions", "")
        if (draft.order_gross or Decimal(0)) < 0 or draft.delivery_gross < 0:
            self._fault("an amount is below nought")

    def _customer(self, asked: dict[str, Any]) -> None:
        customers = self._company.customers
        found = customers.get(asked.get("id", 0))
        if found is None and "id" not in asked:
            wanted = asked.get("accountNumber", "")
            found = next((one for one in customers.values() if one.account_number == wanted), None)
        if found is None:
            self._fault(f"customer {asked.get('id', asked.get('accountNumber', ''))} does not exist")
        self._draft.customer = found

    def _address(self, address: dict[str, Any], header: dict[str, Any]) -> None:
        draft = self._draft
        draft.address = {name: value for name, value in address.items() if name != "deliveryMethodId"}
        for name in self._switches.required_address:
            if not str(address.get(name, "")).strip():
                self._fault(f"no {name} has been provided")
        code = address.get("countryCode", "")
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            self._fault(f"country code {code} does not exist")
        if self._switches.address_known_only and draft.customer and not draft.customer.knows(draft.address):
            self._fault("delivery address does not exist")
        draft.delivery_method_id = header.get("deliveryMethodId", address.get("deliveryMethodId", 0))
        for asked in dict.fromkeys((draft.delivery_method_id, address.get("deliveryMethodId", draft.delivery_method_id))):
            if asked not in self._company.delivery_methods:
                self._fault(f"delivery method {asked} does not exist")

    def _lines(self, lines: Any) -> None:
        if not isinstance(lines, list) or not lines:
            self._fault(NO_VARIANT)
            return
        missing = False
        for place, line in enumerate(lines, start=1):
            if not isinstance(line, Mapping):
                self._fault(f"order line {place} is not a line")
                continue
            missing = self._line(place, self._fields(f"orderLines[{place}].", line, _LINE)) or missing
        if missing:
            self._fault(NO_VARIANT)
        numbers = [line.item_number for line in self._draft.lines]
        if len(set(numbers)) < len(numbers):
            self._fault("an itemNumber is given twice")

    def _line(self, place: int, asked: dict[str, Any]) -> bool:
        """Read one line; says whether it has no variant."""
        company, code = self._company, asked.get("variantCode", "")
        variant = company.variant(code)
        if variant is None or variant.discontinued:
            if code:
                self._fault(UNKNOWN_VARIANT.format(code=code))
            return True
        quantity = asked.get("quantity", Decimal(0))
        if quantity < Decimal("0.0001"):
            self._fault(f"quantity {quantity} of {code} is not above nought")
        location = asked.get("stockLocationId", variant.location_id)
        if location not in company.locations:
            self._fault(f"stock location {location} does not exist")
        rate = asked.get("taxRateId", variant.tax_rate_id)
        if rate not in company.tax_rates:
            self._fault(f"tax rate {rate} does not exist")
            return False
        price = (variant.price * (100 + company.tax_rates[rate].percent) / 100).quantize(Decimal("0.01"))
        gross = price if asked.get("calculateLineSystemPrice") else asked.get("itemGross", price)
        if gross < 0:
            self._fault(f"itemGross of {code} is below nought")
        self._draft.lines.append(
            DraftLine(
                variant=variant,
                quantity=round(quantity, 4),  # DECIMAL(18,4), as the tables keep it
                gross=gross,
                tax_rate_id=rate,
                location_id=location,
                item_number=asked.get("itemNumber", place),
            )
        )
        return False
