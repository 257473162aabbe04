"""The keeper starts again what has died; a stand-in's death ends everything, because its books went with it."""

import os
import sys
import threading
from pathlib import Path

import pytest

from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres, PostgresDidNotStart
from cogent_pipelines.local_stack.havoc.keeper import FailedStart, Keeper
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import ProcessDied, Service, first_line_of
from cogent_pipelines.local_stack.supervisor import Supervisor

pytestmark = pytest.mark.stack

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"


@pytest.fixture
def supervisor(tmp_path: Path):
    with Supervisor(Home(checkout=tmp_path, path=tmp_path / "home")) as supervisor:
        yield supervisor


def started(supervisor: Supervisor, name: str):
    running = supervisor.start(Service(name, [sys.executable, "-c", SLEEPER], dict(os.environ), Path.cwd()))
    first_line_of(running)
    return running


def test_a_service_that_was_killed_is_started_again(supervisor, tmp_path, monkeypatch):
    again = threading.Event()
    start_again = Supervisor.start_again
    monkeypatch.setattr(Supervisor, "start_again", lambda *given: (start_again(*given), again.set())[0])
    killed = started(supervisor, "gateway")
    keeper = Keeper(supervisor, EmbeddedPostgres(tmp_path / "none"), resting=("postgres",))

    with keeper:
        killed.process.kill()
        killed.process.wait()
        assert again.wait(30)

    supervisor.check()
    assert {"gateway": 1} == keeper.starts


def test_a_stand_in_that_died_is_not(supervisor, tmp_path):
    stand_in = started(supervisor, "shopify")
    keeper = Keeper(supervisor, EmbeddedPostgres(tmp_path / "none"), resting=("postgres",))
    stand_in.process.kill()
    stand_in.process.wait()

    with pytest.raises(ProcessDied, match="shopify"):
        keeper.check()


def test_a_database_that_does_not_start_is_tried_again_and_told_of(supervisor, tmp_path, monkeypatch):
    """As a service manager would; whoever judges the day learns of it."""
    tries = []
    done = threading.Event()

    def start(_):
        tries.append(1)
        if len(tries) == 1:
            raise PostgresDidNotStart("killed while it recovered")
        done.set()
        return True

    monkeypatch.setattr(EmbeddedPostgres, "start", start)
    keeper = Keeper(supervisor, EmbeddedPostgres(tmp_path / "none"))

    with keeper:
        assert done.wait(30)

    assert ["killed while it recovered"] == [each.why for each in keeper.failed_starts]
    assert keeper.starts["postgres"] >= 1


@pytest.mark.parametrize(("moment", "struck"), [(9.9, False), (10.0, True), (11.0, True), (12.1, False)])
def test_a_start_that_a_kill_ended_is_known_by_its_moment(moment, struck):
    """Only that one is excused."""
    assert struck is FailedStart("did not start", 10.0, 12.0).was_struck([1.0, moment])
