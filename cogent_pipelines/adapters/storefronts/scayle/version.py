"""What holds for SCAYLE's Admin API as this adapter speaks it; each fact with its source."""

from datetime import timedelta

API = "/api/admin/v1"
"""The version is a segment of the path; there is no header for it (scayle.dev, "Authentication")."""

DEFAULT_PAGE = 100
"""Rows of a page where nobody says (scayle.dev, "Pagination"); the largest page of orders is not published."""

CALLS_PER_MINUTE = {
    "ordersRead": 1000,
    "ordersWrite": 300,
    "fulfillmentWrite": 300,
    "globalRead": 1000,
    "globalWrite": 300,
    "stocksRead": 2500,
    "stocksWrite": 2500,
    "productRead": 1000,
    "customDataWrite": 1000,
}
"""By scope, of an ordinary tenant (scayle.dev, "Rate limits"); the answers' headers say what a tenant really has."""

ORDER_CUSTOM_DATA = "legacyCustomData"
CUSTOM_DATA = (ORDER_CUSTOM_DATA, "items.legacyCustomData", "customer.legacyCustomData")
"""Absent from orders unless asked for by `with` (scayle.dev, "List orders")."""

FORCE_CLOSED_AFTER = timedelta(days=14)
"""An order without a shipment for so long is closed as if it had been shipped (scayle.dev, "Order lifecycle and states")."""

LARGEST_DELEGATION = 8 * 1024 * 1024
"""Bytes. A delegation has an item for each unit, of about one thousand (seen with an integration); one that is refused is
sent again for two days, and then the order is cancelled."""

DELEGATION_ACCEPTED = 201
"""The only status that takes an order or a cancellation over; 200 counts as a failure (scayle.dev, "How to integrate order
delegation" and "Order cancellation")."""
