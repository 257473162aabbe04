"""The vendors' own systems as external assets, so that lineage reaches them."""

import dagster as dg

from cogent_pipelines.components.nouns import ALL_NOUNS, key
from cogent_pipelines.connections.settings import ConnectionSettings

EXTERNAL_TAG = "cogent/external"


def external_assets(settings: ConnectionSettings) -> list[dg.AssetSpec]:
    """One spec for each of a vendor's tables that an asset of ours is read from."""
    names = [name for noun in ALL_NOUNS for name in upstream_names(settings, noun.upstream) if _is_external(name)]
    return [
        dg.AssetSpec(
            key(settings.name, name),
            group_name=settings.name,
            description=f"{name.split('_')[1].capitalize()} as {vendor_of(settings, name).capitalize()} has them.",
            kinds={vendor_of(settings, name)},
            tags={EXTERNAL_TAG: "true", "vendor": vendor_of(settings, name)},
            owners=settings.owners,
        )
        for name in dict.fromkeys(names)
    ]


def upstream_names(settings: ConnectionSettings, upstream: tuple[str, ...]) -> list[str]:
    """The nouns' upstream names with the connection's vendors filled in."""
    vendors = {"storefront": settings.storefront.vendor, "warehouse": settings.warehouse.vendor}
    return [name.format(**vendors) for name in upstream]


def vendor_of(settings: ConnectionSettings, name: str) -> str:
    """The vendor whose table an external name is."""
    return settings.storefront.vendor if name.startswith(settings.storefront.vendor) else settings.warehouse.vendor


def _is_external(name: str) -> bool:
    return name not in {noun.name for noun in ALL_NOUNS}
