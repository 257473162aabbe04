"""The ledger's schema, revision by revision, each with its SQL beside it. Alembic runs them; `upgrading` calls Alembic."""
