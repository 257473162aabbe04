"""What this adapter was written against, and the vendor's fixed names.

Sources: public integrations with OWAPI and public integrators' notes, read 2026-11; the vendor's own reference goes to
licence holders only. Nothing here differs between tenants; what does is in `settings`.
"""

CONTRACT_VERSION = 1
"""Of the export definitions in `exports/`; each row says which one it was written to."""
CONTRACT_VERSION_OF_KITS = 2
"""Of those that say how many of a component make a kit. In the first, an order's own copy counted for the kit's recipe, and
a component that stood on several lines of it counted once."""

LOG_IN_PATH = "token/gettoken"
SALES_ORDER_PATH = "sales/order"
EXPORT_PATH = "system/export-definition"
VALUE_LIST_PATH = "value-lists"

LOG_IN_LASTS_SECONDS = 55 * 60.0
"""Public clients disagree (55 minutes, 28 days, one per run); the shortest that is in use serves all."""

ORDER = 1
"""`systemOrderType` of an order; 4 is a credit."""

ORDER_NUMBER_LIMIT = 30
"""`order_header.oh_order_number` is NVARCHAR(30)."""
VARIANT_CODE_LIMIT = 50
"""`variant_detail.vad_variant_code` is NVARCHAR(50)."""

TAX_RATES, STOCK_LOCATIONS, DELIVERY_METHODS = 2, 4, 18
"""Value lists, by their fixed numbers."""

EVERYTHING_SINCE = "1900-01-01T00:00:00"
"""Earlier than any moment in the database, and a date that SQL Server's oldest type can hold."""
