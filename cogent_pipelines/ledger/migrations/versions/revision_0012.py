"""Orders that the warehouse was asked to stop."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0012.sql").read_text(encoding="utf-8"))
