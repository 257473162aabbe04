"""A connection's bundles as rows that a question can join. They stand in its settings; each question is handed them."""

import orjson

from cogent_pipelines.canonical.bundle import Bundles

BUNDLE_PARTS = """
    bundle_part as materialized (
        select bundle, component, place, units from jsonb_to_recordset(%(bundles)s::jsonb)
            as listed (bundle text, component text, place integer, units integer)
    )
"""
"""Each component as it is listed: `place` counts from 1 within a bundle, `units` are in one bundle. Asks for `bundles`."""


def as_json(bundles: Bundles) -> str:
    """The parameter `bundles`."""
    return orjson.dumps(
        [
            {"bundle": sku, "component": part.sku, "place": place, "units": part.quantity}
            for sku, parts in bundles.by_sku.items()
            for place, part in enumerate(parts, 1)
        ]
    ).decode()
