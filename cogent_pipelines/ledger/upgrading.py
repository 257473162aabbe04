"""Bring a database to this code's schema. Forward only; what a revision does is in `migrations/versions`."""

from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cogent_pipelines.ledger import first_statistics

VERSION_TABLE = "ledger_version"
_FOLDER = Path(__file__).parent / "migrations"
# Any number, the same for every version of this code: whoever migrates holds it.
_LOCK = 7_403_182_551


class LedgerIsNewer(Exception):
    """The database was migrated by a later version of this code."""


def migrate(url: str) -> None:
    """Apply every revision that the database lacks; a second starter waits for the first and finds nothing to do.

    Raises:
        LedgerIsNewer: the database holds a revision that this code does not know.
    """
    plain = "postgresql://" + url.partition("://")[2]
    with psycopg.connect(plain, autocommit=True, connect_timeout=10) as guard:
        guard.execute("select pg_advisory_lock(%s)", [_LOCK])
        engine = sqlalchemy.create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(plain, connect_timeout=10),
            poolclass=sqlalchemy.NullPool,
        )
        with engine.begin() as connection:
            _refuse_newer(connection)
            config = Config()
            config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        first_statistics.prepare(plain)


def _refuse_newer(connection: sqlalchemy.Connection) -> None:
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    known = {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    strange = sorted(set(found) - known)
    if strange:
        raise LedgerIsNewer(
            f"The ledger is at revision {', '.join(strange)}, which this version of the code does not know (it goes up to "
            f"{max(known)}). Run the newer version, or restore the backup made before the upgrade; nothing was changed."
        )
