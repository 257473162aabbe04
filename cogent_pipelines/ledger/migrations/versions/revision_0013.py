"""The queue of sales orders in the order in which they go."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0013.sql").read_text(encoding="utf-8"))
