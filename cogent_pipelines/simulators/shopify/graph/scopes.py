"""Which access scope each root needs; any one of those listed will do."""

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.registry import RequestContext

PARTS_READ = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "write_assigned_fulfillment_orders",
    "write_third_party_fulfillment_orders",
)
PARTS_WRITE = PARTS_READ[3:]
STOCK_READ = ("read_inventory", "write_inventory")
PRODUCTS_READ = ("read_products", "write_products")
ORDERS_READ = ("read_orders", "write_orders")

NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("order", "orders", "ordersCount", "orderByIdentifier", "refund"), ORDERS_READ),
    **dict.fromkeys(("product", "products", "productsCount", "productVariant", "productVariants"), PRODUCTS_READ),
    **dict.fromkeys(("productVariantsCount", "productByHandle", "productVariantByIdentifier"), PRODUCTS_READ),
    **dict.fromkeys(("inventoryItem", "inventoryItems", "inventoryLevel", "inventoryProperties"), STOCK_READ),
    **dict.fromkeys(("location", "locations", "locationsCount"), ("read_locations", "write_locations", *STOCK_READ)),
    **dict.fromkeys(("customer", "customers"), ("read_customers", "write_customers")),
    **dict.fromkeys(("company", "companies", "companyLocation"), ("read_companies", "read_customers")),
    **dict.fromkeys(("fulfillmentOrder", "fulfillmentOrders", "manualHoldsFulfillmentOrders"), PARTS_READ),
    "fulfillment": (*ORDERS_READ, *PARTS_READ),
    **dict.fromkeys(
        words(
            "inventorySetQuantities inventoryAdjustQuantities inventoryActivate inventorySetOnHandQuantities",
            "inventoryMoveQuantities",
        ),
        ("write_inventory",),
    ),
    **dict.fromkeys(
        words(
            "fulfillmentCreate fulfillmentCreateV2 fulfillmentCancel fulfillmentTrackingInfoUpdate",
            "fulfillmentTrackingInfoUpdateV2 fulfillmentOrderHold fulfillmentOrderReleaseHold",
            "fulfillmentOrderMove fulfillmentOrderSplit fulfillmentOrderCancel fulfillmentOrderOpen",
            "fulfillmentOrderReportProgress",
        ),
        PARTS_WRITE,
    ),
    "fulfillmentEventCreate": ("write_fulfillments",),
    **dict.fromkeys(
        ("orderCancel", "orderUpdate", "orderClose", "orderOpen", "orderMarkAsPaid", "refundCreate"), ("write_orders",)
    ),
    **dict.fromkeys(
        ("orderEditBegin", "orderEditSetQuantity", "orderEditAddVariant", "orderEditCommit"), ("write_order_edits",)
    ),
}


def must_have_access(root: str, context: RequestContext) -> None:
    needed = NEEDED.get(root)
    if needed is None or context.scopes.intersection(needed):
        return
    listed = " or ".join(f"`{scope}`" for scope in needed[:2])
    text = f"Access denied for {root} field. Required access: {listed} access scope."
    raise FieldError(
        text,
        "ACCESS_DENIED",
        documentation="https://shopify.dev/api/usage/access-scopes",
        requiredAccess=f"{listed} access scope.",
    )
