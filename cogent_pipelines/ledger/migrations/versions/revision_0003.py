"""Parcels that a person judged."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0003.sql").read_text(encoding="utf-8"))
