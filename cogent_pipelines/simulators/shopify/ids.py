"""Numeric ids, global ids and times as the vendor writes them."""

import re
from datetime import UTC, datetime
from functools import lru_cache

GID = re.compile(r"gid://shopify/([A-Za-z]+)/([^?]+)(\?.*)?")

FIRST_IDS = {
    "Order": 6_500_000_000_000,
    "LineItem": 16_900_000_000_000,
    "Product": 9_100_000_000_000,
    "ProductVariant": 48_200_000_000_000,
    "InventoryItem": 50_300_000_000_000,
    "InventoryLevel": 143_000_000_000,
    "Location": 106_700_000_000,
    "FulfillmentOrder": 7_700_000_000_000,
    "FulfillmentOrderLineItem": 15_800_000_000_000,
    "Fulfillment": 5_900_000_000_000,
    "FulfillmentLineItem": 14_200_000_000_000,
}
OTHERS_START_AT = 1_000_000_000_000
STEP = 32_768


class Numbers:
    """Hands out ids, rising per type with gaps, as the vendor's do."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, type_name: str) -> int:
        last = self._last.get(type_name)
        number = FIRST_IDS.get(type_name, OTHERS_START_AT) + STEP if last is None else last + STEP
        self._last[type_name] = number
        return number


def gid(type_name: str, number: int | str) -> str:
    return f"gid://shopify/{type_name}/{number}"


def parse_gid(text: str) -> tuple[str, str] | None:
    """Split a global id into type and tail; None when it is not one."""
    match = GID.fullmatch(text)
    return (match[1], match[2]) if match else None


def number_of(text: str, type_name: str) -> int | None:
    """Give the numeric tail of a global id of this very type."""
    parts = parse_gid(text)
    if parts is None or parts[0] != type_name or not parts[1].isdecimal():
        return None
    return int(parts[1])


def to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@lru_cache(maxsize=65536)
def iso(ms: int) -> str:
    """Write a time as the vendor does: UTC, whole seconds, Z."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ms_of(text: str) -> int:
    """Read an ISO 8601 time; one without an offset is UTC."""
    moment = datetime.fromisoformat(text)
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
