"""A warehouse that a YAML profile describes; see `docs/new-warehouse.md`."""
