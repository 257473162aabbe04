"""The GraphQL side: schema, validation, costs, search, paging, and the plan that answers a query from the shop."""
