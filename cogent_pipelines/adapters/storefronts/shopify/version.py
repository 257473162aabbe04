"""What holds for Shopify's Admin GraphQL API at the version that this adapter speaks; each fact with its source."""

import math

API_VERSION = "2026-10"
"""Newest stable version in November 2026; supported for at least twelve months (shopify.dev, "API versioning")."""

LARGEST_PAGE = 250
"""The largest `first` seen accepted on a connection (recorded responses, API 2026-04)."""

LARGEST_INPUT = 250
"""Input arrays hold no more: `MAX_INPUT_SIZE_EXCEEDED` (recorded response)."""

LARGEST_PARCEL = 512
"""Inner lines of one `fulfillmentCreate` (description of `FulfillmentInput` in the published schema)."""

COST_CEILING = 1000
"""Requested points of one query (shopify.dev, "Rate limits")."""

BUCKET_SIZE = 2000.0
RESTORE_RATE = 100.0
"""Points, and points per second, of a Standard shop (shopify.dev, "Rate limits"; every recorded response). Advanced restores
200, Plus 1000, Enterprise 2000."""

TOKEN_LIFE_SECONDS = 24 * 3600
"""Life of a client-credentials token where the answer does not say (release notes of a public client library)."""


def weight_of_page(first: int) -> int:
    """How many times a connection's page of `first` counts its node.

    Measured on recorded responses: 1, 2, 2, 3, 4, 5, 7, 10 and 11 for pages of 1, 2, 3, 5, 10, 20, 50, 200 and 250. The rule
    behind it is not published; this curve meets all nine points.
    """
    return 1 if first <= 1 else max(2, int(2 * math.log(first)))


def cost_of_connection(first: int, node: float) -> float:
    """Requested points of a connection whose node costs `node` (two for the connection and its page information)."""
    return 2 + weight_of_page(first) * node
