"""What each side calls its goods, and where the two disagree."""

from cogent_pipelines.canonical.frames.columns import Moment, Number, Table, Text, Whole, YesNo, counted, one_of, said

SKU_PROBLEMS = (
    "unknown",
    "spelt_differently",
    "inactive_at_warehouse",
    "blank",
    "inactive_at_storefront",
    "sold_twice",
    "twin_at_warehouse",
    "in_stock_not_on_sale",
)
MAPPING_STATES = ("suggested", "confirmed", "rejected")


class StorefrontProducts(Table):
    """Every sellable variant at the storefront."""

    sku: Text = said("SKU", "As the storefront spells it; null where the variant has none.", nullable=True)
    title: Text = said("Title", "What the storefront calls it.")
    active: YesNo = said("Active", "Whether it can be sold.")
    requires_shipping: YesNo = said("Shipped", "Whether it is a thing that a warehouse ships.")
    barcode: Text = said("Barcode", "As the storefront has it; empty where it has none.")
    warehouse_sku: Text = said(
        "Warehouse SKU", "What is picked for it: the same spelling, or the confirmed mapping.", nullable=True
    )
    at_warehouse: YesNo = said("At the warehouse", "Whether the warehouse has an active item of that SKU.")
    seen_at: Moment = said("Seen", "When the storefront last showed it.")
    product_ref: Text = said("Reference", "The storefront's identity of the variant.", unique=True)


class WmsItems(Table):
    """Every item at the warehouse, deactivated ones included."""

    sku: Text = said("SKU", "As the warehouse spells it.", unique=True)
    name: Text = said("Name", "What the warehouse calls it.")
    active: YesNo = said("Active", "Whether the warehouse takes orders for it.")
    barcode: Text = said("Barcode", "As the warehouse has it; empty where it has none.")
    sold: YesNo = said("Sold", "Whether an active variant at the storefront, or a confirmed mapping, leads to it.")
    available: Number = said(
        "Available", "Units free to sell, all sites together; null where there is no figure.", nullable=True
    )
    seen_at: Moment = said("Seen", "When the warehouse last showed it.")


class SkuAudit(Table):
    """SKUs that the two catalogues disagree on; those that keep orders waiting first."""

    problem: Text = one_of(SKU_PROBLEMS, "Problem", "What is wrong with it.")
    sku: Text = said("SKU", "As the side that has it spells it; null where a variant has none.", nullable=True)
    title: Text = said("What it is", "The title of the variant or the name of the item.")
    orders_waiting: Whole = counted("Orders waiting", "Orders not yet at the warehouse that hold it.")
    warehouse_sku: Text = said("At the warehouse", "The item that it is mapped to, or that comes nearest.", nullable=True)
    mapping: Text = one_of(MAPPING_STATES, "Mapping", "Whether a mapping is suggested or was decided.", nullable=True)
    suggestion: Text = said("What to do", "What to do first.")
