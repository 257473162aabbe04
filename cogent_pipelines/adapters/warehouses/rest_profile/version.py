"""What a profile may rely on: the version of its format, and where the form of it comes from.

Sources: the differences between public warehouse interfaces (Mintsoft, Extensiv, ShipHero, Ongoing, OrderWise and others,
read 2026-11); names of paging and error classes follow the declarative connectors that engineers know. What one vendor does
is in that vendor's profile, with its own sources.
"""

PROFILE_VERSION = 1

LONGEST_REF = 50
"""Characters of our reference, where a profile does not say how many its vendor keeps."""

LONGEST_REASON = 2_000
"""Characters of a vendor's own words that are kept."""

MOST_PAGES = 10_000
"""A feed with more pages than this is not a feed: the vendor repeats itself."""
