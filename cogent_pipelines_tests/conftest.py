"""What every test may ask for: a real PostgreSQL, and a ledger of its own in it.

One server serves the whole session, all workers of it; it starts with the first test that asks. The ledger's tables are
made once, in a template; the tests of a worker hand one copy on, emptied. Fixtures of one package live in that package's
own conftest.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psutil
import psycopg
import pytest
from psycopg import sql

from cogent_pipelines.local_stack.embedded_postgres import THROWAWAY, EmbeddedPostgres
from cogent_pipelines_tests.databases import HandedOn, copy_of
from cogent_pipelines_tests.kept_connections import connections_kept, empty, let_go_of_connections

SESSION_VARIABLE = "COGENT_TEST_SESSION"
TEMPLATE = "ledger_template"
FRESH_SEEDS = "seeds drawn from"
"""The property by which a test says where the seeds begin that it drew itself."""
REFERENCE_MATERIAL = Path(__file__).resolve().parents[2] / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """The session's first process names a folder for all; its workers inherit the name."""
    # How long an example takes on a busy machine is no promise of anybody's.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")
    if hasattr(config, "workerinput"):
        return
    _remove_what_killed_sessions_left()
    os.environ[SESSION_VARIABLE] = tempfile.mkdtemp(prefix=f"cogent-test-{os.getpid()}-")
    # Dagster must find no home of the developer's, and ask nobody whether it may report.
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    os.environ.pop("DAGSTER_HOME", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _end_session(Path(os.environ.pop(SESSION_VARIABLE)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the seeds that were drawn, from whichever worker they come: a good day is to be repeatable too."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    drawn = [str(value) for report in reports for name, value in report.user_properties if name == FRESH_SEEDS]
    if drawn:
        terminalreporter.write_line(f"schedules of fresh seeds, from each of these on: {' '.join(drawn)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if REFERENCE_MATERIAL.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the reference material is not beside this checkout"))


@pytest.fixture(scope="session")
def reference_material() -> Path:
    """Give the folder beside the checkout; ask for it only in tests marked `shared`."""
    return REFERENCE_MATERIAL


@pytest.fixture(scope="session")
def postgres() -> EmbeddedPostgres:
    """Give the session's server."""
    server = EmbeddedPostgres(Path(os.environ[SESSION_VARIABLE]) / "postgres", THROWAWAY)
    server.start()
    return server


@pytest.fixture(scope="session")
def ledger_template(postgres: EmbeddedPostgres) -> str:
    """Give the name of a database with the ledger's tables and no rows."""
    with (Path(os.environ[SESSION_VARIABLE]) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make_template_once(postgres)
    return TEMPLATE


@pytest.fixture(scope="session")
def handed_on(postgres: EmbeddedPostgres, ledger_template: str) -> Iterator[HandedOn]:
    """Give the ledger's tables that this worker's tests use one after the other."""
    database = HandedOn(postgres, ledger_template)
    yield database
    database.forget()


@pytest.fixture
def ledger_url(handed_on: HandedOn) -> str:
    """Give the URL of a migrated, empty ledger that nobody but this test uses until it ends."""
    return handed_on.url()


@pytest.fixture(scope="session")
def _kept_ledger_url(postgres: EmbeddedPostgres, ledger_template: str) -> Iterator[str]:
    with copy_of(postgres, ledger_template) as url:
        yield url
        let_go_of_connections()


@pytest.fixture
def kept_ledger_url(_kept_ledger_url: str) -> Iterator[str]:
    """Give the URL of a migrated, empty ledger; while it is used, ledgers hand their connections on to the next test's.

    For tests that ask much of a ledger and leave its connections and its tables alone: a package has it as its `ledger_url`.
    """
    empty(_kept_ledger_url)
    with connections_kept():
        yield _kept_ledger_url


@pytest.fixture
def own_ledger_url(postgres: EmbeddedPostgres, ledger_template: str) -> Iterator[str]:
    """Give the URL of a migrated, empty ledger that no other test ever has: connections to it may outlast this one."""
    with copy_of(postgres, ledger_template) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Give the URL of a database with nothing in it that belongs to this test alone."""
    with copy_of(postgres, "template0") as url:
        yield url


def _make_template_once(server: EmbeddedPostgres) -> None:
    from cogent_pipelines.ledger.database import migrate  # noqa: PLC0415 - Alembic is heavy, most sessions never need it

    name = sql.Identifier(TEMPLATE)
    with psycopg.connect(server.url(), autocommit=True) as admin:
        # The mark is set last: a template whose migration failed half-way is made anew, not copied.
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [TEMPLATE]).fetchone():
            return
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        migrate(server.url(TEMPLATE))
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(name))


def _remove_what_killed_sessions_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob("cogent-test-*-*"):
        pid = folder.name.split("-")[2]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            _end_session(folder)


def _end_session(folder: Path) -> None:
    EmbeddedPostgres(folder / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)
