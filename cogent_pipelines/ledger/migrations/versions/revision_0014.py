"""What a storefront takes off its own count, and figures that could not be read again."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0014.sql").read_text(encoding="utf-8"))
