"""The business, one file per flow: plain functions over ports and ledger. No Dagster, no vendor, no clock of their own."""
