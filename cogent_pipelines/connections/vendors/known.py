"""The vendors that there are: the `vendor` of a block says which of these it is."""

from typing import Annotated

from pydantic import Field

from cogent_pipelines.connections.vendors.commercetools import CommercetoolsBlock
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock
from cogent_pipelines.connections.vendors.peoplevox import PeoplevoxBlock
from cogent_pipelines.connections.vendors.rest_profile import RestProfileBlock
from cogent_pipelines.connections.vendors.scayle import ScayleBlock
from cogent_pipelines.connections.vendors.shopify import ShopifyBlock

StorefrontBlock = Annotated[CommercetoolsBlock | ScayleBlock | ShopifyBlock, Field(discriminator="vendor")]
WarehouseBlock = Annotated[OrderWiseBlock | PeoplevoxBlock | RestProfileBlock, Field(discriminator="vendor")]

KNOWN_VENDORS = frozenset(
    {"commercetools", "mintsoft", "orderwise", "peoplevox", "rest_profile", "scayle", "scend", "shopify"}
)
