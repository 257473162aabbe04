"""Lines without a look at their owner."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0009.sql").read_text(encoding="utf-8"))
