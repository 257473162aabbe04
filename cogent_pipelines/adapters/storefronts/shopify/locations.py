"""The location whose stock is published: the one that is configured, or the only active one."""

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority


class Locations:
    """Looked up once, when it is needed."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings) -> None:
        self._graphql = graphql
        self._settings = settings
        self._id = global_id("Location", settings.location_id) if settings.location_id else ""

    def stock_location(self) -> str:
        """Its global id.

        Raises:
            VendorRefused: none is configured, and the store has several or none.
        """
        if not self._id:
            active = [node for node in self.all() if node["isActive"]]
            if len(active) != 1:
                names = ", ".join(f"{node['name']} ({node['id']})" for node in active) or "none"
                raise VendorRefused(f"say which location's stock is published; active are: {names}", operation="locations")
            self._id = active[0]["id"]
        return self._id

    def all(self) -> list[Json]:
        pages = self._graphql.pages("locations", ["locations"], {"first": version.LARGEST_PAGE}, priority=Priority.STOCK)
        return [node for page in pages for node in page]
