"""Lines are found by their order, and only bundles are placed."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_name("schema_0006.sql").read_text(encoding="utf-8"))
