"""What this adapter was written against, and the vendor's fixed names and limits.

Sources: the published WSDL of IntegrationServiceV4 (2017) and the field tables and samples of connectors in use. Nothing
here differs between tenants; what does is in `settings`.
"""

SERVICE = "IntegrationServiceV4"
NAMESPACE = "http://www.peoplevox.net/"

SALES_ORDERS = "Sales orders"
SALES_ORDER_ITEMS = "Sales order items"
CUSTOMERS = "Customers"
ITEM_TYPES = "Item types"
SITES = "Sites"
CARRIERS = "Carriers"
SERVICE_TYPES = "Service types"

SALES_ORDER_NUMBER_LIMIT = 30
LINE_LIMIT = 16
ITEM_CODE_LIMIT = 50
ORDER_NAME_LIMIT = 50
CUSTOMER_LIMIT = 50
ADDRESS_LIMIT = 100
CONTACT_NAME_LIMIT = 100
EMAIL_LIMIT = 500
SERVICE_TYPE_LIMIT = 100
CHANNEL_LIMIT = 50
PERSON_NAME_LIMIT = 50

INVALID_SESSION = "system : security - invalid session"
SESSION_EXPIRED = "system : security - session expired"

DEACTIVATED = "~D~"
"""Stands inside the code of an item that was deactivated."""

SYSTEM_SITE = "SystemSite"
"""The vendor's internal site; its stock is nobody's."""
