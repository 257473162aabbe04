"""Orders that the warehouse cancelled, and whether the storefront knows."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0010.sql").read_text(encoding="utf-8"))
