"""Shopify's global ids and the short references that leave this folder.

A reference is the number at the end of `gid://shopify/Order/5790`: it is what webhooks carry, it is short enough for a
warehouse's fields, and within one kind of object it is unique.
"""

_LONGEST = 19
"""Digits: Shopify's numbers are 64 bits wide."""


def reference(gid: str) -> str:
    """`gid://shopify/Order/5790?x=1` → `5790`."""
    return gid.rsplit("/", 1)[-1].split("?", 1)[0]


def global_id(kind: str, ref: str) -> str:
    """`5790` → `gid://shopify/Order/5790`; a whole id stays as it is."""
    return ref if ref.startswith("gid://") else f"gid://shopify/{kind}/{ref}"


def is_reference(ref: str) -> bool:
    """Whether Shopify could have given this: asking for anything else would fail the whole batch, not this one item."""
    tail = reference(ref)
    return len(tail) <= _LONGEST and tail.isascii() and tail.isdigit() and int(tail) > 0
