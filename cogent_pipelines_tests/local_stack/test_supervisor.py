"""The supervisor leaves nothing behind, whoever dies first."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import ProcessDied, Service, first_line_of, marked
from cogent_pipelines.local_stack.supervisor import StackIsRunning, Supervisor

pytestmark = pytest.mark.stack

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
# A child in a session of its own, as a run worker might be: ending its parent's group does not reach it.
FAMILY = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}], start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(checkout=tmp_path, path=tmp_path / "home")


def a_service(code: str, name: str = "family") -> Service:
    return Service(name, [sys.executable, "-c", code], dict(os.environ), Path.cwd())


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.STATUS_ZOMBIE == psutil.Process(pid).status()


def test_who_can_end_it_before_can_end_what_comes_after(home):
    """While everything is being ended nobody interrupts; a second stack of the same process can be ended like the first."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    with Supervisor(home) as supervisor:
        during: list[object] = []
        supervisor.farewells.append(
            lambda: during.extend((signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)))
        )

    assert [signal.SIG_IGN, signal.SIG_IGN] == during
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


def test_a_grandchild_that_left_the_group_is_ended_too(home):
    """Whatever a service started is found by the mark it inherited."""
    with Supervisor(home) as supervisor:
        grandchild = int(first_line_of(supervisor.start(a_service(FAMILY))))

    assert gone(grandchild)
    assert [] == marked(supervisor.mark)


def test_a_grandchild_is_ended_after_its_parent_was_killed(home):
    """A killed service leaves orphans; they do not outlive the stack."""
    with Supervisor(home) as supervisor:
        family = supervisor.start(a_service(FAMILY))
        grandchild = int(first_line_of(family))
        family.process.kill()
        family.process.wait()

    assert gone(grandchild)


def test_farewells_are_said_while_everything_still_runs(home):
    """One that fails is shown, and neither keeps the next from being said nor anything from being ended."""
    alive, shown = [], []
    with Supervisor(home, lambda name, line: shown.append((name, line))) as supervisor:
        grandchild = int(first_line_of(supervisor.start(a_service(FAMILY))))
        supervisor.farewells += [lambda: 1 / 0, lambda: alive.append(not gone(grandchild))]

    assert [True] == alive
    assert gone(grandchild)
    assert [("supervisor", "before the end: ZeroDivisionError: division by zero")] == [
        each for each in shown if each[0] == "supervisor"
    ]


def test_a_service_that_dies_is_named_with_the_end_of_its_log(home):
    """Nothing is restarted silently."""
    with Supervisor(home) as supervisor:
        failing = supervisor.start(a_service("raise SystemExit('the port is taken')", name="gateway"))
        failing.process.wait()
        failing.silent.wait(10)

        with pytest.raises(ProcessDied, match=r"(?s)gateway ended with exit code 1.*the port is taken"):
            supervisor.check()


def test_what_a_service_says_is_in_its_log(home):
    """Each service has a log of its own."""
    with Supervisor(home) as supervisor:
        first_line_of(supervisor.start(a_service(SLEEPER, name="sleeper")))

    assert "up\n" == (home.logs / "sleeper.log").read_text()


def test_a_service_that_is_started_again_takes_its_old_place_and_its_log_goes_on(home):
    """Whoever keeps services running need not know how they are started."""
    with Supervisor(home) as supervisor:
        first = supervisor.start(a_service(SLEEPER, name="sleeper"))
        first_line_of(first)
        first.process.kill()
        first.process.wait()
        first.silent.wait(10)

        second = supervisor.start_again(first)

        first_line_of(second)
        supervisor.check()
        assert [second] == supervisor.services
    assert "up\nup\n" == (home.logs / "sleeper.log").read_text()


def test_a_second_stack_of_one_home_is_refused(home):
    """Two stacks would share one Dagster and one ledger without knowing of each other."""
    code = (
        "import sys, time; from pathlib import Path; from cogent_pipelines.local_stack.home import Home\n"
        "from cogent_pipelines.local_stack.supervisor import Supervisor\n"
        f"with Supervisor(Home(Path({str(home.checkout)!r}), Path({str(home.path)!r}))):\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as first:
        first.stdout.readline()
        with pytest.raises(StackIsRunning, match=str(first.pid)), Supervisor(home):
            pass
        first.terminate()


def test_a_killed_supervisor_takes_its_services_with_it(home):
    """Its watchdog outlives it by the moment that takes."""
    code = (
        "import os, sys, time; from pathlib import Path; from cogent_pipelines.local_stack.home import Home\n"
        "from cogent_pipelines.local_stack.processes import Service, first_line_of\n"
        "from cogent_pipelines.local_stack.supervisor import Supervisor\n"
        f"with Supervisor(Home(Path({str(home.checkout)!r}), Path({str(home.path)!r}))) as supervisor:\n"
        f"    service = Service('family', [sys.executable, '-c', {FAMILY!r}], dict(os.environ), Path.cwd())\n"
        "    print(first_line_of(supervisor.start(service)), flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        grandchild = psutil.Process(int(killed.stdout.readline()))
        killed.kill()

    grandchild.wait(timeout=30)
    limit = time.monotonic() + 10
    while home.processes.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    assert not home.processes.exists()
