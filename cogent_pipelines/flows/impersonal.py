"""A vendor's words without the customer: what it refuses, it likes to quote, and its words are read by everybody.

Cases, alerts, reasons and run metadata get the words that come out of here; the exchange itself is kept as evidence.
"""

from collections.abc import Iterable
from dataclasses import replace

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.ports.outcomes import CreateSalesOrderOutcome, Rejected, Taken, Unavailable, Unknown

_MASK = "[personal]"
# Shorter texts (a house number, a country) occur by chance, and say nothing of anybody.
_SHORTEST = 4


def impersonal(outcome: CreateSalesOrderOutcome, order: SalesOrder) -> CreateSalesOrderOutcome:
    """The outcome with nothing of the order's customer in its words."""
    match outcome:
        case Rejected(reasons):
            return Rejected(tuple(without(reason, [order]) for reason in reasons))
        case Taken(reason) | Unavailable(reason) | Unknown(reason):
            return replace(outcome, reason=without(reason, [order]))
        case _:
            return outcome


def without(text: str, orders: Iterable[SalesOrder]) -> str:
    """The text with every personal field of these orders masked, the longest first."""
    said = text.casefold()
    found = {value for order in orders for value in _personal(order) if value.casefold() in said}
    for value in sorted(found, key=len, reverse=True):
        text = _masked(text, value)
    return text


def _masked(text: str, value: str) -> str:
    """Whatever the case in which the vendor prints it."""
    wanted, parts, rest = value.casefold(), [], text
    while (at := rest.casefold().find(wanted)) >= 0 and len(rest.casefold()) == len(rest):
        parts += [rest[:at], _MASK]
        rest = rest[at + len(value) :]
    return "".join([*parts, rest.replace(value, _MASK)])


def _personal(order: SalesOrder) -> Iterable[str]:
    values = [order.email, order.phone, *_of(order.shipping_address), *_of(order.invoice_address)]
    # As a warehouse prints it: on one line, spaces once.
    return {each for value in values for each in (value.strip(), " ".join(value.split())) if len(each) >= _SHORTEST}


def _of(address: Address) -> tuple[str, ...]:
    whole = (address.name, address.company, address.line1, address.line2, address.postcode, address.phone)
    return (*whole, *address.name.split())
