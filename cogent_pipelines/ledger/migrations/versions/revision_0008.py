"""When a sales order was last sent."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0008.sql").read_text(encoding="utf-8"))
