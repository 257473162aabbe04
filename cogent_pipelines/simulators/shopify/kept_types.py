"""Which of the vendor's types and mutations the simulator's subset of the schema keeps.

A type that is kept with all its fields need not be modelled field by field: asking for a field without a resolver is
answered with a clear error. Query roots follow from the types they return.
"""

from cogent_pipelines.simulators.common.words import words

KEPT_TYPES = words(
    # the shop and the app
    "Shop ShopPlan ShopAddress Domain AppInstallation App AccessScope ApiVersion Count Job OrderCancelJobResult ",
    "CurrencySetting UserError Attribute EditableProperty Metafield ",
    # the catalogue and the stock
    "Product ProductVariant ProductVariantComponent SelectedOption InventoryItem InventoryItemMeasurement Weight ",
    "InventoryLevel InventoryQuantity InventoryProperties InventoryQuantityName InventoryAdjustmentGroup ",
    "InventoryChange Location LocationAddress FulfillmentService ",
    # orders
    "Order LineItem LineItemGroup ShippingLine MailingAddress Customer CustomerEmailAddress CustomerPhoneNumber ",
    "PurchasingEntity PurchasingCompany Company CompanyContact CompanyLocation CompanyAddress OrderCancellation ",
    "MoneyBag MoneyV2 TaxLine DiscountAllocation DiscountApplication DiscountCodeApplication ",
    "ManualDiscountApplication AutomaticDiscountApplication PricingValue PricingPercentageValue ",
    "OrderTransaction OrderApp ChannelInformation OrderAttribution OrderRiskSummary PaymentTerms ",
    # fulfilment
    "FulfillmentOrder FulfillmentOrderLineItem FulfillmentOrderAssignedLocation FulfillmentOrderDestination ",
    "FulfillmentOrderSupportedAction FulfillmentOrderSplitResult FulfillmentOrderLineItemFinancialSummary ",
    "FulfillmentOrderLineItemWarning FulfillmentHold DeliveryMethod Fulfillment FulfillmentLineItem ",
    "FulfillmentTrackingInfo FulfillmentEvent FulfillmentOrderMerchantRequest ",
    # after the sale
    "Refund RefundLineItem RefundShippingLine OrderAdjustment Return ReturnLineItem CalculatedOrder ",
    "CalculatedLineItem OrderEditSession ",
    # events
    "WebhookSubscription WebhookSubscriptionEndpoint WebhookHttpEndpoint WebhookEventBridgeEndpoint ",
    "WebhookPubSubEndpoint WebhookSubscriptionMetafieldIdentifier ",
    # what they share
    "Node LegacyInteroperability DisplayableError JobResult",
)

KEPT_ROOTS = words(
    "fulfillmentCreate fulfillmentCreateV2 fulfillmentTrackingInfoUpdate fulfillmentTrackingInfoUpdateV2",
    "fulfillmentCancel fulfillmentEventCreate fulfillmentOrderHold fulfillmentOrderReleaseHold",
    "fulfillmentOrderMove fulfillmentOrderSplit fulfillmentOrderCancel fulfillmentOrderOpen",
    "fulfillmentOrderReportProgress inventorySetQuantities inventoryAdjustQuantities inventoryActivate",
    "inventorySetOnHandQuantities inventoryMoveQuantities orderCancel orderUpdate orderClose orderOpen",
    "orderMarkAsPaid tagsAdd tagsRemove orderEditBegin orderEditSetQuantity orderEditAddVariant",
    "orderEditCommit refundCreate webhookSubscriptionCreate webhookSubscriptionUpdate",
    "webhookSubscriptionDelete",
)
