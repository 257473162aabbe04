"""`cogent env` leaves a server for Dagster's own commands, and `cogent down` takes it away."""

import shlex

import psycopg
import pytest
from click.testing import CliRunner

from cogent_pipelines.cli.main import main
from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.home import find_home

pytestmark = pytest.mark.stack


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COGENT_HOME", str(tmp_path / "home"))
    for name in ("COGENT_DATABASE_URL", "COGENT_DAGSTER_POSTGRES_URL", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield find_home()
    EmbeddedPostgres(find_home().postgres).stop()


def exported(text: str) -> dict[str, str]:
    lines = [shlex.split(line)[1] for line in text.splitlines()]
    return dict(line.split("=", 1) for line in lines)


def test_env_prints_what_dagsters_commands_need(home):
    """The ledger is migrated, Dagster's database is there and named with its driver, DAGSTER_HOME has its file."""
    variables = exported(CliRunner().invoke(main, ["env"]).stdout)

    with psycopg.connect(variables["COGENT_DATABASE_URL"]) as ledger:
        assert (0,) == ledger.execute("SELECT count(*) FROM sales_order").fetchone()
    assert variables["COGENT_DAGSTER_POSTGRES_URL"].startswith("postgresql+psycopg2://")
    with psycopg.connect(variables["COGENT_DAGSTER_POSTGRES_URL"].replace("+psycopg2", "")) as storage:
        assert 1 == storage.execute("SELECT 1").fetchone()[0]
    assert (home.checkout / "dagster.yaml").read_text() == (home.dagster / "dagster.yaml").read_text()
    assert str(home.dagster) == variables["DAGSTER_HOME"]


def test_down_stops_the_server_that_env_left_running(home):
    """Nothing of a checkout goes on when somebody said down; doing it twice is no error."""
    CliRunner().invoke(main, ["env"])
    server = EmbeddedPostgres(home.postgres)
    assert server.running()

    first, second = (CliRunner().invoke(main, ["down"]) for _ in range(2))

    assert (0, "PostgreSQL has stopped.\n", "") == (first.exit_code, first.output, second.output)
    assert not server.running()
