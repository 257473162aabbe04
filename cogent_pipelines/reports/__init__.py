"""Ledger in; tables, findings, pictures and words for people out. Nothing here writes to the ledger or knows Dagster."""
