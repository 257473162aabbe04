"""Deliberate bugs, switched on one at a time in the process of a test: what cannot be seen cannot be promised.

Each is a mistake that somebody could make in good faith, as small as possible, in the real code. None of them is ever
switched on outside of these tests.
"""

from cogent_pipelines_tests.faults.bugs.capturing import BUGS as CAPTURING
from cogent_pipelines_tests.faults.bugs.injecting import BUGS as INJECTING
from cogent_pipelines_tests.faults.bugs.mistake import Bug
from cogent_pipelines_tests.faults.bugs.selling import BUGS as SELLING
from cogent_pipelines_tests.faults.bugs.telling import BUGS as TELLING

__all__ = ["BUGS", "Bug", "bug_named"]

BUGS: tuple[Bug, ...] = (*CAPTURING, *INJECTING, *SELLING, *TELLING)


def bugs_of(pairs: str) -> tuple[Bug, ...]:
    """Those that schedules of these pairs can meet: a mistake in one vendor's adapter shows only where the vendor is."""
    return BUGS if pairs == "mixed" else tuple(bug for bug in BUGS if bug.met_by(pairs))


def bug_named(name: str) -> Bug:
    found = next((bug for bug in BUGS if bug.name == name), None)
    if found is None:
        raise ValueError(f"no bug is called {name!r}; there are: {', '.join(bug.name for bug in BUGS)}")
    return found
