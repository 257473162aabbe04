"""The vendor's enumerations (its published document, read 2026-11)."""

from cogent_pipelines.simulators.common.words import words

ORDER_STATES = words("Open Confirmed Complete Cancelled")
SHIPMENT_STATES = words("Shipped Delivered Ready Pending Delayed Partial Backorder Canceled")
PAYMENT_STATES = words("BalanceDue Failed Pending CreditOwed Paid")
RETURN_SHIPMENT_STATES = words("Advised Returned BackInStock Unusable")
RETURN_PAYMENT_STATES = words("NonRefundable Initial Refunded NotRefunded")
INVENTORY_MODES = words("None TrackOnly ReserveOnOrder ReserveOnCart")
LINE_ITEM_MODES = words("Standard GiftLineItem")
CHANNEL_ROLES = words("InventorySupply ProductDistribution OrderExport OrderImport Primary")
ORIGINS = words("Customer Merchant Quote RecurringOrder")
ROUNDING_MODES = words("HalfEven HalfUp HalfDown")
TAX_CALCULATION_MODES = words("LineItemLevel UnitPriceLevel")
ENUMS = {
    "OrderState": ORDER_STATES,
    "ShipmentState": SHIPMENT_STATES,
    "PaymentState": PAYMENT_STATES,
    "ReturnShipmentState": RETURN_SHIPMENT_STATES,
    "ReturnPaymentState": RETURN_PAYMENT_STATES,
    "InventoryMode": INVENTORY_MODES,
    "LineItemMode": LINE_ITEM_MODES,
    "ChannelRoleEnum": CHANNEL_ROLES,
}
