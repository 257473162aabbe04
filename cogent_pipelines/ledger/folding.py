r"""When two spellings of a SKU differ in case or spaces only.

The same fold in SQL, where indexes serve it: `lower(regexp_replace(sku, '\s', '', 'g'))`.
"""


def folded(sku: str) -> str:
    return "".join(sku.split()).lower()
