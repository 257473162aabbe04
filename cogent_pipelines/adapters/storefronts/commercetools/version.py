"""What holds for commercetools' HTTP API, which has no version of its own; each fact with its source."""

LARGEST_PAGE = 500
"""The largest `limit` (docs, "Limits"; API reference `traits/paging.raml`, commit 5867aa2)."""

LONGEST_QUERY = 6_000
"""Characters of one encoded query. No limit is published; common web servers refuse a line of more than 8,192."""

LONGEST_KEY = 256
"""Keys of deliveries, parcels and return items have 2 to 256 characters (API reference, `types/order`)."""

TOKEN_LIFE_SECONDS = 48 * 3600
"""Life of a token where the answer does not say (API reference, `oauth.raml`)."""

RESOURCES_PER_IMPORT = 20
"""Resources of one import request (API reference, `import/types/common`)."""

LONGEST_REQUEST_SECONDS = 60.0
"""No request is worked on for longer (docs, "Error handling")."""
