"""Keys of ours on the vendor's side, by which a parcel or a return is found again. Pure.

The same reference always gives the same key; keys have 2 to 256 characters (API reference, `types/order`).
"""

import hashlib
import re

from cogent_pipelines.canonical.identity import DespatchRef, Sku

_DELIVERY = "despatch-"
_PLAIN = re.compile(r"(?!sha-)[A-Za-z0-9_-]{1,200}")


def delivery_key(ref: DespatchRef) -> str:
    return f"{_DELIVERY}{_plain(ref)}"


def is_delivery_key(key: str) -> bool:
    """Whether it is a parcel's of ours, whichever."""
    return key.startswith(_DELIVERY)


def return_key(ref: str, place: int) -> str:
    """Of one line of a return; `place` counts from 1."""
    return f"return-{_plain(ref)}-{place}"


def inventory_key(sku: Sku, channel: str) -> str:
    """Of an entry that an import makes."""
    return f"stock-{_digest(f'{channel}|{sku}')}"


def _plain(text: str) -> str:
    """As it is where a key may hold it; else by its digest, which cannot be taken for a plain one."""
    return text if _PLAIN.fullmatch(text) else f"sha-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
