"""Runs as processes of their own: what they load, and what becomes of them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG

from cogent_pipelines.run_launcher import run_process
from cogent_pipelines.run_launcher.connection_run_launcher import connections_of
from cogent_pipelines_tests.run_launcher.a_job import CAPS, FOLDER_VARIABLE, JERSEYS, LOADED, WAITS, a_job

pytestmark = pytest.mark.stack

_WITHIN_SECONDS = 60.0
_LAUNCHER = {"module": "cogent_pipelines.run_launcher", "class": "ConnectionRunLauncher"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    home = folder / "dagster"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home), overrides={"run_launcher": _LAUNCHER}) as instance:
        yield instance


@pytest.fixture
def launched(instance: dg.DagsterInstance) -> Iterator[Callable[..., str]]:
    """Launch a run of some assets; whatever still runs at the end is ended."""
    runs: list[str] = []

    def launch(*assets: dg.AssetKey, tags: dict[str, str] | None = None) -> str:
        job = dg.reconstructable(a_job)
        whole = job.get_definition()
        selection = frozenset(assets) or None
        run = instance.create_run_for_job(
            whole.get_subset(asset_selection=selection) if selection else whole,
            asset_selection=selection,
            job_code_origin=job.get_python_origin(),
            tags=tags,
        )
        runs.append(run.run_id)
        instance.launch_run(run.run_id, workspace=None)
        return run.run_id

    yield launch
    for run_id in runs:
        process = run_process.find_process(run_id)
        if process is not None:
            process.kill()
            process.wait()


@pytest.fixture
def working(launched: Callable[..., str], folder: Path) -> str:
    """A run of one asset that is at work until its process is ended."""
    (folder / WAITS).touch()
    run_id = launched(JERSEYS)
    assert awaited((folder / LOADED).exists)
    return run_id


def awaited(condition: Callable[[], bool]) -> bool:
    ends = time.monotonic() + _WITHIN_SECONDS
    while not condition() and time.monotonic() < ends:
        time.sleep(0.05)
    return condition()


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_run_loads_its_own_connection_only(instance, launched, folder):
    run_id = launched(JERSEYS)
    assert awaited(lambda: status_of(instance, run_id) is dg.DagsterRunStatus.SUCCESS)
    assert (folder / LOADED).read_text() == "jerseys"
    made = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    assert [event.dagster_event.asset_key for event in made] == [JERSEYS]


def test_a_run_of_several_loads_those(instance, launched, folder):
    run_id = launched(JERSEYS, CAPS)
    assert awaited(lambda: status_of(instance, run_id) is dg.DagsterRunStatus.SUCCESS)
    assert (folder / LOADED).read_text() == "caps,jerseys"


def test_a_run_of_a_whole_job_loads_all(instance, launched, folder):
    run_id = launched()
    assert awaited(lambda: status_of(instance, run_id) is dg.DagsterRunStatus.SUCCESS)
    assert (folder / LOADED).read_text() == "all"


def test_a_run_whose_process_is_killed_fails_at_once_and_says_why(instance, working):
    process = run_process.find_process(working)
    assert process is not None
    health = instance.run_launcher.check_run_worker_health(instance.get_run_by_id(working))
    assert (health.status, health.run_worker_id) == (WorkerStatus.RUNNING, str(process.pid))

    process.kill()

    assert awaited(lambda: status_of(instance, working) is dg.DagsterRunStatus.FAILURE)
    assert any("SIGKILL" in event.message for event in instance.all_logs(working))
    assert instance.get_run_by_id(working).tags[RUN_FAILURE_REASON_TAG] == "UNEXPECTED_TERMINATION"
    gone = instance.run_launcher.check_run_worker_health(instance.get_run_by_id(working))
    assert gone.status is WorkerStatus.NOT_FOUND


def test_another_process_can_cancel_a_run(instance, working):
    # The webserver has an instance of its own; it started nothing.
    with dg.DagsterInstance.from_ref(instance.get_ref()) as webserver:
        assert webserver.run_launcher.terminate(working)
    assert awaited(lambda: status_of(instance, working) is dg.DagsterRunStatus.CANCELED)
    assert awaited(lambda: run_process.find_process(working) is None)
    assert not instance.run_launcher.terminate(working)


@pytest.mark.parametrize(("tags", "nicer_by"), [({run_process.BACKGROUND_TAG: "true"}, 10), ({}, 0)])
def test_a_run_for_which_nobody_waits_lets_the_others_go_first(launched, folder, tags, nicer_by):
    (folder / WAITS).touch()
    run_id = launched(JERSEYS, tags=tags)
    assert awaited((folder / LOADED).exists)

    assert nicer_by == run_process.find_process(run_id).nice() - psutil.Process().nice()


@pytest.fixture
def _looked_at_often(monkeypatch):
    monkeypatch.setattr("cogent_pipelines.run_launcher.connection_run_launcher._LOOKS_SECONDS", 0.05)


@pytest.mark.usefixtures("_looked_at_often")
def test_a_run_that_was_cancelled_by_somebody_who_cannot_reach_its_process_is_ended(instance, working):
    instance.report_run_canceling(instance.get_run_by_id(working))
    assert awaited(lambda: status_of(instance, working) is dg.DagsterRunStatus.CANCELED)
    assert awaited(lambda: run_process.find_process(working) is None)


def test_a_process_of_another_user_is_left_to_the_daemon_and_that_is_said(instance, working, monkeypatch):

    def denied(self: psutil.Process) -> None:
        raise psutil.AccessDenied(self.pid)

    monkeypatch.setattr(psutil.Process, "terminate", denied)
    assert not instance.run_launcher.terminate(working)
    assert any("another user's" in event.message for event in instance.all_logs(working))


def test_a_process_that_dies_while_its_run_is_being_cancelled_leaves_it_cancelled(instance, working):
    process = run_process.find_process(working)
    assert process is not None
    process.suspend()
    assert instance.run_launcher.terminate(working)
    process.kill()
    assert awaited(lambda: status_of(instance, working) is dg.DagsterRunStatus.CANCELED)


def test_a_run_without_a_process_cannot_be_ended_and_says_so(instance):
    job = dg.reconstructable(a_job)
    run = instance.create_run_for_job(
        job.get_definition(), job_code_origin=job.get_python_origin(), status=dg.DagsterRunStatus.STARTED
    )
    assert not instance.run_launcher.terminate(run.run_id)
    assert any("no process of this run" in event.message for event in instance.all_logs(run.run_id))


def test_the_end_of_a_process_is_told_when_the_storage_is_back(instance, working, monkeypatch):
    monkeypatch.setattr("cogent_pipelines.run_launcher.connection_run_launcher._PAUSE_SECONDS", 0.01)
    asked: list[str] = []
    kept = type(instance).report_run_failed

    def away_twice(self: dg.DagsterInstance, run: dg.DagsterRun, *told: object) -> object:
        asked.append(run.run_id)
        if len(asked) < 3:
            raise OSError("the storage is away")
        return kept(self, run, *told)

    monkeypatch.setattr(type(instance), "report_run_failed", away_twice)
    process = run_process.find_process(working)
    assert process is not None
    process.kill()
    assert awaited(lambda: status_of(instance, working) is dg.DagsterRunStatus.FAILURE)
    assert asked == [working] * 3


def test_a_run_that_does_not_say_where_its_code_is_is_refused(instance):
    job = a_job()
    run = instance.create_run_for_job(job)
    with pytest.raises(Exception, match="does not say where its code is"):
        instance.launch_run(run.run_id, workspace=None)


def test_a_run_of_checks_alone_is_of_their_connections():
    check = dg.AssetCheckKey(CAPS, "orders_are_in_time")
    run = dg.DagsterRun(job_name="flows", asset_selection=frozenset(), asset_check_selection=frozenset({check}))
    assert connections_of(run) == {"caps"}
