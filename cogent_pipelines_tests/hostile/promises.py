"""What every target holds a reader of others' words to: known errors, an outcome for each item, values that can be kept.

What is spoilt, and for which vendor, is in the targets.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.standing import standing_of
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ledger.order_rows import order_row
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.storefront import UnreadableOrder, UnreadableProduct
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent

LARGEST_BIGINT = 2**63 - 1
LARGEST_INTEGER = 2**31 - 1
LONGEST_NAME = 500
_UNREADABLE = (UnreadableOrder, UnreadableProduct, UnreadableDespatch)


def read(act: Callable[[], Any]) -> Any:
    """What a read gives, each of it such that it can be kept; None where it ends in a known error."""
    try:
        found = act()
    except VendorError:
        return None
    for each in found if isinstance(found, list) else []:
        can_be_kept(each)
    return found


def written(act: Callable[[], list[Any]], *, items: int = 1) -> None:
    """A write gives one outcome per item, or a known error for all."""
    try:
        outcomes = act()
    except VendorError:
        return
    assert items == len(outcomes)


def others_are_read(others: Iterable[Any], act: Callable[[], list[Any]]) -> list[Any]:
    """What a feed gives where one of its items is spoilt: every other one, as it always is; and the reason, where it is not.

    Hands back what stands in the spoilt one's place.
    """
    found = act()
    rest = list(found)
    for each in others:
        assert each in rest, "one bad item took a good one with it"
        rest.remove(each)
    for each in rest:
        can_be_kept(each)
    return rest


def can_be_kept(found: Any) -> None:
    """What a column of the ledger could not hold must not come so far; what is unreadable says which field it is."""
    match found:
        case Order():
            order_can_be_kept(found)
        case Despatch():
            _despatch_can_be_kept(found)
        case StockLevel():
            assert found.sku.strip()
            assert found.available.is_finite()
            assert abs(found.available) <= 10**12
            is_a_time(found.snapshot_at)
        case UnreadableOrder() | UnreadableProduct() | UnreadableDespatch():
            assert found.ref
            names_a_field(found.why)


def order_can_be_kept(found: Order) -> None:
    row = order_row(found, standing_of(found, InjectionRules()))
    assert b"\\u0000" not in row.public + row.personal
    assert 0 < len(row.ref)
    is_a_time(found.version)
    is_a_time(found.created_at)
    for each in found.lines:
        assert -LARGEST_BIGINT <= each.line_total.shop.minor <= LARGEST_BIGINT
        assert max(each.ordered, each.current, each.to_ship) <= LARGEST_INTEGER


def _despatch_can_be_kept(found: Despatch) -> None:
    assert found.ref.strip()
    assert found.sales_order_ref.strip()
    is_a_time(found.despatched_at)
    assert found.lines
    for line in found.lines:
        assert line.sku.strip()
        assert 0 < line.quantity <= LARGEST_INTEGER


def event_can_be_kept(found: VerifiedEvent | Refusal) -> None:
    """It is an event that the inbox can hold or that the gateway refuses by its names, or it is refused in words."""
    assert isinstance(found, VerifiedEvent | Refusal)
    if isinstance(found, Refusal):
        assert found.reason
        return
    assert found.event_id
    assert len(found.topic) <= LONGEST_NAME
    assert len(found.subject) <= LONGEST_NAME
    is_a_time(found.occurred_at)


def is_a_time(when: datetime | None) -> None:
    if when is not None:
        assert when.astimezone(UTC).year in range(1969, 3001)


def names_a_field(words: str) -> None:
    """Where to look, for whoever reads it: the name of a class of ours is no such word."""
    assert words
    assert not words.endswith("Error"), words
