"""The vendors that there are: the `vendor` of a block says which of these it is.

A further one joins by `Annotated[ShopifyBlock | FurtherBlock, Field(discriminator="vendor")]`.
"""

from cogent_pipelines.connections.vendors.peoplevox import PeoplevoxBlock
from cogent_pipelines.connections.vendors.shopify import ShopifyBlock

StorefrontBlock = ShopifyBlock
WarehouseBlock = PeoplevoxBlock
