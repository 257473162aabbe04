"""The ledger's short reasons in words that a person reads, and the case kinds as rows that SQL can join."""

from collections.abc import Sequence
from decimal import Decimal

import orjson

from cogent_pipelines.canonical.exception_case import ALL_KINDS
from cogent_pipelines.canonical.money import minor_unit_exponent

_REASONS = {
    "test_order": "a test order",
    "on_hold": "on hold at the storefront",
    "shipped_elsewhere": "everything was shipped by somebody else",
    "every_line_removed": "every line that was to be shipped was taken off",
    "cancelled": "cancelled at the storefront",
}
_PAYMENT = "payment_"
_FEW = 3

KINDS = orjson.dumps(
    [
        {"code": kind.code, "title": kind.title, "severity": kind.severity, "team": kind.team, "way_out": kind.way_out}
        for kind in ALL_KINDS.values()
    ]
).decode()
"""For `json_to_recordset(%(kinds)s::json) as kind (code text, title text, severity text, team text, way_out text)`."""


def in_words(reason: str) -> str:
    """A reason as a person reads it; what is no short reason of ours, such as a vendor's words, is left as it is."""
    if reason in ALL_KINDS:
        return ALL_KINDS[reason].title
    if reason.startswith(_PAYMENT):
        return f"payment is {reason.removeprefix(_PAYMENT).replace('_', ' ')}"
    return _REASONS.get(reason, reason)


def some_of(names: Sequence[str], *, of: int | None = None) -> str:
    """The first few names and how many more there are; `of` is how many there are in all, where `names` is not all."""
    more = (len(names) if of is None else of) - min(len(names), _FEW)
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more > 0 else "")


def counted(number: int, one: str, many: str = "") -> str:
    """`1 order`, `2 orders`; `many` where adding an s will not do."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(minor: int, currency: str) -> str:
    """`12.30 GBP`: minor units as people write them."""
    exponent = minor_unit_exponent(currency)
    return f"{Decimal(minor).scaleb(-exponent):,.{exponent}f} {currency}"
