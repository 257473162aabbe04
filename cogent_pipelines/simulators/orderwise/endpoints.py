"""The operations of OWAPI that public code shows, each with its name, path, permission and act.

Products and their prices, purchasing and CRM are not served.
"""

from cogent_pipelines.simulators.orderwise import catalogue_endpoints as catalogue
from cogent_pipelines.simulators.orderwise import order_endpoints as orders
from cogent_pipelines.simulators.orderwise.calls import Endpoint

ENDPOINTS = (
    Endpoint("create_sales_order", "POST", "sales/order", "Sales orders", orders.create_order),
    Endpoint("sales_order_status", "GET", "sales/order/{orderId}/status", "Sales orders", orders.order_status),
    Endpoint(
        "run_export_definition",
        "POST",
        "system/export-definition/{definitionId}",
        "API Export Definitions",
        orders.run_export,
    ),
    Endpoint("stock_locations", "GET", "system/stock-locations", "Value lists", catalogue.stock_locations),
    Endpoint("value_list", "GET", "value-lists/{listId}", "Value lists", catalogue.value_list),
    Endpoint("list_stock_variants", "GET", "stock/variants", "Stock", catalogue.list_variants),
    Endpoint("variant_free_stock", "GET", "stock/{variantId}/free-stock", "Stock", catalogue.free_stock),
    Endpoint("variant_stock", "GET", "stock/{variantId}", "Stock", catalogue.variant_stock),
    Endpoint("adjust_stock_out", "POST", "stock/adjust-stock-out", "Stock", catalogue.adjust_stock_out),
    Endpoint("product_variants", "GET", "products/{productId}/variants", "Products", catalogue.product_variants),
    Endpoint("variant_detail", "GET", "variants/{variantId}", "Variants", catalogue.variant_detail),
    Endpoint("create_variant", "POST", "variants", "Variants", catalogue.create_variant),
    Endpoint("update_variant", "PUT", "variants/{variantId}", "Variants", catalogue.update_variant),
    Endpoint("list_customers", "GET", "customers", "Customers", catalogue.list_customers),
    Endpoint("get_customer", "GET", "customers/{customerId}", "Customers", catalogue.get_customer),
    Endpoint(
        "customer_contacts", "GET", "customers/{customerId}/customer-contacts", "Customers", catalogue.customer_contacts
    ),
    Endpoint(
        "delivery_addresses", "GET", "customers/{customerId}/delivery-addresses", "Customers", catalogue.delivery_addresses
    ),
)
