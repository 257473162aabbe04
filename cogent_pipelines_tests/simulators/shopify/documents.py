"""The documents that several tests send."""

MONEY = "{shopMoney{amount currencyCode} presentmentMoney{amount currencyCode}}"

ORDERS = """
query Orders($first: Int!, $after: String, $query: String, $sort: OrderSortKeys, $reverse: Boolean) {
  orders(first: $first, after: $after, query: $query, sortKey: $sort, reverse: $reverse) {
    nodes { name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""

FULFILMENT_ORDERS = """
query Parts($id: ID!) {
  order(id: $id) {
    displayFulfillmentStatus
    fulfillmentOrders(first: 10) {
      nodes { id status requestStatus lineItems(first: 10) { nodes { id sku totalQuantity remainingQuantity } } }
    }
  }
}"""

FULFIL = """
mutation Fulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id name status trackingInfo { company number url } }
    userErrors { field message }
  }
}"""

SET = """
mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange } }
    userErrors { field message code }
  }
}"""

LEVEL = """
query Level($item: ID!, $place: ID!) {
  inventoryItem(id: $item) {
    inventoryLevel(locationId: $place) {
      quantities(names: ["available", "committed", "on_hand"]) { name quantity }
    }
  }
}"""
